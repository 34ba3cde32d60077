import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { isUnexpected, reasonText, serviceError } from './error-handler.ts'
import { elapsed } from './record.ts'

/** Every answered request is one log line, without secrets. */
export function logAnswers(app: FastifyInstance, ctx: Context): void {
  app.addHook('onError', (request, _reply, error, done) => {
    request.reason = serviceError(error).reason
    if (isUnexpected(error)) ctx.log.error({ request_id: request.id, err: error }, 'unexpected')
    done()
  })
  // Not onResponse, for which Fastify listens to the end of every answer.
  app.addHook('onSend', (request, reply, payload, done) => {
    logAnswer(ctx, request, reply)
    done(null, payload)
  })
}

export function logAnswer({ log }: Context, request: FastifyRequest, reply: FastifyReply): void {
  if (!log.isLevelEnabled('info')) return
  // Without the query, which may hold anything, and nothing that a terminal would act upon.
  const path = request.url.replace(/\?.*/s, '').replace(/[^!-~]/g, '?')
  // A health check asks every few seconds.
  log[path === '/_mock/health' ? 'debug' : 'info'](
    {
      request_id: request.id,
      method: request.method,
      path,
      status: reply.statusCode,
      ...(request.reason !== undefined && { reason: reasonText(request.reason) }),
      ms: Math.round(elapsed(request) * 1000) / 1000,
    },
    'answered',
  )
}
