import { Type } from '@sinclair/typebox'
import { apigError } from '../../core/errors.ts'
import { answerErrorAs } from '../../request/error-handler.ts'
import type { Routes } from '../family.ts'
import { pageOf } from '../page.ts'
import { instancePath, listOf, pageQuery } from '../schemas.ts'
import { BUILT_IN } from './catalogue.ts'

const instanceFeatureRoutes: Routes = (app, _options, done) => {
  app.setErrorHandler(
    answerErrorAs({
      'APIG.1002': apigError('APIC.7102'),
      'APIG.1005': apigError('APIC.7106'),
      'APIG.9999': apigError('APIC.9000'),
    }),
  )

  app.get(
    '/instance-features',
    {
      schema: {
        operationId: 'ListInstanceFeatures',
        params: instancePath(),
        querystring: pageQuery(),
        response: { 200: listOf('features', Type.String({ examples: [BUILT_IN[0]] })) },
      },
    },
    ({ query }) => {
      const { items, ...counts } = pageOf(BUILT_IN, query)
      return { ...counts, features: items }
    },
  )

  done()
}

export const routes = [instanceFeatureRoutes]
