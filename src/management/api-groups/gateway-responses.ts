import { Type } from '@sinclair/typebox'
import type { Context } from '../../context.ts'
import { apigError } from '../../core/errors.ts'
import { idOf } from '../../core/ids.ts'
import { NoContent } from '../../schema/kinds.ts'
import type { Routes } from '../family.ts'
import { pageOf } from '../page.ts'
import { refuseOver } from '../records.ts'
import { Id, instancePath, listOf, pageQuery } from '../schemas.ts'
import { groupPath, mustFindGroup } from './rules.ts'
import {
  type ApiGroup,
  DEFAULT_BODY,
  type GatewayResponse,
  GatewayResponseInfo,
  gatewayResponses,
  newGatewayResponse,
  RESPONSE_TYPES,
  ResponseInfo,
  type ResponseType,
} from './tables.ts'

/** Responses of one group beside its default one: the default quota. */
const LIMIT = 4

const responsePath = instancePath({ group_id: Id(), response_id: Id() })
const typePath = instancePath({
  group_id: Id(),
  response_id: Id(),
  response_type: Type.String({ minLength: 1, maxLength: 64 }),
})

const ResponsesCreate = Type.Object({
  name: Type.String({
    pattern: '^[A-Za-z0-9_-]{1,64}$',
    description: '1 to 64 letters, digits, _ and -',
    examples: ['response_demo'],
  }),
  responses: Type.Optional(Type.Record(Type.String(), ResponseInfo)),
})

const TypeInfo = Type.Record(
  Type.String(),
  Type.Object({ ...ResponseInfo.properties, default: Type.Boolean() }),
  { examples: [{ AUTH_FAILURE: { status: 401, body: DEFAULT_BODY, default: true } }] },
)

const isType = (name: string): name is ResponseType => Object.hasOwn(RESPONSE_TYPES, name)

/** A type as shown: as it was set, or its default. */
function typeInfo({ responses }: GatewayResponse, type: ResponseType) {
  const set = responses[type]
  const status = set?.status ?? RESPONSE_TYPES[type]
  const { body, headers } = set ?? { body: DEFAULT_BODY, headers: undefined }
  return {
    ...(status !== undefined && { status }),
    body,
    ...(headers !== undefined && { headers }),
    default: set === undefined,
  }
}

const withTypes = (response: GatewayResponse) => ({
  ...response,
  responses: Object.fromEntries(
    (Object.keys(RESPONSE_TYPES) as ResponseType[]).map((type) => [type, typeInfo(response, type)]),
  ),
})

/**
 * The response `default` of a group, which every group has. It becomes a record when it is changed;
 * until then it is the same whenever it is looked at.
 */
function defaultResponse(ctx: Context, group: ApiGroup): GatewayResponse {
  const id = idOf(`default response of ${group.id}`)
  const { register_time: create_time } = group
  const given = { id, group_id: group.id, name: 'default', default: true }
  return newGatewayResponse({ ...given, create_time, update_time: create_time }, ctx)
}

/** The responses of a group, newest first, its default one last. */
export function responsesOf(ctx: Context, instance_id: string, group: ApiGroup): GatewayResponse[] {
  const own = ctx.state.rows(gatewayResponses, instance_id).where('group_id', group.id)
  const standard = own.find((row) => row.default) ?? defaultResponse(ctx, group)
  return [...own.filter((row) => !row.default), standard]
}

interface ResponsePath {
  instance_id: string
  group_id: string
  response_id: string
}

export const gatewayResponseRoutes: Routes = (app, { ctx }, done) => {
  const rowsOf = (instance_id: string) => ctx.state.rows(gatewayResponses, instance_id)

  /** @throws ApigError APIG.3001 for the group, APIG.3007 for the response */
  function mustFindResponse({ response_id, ...path }: ResponsePath): GatewayResponse {
    const group = mustFindGroup(ctx, path)
    const found = responsesOf(ctx, path.instance_id, group).find(({ id }) => id === response_id)
    if (found === undefined) throw apigError('APIG.3007', { id: response_id })
    return found
  }

  /** @throws ApigError APIG.2011 for a type that does not exist */
  function refuseUnknownTypes(responses: object = {}): void {
    const unknown = Object.keys(responses).find((name) => !isType(name))
    if (unknown === undefined) return
    throw apigError('APIG.2011', { parameter: 'responses' }).because(
      `responses: one of ${Object.keys(RESPONSE_TYPES).join(', ')}`,
    )
  }

  /** @throws ApigError APIG.2012 */
  function mustBeType(name: string): ResponseType {
    if (isType(name)) return name
    throw apigError('APIG.2012', { parameter: 'response_type' }).because(
      `response_type: one of ${Object.keys(RESPONSE_TYPES).join(', ')}`,
    )
  }

  /** @throws ApigError APIG.3216; a response does not collide with itself */
  function refuseTakenName(
    instance_id: string,
    group: ApiGroup,
    name: string,
    self?: string,
  ): void {
    const taken = responsesOf(ctx, instance_id, group).find((row) => row.name === name)
    if (taken !== undefined && taken.id !== self) throw apigError('APIG.3216')
  }

  const path = '/api-groups/:group_id/gateway-responses'

  app.get(
    path,
    {
      schema: {
        operationId: 'ListGatewayResponsesV2',
        params: groupPath,
        querystring: pageQuery(),
        response: { 200: listOf('responses', GatewayResponseInfo('seconds', 'seconds')) },
      },
    },
    ({ params, query }) => {
      const group = mustFindGroup(ctx, params)
      const { items, ...counts } = pageOf(responsesOf(ctx, params.instance_id, group), query)
      return { ...counts, responses: items.map(withTypes) }
    },
  )

  app.post(
    path,
    {
      schema: {
        operationId: 'CreateGatewayResponseV2',
        params: groupPath,
        body: ResponsesCreate,
        response: { 201: GatewayResponseInfo('china-time', 'china-time') },
      },
    },
    (request) => {
      const { params, body } = request
      const group = mustFindGroup(ctx, params)
      refuseUnknownTypes(body.responses)
      refuseTakenName(params.instance_id, group, body.name)
      const count = responsesOf(ctx, params.instance_id, group).length - 1
      refuseOver(ctx, request, { count, limit: LIMIT, what: 'responses of a group' }, 'APIG.3136')
      const response = newGatewayResponse({ group_id: group.id, ...body }, ctx)
      return withTypes(rowsOf(params.instance_id).put(response))
    },
  )

  app.get(
    `${path}/:response_id`,
    {
      schema: {
        operationId: 'ShowDetailsOfGatewayResponseV2',
        params: responsePath,
        response: { 200: GatewayResponseInfo('seconds', 'seconds') },
      },
    },
    ({ params }) => withTypes(mustFindResponse(params)),
  )

  app.put(
    `${path}/:response_id`,
    {
      schema: {
        operationId: 'UpdateGatewayResponseV2',
        params: responsePath,
        body: ResponsesCreate,
        response: { 200: GatewayResponseInfo('seconds', 'china-time') },
      },
    },
    ({ params, body }) => {
      const found = mustFindResponse(params)
      refuseUnknownTypes(body.responses)
      if (found.default && body.name !== found.name) throw apigError('APIG.3492')
      refuseTakenName(params.instance_id, mustFindGroup(ctx, params), body.name, found.id)
      // Types that are not sent return to their default (the Terraform provider counts on it).
      const changed = { ...found, responses: {}, ...body, update_time: ctx.clock.now() }
      return withTypes(rowsOf(params.instance_id).put(changed))
    },
  )

  app.delete(
    `${path}/:response_id`,
    {
      schema: {
        operationId: 'DeleteGatewayResponseV2',
        params: responsePath,
        response: { 204: NoContent },
      },
    },
    ({ params }) => {
      const found = mustFindResponse(params)
      if (found.default) throw apigError('APIG.3491')
      rowsOf(params.instance_id).delete(found.id)
    },
  )

  app.get(
    `${path}/:response_id/:response_type`,
    {
      schema: {
        operationId: 'ShowDetailsOfGatewayResponseTypeV2',
        params: typePath,
        response: { 200: TypeInfo },
      },
    },
    ({ params }) => {
      const found = mustFindResponse(params)
      const type = mustBeType(params.response_type)
      return { [type]: typeInfo(found, type) }
    },
  )

  app.put(
    `${path}/:response_id/:response_type`,
    {
      schema: {
        operationId: 'UpdateGatewayResponseTypeV2',
        params: typePath,
        body: ResponseInfo,
        response: { 200: TypeInfo },
      },
    },
    ({ params, body }) => {
      const found = mustFindResponse(params)
      const type = mustBeType(params.response_type)
      const responses = { ...found.responses, [type]: body }
      const changed = { ...found, responses, update_time: ctx.clock.now() }
      return { [type]: typeInfo(rowsOf(params.instance_id).put(changed), type) }
    },
  )

  app.delete(
    `${path}/:response_id/:response_type`,
    {
      schema: {
        operationId: 'DeleteGatewayResponseTypeV2',
        params: typePath,
        response: { 204: NoContent },
      },
    },
    ({ params }) => {
      const found = mustFindResponse(params)
      const { [mustBeType(params.response_type)]: _, ...responses } = found.responses
      const changed = { ...found, responses, update_time: ctx.clock.now() }
      rowsOf(params.instance_id).put(changed)
    },
  )

  done()
}
