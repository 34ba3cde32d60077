import { setTimeout as delay } from 'node:timers/promises'
import { Value } from '@sinclair/typebox/value'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { ApigError, apigError } from '../core/errors.ts'
import { readErrorCodes, readOperations } from '../facts/operations.ts'
import { type Fault, FaultRule } from '../instruments/faults.ts'
import { errorBody } from './error-handler.ts'
import { record } from './record.ts'
import type { Step } from './steps.ts'

/** Answers what the tester ordered; with nothing armed it costs one comparison. */
export function answerFault(ctx: Context): Step {
  return (request, reply) => ctx.faults.size > 0 && carryOut(ctx, request, reply)
}

/** Whether a fault answered; the tester's delay comes before its answer or, alone, before ours. */
export async function carryOut(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const { instance_id, project_id } = request.params as Record<string, string | undefined>
  const taken = ctx.faults.take({
    operationId: request.operationId,
    instance_id,
    project_id,
    method: request.method,
    path: request.url.split('?', 1)[0] ?? '',
    headers: request.headers,
  })
  if (taken === undefined) return false
  const { fault } = taken
  request.fault = fault.id
  reply.header('X-Mock-Fault', fault.id)
  if (taken.delay > 0) await delay(taken.delay)
  // A delay alone leaves the body to the ordinary way of the request.
  if (answers(fault)) await readBody(request)
  if (fault.connection !== undefined) {
    cut(ctx, fault.connection, request, reply)
    return true
  }
  return sendAnswer(fault, request, reply)
}

const answers = ({ error_code, status, retry_after, connection }: Fault): boolean =>
  [error_code, status, retry_after, connection].some((effect) => effect !== undefined)

/** A fault answers before the body is parsed, but the journal is to tell what was sent. */
async function readBody(request: FastifyRequest): Promise<void> {
  const { raw } = request
  if (raw.readableEnded) return
  const chunks: Buffer[] = []
  let room = request.routeOptions.bodyLimit
  try {
    for await (const chunk of raw) {
      room -= chunk.length
      if (room >= 0) chunks.push(chunk)
    }
  } catch {
    // Whoever sent it is gone, and with it the one to be answered.
  }
  if (chunks.length > 0) request.rawBody = Buffer.concat(chunks)
}

async function sendAnswer(
  fault: Fault,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const { error_code, retry_after, status, body } = fault
  if (retry_after !== undefined) reply.header('Retry-After', String(retry_after))
  if (error_code !== undefined) {
    const error = await catalogued(error_code, request.operationId)
    reply.code(status ?? error?.statusCode ?? 500)
    reply.send(error && errorBody(error, request.id))
  } else if (status !== undefined) {
    reply
      .code(status)
      .type('application/json')
      .send(body === undefined ? '' : JSON.stringify(body))
  } else if (retry_after !== undefined) {
    const error = apigError('APIGW.0308')
    reply.code(429).send(errorBody(error, request.id))
  } else {
    return false
  }
  return true
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
  if (how === 'reset') {
    socket.resetAndDestroy()
  } else if (how === 'drop') {
    socket.destroy()
  } else {
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n'
    socket.write(`${head}{"id":"`, () => socket.destroy())
  }
}

/** An error as the operation documents it, else as the catalogue does; undefined if neither does. */
async function catalogued(
  code: string,
  operationId: string | undefined,
): Promise<ApigError | undefined> {
  const operation = (await readOperations()).find((known) => known.operationId === operationId)
  const example = operation?.errorExamples.find(({ error_code }) => error_code === code)
  if (example !== undefined) return new ApigError(code, example.status, example.error_msg)
  const [status, message] = (await readErrorCodes()).get(code) ?? []
  if (status === undefined || message === undefined) return undefined
  return new ApigError(code, status, message.replace(/\.$/, ''))
}

/**
 * Refuses a rule that could never do what it says.
 * @throws ApigError MOCK.0400 that says what exists
 */
export async function refuseImpossible(rule: FaultRule): Promise<void> {
  const refuse = (path: string, detail: string) => {
    throw apigError('MOCK.0400', { what: 'fault', path, detail })
  }
  const { operationId = '*', error_code, probability, seed } = rule
  const operations = (await readOperations()).map((operation) => operation.operationId)
  if (operationId !== '*' && !operations.includes(operationId)) {
    refuse('/operationId', `no such operation; there are ${operations.join(', ')}`)
  }
  if (error_code !== undefined && (await catalogued(error_code, operationId)) === undefined) {
    const codes = [...(await readErrorCodes()).keys()]
    refuse('/error_code', `no such code; there are ${codes.join(', ')}`)
  }
  const effects = ['error_code', 'status', 'retry_after', 'delay', 'connection'] as const
  if (effects.every((effect) => rule[effect] === undefined)) {
    refuse('/', `a fault needs an effect: ${effects.join(', ')}`)
  }
  if (probability !== undefined && seed === undefined) {
    refuse('/seed', 'a probability needs a seed, so that every run is the same')
  }
}

/**
 * Arms the faults of a seed, which a reset arms again.
 * @throws ApigError MOCK.0400 naming the first rule that is refused
 */
export async function armSeeded(ctx: Context, rules: unknown): Promise<void> {
  if (!Array.isArray(rules)) {
    throw apigError('MOCK.0400', { what: 'seed', path: '/faults', detail: 'expected an array' })
  }
  for (const [index, rule] of rules.entries()) {
    const error = Value.Errors(FaultRule, rule).First()
    if (error !== undefined) {
      const path = `/faults/${index}${error.path}`
      throw apigError('MOCK.0400', { what: 'seed', path, detail: error.message })
    }
    await refuseImpossible(rule)
    ctx.faults.add(rule)
  }
  ctx.faults.keep()
}
