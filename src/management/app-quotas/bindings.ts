import { Type } from '@sinclair/typebox'
import { apigError } from '../../core/errors.ts'
import { NoContent, Time } from '../../schema/kinds.ts'
import { mustFindApp } from '../apps/rules.ts'
import { type App, apps } from '../apps/tables.ts'
import type { Routes } from '../family.ts'
import { page, pageOf } from '../page.ts'
import { type Gateway, mustFind } from '../records.ts'
import { Filter, Id, instancePath, listOf, pageQuery } from '../schemas.ts'
import { AppQuotaAppBinding, appQuotaBindings, appQuotas } from './tables.ts'

const AppQuotaAppInfo = Type.Object({
  app_id: Type.String({ examples: ['356de8eb7a8742168586e5daf5339965'] }),
  name: Type.String({ examples: ['app_demo'] }),
  status: Type.Literal(1),
  app_key: Type.String({ examples: ['98df09fbd45949cb83a72b55ca6f3d5d'] }),
  remark: Type.Optional(Type.String({ examples: ['Demo app'] })),
  register_time: Time(),
  update_time: Time(),
  app_quota_id: Type.Optional(Type.String({ examples: ['c900c5612dbe451bb43cbcc49cfaf2f3'] })),
  app_quota_name: Type.Optional(Type.String({ examples: ['ClientQuota_demo'] })),
  bound_time: Type.Optional(Time()),
  related_domain_id: Type.Optional(Type.String()),
  related_project_id: Type.Optional(Type.String()),
})

/** Go's zero time, `0001-01-01T00:00:00Z`: the page shows it for an app that is not bound. */
const NOT_BOUND = -62_135_596_800_000

/** The pages of these operations print `parameterName:instance_id` for any bad id. */
const quotaPath = instancePath({ app_quota_id: Id() })
const appsQuery = pageQuery({ app_name: Filter('a part of the name') })

const isNamed = (name: string | undefined) => (row: App) => row.name.includes(name ?? '')

/** Which apps are under a quota: `/app-quotas/{app_quota_id}/…-apps`. */
export const appQuotaBindingRoutes: Routes = (app, { ctx }, done) => {
  const bindingsOf = ({ instance_id }: Gateway) => ctx.state.rows(appQuotaBindings, instance_id)
  // Their text of APIG.3093 begins with `The`.
  const quotaOf = ({ instance_id, app_quota_id }: Gateway & { app_quota_id: string }) =>
    mustFind(ctx.state.rows(appQuotas, instance_id), app_quota_id, 'APIG.3093/binding')

  app.get(
    '/app-quotas/:app_quota_id/bindable-apps',
    {
      schema: {
        operationId: 'ListAppQuotaBindableApps',
        params: quotaPath,
        querystring: appsQuery,
        response: { 200: listOf('apps', AppQuotaAppInfo) },
      },
    },
    ({ params, query }) => {
      quotaOf(params)
      const bindings = bindingsOf(params)
      const named = isNamed(query.app_name)
      const isFree = (row: App) => bindings.get(row.id) === undefined && named(row)
      const { items, ...counts } = page(ctx.state.rows(apps, params.instance_id), query, isFree)
      return {
        ...counts,
        apps: items.map((row) => ({ ...row, app_id: row.id, bound_time: NOT_BOUND })),
      }
    },
  )

  app.get(
    '/app-quotas/:app_quota_id/bound-apps',
    {
      schema: {
        operationId: 'ListAppQuotaBoundApps',
        params: quotaPath,
        querystring: appsQuery,
        response: { 200: listOf('apps', AppQuotaAppInfo) },
      },
    },
    ({ params, query }) => {
      const { app_quota_id, name: app_quota_name } = quotaOf(params)
      const rows = ctx.state.rows(apps, params.instance_id)
      const bound = bindingsOf(params)
        .where('app_quota_id', app_quota_id)
        .flatMap((binding) => {
          const row = rows.get(binding.app_id)
          return row === undefined ? [] : { ...row, ...binding, app_quota_name }
        })
        .filter(isNamed(query.app_name))
      const { items, ...counts } = pageOf(bound, query)
      return { ...counts, apps: items }
    },
  )

  app.post(
    '/app-quotas/:app_quota_id/binding-apps',
    {
      schema: {
        operationId: 'AssociateAppsForAppQuota',
        params: quotaPath,
        body: Type.Object({ app_ids: Type.Array(Type.String(), { minItems: 1 }) }),
        response: { 201: Type.Object({ applies: Type.Array(AppQuotaAppBinding('nanoseconds')) }) },
      },
    },
    ({ params, body }) => {
      const { app_quota_id } = quotaOf(params)
      const found = body.app_ids.map((app_id) => mustFindApp(ctx, { ...params, app_id }))
      const bindings = bindingsOf(params)
      const bound_time = ctx.clock.now()
      const applies = [...new Set(found)].map(({ id: app_id }) => {
        const known = bindings.get(app_id)
        if (known?.app_quota_id === app_quota_id) return known
        // A new binding, not the old one changed: it is the newest.
        bindings.delete(app_id)
        return bindings.put({ app_quota_id, app_id, bound_time })
      })
      return { applies }
    },
  )

  app.delete(
    '/app-quotas/:app_quota_id/bound-apps/:app_id',
    {
      schema: {
        operationId: 'DisassociateAppQuotaWithApp',
        params: instancePath({ app_quota_id: Id(), app_id: Id() }),
        response: { 204: NoContent },
      },
    },
    ({ params }) => {
      const { app_quota_id } = quotaOf(params)
      const bindings = bindingsOf(params)
      if (bindings.get(params.app_id)?.app_quota_id !== app_quota_id) {
        throw apigError('APIG.3004', { id: params.app_id }).because(
          'the app is not bound to this quota',
        )
      }
      bindings.delete(params.app_id)
    },
  )

  done()
}
