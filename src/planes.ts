import type {
  FastifyPluginAsync,
  FastifyPluginCallback,
  FastifyReply,
  FastifyRequest,
} from 'fastify'
import type { Context } from './context.ts'
import { apigError } from './core/errors.ts'
import { findOperation, pathParameters, readOperations } from './facts/operations.ts'
import { carryOut } from './request/fault.ts'
import { lacksBody, readLate } from './request/late-body.ts'
import { record } from './request/record.ts'

type Plugin = FastifyPluginCallback<{ ctx: Context }> | FastifyPluginAsync<{ ctx: Context }>

/**
 * A part of the planes that imitate the service, whose requests the journal keeps.
 * @param routes without them every request is one for an operation that is not served
 */
export const servicePlane =
  (routes?: Plugin): FastifyPluginCallback<{ ctx: Context }> =>
  (app, { ctx }, done) => {
    // Before the response leaves, so that its receiver finds it counted and in the journal.
    app.addHook('onSend', (request, reply, payload, next) => {
      const note = () => {
        record(ctx, request, { status: reply.statusCode, answer: textOf(payload) })
        next(null, payload)
      }
      // One that is too long was read in part, and nobody has that part.
      const isLacking = ctx.journal.isOn && reply.statusCode !== 413 && lacksBody(request)
      if (isLacking) readLate(request).then(note)
      else note()
    })
    app.setNotFoundHandler((request, reply) => answerUnknown(ctx, request, reply))
    if (routes !== undefined) app.register(routes, { ctx })
    done()
  }

/** An answer as text; a fault may send bytes. */
function textOf(payload: unknown): string {
  if (typeof payload === 'string') return payload
  return payload instanceof Uint8Array ? Buffer.from(payload).toString() : ''
}

/** 501 for what the service has and this server does not, 404 for what neither has. */
async function answerUnknown(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const path = request.url.split('?', 1)[0] ?? ''
  const operation = findOperation(await readOperations(), request.method, path)
  request.operationId = operation?.operationId
  // Rules and journal know gateway and project of an operation that has no route, too.
  if (operation !== undefined) {
    request.params = Object.fromEntries(pathParameters(operation, path))
  }
  if (ctx.faults.size > 0 && (await carryOut(ctx, request, reply))) return reply
  if (operation === undefined)
    throw apigError('APIGW.0101').because(whyUnknown(request.method, path))
  const { operationId } = operation
  throw apigError('MOCK.0501', { operation: operationId }).because(
    `${operationId} is known but not served; GET /_mock/coverage lists what is. A fault with ` +
      `operationId, status and body answers it as a stub`,
  )
}

/** Why a path is none of the service's, as far as one can tell. */
function whyUnknown(method: string, path: string): string {
  if (!/^\/v[23](\/|$)/.test(path)) {
    return (
      'the path is none of the management API; if it calls a published API: calling APIs is not ' +
      'emulated, but a fault with path, status and body answers as a stub'
    )
  }
  const isEmpty = path.slice(1).split('/').includes('')
  if (isEmpty) return 'the path has an empty segment: is a variable in it not set?'
  return `${method} on this path is no operation of the management API; GET /_mock/coverage lists all`
}
