import { Type } from '@sinclair/typebox'
import { apigError } from '../../core/errors.ts'
import { NoContent } from '../../schema/kinds.ts'
import { extend, withFields } from '../../schema/record.ts'
import { isAddressRule } from '../addresses.ts'
import type { Routes } from '../family.ts'
import { matching, page } from '../page.ts'
import {
  batch,
  type Gateway,
  mustFind,
  refuseOtherAction,
  refuseOver,
  refuseTaken,
} from '../records.ts'
import { batchOf, Filter, Id, instancePath, listOf, PreciseSearch, pageQuery } from '../schemas.ts'
import { Acl, AclCreate, AclInfo, aclBindings, acls, newAcl } from './tables.ts'

/** Policies of one gateway: the default quota. */
const LIMIT = 100

const aclPath = instancePath({ acl_id: Id('id') })

/** What `acl_value` may hold, by entity type (the API reference and the SDKs' comments). */
const VALUE_RULES = {
  IP: { isItem: isAddressRule, items: 100, rule: 'up to 100 IP addresses, ranges or CIDR blocks' },
  DOMAIN: {
    isItem: (name: string) => /^(?![0-9]+$)[!-+\--~]{1,64}$/.test(name),
    items: 1024,
    rule: 'account names of 1 to 64 characters, not digits alone',
  },
  DOMAIN_ID: {
    isItem: (id: string) => /^[A-Za-z0-9]{32}$/.test(id),
    items: 1024,
    rule: 'account ids of 32 letters and digits',
  },
} as const

/** @throws ApigError APIG.2011 for a value that is no list of what its entity type wants */
function refuseBadValue({ acl_value, entity_type }: AclCreate): void {
  const { isItem, items, rule } = VALUE_RULES[entity_type]
  const given = acl_value.split(',')
  const isTooLong = entity_type !== 'IP' && acl_value.length > 1024
  if (given.length <= items && !isTooLong && given.every((item) => isItem(item.trim()))) return
  throw apigError('APIG.2011', { parameter: 'acl_value' }).because(`acl_value: ${rule}`)
}

const aclRoutes: Routes = (app, { ctx }, done) => {
  const rowsOf = ({ instance_id }: Gateway) => ctx.state.rows(acls, instance_id)

  /** @throws ApigError APIG.3006 for a policy that is not there, APIG.3447 for one in use */
  function deleteAcl({ instance_id }: Gateway, id: string): void {
    if (!ctx.state.remove(acls, id, instance_id)) throw apigError('APIG.3006', { id })
  }

  app.get(
    '/acls',
    {
      schema: {
        operationId: 'ListAclStrategiesV2',
        params: instancePath(),
        querystring: pageQuery({
          id: Filter(),
          name: Filter('a part of the name; see precise_search'),
          acl_type: Filter(),
          entity_type: Filter(),
          precise_search: PreciseSearch('name'),
          // The Terraform provider's name for `name`.
          acl_name: Filter('as name'),
        }),
        response: {
          200: listOf('acls', withFields(Acl, { bind_num: Type.Integer({ examples: [0] }) })),
        },
      },
    },
    ({ params, query }) => {
      const { name = query.acl_name, precise_search = '' } = query
      const filter = matching<Acl>(
        {
          ...query,
          acl_name: name,
          precise_search: precise_search.replace(/\bname\b/, 'acl_name'),
        },
        ['acl_name'],
        ['id', 'acl_type', 'entity_type'],
      )
      const { items, ...counts } = page(rowsOf(params), query, filter)
      const bindings = ctx.state.rows(aclBindings, params.instance_id)
      return {
        ...counts,
        acls: items.map((row) => extend(row, { bind_num: bindings.count('acl_id', row.id) })),
      }
    },
  )

  app.post(
    '/acls',
    {
      schema: {
        operationId: 'CreateAclStrategyV2',
        params: instancePath(),
        body: AclCreate,
        response: { 201: AclInfo('nanoseconds') },
      },
    },
    (request) => {
      const { params, body } = request
      const rows = rowsOf(params)
      refuseBadValue(body)
      refuseTaken(rows, ['acl_name', body.acl_name], 'APIG.3206')
      const quota = { count: rows.size, limit: LIMIT, what: 'access control policies' }
      refuseOver(ctx, request, quota, 'APIG.3112')
      return rows.put(newAcl(body, ctx))
    },
  )

  app.get(
    '/acls/:acl_id',
    {
      schema: {
        operationId: 'ShowDetailsOfAclPolicyV2',
        params: aclPath,
        response: { 200: Acl },
      },
    },
    ({ params }) => mustFind(rowsOf(params), params.acl_id, 'APIG.3006'),
  )

  app.put(
    '/acls/:acl_id',
    {
      schema: {
        operationId: 'UpdateAclStrategyV2',
        params: aclPath,
        body: AclCreate,
        response: { 200: AclInfo('nanoseconds') },
      },
    },
    ({ params, body }) => {
      const rows = rowsOf(params)
      const found = mustFind(rows, params.acl_id, 'APIG.3006')
      refuseBadValue(body)
      if (body.entity_type !== found.entity_type) {
        throw apigError('APIG.2011', { parameter: 'entity_type' }).because(
          'the entity_type of a policy cannot be changed',
        )
      }
      refuseTaken(rows, ['acl_name', body.acl_name], 'APIG.3206', found)
      return rows.put({ ...found, ...body, update_time: ctx.clock.now() })
    },
  )

  app.delete(
    '/acls/:acl_id',
    { schema: { operationId: 'DeleteAclV2', params: aclPath, response: { 204: NoContent } } },
    ({ params }) => deleteAcl(params, params.acl_id),
  )

  app.put(
    '/acls',
    {
      schema: {
        operationId: 'BatchDeleteAclV2',
        params: instancePath(),
        querystring: Type.Object({ action: Filter('delete') }),
        body: Type.Object({ acls: Type.Optional(Type.Array(Type.String())) }),
        response: { 200: batchOf({ acl_id: Type.String(), acl_name: Type.String() }) },
      },
    },
    ({ params, query, body }) => {
      refuseOtherAction(query.action, 'delete')
      return batch(
        body.acls ?? [],
        (id) => deleteAcl(params, id),
        (acl_id) => ({ acl_id, acl_name: rowsOf(params).get(acl_id)?.acl_name ?? '' }),
      )
    },
  )

  done()
}

export const routes = [aclRoutes]
