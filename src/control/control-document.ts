import { STATUS_CODES } from 'node:http'
import { Kind, type TObject, type TSchema, Type } from '@sinclair/typebox'
import type { Context } from '../context.ts'
import { type ApigError, apigError } from '../core/errors.ts'
import { createIds } from '../core/ids.ts'
import { FaultRule } from '../instruments/fault-rule.ts'
import { frontError } from '../request/error-handler.ts'
import type { Stamp, Table } from '../store/table.ts'
import {
  errorResponse,
  type OperationObject,
  operationsOf,
  type Parameter,
  type Plane,
  routesDocument,
} from './service-document.ts'

const STATE = { $ref: '#/components/schemas/State' }
/** A state, beside which it may order faults. */
const STATE_TO_PUT = { $ref: '#/components/schemas/StateToPut' }

/** What each operation with a body accepts, on a server as it starts. */
const EXAMPLES: Record<string, object> = {
  ReplaceState: {
    version: 1,
    instances: [
      {
        id: 'my-gateway',
        apps: [{ id: 'my-app', name: 'my_app', register_time: 1596460153000 }],
        app_codes: [{ app_id: 'my-app' }],
      },
    ],
  },
  CreateFault: { operationId: 'CreateAnAppV2', error_code: 'APIG.3103', times: 1 },
  VerifyRequests: { operationId: 'CreateAnAppV2', times: 0 },
  SetClock: { time: '2026-01-02T03:04:05Z', frozen: true },
}

/** The OpenAPI document of the control plane, made of its routes. */
export async function controlDocument(ctx: Context, plane: Plane) {
  const document = await routesDocument((app) => app.register(plane, { ctx, prefix: '/_mock' }), {
    title: 'apig-mock: the control plane',
    description: 'For the tester, and never part of the real service. It needs no token.',
    security: [],
  })
  const State = stateSchema(ctx.state.tables, ctx)
  Object.assign(document.components?.schemas ?? {}, { State, StateToPut: withFaults(State) })
  for (const { path, operation } of operationsOf(document)) {
    operation.tags = [path.split(/[/.]/)[2] ?? '']
    addState(operation)
    addExample(operation)
    addErrors(operation)
  }
  return document
}

/** The state is checked by its importer, record by record, so its routes have no schema of it. */
function addState(operation: OperationObject): void {
  if (operation.operationId === 'ReplaceState') {
    const content = { 'application/json': { schema: STATE_TO_PUT } }
    operation.requestBody = { required: true, content }
  }
  if (operation.operationId === 'ExportState') {
    const content = { 'application/json': { schema: STATE } }
    operation.responses[200] = { description: '', content }
  }
}

function addExample({ operationId, requestBody }: OperationObject): void {
  const json = requestBody?.content['application/json']
  if (requestBody === undefined || json === undefined) return
  json.example = EXAMPLES[operationId]
  // No field of it is required, but some effect is.
  if (operationId === 'CreateFault') requestBody.required = true
}

/** Adds the refusals that no route repeats, and to all that a route declares the one description. */
function addErrors(operation: OperationObject): void {
  const { responses, requestBody, parameters = [] } = operation
  for (const [status, response] of Object.entries(responses)) {
    const [example] = examplesOf(response.content?.['application/json']?.schema)
    if (example === undefined) response.description = STATUS_CODES[status] ?? status
    else responses[status] = errorResponse({ status: Number(status), ...example })
  }
  const add = ({ statusCode: status, code: error_code, message: error_msg }: ApigError) => {
    responses[status] = errorResponse({ status, error_code, error_msg })
  }
  if (requestBody !== undefined) {
    add(apigError('MOCK.0400', { what: 'body', path: '/times', detail: 'Expected integer' }))
    add(frontError(413, 'Request entity too large'))
  } else if (responses[400] === undefined) {
    const isQuery = (parameter: Parameter) => parameter.in === 'query'
    const detail = `unknown; known here: ${parameters.some(isQuery) ? 'instance_id' : 'none'}`
    add(apigError('MOCK.0400', { what: 'querystring', path: '/instance', detail }))
  }
  if (operation.operationId !== 'ShowHealth')
    add(apigError('MOCK.0403', { detail: '/_mock cannot be used from a page of another origin' }))
  // Only when the file of --data can no longer be written.
  add(apigError('APIG.9999'))
}

interface Refusal {
  error_code: string
  error_msg: string
}

const examplesOf = (schema: { examples?: Refusal[] } | undefined) => schema?.examples ?? []

/** A state as it may be put: of a record, what a create would generate may be absent. */
function stateSchema(tables: readonly Table[], stamp: Pick<Stamp, 'clock'>) {
  const rows = (table: Table, below: Table[]) =>
    Type.Optional(
      Type.Array(
        Type.Object(
          { ...fieldsToGive(table, stamp), ...listed(below) },
          { additionalProperties: false },
        ),
      ),
    )
  const listed = (some: Table[], below: Table[] = []): TObject['properties'] =>
    Object.fromEntries(
      some.map((table) => [table.name, rows(table, table.name === 'instances' ? below : [])]),
    )
  const [account, ofGateway] = (['account', 'gateway'] as const).map((scope) =>
    tables.filter((table) => table.scope === scope),
  )
  return Type.Object(
    { version: Type.Optional(Type.Literal(1)), ...listed(account ?? [], ofGateway) },
    { additionalProperties: false },
  )
}

/** The fields of a record; those are optional that it gets where nobody gives them. */
function fieldsToGive(table: Table, { clock }: Pick<Stamp, 'clock'>): TObject['properties'] {
  const generated = table.complete({}, { clock, ids: createIds('document') })
  const fields = Object.entries(asKept(table.schema).properties)
  return Object.fromEntries(
    fields.map(([name, field]) => [
      name,
      generated[name] === undefined ? field : Type.Optional(field),
    ]),
  )
}

const withFaults = ({ properties }: TObject) =>
  Type.Object(
    {
      ...properties,
      faults: Type.Optional(
        Type.Array(FaultRule, {
          description: 'in place of those that are armed; not of one gateway',
        }),
      ),
    },
    { additionalProperties: false },
  )

/** An object as records keep it, where a time is a number; the service writes it as a string. */
function asKept(schema: TObject): TObject {
  const fields = Object.entries(schema.properties).map(([name, field]) => [
    name,
    fieldAsKept(field),
  ])
  return { ...schema, properties: Object.fromEntries(fields) }
}

function fieldAsKept(field: TSchema): TSchema {
  switch (field[Kind]) {
    case 'Time':
      return Type.Number({ description: 'milliseconds since 1970', examples: [1596460153000] })
    case 'Object':
      return asKept(field as TObject)
    case 'Array':
      return { ...field, items: fieldAsKept(field.items) }
    case 'Union':
      return { ...field, anyOf: field.anyOf.map(fieldAsKept) }
    default:
      return field
  }
}
