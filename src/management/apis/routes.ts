import { Type } from '@sinclair/typebox'
import { apigError } from '../../core/errors.ts'
import { NoContent } from '../../schema/kinds.ts'
import type { Routes } from '../family.ts'
import { matching, pageOf } from '../page.ts'
import { type Gateway, refuseOver } from '../records.ts'
import { Filter, Id, instancePath, listOf, PreciseSearch, pageQuery } from '../schemas.ts'
import { checkRoutes } from './check.ts'
import { debugRoutes } from './debug.ts'
import { ApiCreate } from './definition.ts'
import { ApiInfo, ApiInfoPerPage, apiInfo, apiOutline, backendOf, groupOf } from './info.ts'
import { publicationRoutes } from './publications.ts'
import {
  hasTag,
  mustFindApi,
  refuseBadDefinition,
  refuseDangling,
  refuseTakenApi,
} from './rules.ts'
import { type Api, apis, newApi, publications, routeOf } from './tables.ts'
import { versionRoutes } from './versions.ts'

/** APIs of one gateway of the edition PROFESSIONAL, and of one group: the default quotas. */
const LIMITS = { gateway: 800, group: 1000 }

export const apiPath = instancePath({ api_id: Id() })

const apiRoutes: Routes = (app, { ctx }, done) => {
  const rowsOf = ({ instance_id }: Gateway) => ctx.state.rows(apis, instance_id)

  const isLiveIn = (params: Gateway, env_id: string | undefined) => (api: Api) => {
    if (env_id === undefined) return true
    const publication = ctx.state
      .rows(publications, params.instance_id)
      .by(['api_id', 'env_id'], [api.id, env_id])
    return publication?.version_id !== undefined
  }

  app.get(
    '/apis',
    {
      schema: {
        operationId: 'ListApisV2',
        params: instancePath(),
        querystring: pageQuery({
          id: Filter(),
          name: Filter('a part of the name; see precise_search'),
          group_id: Filter(),
          req_protocol: Filter(),
          req_method: Filter(),
          req_uri: Filter('a part of the path; see precise_search'),
          auth_type: Filter(),
          env_id: Filter('where the API is published'),
          type: Type.Optional(Type.Integer()),
          precise_search: PreciseSearch('name', 'req_uri'),
          vpc_channel_name: Filter('no API has one yet'),
          return_data_mode: Filter('brief, include_group or include_group_backend'),
          tags: Filter('any of several, comma-separated; #no_tags#: without any'),
        }),
        response: { 200: listOf('apis', ApiInfoPerPage) },
      },
    },
    ({ params, query }) => {
      const exact = ['id', 'group_id', 'req_protocol', 'req_method', 'auth_type', 'type'] as const
      const filter = matching<Api>(query, ['name', 'req_uri'], exact) ?? (() => true)
      const isLive = isLiveIn(params, query.env_id)
      // No API has a channel, so none has one of this name.
      const found =
        query.vpc_channel_name === undefined
          ? rowsOf(params).filter((api) => filter(api) && hasTag(query.tags, api) && isLive(api))
          : []
      found.sort((a, b) => b.update_time - a.update_time)
      const { items, ...counts } = pageOf(found, query)
      const modes = query.return_data_mode?.split(',') ?? []
      const withBackend = modes.includes('include_group_backend')
      const withGroup = withBackend || modes.includes('include_group')
      return {
        ...counts,
        apis: items.map((api) => {
          const { backend_api: _, ...outline } = apiOutline(ctx, params.instance_id, api)
          const backend_api = withBackend ? backendOf(api) : undefined
          return {
            ...outline,
            ...(withGroup && { api_group_info: groupOf(ctx, params.instance_id, api) }),
            ...(backend_api && { backend_api }),
          }
        }),
      }
    },
  )

  app.post(
    '/apis',
    {
      schema: {
        operationId: 'CreateApiV2',
        params: instancePath(),
        body: ApiCreate,
        response: { 201: ApiInfo('nanoseconds', 'nanoseconds') },
      },
    },
    (request) => {
      const { params, body } = request
      const rows = rowsOf(params)
      refuseBadDefinition(ctx, params, body)
      refuseDangling(ctx, params, body)
      refuseTakenApi(ctx, params, { ...body, route: routeOf(body) })
      const inGroup = rows.count('group_id', body.group_id)
      const quota = { count: inGroup, limit: LIMITS.group, what: 'APIs in one group' }
      refuseOver(
        ctx,
        request,
        { count: rows.size, limit: LIMITS.gateway, what: 'APIs' },
        'APIG.3102',
      )
      refuseOver(ctx, request, quota, 'APIG.3125')
      return apiInfo(ctx, params.instance_id, rows.put(newApi(body, ctx)))
    },
  )

  app.get(
    '/apis/:api_id',
    {
      schema: {
        operationId: 'ShowDetailsOfApiV2',
        params: apiPath,
        response: { 200: ApiInfo('seconds', 'nanoseconds') },
      },
    },
    ({ params }) => apiInfo(ctx, params.instance_id, mustFindApi(ctx, params)),
  )

  app.put(
    '/apis/:api_id',
    {
      schema: {
        operationId: 'UpdateApiV2',
        params: apiPath,
        body: ApiCreate,
        response: { 200: ApiInfo('seconds', 'nanoseconds') },
      },
    },
    ({ params, body }) => {
      const { id, group_id, register_time } = mustFindApi(ctx, params)
      refuseBadDefinition(ctx, params, body)
      if (body.group_id !== group_id) {
        throw apigError('APIG.2011', { parameter: 'group_id' }).because(
          'an API cannot be moved to another group',
        )
      }
      refuseDangling(ctx, params, body)
      refuseTakenApi(ctx, params, { ...body, route: routeOf(body) }, id)
      const changed = newApi({ ...body, id, register_time, update_time: ctx.clock.now() }, ctx)
      return apiInfo(ctx, params.instance_id, rowsOf(params).put(changed))
    },
  )

  app.delete(
    '/apis/:api_id',
    { schema: { operationId: 'DeleteApiV2', params: apiPath, response: { 204: NoContent } } },
    ({ params }) => {
      const { id } = mustFindApi(ctx, params)
      const all = ctx.state.rows(publications, params.instance_id).where('api_id', id)
      const live = all.find(({ version_id }) => version_id !== undefined)
      if (live !== undefined) {
        throw apigError('APIG.3416').because(`it is published in environment ${live.env_id}`)
      }
      ctx.state.remove(apis, id, params.instance_id)
    },
  )

  done()
}

export const routes = [apiRoutes, publicationRoutes, versionRoutes, checkRoutes, debugRoutes]
