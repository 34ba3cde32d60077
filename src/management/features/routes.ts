import { Type } from '@sinclair/typebox'
import type { Context } from '../../context.ts'
import { apigError } from '../../core/errors.ts'
import { idOf } from '../../core/ids.ts'
import { didYouMean } from '../../core/nearest-name.ts'
import type { Routes } from '../family.ts'
import { instances } from '../instances/tables.ts'
import { pageOf } from '../page.ts'
import { instancePath, listOf, pageQuery } from '../schemas.ts'
import { FEATURES, type Feature } from './catalogue.ts'
import { FeatureToggle, features, InstanceFeature, newFeature } from './tables.ts'

const FeatureInfo = Type.Object({
  ...InstanceFeature.properties,
  instance_id: Type.String({ examples: ['eddc4d25480b4cd6b512f270a1b8b341'] }),
})

/** A feature that nobody configured, whose id is the same whenever it is looked at. */
function untouched(ctx: Context, instance_id: string, feature: Feature): InstanceFeature {
  const id = idOf(`${feature.name} of ${instance_id}`)
  const update_time = ctx.state.rows(instances).get(instance_id)?.create_time ?? 0
  return { id, ...feature, update_time }
}

/** All features of a gateway, configured or not. */
const featuresOf = (ctx: Context, instance_id: string): InstanceFeature[] =>
  FEATURES.map(
    (feature) =>
      ctx.state.rows(features, instance_id).by('name', feature.name) ??
      untouched(ctx, instance_id, feature),
  )

const featureRoutes: Routes = (app, { ctx }, done) => {
  app.get(
    '/features',
    {
      schema: {
        operationId: 'ListFeaturesV2',
        params: instancePath(),
        querystring: pageQuery(),
        response: { 200: listOf('features', FeatureInfo) },
      },
    },
    ({ params: { instance_id }, query }) => {
      const { items, ...counts } = pageOf(featuresOf(ctx, instance_id), query)
      return { ...counts, features: items.map((feature) => ({ ...feature, instance_id })) }
    },
  )

  app.post(
    '/features',
    {
      schema: {
        operationId: 'CreateFeatureV2',
        params: instancePath(),
        body: FeatureToggle,
        response: { 201: FeatureInfo },
      },
    },
    ({ params: { instance_id }, body }) => {
      const known = featuresOf(ctx, instance_id).find(({ name }) => name === body.name)
      if (known === undefined) {
        const names = FEATURES.map(({ name }) => name)
        throw apigError('APIG.2000', { detail: `unrecognized feature ${body.name}` }).because(
          `no such feature${didYouMean(body.name, names)}`,
        )
      }
      // The text of config is kept byte for byte, and as it was where none is sent.
      const changed = newFeature({ ...known, ...body, update_time: ctx.clock.now() }, ctx)
      return { ...ctx.state.rows(features, instance_id).put(changed), instance_id }
    },
  )

  done()
}

export const routes = [featureRoutes]
