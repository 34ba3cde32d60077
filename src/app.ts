import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Context } from './context.ts'
import { control } from './control/index.ts'
import { recorded } from './control/record.ts'
import { schemaController } from './core/compile.ts'
import type { ApigError } from './core/errors.ts'
import { answerError, errorBody, frontError, isUnexpected } from './error-handler.ts'
import { service } from './service.ts'

/** Bytes: the front gateway takes bodies of up to 12 MB … */
const BODY_LIMIT = 12 * 1024 * 1024
/** … and headers of up to 128 KB in all. */
const HEADER_LIMIT = 128 * 1024
/** Milliseconds after which a request that is still arriving is cut off. */
const REQUEST_TIMEOUT = 30_000

/** The HTTP application of one server, not yet listening. */
export function buildApp(ctx: Context): FastifyInstance {
  const app = Fastify({
    genReqId: () => ctx.ids.hex(),
    requestIdHeader: false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT,
    // A request that was under way before the shutdown is answered, not refused in Fastify's words.
    return503OnClosing: false,
    http: { maxHeaderSize: HEADER_LIMIT },
    exposeHeadRoutes: false,
    // A parameter is as long as its path may be: its own rule refuses it, in the service's words.
    routerOptions: { maxParamLength: HEADER_LIMIT },
    schemaController,
    frameworkErrors: answerError,
    clientErrorHandler(error, socket) {
      refuseConnection(error, socket, ctx.ids.hex())
    },
  })
  for (const property of ['signedBy', 'caller', ...recorded]) app.decorateRequest(property)
  readBytes(app)
  trace(app, ctx)
  app.setErrorHandler(answerError)
  app.register(service, { ctx })
  app.register(control, { ctx, prefix: '/_mock' })
  return app
}

/** Bodies stay bytes until it is known who sends them, whatever their content type says. */
function readBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  // The Node SDK sends a body with its GETs, and signs it.
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request
    // Fastify answers 415 for what is no media type at all; the service does not look at it.
    if (
      headers['content-type'] !== undefined &&
      !/^[\w.+-]+\/[\w.+-]/.test(headers['content-type'])
    ) {
      headers['content-type'] = 'application/octet-stream'
    }
    done()
  })
}

/** Every answer carries its request id, every answered request is one log line, without secrets. */
function trace(app: FastifyInstance, ctx: Context): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('X-Request-Id', request.id)
    done()
  })
  app.addHook('onError', (request, _reply, error, done) => {
    const { reason } = error as Partial<ApigError>
    if (reason !== undefined) ctx.log.debug({ request_id: request.id, reason }, 'refused')
    if (isUnexpected(error)) ctx.log.error({ request_id: request.id, err: error }, 'unexpected')
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    // Without the query, which may hold anything, and nothing that a terminal would act upon.
    const path = request.url.replace(/\?.*/s, '').replace(/[^!-~]/g, '?')
    // A health check asks every few seconds.
    ctx.log[path === '/_mock/health' ? 'debug' : 'info'](
      {
        request_id: request.id,
        method: request.method,
        path,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 1000) / 1000,
      },
      'answered',
    )
    done()
  })
}

/** What Node's parser refuses never becomes a request: the answer is written to the socket. */
function refuseConnection(
  error: Error & { code?: string },
  socket: Socket,
  request_id: string,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy(error)
    return
  }
  const refusal =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? frontError(400, 'Request headers too large')
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? frontError(408, 'Request timeout')
        : frontError(400, 'not an HTTP request')
  const body = JSON.stringify(errorBody(refusal, request_id))
  socket.end(
    `HTTP/1.1 ${refusal.statusCode} ${refusal.statusCode === 408 ? 'Request Timeout' : 'Bad Request'}\r\n` +
      `Content-Type: application/json; charset=utf-8\r\nX-Request-Id: ${request_id}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
