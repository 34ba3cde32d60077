import { type Static, Type } from '@sinclair/typebox'
import { createIds } from '../core/ids.ts'

/** What a fault looks for; what it leaves out matches everything. */
const Match = {
  operationId: Type.Optional(Type.String({ description: 'of the vendor; * or absent: any' })),
  instance_id: Type.Optional(Type.String()),
  project_id: Type.Optional(Type.String()),
  method: Type.Optional(Type.String()),
  path: Type.Optional(
    Type.String({ description: 'the path without its query; a * stands for any text' }),
  ),
  headers: Type.Optional(
    Type.Record(Type.String(), Type.String(), { description: 'name → value that must be sent' }),
  ),
}

const Milliseconds = Type.Number({ minimum: 0, maximum: 600_000 })

/** What a fault does: a delay alone goes on to the ordinary answer. */
const Effect = {
  error_code: Type.Optional(
    Type.String({ description: 'of the catalogue, with its status and message: APIG.3103' }),
  ),
  status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599 })),
  body: Type.Optional(Type.Unknown({ description: 'with status: sent as JSON' })),
  retry_after: Type.Optional(
    Type.Integer({ minimum: 0, description: 'seconds; 429 unless a status is given' }),
  ),
  delay: Type.Optional(
    Type.Union([Milliseconds, Type.Object({ min: Milliseconds, max: Milliseconds })], {
      description: 'milliseconds, fixed or from a range (seeded)',
    }),
  ),
  connection: Type.Optional(
    Type.Union([Type.Literal('drop'), Type.Literal('reset'), Type.Literal('half')], {
      description: 'closed without an answer, reset, or cut within the answer',
    }),
  ),
}

/** When it does: the first `times` matches after `after` of them. */
const Count = {
  times: Type.Optional(Type.Integer({ minimum: 1, description: 'then it is gone' })),
  after: Type.Optional(Type.Integer({ minimum: 0, description: 'matches let through before' })),
  probability: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'needs seed' })),
  seed: Type.Optional(Type.String({ description: 'of probability and delay range' })),
}

export const FaultRule = Type.Object(
  { ...Match, ...Effect, ...Count },
  { additionalProperties: false },
)
export type FaultRule = Static<typeof FaultRule>

export const Fault = Type.Object({
  id: Type.String(),
  ...FaultRule.properties,
  hits: Type.Integer({ description: 'matches that it answered' }),
})
export type Fault = Static<typeof Fault>

/** What a request is, for a fault to match. */
export interface Matchable {
  operationId: string | undefined
  instance_id: string | undefined
  project_id: string | undefined
  method: string
  path: string
  headers: Record<string, string | string[] | undefined>
}

/** An armed rule, with what it counts. */
interface Armed {
  fault: Fault
  /** Matches to let through yet. */
  skip: number
  random: () => number
}

/** The failures that a tester ordered, in the order of their rules: the first match answers. */
export interface Faults {
  readonly size: number
  add(rule: FaultRule): Fault
  list(instanceId?: string): Fault[]
  /** False if there is no such rule. */
  remove(id: string): boolean
  clear(instanceId?: string): void
  /** The rule that answers this request, counted as hit; milliseconds are drawn for its delay. */
  take(request: Matchable): { fault: Fault; delay: number } | undefined
  /** From now on, what a reset arms again. */
  keep(): void
  reset(instanceId?: string): void
}

/** `*` in the pattern stands for any text; no pattern of the tester's becomes a regular expression. */
function matchesPath(pattern: string, path: string): boolean {
  const [head = '', ...parts] = pattern.split('*')
  const tail = parts.pop()
  if (tail === undefined) return pattern === path
  if (!path.startsWith(head) || path.length < head.length + tail.length) return false
  let from = head.length
  for (const part of parts) {
    const found = path.indexOf(part, from)
    if (found === -1) return false
    from = found + part.length
  }
  return from <= path.length - tail.length && path.endsWith(tail)
}

function matches(fault: Fault, request: Matchable): boolean {
  const { operationId, headers, path } = fault
  const isSame = (field: 'instance_id' | 'project_id' | 'method') =>
    fault[field] === undefined || fault[field] === request[field]
  return (
    (operationId === undefined || operationId === '*' || operationId === request.operationId) &&
    isSame('instance_id') &&
    isSame('project_id') &&
    isSame('method') &&
    (path === undefined || matchesPath(path, request.path)) &&
    Object.entries(headers ?? {}).every(
      ([name, value]) => request.headers[name.toLowerCase()] === value,
    )
  )
}

/** Numbers from 0 to 1, the same for the same seed. */
function seededRandom(seed: string): () => number {
  const ids = createIds(seed)
  return () => Number.parseInt(ids.hex().slice(0, 12), 16) / 16 ** 12
}

function arm(fault: Fault): Armed {
  return { fault, skip: fault.after ?? 0, random: seededRandom(fault.seed ?? fault.id) }
}

function drawDelay({ fault: { delay = 0 }, random }: Armed): number {
  return typeof delay === 'number' ? delay : delay.min + random() * (delay.max - delay.min)
}

/** No rules yet. */
export function createFaults(): Faults {
  let armed: Armed[] = []
  let kept: Fault[] = []
  let count = 0
  const isOf = (instanceId: string | undefined) => (fault: Fault) =>
    instanceId === undefined || fault.instance_id === instanceId

  const faults: Faults = {
    get size() {
      return armed.length
    },
    add(rule) {
      const fault: Fault = { id: `fault-${++count}`, ...rule, hits: 0 }
      armed.push(arm(fault))
      return fault
    },
    list: (instanceId) => armed.map(({ fault }) => fault).filter(isOf(instanceId)),
    remove(id) {
      const before = armed.length
      armed = armed.filter(({ fault }) => fault.id !== id)
      return armed.length < before
    },
    clear(instanceId) {
      armed = armed.filter(({ fault }) => !isOf(instanceId)(fault))
    },
    take(request) {
      for (const rule of armed) {
        const { fault } = rule
        if (!matches(fault, request)) continue
        if (rule.skip > 0) {
          rule.skip--
          continue
        }
        if (fault.probability !== undefined && rule.random() >= fault.probability) continue
        const hit = { ...fault, hits: fault.hits + 1 }
        rule.fault = hit
        if (hit.hits === hit.times) armed = armed.filter((other) => other !== rule)
        return { fault: hit, delay: drawDelay(rule) }
      }
      return undefined
    },
    keep() {
      kept = faults.list()
    },
    reset(instanceId) {
      faults.clear(instanceId)
      armed.push(...kept.filter(isOf(instanceId)).map(arm))
      if (instanceId === undefined) count = kept.length
    },
  }
  return faults
}
