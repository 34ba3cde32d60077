import type { FastifyRequest, RouteOptions } from 'fastify'
import type { Context } from '../context.ts'
import type { Entry } from '../instruments/entry.ts'
import type { Named } from '../instruments/journal-view.ts'
import type { Masking } from '../instruments/secrets.ts'
import { countAnswer } from '../instruments/tallies.ts'
import type { Step } from './steps.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Milliseconds, as `performance.now` tells them. */
    arrived?: number | undefined
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
    /** The same without secrets, for the log and the header. */
    maskedReason?: string | undefined
    /** What hides its secrets, once something had to be hidden. */
    masking?: Masking | undefined
  }
}

/** The properties above, so that every request has the same shape from the start. */
export const recorded = [
  'arrived',
  'operationId',
  'rawBody',
  'tolerated',
  'fault',
  'reason',
  'maskedReason',
  'masking',
] as const

/** Milliseconds since the request arrived. */
export function elapsed({ arrived }: FastifyRequest): number {
  return arrived === undefined ? 0 : performance.now() - arrived
}

const NOTHING: readonly string[] = []

/** The first step of a route: from there on the journal knows which operation a request is for. */
export function nameOperation(route: RouteOptions, ctx: Context): Step {
  const operationId = route.schema?.operationId ?? ''
  ctx.named.set(operationId, route.schema as Named)
  return (request) => {
    request.operationId = operationId
  }
}

/** Notes what lenient mode lets pass. */
export function tolerate(request: FastifyRequest, what: string): void {
  request.tolerated ??= []
  request.tolerated.push(what)
}

/** Counts a request and its answer, and writes both into the journal. */
export function record(
  { clock, journal, tallies }: Context,
  request: FastifyRequest,
  { status, answer }: Pick<Entry, 'status' | 'answer'>,
): void {
  if (request.operationId !== undefined) countAnswer(tallies, request.operationId, status)
  if (!journal.isOn) return
  const { method, rawHeaders } = request.raw
  const { instance_id, project_id } = (request.params ?? {}) as Record<string, string | undefined>
  journal.add({
    id: 0,
    bytes: 0,
    time: clock.now(),
    request_id: request.id,
    operationId: request.operationId,
    method: method ?? '',
    url: request.url,
    instance_id,
    project_id,
    rawHeaders,
    // A request that was refused before its body was parsed still has the bytes as its body.
    body: request.rawBody ?? (request.body instanceof Uint8Array ? request.body : undefined),
    user_id: request.caller?.user_id,
    tolerated: request.tolerated ?? NOTHING,
    fault: request.fault,
    reason: request.reason,
    status,
    answer,
    ms: elapsed(request),
  })
}
