import { Type } from '@sinclair/typebox'
import type { Context } from '../../context.ts'
import { apigError } from '../../core/errors.ts'
import { NoContent, Time } from '../../schema/kinds.ts'
import { debugDomainOf } from '../api-groups/rules.ts'
import { envs, RELEASE } from '../envs/tables.ts'
import type { Routes } from '../family.ts'
import { pageOf } from '../page.ts'
import { type Gateway, mustFind } from '../records.ts'
import { Filter, Id, instancePath, listOf, pageQuery } from '../schemas.ts'
import { ApiInfo, apiInfo } from './info.ts'
import { PublishResp, publicationOf, publishResp, putOnline, takeOffline } from './publications.ts'
import { mustFindApi } from './rules.ts'
import { ApiVersion, apiVersions, type ApiVersion as Version } from './tables.ts'

const apiPath = instancePath({ api_id: Id() })
const versionPath = instancePath({ version_id: Id() })

const domains = {
  sl_domain: Type.String({ examples: ['c77f5e81d9cb4424bf704ef2b0ac7600.apic.localhost'] }),
  sl_domains: Type.Array(Type.String()),
}

/** A version in the history of an API. */
const ApiVersionInfo = Type.Object({
  ...Type.Omit(ApiVersion, ['definition']).properties,
  env_name: Type.String({ examples: [RELEASE.name] }),
  status: Type.Union([Type.Literal(1), Type.Literal(2)], { description: '1: in force, 2: not' }),
})

const Info = ApiInfo('seconds', 'nanoseconds')

/** The definition in force: the request's side of it, and where it can be called. */
const RuntimeDefinition = Type.Object({
  ...Type.Omit(Info, [
    'mock_info',
    'func_info',
    'backend_api',
    'backend_params',
    'policy_mocks',
    'policy_functions',
    'policy_https',
    'api_group_info',
    'publish_time',
    'register_time',
    'update_time',
    'status',
    'group_version',
    'arrange_necessary',
  ]).properties,
  ...domains,
})

const VersionDetail = Type.Object({
  ...Info.properties,
  ...domains,
  version_id: Type.String({ examples: ['ee1a5a38d3d3493abf1dc4ed6cacfa0b'] }),
  publish_time: Time(),
})

/** A version as it was published, with the names of today. */
function detailOf(ctx: Context, instance_id: string, version: Version) {
  const { version_id, publish_time, env_id, definition } = version
  const sl_domain = debugDomainOf(ctx, definition.group_id)
  const publication = publicationOf(ctx, { instance_id }, definition.id, env_id)
  return {
    ...apiInfo(ctx, instance_id, definition),
    run_env_id: env_id,
    run_env_name: ctx.state.rows(envs, instance_id).get(env_id)?.name ?? '',
    publish_id: publication?.publish_id ?? '',
    publish_time,
    version_id,
    sl_domain,
    sl_domains: [sl_domain],
  }
}

export const versionRoutes: Routes = (app, { ctx }, done) => {
  const versionsOf = ({ instance_id }: Gateway) => ctx.state.rows(apiVersions, instance_id)

  app.get(
    '/apis/publish/:api_id',
    {
      schema: {
        operationId: 'ListApiVersionsV2',
        params: apiPath,
        querystring: pageQuery({ env_id: Filter(), env_name: Filter() }),
        response: { 200: listOf('api_versions', ApiVersionInfo) },
      },
    },
    ({ params, query }) => {
      const { id } = mustFindApi(ctx, params)
      const environments = ctx.state.rows(envs, params.instance_id)
      const nameOf = (env_id: string) => environments.get(env_id)?.name ?? ''
      const { env_id = '', env_name = '' } = query
      const found = versionsOf(params)
        .where('api_id', id)
        .filter((version) => env_id === '' || version.env_id === env_id)
        .filter((version) => env_name === '' || nameOf(version.env_id) === env_name)
      const { items, ...counts } = pageOf(found, query)
      const inForce = (version: Version) =>
        publicationOf(ctx, params, id, version.env_id)?.version_id === version.version_id
      return {
        ...counts,
        api_versions: items.map((version) => ({
          ...version,
          env_name: nameOf(version.env_id),
          status: inForce(version) ? (1 as const) : (2 as const),
        })),
      }
    },
  )

  app.put(
    '/apis/publish/:api_id',
    {
      schema: {
        operationId: 'ChangeApiVersionV2',
        params: apiPath,
        body: Type.Object({
          version_id: Type.String({ examples: ['ee1a5a38d3d3493abf1dc4ed6cacfa0b'] }),
        }),
        response: { 200: PublishResp },
      },
    },
    ({ params, body }) => {
      const api = mustFindApi(ctx, params)
      const version = mustFind(versionsOf(params), body.version_id, 'APIG.3022')
      if (version.api_id !== api.id) {
        throw apigError('APIG.3022', { id: body.version_id }).because('it is of another API')
      }
      return publishResp(putOnline(ctx, params, version, ctx.clock.now()), api)
    },
  )

  app.get(
    '/apis/runtime/:api_id',
    {
      schema: {
        operationId: 'ListApiRuntimeDefinitionV2',
        params: apiPath,
        querystring: Type.Object({ env_id: Filter('RELEASE unless given') }),
        response: { 200: RuntimeDefinition },
      },
    },
    ({ params, query: { env_id = RELEASE.id } }) => {
      const { id } = mustFindApi(ctx, params)
      const { version_id } = publicationOf(ctx, params, id, env_id) ?? {}
      const version = version_id === undefined ? undefined : versionsOf(params).get(version_id)
      if (version === undefined) {
        throw apigError('APIG.3015').because(`the API is not published in environment ${env_id}`)
      }
      return detailOf(ctx, params.instance_id, version)
    },
  )

  app.get(
    '/apis/versions/:version_id',
    {
      schema: {
        operationId: 'ListApiVersionDetailV2',
        params: versionPath,
        response: { 200: VersionDetail },
      },
    },
    ({ params }) =>
      detailOf(
        ctx,
        params.instance_id,
        mustFind(versionsOf(params), params.version_id, 'APIG.3022'),
      ),
  )

  app.delete(
    '/apis/versions/:version_id',
    {
      schema: {
        operationId: 'DeleteApiByVersionIdV2',
        params: versionPath,
        response: { 204: NoContent },
      },
    },
    ({ params }) => {
      const { version_id: id } = params
      const { api_id, env_id } = mustFind(versionsOf(params), id, 'APIG.3022')
      const publication = publicationOf(ctx, params, api_id, env_id)
      if (publication?.version_id !== id) {
        throw apigError('APIG.3022', { id }).because('the version is not in force')
      }
      takeOffline(ctx, params, publication)
    },
  )

  done()
}
