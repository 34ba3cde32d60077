import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { type Matchable, parsedBody } from '../instruments/fault-match.ts'
import { isAnswer } from '../instruments/faults.ts'
import { readEarly } from './early-body.ts'
import type { Step } from './steps.ts'
import { waitFor } from './wait.ts'

/** Applies the armed faults; without any it costs one comparison. */
export function carryOutFaults(ctx: Context): Step {
  return (request, reply) => ctx.faults.size > 0 && carryOut(ctx, request, reply)
}

/** Whether a fault answered; the tester's delay comes before its answer or, alone, before ours. */
export async function carryOut(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const head = headOf(request)
  const isBodyNeeded = ctx.faults.needsBody(head)
  const body = isBodyNeeded ? parsedBody(await readEarly(request)) : undefined
  const taken = ctx.faults.take({ ...head, body })
  if (taken === undefined) return false
  const { fault, delay } = taken
  request.fault = fault.id
  reply.header('X-Mock-Fault', fault.id)
  // The journal is to tell what was sent, also by a client that does not wait for the answer.
  if (delay > 0 || isAnswer(fault)) await readEarly(request)
  const until = endOf(ctx, reply)
  if (delay > 0) await waitFor(delay, until)
  if (!isAnswer(fault)) return false
  const { answerFault } = await import('./fault-answer.ts')
  await answerFault(ctx, fault, request, reply, until)
  return true
}

/** What is known of a request before its body is read. */
function headOf(request: FastifyRequest): Matchable {
  const { instance_id, project_id } = request.params as Record<string, string | undefined>
  const [path = '', ...query] = request.url.split('?')
  let parameters: URLSearchParams | undefined
  return {
    operationId: request.operationId,
    instance_id,
    project_id,
    method: request.method,
    path,
    query() {
      parameters ??= new URLSearchParams(query.join('?'))
      return parameters
    },
    headers: request.headers,
  }
}

/** Aborted when nobody waits for the answer any more: the client is gone, or the server closes. */
function endOf({ faults }: Context, reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return AbortSignal.any([gone.signal, faults.closed])
}
