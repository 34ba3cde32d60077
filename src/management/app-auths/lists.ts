import { Type } from '@sinclair/typebox'
import { apiGroups } from '../api-groups/tables.ts'
import { publicationOf } from '../apis/publications.ts'
import { hasTag, mustFindApi } from '../apis/rules.ts'
import { Api, apis } from '../apis/tables.ts'
import { mustFindApp } from '../apps/rules.ts'
import { apps } from '../apps/tables.ts'
import { envs } from '../envs/tables.ts'
import type { Routes } from '../family.ts'
import { pageOf } from '../page.ts'
import { type Gateway, mustFind } from '../records.ts'
import { Filter, instancePath, listOf, pageQuery } from '../schemas.ts'
import { AppAuth, appAuths } from './tables.ts'

/** An authorization with the names of what it is between. */
const ApiAuthInfo = Type.Object({
  ...AppAuth.properties,
  api_name: Type.String({ examples: ['api_demo'] }),
  group_id: Type.String({ examples: ['c77f5e81d9cb4424bf704ef2b0ac7600'] }),
  group_name: Type.String({ examples: ['api_group_001'] }),
  api_type: Type.Integer({ examples: [1] }),
  api_remark: Type.String({ examples: ['Demo API'] }),
  env_name: Type.String({ examples: ['RELEASE'] }),
  app_name: Type.String({ examples: ['app_demo'] }),
  app_remark: Type.String({ examples: ['Demo app'] }),
  app_type: Type.Literal('apig'),
  app_creator: Type.Union([Type.Literal('USER'), Type.Literal('MARKET')]),
  publish_id: Type.String({ description: 'empty where it is not published', examples: [''] }),
  auth_role: Type.Literal('PROVIDER'),
  auth_tunnel: Type.Literal('NORMAL'),
  auth_whitelist: Type.Optional(Type.Array(Type.String())),
  auth_blacklist: Type.Optional(Type.Array(Type.String())),
  visit_param: Type.Optional(Type.String()),
  tags: Type.Array(Type.String()),
})

/** An API that an app could be authorized for. */
const ApiOutline = Type.Object({
  ...Type.Pick(Api, ['id', 'name', 'remark', 'group_id', 'req_uri', 'auth_type', 'tags'])
    .properties,
  group_name: Type.String({ examples: ['api_group_001'] }),
  run_env_id: Type.String({ description: 'empty where it is not published', examples: [''] }),
  run_env_name: Type.String({ examples: [''] }),
  publish_id: Type.String({ examples: [''] }),
})

const tags = Filter('any of several, comma-separated; #no_tags#: without any')
const given = Type.String()

const isPart = (part: string | undefined, name: string) => name.includes(part ?? '')
const isSame = (wanted: string | undefined, id: string) => wanted === undefined || wanted === id

export const appAuthLists: Routes = (app, { ctx }, done) => {
  const rowsOf = ({ instance_id }: Gateway) => ctx.state.rows(appAuths, instance_id)
  const groupName = ({ instance_id }: Gateway, id: string) =>
    ctx.state.rows(apiGroups, instance_id).get(id)?.name ?? ''

  const isOnline = (params: Gateway, api_id: string, env_id: string) => {
    const publication = publicationOf(ctx, params, api_id, env_id)
    return publication?.version_id === undefined ? undefined : publication
  }

  /** Authorizations with all names: none is without its app and its API, which it goes with. */
  const infoOf = (params: Gateway) => (auth: AppAuth) => {
    const of = ctx.state.rows(apps, params.instance_id).get(auth.app_id)
    const api = ctx.state.rows(apis, params.instance_id).get(auth.api_id)
    if (of === undefined || api === undefined) return []
    return [
      {
        ...auth,
        api_name: api.name,
        group_id: api.group_id,
        group_name: groupName(params, api.group_id),
        api_type: api.type,
        api_remark: api.remark,
        env_name: ctx.state.rows(envs, params.instance_id).get(auth.env_id)?.name ?? '',
        app_name: of.name,
        app_remark: of.remark ?? '',
        app_type: of.app_type,
        app_creator: of.creator,
        publish_id: isOnline(params, api.id, auth.env_id)?.publish_id ?? '',
        auth_role: 'PROVIDER' as const,
        auth_tunnel: 'NORMAL' as const,
        tags: api.tags,
      },
    ]
  }

  app.get(
    '/app-auths/binded-apis',
    {
      schema: {
        operationId: 'ListApisBindedToAppV2',
        params: instancePath(),
        querystring: pageQuery({
          app_id: given,
          api_id: Filter(),
          api_name: Filter('a part of the name'),
          group_id: Filter(),
          group_name: Filter('a part of the name'),
          env_id: Filter(),
          tags,
        }),
        response: { 200: listOf('auths', ApiAuthInfo) },
      },
    },
    ({ params, query }) => {
      const { id } = mustFindApp(ctx, { ...params, ...query })
      const found = rowsOf(params)
        .where('app_id', id)
        .flatMap(infoOf(params))
        .filter(
          (auth) =>
            isSame(query.api_id, auth.api_id) &&
            isSame(query.env_id, auth.env_id) &&
            isSame(query.group_id, auth.group_id) &&
            isPart(query.api_name, auth.api_name) &&
            isPart(query.group_name, auth.group_name) &&
            hasTag(query.tags, auth),
        )
      const { items, ...counts } = pageOf(found, query)
      return { ...counts, auths: items }
    },
  )

  app.get(
    '/app-auths/binded-apps',
    {
      schema: {
        operationId: 'ListAppsBindedToApiV2',
        params: instancePath(),
        querystring: pageQuery({
          api_id: given,
          app_name: Filter('a part of the name'),
          app_id: Filter(),
          env_id: Filter(),
        }),
        response: { 200: listOf('auths', ApiAuthInfo) },
      },
    },
    ({ params, query }) => {
      const { id } = mustFindApi(ctx, { ...params, ...query })
      const found = rowsOf(params)
        .where('api_id', id)
        .flatMap(infoOf(params))
        .filter(
          (auth) =>
            isSame(query.app_id, auth.app_id) &&
            isSame(query.env_id, auth.env_id) &&
            isPart(query.app_name, auth.app_name),
        )
      const { items, ...counts } = pageOf(found, query)
      return { ...counts, auths: items }
    },
  )

  app.get(
    '/app-auths/unbinded-apis',
    {
      schema: {
        operationId: 'ListApisUnbindedToAppV2',
        params: instancePath(),
        querystring: pageQuery({
          app_id: given,
          env_id: given,
          group_id: Filter(),
          api_id: Filter(),
          api_name: Filter('a part of the name'),
          tags,
        }),
        response: { 200: listOf('apis', ApiOutline) },
      },
    },
    ({ params, query }) => {
      const { id: app_id } = mustFindApp(ctx, { ...params, ...query })
      const environments = ctx.state.rows(envs, params.instance_id)
      const env = mustFind(environments, query.env_id, 'APIG.3003')
      const auths = rowsOf(params)
      const isBound = (api_id: string) =>
        auths.by(['app_id', 'api_id', 'env_id'], [app_id, api_id, env.id]) !== undefined
      const found = ctx.state
        .rows(apis, params.instance_id)
        .filter(
          (api) =>
            api.auth_type === 'APP' &&
            isSame(query.api_id, api.id) &&
            isSame(query.group_id, api.group_id) &&
            isPart(query.api_name, api.name) &&
            hasTag(query.tags, api) &&
            !isBound(api.id),
        )
      const { items, ...counts } = pageOf(found, query)
      return {
        ...counts,
        apis: items.map((api) => {
          const online = isOnline(params, api.id, env.id)
          return {
            ...api,
            group_name: groupName(params, api.group_id),
            run_env_id: online === undefined ? '' : env.id,
            run_env_name: online === undefined ? '' : env.name,
            publish_id: online?.publish_id ?? '',
          }
        }),
      }
    },
  )

  done()
}
