import { Type } from '@sinclair/typebox'
import { apigError } from '../../core/errors.ts'
import { NoContent, Time } from '../../schema/kinds.ts'
import { mustFindApi } from '../apis/rules.ts'
import type { Api } from '../apis/tables.ts'
import { mustFindApp } from '../apps/rules.ts'
import type { App } from '../apps/tables.ts'
import { envs } from '../envs/tables.ts'
import type { Routes } from '../family.ts'
import { type Gateway, mustFind, refuseOver } from '../records.ts'
import { Id, instancePath } from '../schemas.ts'
import { appAuthLists } from './lists.ts'
import { AppAuth, appAuths, newAppAuth } from './tables.ts'

/** APIs that one app may be authorized for: the default quota. */
const LIMIT = 1000

/** What became of one pair of an app and an API. */
const ApiAuthRelations = Type.Object({
  ...Type.Partial(Type.Pick(AppAuth, ['id'])).properties,
  api_id: AppAuth.properties.api_id,
  app_id: AppAuth.properties.app_id,
  auth_result: Type.Object({
    status: Type.Union([Type.Literal('SUCCESS'), Type.Literal('SKIPPED'), Type.Literal('FAILED')], {
      description: 'SKIPPED: it was authorized before',
      examples: ['SUCCESS'],
    }),
    error_code: Type.Optional(Type.String()),
    error_msg: Type.Optional(Type.String()),
    api_name: Type.Optional(Type.String()),
    app_name: Type.Optional(Type.String()),
  }),
  auth_time: Type.Optional(Time('nanoseconds')),
  auth_role: Type.Optional(Type.Literal('PROVIDER')),
  auth_tunnel: Type.Optional(Type.Literal('NORMAL')),
  auth_whitelist: Type.Optional(Type.Array(Type.String())),
  auth_blacklist: Type.Optional(Type.Array(Type.String())),
  visit_params: Type.Optional(Type.String()),
})

const appAuthRoutes: Routes = (app, { ctx }, done) => {
  const rowsOf = ({ instance_id }: Gateway) => ctx.state.rows(appAuths, instance_id)

  app.post(
    '/app-auths',
    {
      schema: {
        operationId: 'CreateAuthorizingAppsV2',
        params: instancePath(),
        body: Type.Object({
          env_id: AppAuth.properties.env_id,
          app_ids: Type.Array(Type.String(), { minItems: 1 }),
          api_ids: Type.Array(Type.String(), { minItems: 1 }),
        }),
        response: { 201: Type.Object({ auths: Type.Array(ApiAuthRelations) }) },
      },
    },
    (request) => {
      const { params, body } = request
      const { env_id } = body
      mustFind(ctx.state.rows(envs, params.instance_id), env_id, 'APIG.3003')
      const ofApps = [...new Set(body.app_ids)].map((app_id) =>
        mustFindApp(ctx, { ...params, app_id }),
      )
      const ofApis = [...new Set(body.api_ids)].map((api_id) =>
        mustFindApi(ctx, { ...params, api_id }),
      )
      const rows = rowsOf(params)
      for (const { id } of ofApps) {
        const count = rows.count('app_id', id) + ofApis.length - 1
        refuseOver(ctx, request, { count, limit: LIMIT, what: 'APIs of one app' }, 'APIG.3100')
      }
      return {
        auths: ofApis.flatMap((api) => ofApps.map((one) => authorize(params, one, api, env_id))),
      }
    },
  )

  function authorize(
    params: Gateway,
    { id: app_id, name: app_name }: App,
    api: Api,
    env_id: string,
  ) {
    const { id: api_id, name: api_name } = api
    if (api.auth_type !== 'APP') {
      const error = { error_code: 'APIG.2000', error_msg: 'The API auth type must be APP' }
      return {
        api_id,
        app_id,
        auth_result: { status: 'FAILED' as const, ...error, api_name, app_name },
      }
    }
    const rows = rowsOf(params)
    const known = rows.by(['app_id', 'api_id', 'env_id'], [app_id, api_id, env_id])
    const auth = known ?? rows.put(newAppAuth({ app_id, api_id, env_id }, ctx))
    return {
      ...auth,
      auth_result: { status: known === undefined ? ('SUCCESS' as const) : ('SKIPPED' as const) },
      auth_role: 'PROVIDER' as const,
      auth_tunnel: 'NORMAL' as const,
    }
  }

  app.delete(
    '/app-auths/:app_auth_id',
    {
      schema: {
        operationId: 'CancelingAuthorizationV2',
        params: instancePath({ app_auth_id: Id('id') }),
        response: { 204: NoContent },
      },
    },
    ({ params: { instance_id, app_auth_id: id } }) => {
      if (!ctx.state.remove(appAuths, id, instance_id)) throw apigError('APIG.3009', { id })
    },
  )

  done()
}

export const routes = [appAuthRoutes, appAuthLists]
