import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from './context.ts'
import { apigError } from './core/errors.ts'
import { findOperation, readOperations } from './facts/operations.ts'
import { iam } from './iam/index.ts'
import { countAnswer } from './instruments/tallies.ts'
import { management } from './management/index.ts'
import { carryOut } from './request/fault.ts'
import { record } from './request/record.ts'

/** The planes that imitate the service: what is asked of them stands in the journal. */
export const planes: FastifyPluginCallback<{ ctx: Context }> = (app, { ctx }, done) => {
  app.addHook('onError', (request, _reply, error, next) => {
    request.reason = (error as { reason?: string }).reason
    next()
  })
  // Before the answer leaves, so that whoever has it finds it counted and written down.
  app.addHook('onSend', (request, reply, payload, next) => {
    const { operationId } = request
    if (operationId !== undefined) countAnswer(ctx.tallies, operationId, reply.statusCode)
    const answer = typeof payload === 'string' ? payload : ''
    record(ctx, request, { status: reply.statusCode, answer })
    next(null, payload)
  })
  app.setNotFoundHandler((request, reply) => answerUnknown(ctx, request, reply))
  app.register(management, { ctx })
  app.register(iam, { ctx })
  done()
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
  if (ctx.faults.size > 0 && (await carryOut(ctx, request, reply))) return reply
  if (operation === undefined) throw apigError('APIGW.0101')
  throw apigError('MOCK.0501', { operation: operation.operationId })
}
