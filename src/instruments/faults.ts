import { apigError } from '../core/errors.ts'
import { createIds } from '../core/ids.ts'
import { createMatcher, type Matchable, type Matcher } from './fault-match.ts'
import type { Fault, FaultRule } from './fault-rule.ts'

/** Rules that may be armed at a time … */
export const MOST_FAULTS = 1000
/** … and the characters that they may have as JSON in all. */
export const MOST_CHARACTERS = 64 * 1024 * 1024

/** An armed rule, with what it counts. */
interface ArmedFault {
  fault: Fault
  matcher: Matcher
  /** Its place in the order of the rules. */
  place: number
  /** Characters as JSON. */
  size: number
  /** Matches to let through yet. */
  skip: number
  random: () => number
}

/** The armed faults in the order of their rules: the first match applies. */
export interface Faults {
  readonly size: number
  /** Aborted when the server closes: what a fault holds up goes on at once. */
  readonly closed: AbortSignal
  close(): void
  /** @throws ApigError MOCK.0409 if there are too many, or they are too large together */
  add(rule: FaultRule): Fault
  /** These in place of all; if they are too many, nothing is changed. */
  replace(rules: readonly FaultRule[]): void
  list(instanceId?: string): Fault[]
  /** False if there is no such rule. */
  remove(id: string): boolean
  clear(instanceId?: string): void
  /** Whether it takes the body to tell which rule answers this request. */
  needsBody(request: Matchable): boolean
  /** The rule that answers this request, counted as hit; milliseconds are drawn for its delay. */
  take(request: Matchable): { fault: Fault; delay: number } | undefined
  /** From now on, what a reset arms again. */
  keep(): void
  reset(instanceId?: string): void
}

/** Whether a fault answers, rather than only delays the ordinary answer. */
export const isAnswer = (fault: FaultRule): boolean =>
  (['error_code', 'status', 'raw', 'retry_after', 'connection'] as const).some(
    (effect) => fault[effect] !== undefined,
  )

/** Numbers from 0 to 1, the same for the same seed. */
function seededRandom(seed: string): () => number {
  const ids = createIds(seed)
  return () => Number.parseInt(ids.hex().slice(0, 12), 16) / 16 ** 12
}

function drawDelay({ fault: { delay = 0 }, random }: ArmedFault): number {
  return typeof delay === 'number' ? delay : delay.min + random() * (delay.max - delay.min)
}

/** The rules of one gateway and one operation; what a rule leaves out counts as `*`. */
const bucketKey = (instanceId = '*', operationId = '*') => `${operationId} ${instanceId}`

/** The keys of all rules that may match a request. */
const bucketKeys = ({ instance_id, operationId }: Matchable) =>
  new Set([
    bucketKey(instance_id, operationId),
    bucketKey(undefined, operationId),
    bucketKey(instance_id),
    bucketKey(),
  ])

/** No rules yet. */
export function createFaults(): Faults {
  const armed = new Map<string, ArmedFault>()
  const buckets = new Map<string, ArmedFault[]>()
  const closing = new AbortController()
  let kept: Fault[] = []
  let count = 0
  let places = 0
  let characters = 0
  /** ArmedFault rules that look at bodies. */
  let bodyRules = 0
  const isOf = (instanceId: string | undefined) => (fault: Fault) =>
    instanceId === undefined || fault.instance_id === instanceId

  function arm(fault: Fault): void {
    const size = JSON.stringify(fault).length
    if (armed.size >= MOST_FAULTS || characters + size > MOST_CHARACTERS) {
      const detail = `Too many faults: up to ${MOST_FAULTS}, of ${MOST_CHARACTERS} characters in all; DELETE some`
      throw apigError('MOCK.0409', { detail })
    }
    const random = seededRandom(fault.seed ?? fault.id)
    const rule = {
      fault,
      matcher: createMatcher(fault),
      place: places++,
      size,
      skip: fault.after ?? 0,
      random,
    }
    characters += size
    if (fault.where !== undefined) bodyRules++
    armed.set(fault.id, rule)
    const key = bucketKey(fault.instance_id, fault.operationId)
    const bucket = buckets.get(key)
    if (bucket === undefined) buckets.set(key, [rule])
    else bucket.push(rule)
  }

  function disarm(rule: ArmedFault): void {
    const { id, instance_id, operationId } = rule.fault
    const key = bucketKey(instance_id, operationId)
    const bucket = buckets.get(key)?.filter((other) => other !== rule) ?? []
    if (bucket.length === 0) buckets.delete(key)
    else buckets.set(key, bucket)
    armed.delete(id)
    characters -= rule.size
    if (rule.fault.where !== undefined) bodyRules--
  }

  /** The rules that may match a request, in their order. */
  function candidates(request: Matchable): ArmedFault[] {
    const found: ArmedFault[][] = []
    for (const key of bucketKeys(request)) {
      const bucket = buckets.get(key)
      if (bucket !== undefined) found.push(bucket)
    }
    const [only = []] = found
    return found.length < 2 ? only : found.flat().sort((a, b) => a.place - b.place)
  }

  const faults: Faults = {
    get size() {
      return armed.size
    },
    closed: closing.signal,
    close: () => closing.abort(),
    add(rule) {
      const fault: Fault = { id: `fault-${count + 1}`, ...rule, hits: 0 }
      arm(fault)
      count++
      return fault
    },
    replace(rules) {
      const before = [...armed.values()]
      const counted = count
      before.forEach(disarm)
      try {
        for (const rule of rules) faults.add(rule)
      } catch (error) {
        faults.clear()
        count = counted
        for (const rule of before) {
          arm(rule.fault)
          Object.assign(armed.get(rule.fault.id) ?? {}, { skip: rule.skip, random: rule.random })
        }
        throw error
      }
    },
    list: (instanceId) => [...armed.values()].map(({ fault }) => fault).filter(isOf(instanceId)),
    remove(id) {
      const rule = armed.get(id)
      if (rule !== undefined) disarm(rule)
      return rule !== undefined
    },
    clear(instanceId) {
      for (const rule of [...armed.values()]) if (isOf(instanceId)(rule.fault)) disarm(rule)
    },
    needsBody(request) {
      if (bodyRules === 0) return false
      for (const { fault, matcher, skip } of candidates(request)) {
        if (!matcher.matchesHead(request)) continue
        if (fault.where !== undefined) return true
        if (skip === 0 && fault.probability === undefined) return false
      }
      return false
    },
    take(request) {
      for (const rule of candidates(request)) {
        const { fault, matcher } = rule
        if (!matcher.matchesHead(request) || !matcher.matchesBody(request.body)) continue
        if (rule.skip > 0) {
          rule.skip--
          continue
        }
        if (fault.probability !== undefined && rule.random() >= fault.probability) continue
        const hit = { ...fault, hits: fault.hits + 1 }
        rule.fault = hit
        if (hit.hits === hit.times) disarm(rule)
        return { fault: hit, delay: drawDelay(rule) }
      }
      return undefined
    },
    keep() {
      kept = faults.list()
    },
    reset(instanceId) {
      faults.clear(instanceId)
      for (const fault of kept.filter(isOf(instanceId))) arm(fault)
      if (instanceId === undefined) count = kept.length
    },
  }
  return faults
}
