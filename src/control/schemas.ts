import { type TProperties, Type } from '@sinclair/typebox'
import { NoContent } from '../management/schemas.ts'

export const ShowHealth = (counted: TProperties) => ({
  operationId: 'ShowHealth',
  summary: 'Whether the server is up',
  response: {
    200: Type.Object({
      status: Type.Literal('ok'),
      version: Type.String(),
      uptime: Type.Number({ description: 'seconds since the start' }),
      mode: Type.Union([Type.Literal('lenient'), Type.Literal('strict')]),
      counts: Type.Object(counted, { description: 'records of each kind, in all gateways' }),
    }),
  },
})

/** The state has a schema per table; importState checks it and names the first fault. */
const StateDocument = Type.Unknown({ description: 'the state: see docs/control-api.md' })

export const ExportState = {
  operationId: 'ExportState',
  summary: 'The whole state',
  response: { 200: StateDocument },
}

export const ReplaceState = {
  operationId: 'ReplaceState',
  summary: 'Replace the whole state',
  response: { 204: NoContent },
}

export const Reset = {
  operationId: 'Reset',
  summary: 'Go back to the seed',
  querystring: Type.Object({
    instance_id: Type.Optional(Type.String({ description: 'only this gateway' })),
  }),
  response: { 204: NoContent },
}
