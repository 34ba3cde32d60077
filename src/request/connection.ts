import { METHODS, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Context } from '../context.ts'
import { type ApigError, apigError } from '../core/errors.ts'
import { errorBody, frontError, reasonText } from './error-handler.ts'

/** What Node says of a connection that it gives up. */
export interface ConnectionFault extends Error {
  code?: string
  /** The bytes at which the parser stopped, and all that came with them. */
  rawPacket?: unknown
}

/** Answers what never becomes a request. */
export interface Connections {
  /** Has a server tell of its requests, and of those that want a tunnel. */
  watch(server: Server): void
  refuse(fault: ConnectionFault, socket: Duplex): void
}

/** The answers to what Node's parser refuses are written to the socket, but never into another. */
export function createConnections(ctx: Context): Connections {
  /** Of each connection the answers that had not ended when its last request came. */
  const open = new WeakMap<Duplex, ServerResponse[]>()

  const send = (socket: Duplex, refusal: ApigError) => {
    if (!socket.writable) return
    const request_id = ctx.controlIds.hex()
    ctx.log.info({ request_id, reason: refusal.reason }, `refused a connection: ${refusal.message}`)
    socket.end(answerText(refusal, request_id))
  }

  return {
    watch(server) {
      // Node would leave out what comes after the 2,000th; their size is bounded.
      server.maxHeadersCount = 0
      server.prependListener('request', (request, response) => {
        const before = open.get(request.socket)
        const unfinished = before?.filter(({ writableFinished }) => !writableFinished) ?? []
        open.set(request.socket, [...unfinished, response])
      })
      server.on('connect', (_request, socket) => send(socket, noTunnel()))
    },
    refuse(fault, socket) {
      if (fault.code === 'ECONNRESET' || !socket.writable) {
        socket.destroy(fault)
        return
      }
      const answers = open.get(socket) ?? []
      const last = answers.at(-1)
      const isOfLast = last !== undefined && !last.req.complete
      const others = isOfLast ? answers.slice(0, -1) : answers
      const isAnswered = isOfLast && last.headersSent
      const isUnderWay = ({ headersSent, writableFinished }: ServerResponse) =>
        headersSent && !writableFinished
      const waiting = others.findLast(({ headersSent }) => !headersSent)
      if (answers.some(isUnderWay)) socket.destroy()
      else if (isAnswered) socket.end()
      else if (waiting === undefined) send(socket, refusalOf(fault))
      // In their order: first what the requests before it are answered.
      else waiting.once('finish', () => send(socket, refusalOf(fault)))
    },
  }
}

const noTunnel = (): ApigError =>
  apigError('APIGW.0101').because('CONNECT: this server is no proxy; give clients its own address')

/** A request line that is well formed but for its method, which Node's parser does not know. */
const REQUEST_LINE = /^([A-Za-z-]{1,32}) \/[!-~]* HTTP\/1\.[01]\r\n/

function refusalOf({ code, message, rawPacket }: ConnectionFault): ApigError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return frontError(400, 'Request headers too large').because(
      'path and headers may have 128 KB in all',
    )
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return frontError(408, 'Request timeout').because(
      'the request did not arrive within 30 seconds',
    )
  }
  if (code === 'HPE_INVALID_METHOD') {
    const [, method] =
      REQUEST_LINE.exec(rawPacket instanceof Buffer ? rawPacket.toString('latin1') : '') ?? []
    if (method !== undefined && !METHODS.includes(method)) {
      return apigError('APIGW.0101').because(`${method} is no method of any operation`)
    }
  }
  return frontError(400, 'not an HTTP request').because(message)
}

/** A whole answer, after which the connection ends. */
function answerText(refusal: ApigError, request_id: string): string {
  const body = JSON.stringify(errorBody(refusal, request_id))
  const { statusCode, reason } = refusal
  return [
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}`,
    'Content-Type: application/json; charset=utf-8',
    `X-Request-Id: ${request_id}`,
    ...(reason === undefined ? [] : [`X-Mock-Reason: ${reasonText(reason)}`]),
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}
