import { constants } from 'node:buffer'
import { Readable } from 'node:stream'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { refuseBadIdentities } from '../auth/permissions.ts'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { NoContent } from '../schema/kinds.ts'
import {
  documentPieces,
  exportGateway,
  exportState,
  importGateway,
  importState,
} from '../store/document.ts'
import { armFaults } from './fault-rules.ts'
import { refusal } from './schemas.ts'

/**
 * Bytes: a state may be far larger than a request of the service, but is parsed as one string, of
 * which Node allows half a gigabyte.
 */
const STATE_LIMIT = constants.MAX_STRING_LENGTH

/** The state has a schema per table; importState checks it and names the first fault. */
const StateDocument = Type.Unknown({ description: 'the state: see docs/control-api.md' })

const OfGateway = Type.Object({
  instance_id: Type.Optional(
    Type.String({ pattern: '^[!-~]{1,64}$', description: 'the part of this gateway alone' }),
  ),
})

const notFound = (id: string) => apigError('MOCK.0404/gateway', { id })

const ExportState = {
  operationId: 'ExportState',
  summary: 'The whole state, or the part of one gateway',
  querystring: OfGateway,
  response: { 200: StateDocument, 404: refusal(notFound('gw1')) },
}

const ReplaceState = {
  operationId: 'ReplaceState',
  summary: 'Replace the whole state, or replace or make one gateway',
  querystring: OfGateway,
  response: {
    204: NoContent,
    409: refusal(apigError('MOCK.0409', { detail: 'Too many faults: up to 1000; DELETE some' })),
  },
}

/** `/_mock/state`: every record, in the format of a seed. */
export const state: FastifyPluginCallbackTypebox<{ ctx: Context }> = (app, { ctx }, done) => {
  const { tables } = ctx.state

  app.get('/state', { schema: ExportState }, ({ query: { instance_id } }, reply) => {
    const document =
      instance_id === undefined ? exportState(ctx.state) : exportGateway(ctx.state, instance_id)
    if (document === undefined) throw notFound(String(instance_id))
    const pieces = documentPieces(document)
    reply
      .type('application/json; charset=utf-8')
      .header(
        'Content-Length',
        pieces.reduce((sum, piece) => sum + piece.length, 0),
      )
      .send(Readable.from(pieces))
    return reply
  })

  app.put(
    '/state',
    { schema: ReplaceState, bodyLimit: STATE_LIMIT },
    async ({ body, query: { instance_id } }) => {
      if (instance_id === undefined) {
        await replaceAll(ctx, body)
      } else {
        const given = importGateway(tables, body, instance_id, ctx)
        await refuseBadIdentities(given)
        ctx.state.adopt(given, instance_id)
      }
    },
  )

  done()
}

/** A state document may order faults, as a seed does; without them those that are armed remain. */
async function replaceAll(ctx: Context, document: unknown): Promise<void> {
  const isObject = typeof document === 'object' && document !== null && !Array.isArray(document)
  const { faults, ...records }: { faults?: unknown } = isObject ? document : {}
  const given = importState(ctx.state.tables, isObject ? records : document, ctx)
  await refuseBadIdentities(given)
  if (faults !== undefined) await armFaults(ctx, faults, 'body')
  ctx.state.adopt(given)
}
