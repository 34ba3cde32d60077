import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { parsedBody } from '../instruments/fault-match.ts'
import { createMasking, type Masking } from '../instruments/secrets.ts'
import { isUnexpected, reasonText, serviceError } from './error-handler.ts'
import { isControl } from './foreign-page.ts'
import { elapsed } from './record.ts'

/** Every answered request is one log line, without secrets. */
export function logAnswers(app: FastifyInstance, ctx: Context): void {
  app.addHook('onError', (request, _reply, error, done) => {
    explain(ctx, request, serviceError(error).reason)
    if (isUnexpected(error)) logUnexpected(ctx, request, error)
    done()
  })
  // Not onResponse, for which Fastify listens to the end of every answer.
  app.addHook('onSend', (request, reply, payload, done) => {
    logAnswer(ctx, request, reply)
    done(null, payload)
  })
}

/** Notes why a request is refused: for the journal, and without secrets for log and header. */
export function explain(ctx: Context, request: FastifyRequest, reason: string | undefined): void {
  request.reason = reason
  if (reason !== undefined) request.maskedReason = maskingOf(ctx, request).text(reason)
}

function maskingOf(ctx: Context, request: FastifyRequest): Masking {
  const { raw, url, body } = request
  // A state is large, and no reason speaks of what is in it.
  const sent = isControl(url) ? undefined : body instanceof Uint8Array ? parsedBody(body) : body
  request.masking ??= createMasking({ rawHeaders: raw.rawHeaders, url, body: sent }, ctx.secrets)
  return request.masking
}

/** The path of an operation that succeeded has ids alone; a wrong one may have anything. */
function pathOf(ctx: Context, request: FastifyRequest, { statusCode }: FastifyReply): string {
  const path = request.url.replace(/\?.*/s, '')
  return statusCode < 400 ? path : maskingOf(ctx, request).text(path)
}

/** A defect of this server, with its cause. */
function logUnexpected(
  ctx: Context,
  request: FastifyRequest,
  { message, stack = '' }: Error,
): void {
  const masking = maskingOf(ctx, request)
  const err = { type: 'Error', message: masking.text(message), stack: masking.text(stack) }
  ctx.log.error({ request_id: request.id, err }, 'unexpected')
}

export function logAnswer(ctx: Context, request: FastifyRequest, reply: FastifyReply): void {
  const { log } = ctx
  if (!log.isLevelEnabled('info')) return
  // Without the query, which may hold anything, and nothing that a terminal would act upon.
  const path = pathOf(ctx, request, reply).replace(/[^!-~]/g, '?')
  // A health check asks every few seconds.
  log[path === '/_mock/health' ? 'debug' : 'info'](
    {
      request_id: request.id,
      method: request.method,
      path,
      status: reply.statusCode,
      ...(request.maskedReason !== undefined && { reason: reasonText(request.maskedReason) }),
      ms: Math.round(elapsed(request) * 1000) / 1000,
    },
    'answered',
  )
}
