import type { OutgoingHttpHeaders } from 'node:http'
import { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import type { Fault } from '../instruments/fault-rule.ts'
import { writeJson } from '../schema/json.ts'
import { errorBody } from './error-handler.ts'
import { orderedError } from './fault-error.ts'
import { asIam, iamErrorBody, isIamPath } from './iam-error.ts'
import { logAnswer } from './log.ts'
import { record } from './record.ts'
import { waitFor } from './wait.ts'

/** An answer that a fault orders. */
interface Answer {
  status: number
  type: string
  body: Uint8Array
}

/**
 * Answers as a fault orders.
 * @param until aborted when nobody waits for the answer any more
 */
export async function answerFault(
  ctx: Context,
  fault: Fault,
  request: FastifyRequest,
  reply: FastifyReply,
  until: AbortSignal,
): Promise<void> {
  if (fault.connection !== undefined) {
    cut(ctx, fault.connection, request, reply)
    return
  }
  const { retry_after, response_headers = {}, slow } = fault
  const { status, type, body } = await answerOf(fault, request)
  if (retry_after !== undefined) reply.header('Retry-After', String(retry_after))
  reply.code(status).type(type).headers(response_headers)
  const length = String(reply.getHeader('Content-Length') ?? body.length)
  if (slow === undefined && length === String(body.length)) {
    reply.send(body)
    return
  }
  record(ctx, request, { status, answer: Buffer.from(body).toString() })
  logAnswer(ctx, request, reply)
  reply.header('Content-Length', length)
  await writeByHand(reply, body, slow, until)
}

function answerOf(fault: Fault, request: FastifyRequest): Answer | Promise<Answer> {
  const { error_code, raw, retry_after, status } = fault
  if (error_code !== undefined) return errorAnswer(fault, request)
  if (raw !== undefined) {
    const { text, base64 = '' } = raw
    return {
      status: status ?? (retry_after === undefined ? 200 : 429),
      type: text === undefined ? 'application/octet-stream' : 'text/plain; charset=utf-8',
      body: text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text),
    }
  }
  if (status === undefined) return json(429, errorBody(apigError('APIGW.0308'), request.id))
  return fault.body === undefined
    ? { ...json(status, ''), body: NOTHING }
    : json(status, fault.body)
}

const NOTHING = new Uint8Array()

const json = (status: number, value: unknown): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  body: Buffer.from(writeJson(value)),
})

async function errorAnswer(fault: Fault, request: FastifyRequest): Promise<Answer> {
  const { operationId, url, id } = request
  const params = request.params as Record<string, string | undefined>
  const error = (await orderedError(fault, { operationId, params })) ?? apigError('APIG.9999')
  const { code, statusCode } = error
  if (!isIamPath(url) || code.startsWith('APIGW.')) return json(statusCode, errorBody(error, id))
  const message = fault.error_msg ?? asIam(error).message
  return json(statusCode, iamErrorBody({ statusCode, message }))
}

/** Writes an answer that Fastify would mend: with a length that is wrong, or piece by piece. */
async function writeByHand(
  reply: FastifyReply,
  body: Uint8Array,
  slow: Fault['slow'],
  until: AbortSignal,
): Promise<void> {
  const headers = reply.getHeaders()
  const { raw, statusCode } = reply
  reply.hijack()
  // After a length that is wrong nobody could tell where the next answer begins.
  if (headers['content-length'] !== String(body.length)) raw.shouldKeepAlive = false
  raw.writeHead(statusCode, headers as OutgoingHttpHeaders)
  const { bytes, interval } = slow ?? { bytes: body.length, interval: 0 }
  for (let from = 0; from < body.length && !raw.destroyed; from += bytes) {
    if (from > 0) await waitFor(interval, until)
    raw.write(body.subarray(from, from + bytes))
  }
  raw.end()
}

/** Cuts the connection; nothing is sent, a reset, or half an answer. */
function cut(
  ctx: Context,
  how: NonNullable<Fault['connection']>,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { socket } = request.raw
  reply.hijack()
  record(ctx, request, { status: 0, answer: '' })
  // Without a socket, by `inject`, the answer itself is what can be cut: the call rejects.
  if (!(socket instanceof Socket)) reply.raw.destroy()
  else if (how === 'reset') socket.resetAndDestroy()
  else if (how === 'drop') socket.destroy()
  else socket.write(HALF_AN_ANSWER, () => socket.destroy())
}

const HALF_AN_ANSWER =
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"id":"'
