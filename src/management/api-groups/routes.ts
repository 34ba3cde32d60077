import { Type } from '@sinclair/typebox'
import type { Context } from '../../context.ts'
import { apigError } from '../../core/errors.ts'
import { NoContent, Text, Time, type TimeFormat } from '../../schema/kinds.ts'
import type { Routes } from '../family.ts'
import { matching, page } from '../page.ts'
import { type Gateway, refuseOver, refuseTaken } from '../records.ts'
import { Filter, instancePath, listOf, PreciseSearch, pageQuery } from '../schemas.ts'
import { urlDomainRoutes } from './domains.ts'
import { gatewayResponseRoutes } from './gateway-responses.ts'
import { debugDomainOf, groupPath, mustFindGroup } from './rules.ts'
import {
  ApiGroup,
  ApiGroupCreate,
  apiGroups,
  newApiGroup,
  SslVersion,
  urlDomains,
} from './tables.ts'

/** Groups of one gateway: the default quota. */
const LIMIT = 1500

/** A domain of a group as the group shows it. */
export const UrlDomainInfo = Type.Object({
  id: Type.String(),
  domain: Type.String({ examples: ['www.example.com'] }),
  cname_status: Type.Literal(3, { description: '3: resolved' }),
  ssl_id: Type.String({ examples: [''] }),
  ssl_name: Type.String({ examples: [''] }),
  min_ssl_version: SslVersion,
  is_http_redirect_to_https: Type.Boolean(),
  verified_client_certificate_enabled: Type.Boolean(),
  is_has_trusted_root_ca: Type.Boolean(),
  ingress_http_port: Type.Integer(),
  ingress_https_port: Type.Integer(),
  ssl_infos: Type.Array(
    Type.Object({
      ssl_id: Type.String(),
      ssl_name: Type.String(),
      algorithm_type: Type.String(),
      type: Type.Integer(),
      is_has_trusted_root_ca: Type.Boolean(),
    }),
  ),
})

/** A group as returned; operations differ in how they write its two times. */
const ApiGroupInfo = (registered: TimeFormat, updated: TimeFormat) =>
  Type.Object({
    ...ApiGroup.properties,
    remark: Text({ maxLength: 1000, examples: ['Group 1'] }),
    sl_domain: Type.String({ examples: ['c77f5e81d9cb4424bf704ef2b0ac7600.apic.localhost'] }),
    sl_domains: Type.Array(Type.String(), {
      examples: [['c77f5e81d9cb4424bf704ef2b0ac7600.apic.localhost']],
    }),
    url_domains: Type.Array(UrlDomainInfo),
    register_time: Time(registered),
    update_time: Time(updated),
  })

/** A group as returned: with its debug domain and its own domains. */
export function withDomains(ctx: Context, instance_id: string, group: ApiGroup) {
  const sl_domain = debugDomainOf(ctx, group.id)
  const domains = ctx.state.rows(urlDomains, instance_id).where('group_id', group.id)
  return {
    ...group,
    sl_domain,
    sl_domains: [sl_domain],
    url_domains: domains.map(
      ({ group_id: _, url_domain: domain, status: cname_status, ...row }) => ({
        ...row,
        domain,
        cname_status,
        ssl_id: '',
        ssl_name: '',
        is_has_trusted_root_ca: false,
        ssl_infos: [],
      }),
    ),
  }
}

const apiGroupRoutes: Routes = (app, { ctx }, done) => {
  const rowsOf = ({ instance_id }: Gateway) => ctx.state.rows(apiGroups, instance_id)

  /** The DEFAULT group can be neither renamed nor deleted. */
  function refuseDefault({ is_default }: ApiGroup): void {
    if (is_default === 1) {
      throw apigError('APIG.1101').because('the DEFAULT group cannot be renamed or deleted')
    }
  }

  app.get(
    '/api-groups',
    {
      schema: {
        operationId: 'ListApiGroupsV2',
        params: instancePath(),
        querystring: pageQuery({
          id: Filter(),
          name: Filter('a part of the name; see precise_search'),
          precise_search: PreciseSearch('name'),
        }),
        response: { 200: listOf('groups', ApiGroupInfo('seconds', 'seconds')) },
      },
    },
    ({ params, query }) => {
      const { items, ...counts } = page(
        rowsOf(params),
        query,
        matching<ApiGroup>(query, ['name'], ['id']),
      )
      return { ...counts, groups: items.map((row) => withDomains(ctx, params.instance_id, row)) }
    },
  )

  app.post(
    '/api-groups',
    {
      schema: {
        operationId: 'CreateApiGroupV2',
        params: instancePath(),
        body: ApiGroupCreate,
        response: { 201: ApiGroupInfo('nanoseconds', 'nanoseconds') },
      },
    },
    (request) => {
      const { params, body } = request
      const rows = rowsOf(params)
      refuseTaken(rows, ['name', body.name], 'APIG.3201')
      refuseOver(ctx, request, { count: rows.size, limit: LIMIT, what: 'API groups' }, 'APIG.3101')
      return withDomains(ctx, params.instance_id, rows.put(newApiGroup(body, ctx)))
    },
  )

  app.post(
    '/api-groups/check',
    {
      schema: {
        operationId: 'CheckApiGroupsV2',
        params: instancePath(),
        body: Type.Object({ group_name: Type.String({ examples: ['api_group_001'] }) }),
        response: { 204: NoContent },
      },
    },
    ({ params, body }) => refuseTaken(rowsOf(params), ['name', body.group_name], 'APIG.3201'),
  )

  app.get(
    '/api-groups/:group_id',
    {
      schema: {
        operationId: 'ShowDetailsOfApiGroupV2',
        params: groupPath,
        response: { 200: ApiGroupInfo('seconds', 'seconds') },
      },
    },
    ({ params }) => withDomains(ctx, params.instance_id, mustFindGroup(ctx, params)),
  )

  app.put(
    '/api-groups/:group_id',
    {
      schema: {
        operationId: 'UpdateApiGroupV2',
        params: groupPath,
        body: ApiGroupCreate,
        response: { 200: ApiGroupInfo('seconds', 'nanoseconds') },
      },
    },
    ({ params, body }) => {
      const found = mustFindGroup(ctx, params)
      if (body.name !== found.name) refuseDefault(found)
      refuseTaken(rowsOf(params), ['name', body.name], 'APIG.3201', found)
      const update_time = ctx.clock.now()
      const group = rowsOf(params).put({ ...found, remark: '', ...body, update_time })
      return withDomains(ctx, params.instance_id, group)
    },
  )

  app.delete(
    '/api-groups/:group_id',
    {
      schema: { operationId: 'DeleteApiGroupV2', params: groupPath, response: { 204: NoContent } },
    },
    ({ params }) => {
      refuseDefault(mustFindGroup(ctx, params))
      ctx.state.remove(apiGroups, params.group_id, params.instance_id)
    },
  )

  app.put(
    '/api-groups/:group_id/sl-domain-access-settings',
    {
      schema: {
        operationId: 'UpdateSlDomainSettingV2',
        params: groupPath,
        body: Type.Object({ sl_domain_access_enabled: Type.Boolean({ examples: [true] }) }),
        response: { 204: NoContent },
      },
    },
    ({ params, body }) => {
      rowsOf(params).put({ ...mustFindGroup(ctx, params), ...body })
    },
  )

  done()
}

export const routes = [apiGroupRoutes, urlDomainRoutes, gatewayResponseRoutes]
