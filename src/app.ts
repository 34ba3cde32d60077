import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Context } from './context.ts'
import { control } from './control/index.ts'
import { elapsed, recorded } from './control/record.ts'
import { toHttpDate } from './core/clock.ts'
import { schemaController } from './core/compile.ts'
import type { ApigError } from './core/errors.ts'
import { WholeResponse } from './core/whole-response.ts'
import { holdAnswers } from './durable/hold-answers.ts'
import { answerError, errorBody, frontError, isUnexpected } from './error-handler.ts'
import { type Step, steps } from './hooks.ts'
import { service } from './service.ts'

/** Bytes: the front gateway takes bodies of up to 12 MB … */
const BODY_LIMIT = 12 * 1024 * 1024
/** … and headers of up to 128 KB in all. */
const HEADER_LIMIT = 128 * 1024
/** Milliseconds after which a request that is still arriving is cut off. */
const REQUEST_TIMEOUT = 30_000

/** The HTTP application of one server, not yet listening. */
export function buildApp(ctx: Context, requestTimeout = REQUEST_TIMEOUT): FastifyInstance {
  const app = Fastify({
    genReqId: () => ctx.ids.hex(),
    requestIdHeader: false,
    bodyLimit: BODY_LIMIT,
    requestTimeout,
    // A request that was under way before the shutdown is answered, not refused in Fastify's words.
    return503OnClosing: false,
    http: {
      ServerResponse: WholeResponse,
      maxHeaderSize: HEADER_LIMIT,
      // Were this the longer of the two, as by default, Node would take one for the other.
      headersTimeout: requestTimeout,
      connectionsCheckingInterval: requestTimeout / 10,
      // Node refuses a request without a Host itself, with an empty body: `refuseNoHost` does.
      requireHostHeader: false,
    },
    exposeHeadRoutes: false,
    // A parameter is as long as its path may be: its own rule refuses it, in the service's words.
    routerOptions: { maxParamLength: HEADER_LIMIT },
    schemaController,
    // What the router refuses passes by all hooks.
    frameworkErrors(error, request, reply) {
      reply.header('X-Request-Id', request.id)
      answerError(error, request, reply)
      logAnswer(ctx, request, reply)
    },
    clientErrorHandler(error, socket) {
      refuseConnection(error, socket, ctx.ids.hex())
    },
  })
  // Node answers an unknown expectation itself, with an empty body; one may as well ignore it.
  app.server.on('checkExpectation', (request, response) =>
    app.server.emit('request', request, response),
  )
  for (const property of ['signedBy', 'caller', ...recorded]) app.decorateRequest(property)
  app.addHook('onRequest', steps(arrive, dateAnswer(ctx), takeAnyMediaType, refuseNoHost))
  readBytes(app)
  // Before it is written down: an answer that cannot be held becomes another.
  if (ctx.data !== undefined) holdAnswers(app, ctx.data)
  logAnswers(app, ctx)
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
  // The usual type by name as well: Fastify looks for the parser of every other one anew.
  const types = ['application/json', '*']
  app.addContentTypeParser(types, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

/** Every answer carries its request id, whoever gives it. */
function arrive(...[request, reply]: Parameters<Step>): void {
  request.arrived = performance.now()
  reply.header('X-Request-Id', request.id)
}

/** The `Date` of an answer is that of its times; Node itself writes the machine's. */
function dateAnswer({ clock }: Context): Step {
  return (_request, reply) => {
    if (!clock.isReal()) reply.header('Date', toHttpDate(clock.now()))
  }
}

/** What Fastify takes for a media type. It answers all else 415; the service does not look at it. */
const MEDIA_TYPE = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/

function takeAnyMediaType({ headers }: FastifyRequest): void {
  if (headers['content-type'] !== undefined && !MEDIA_TYPE.test(headers['content-type'])) {
    headers['content-type'] = 'application/octet-stream'
  }
}

/** @throws ApigError APIGW.0201: HTTP/1.1 wants a Host, be it an empty one */
function refuseNoHost({ headers, raw }: FastifyRequest): void {
  if (headers.host === undefined && raw.httpVersion === '1.1')
    throw frontError(400, 'no Host header')
}

/** Every answered request is one log line, without secrets. */
function logAnswers(app: FastifyInstance, ctx: Context): void {
  app.addHook('onError', (request, _reply, error, done) => {
    const { reason } = error as Partial<ApigError>
    if (reason !== undefined) ctx.log.debug({ request_id: request.id, reason }, 'refused')
    if (isUnexpected(error)) ctx.log.error({ request_id: request.id, err: error }, 'unexpected')
    done()
  })
  // Not onResponse, for which Fastify listens to the end of every answer.
  app.addHook('onSend', (request, reply, payload, done) => {
    logAnswer(ctx, request, reply)
    done(null, payload)
  })
}

function logAnswer({ log }: Context, request: FastifyRequest, reply: FastifyReply): void {
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
      ms: Math.round(elapsed(request) * 1000) / 1000,
    },
    'answered',
  )
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
