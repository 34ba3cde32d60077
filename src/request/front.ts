import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify'
import type { Context } from '../context.ts'
import { toHttpDate } from '../core/clock.ts'
import { errorBody, frontError } from './error-handler.ts'
import { type Step, steps } from './steps.ts'

/** The steps of every request of every plane, before its route's own. */
export const frontSteps = (ctx: Context): onRequestHookHandler =>
  steps(arrive, dateAnswer(ctx), takeAnyMediaType, refuseNoHost)

/** Bodies stay bytes until it is known who sends them, whatever their content type says. */
export function readBytes(app: FastifyInstance): void {
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

/** What Node's parser refuses never becomes a request: the answer is written to the socket. */
export function refuseConnection(
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
