import type { FastifyRequest, onRequestHookHandler, RouteOptions } from 'fastify'
import type { Context } from '../context.ts'
import type { Entry } from './journal.ts'
import type { Named } from './shown.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The vendor's name of the operation that the route serves. */
    operationId?: string | undefined
    /** The body as it came. */
    rawBody?: Uint8Array | undefined
    /** What lenient mode let pass. */
    tolerated?: string[] | undefined
    /** The id of the fault that answers. */
    fault?: string | undefined
    /** Why it was refused, for the tester. */
    reason?: string | undefined
  }
}

/** The properties above, so that every request has the same shape from the start. */
export const recorded = ['operationId', 'rawBody', 'tolerated', 'fault', 'reason'] as const

const NOTHING: readonly string[] = []

/** The first step of a route: from there on the journal knows which operation a request is for. */
export function nameOperation(route: RouteOptions, ctx: Context): onRequestHookHandler {
  const operationId = route.schema?.operationId ?? ''
  ctx.named.set(operationId, route.schema as Named)
  return (request, _reply, next) => {
    request.operationId = operationId
    next()
  }
}

/** Notes what lenient mode lets pass. */
export function tolerate(request: FastifyRequest, what: string): void {
  request.tolerated ??= []
  request.tolerated.push(what)
}

/** Writes a request and its answer into the journal. */
export function record(
  { clock, journal }: Context,
  request: FastifyRequest,
  { status, answer, ms }: Pick<Entry, 'status' | 'answer' | 'ms'>,
): void {
  if (!journal.isOn) return
  const { method, rawHeaders } = request.raw
  journal.add({
    time: clock.now(),
    request_id: request.id,
    operationId: request.operationId,
    method: method ?? '',
    url: request.url,
    instance_id: (request.params as { instance_id?: string } | undefined)?.instance_id,
    rawHeaders,
    // A request that was refused before its body was parsed still has the bytes as its body.
    body: request.rawBody ?? (request.body instanceof Uint8Array ? request.body : undefined),
    caller: request.caller,
    tolerated: request.tolerated ?? NOTHING,
    fault: request.fault,
    reason: request.reason,
    status,
    answer,
    ms,
  })
}
