import { parseTime, toSeconds } from '../core/clock.ts'
import type { Forgotten } from '../instruments/forgotten.ts'
import type { View } from '../instruments/journal-view.ts'
import { nearest, type RequestFilter } from '../instruments/request-filter.ts'
import { maskedByName } from '../instruments/secrets.ts'
import { writeJson } from '../schema/json.ts'
import type { Refuted, Verification } from './requests-schemas.ts'
import { shortened } from './validation.ts'

/** How many requests are expected. */
export interface Range {
  min: number
  max: number
}

/** `times` as a range; at least one if it is absent. */
export function rangeOf(times: Verification['times'] = { min: 1 }): Range {
  if (typeof times === 'number') return { min: times, max: times }
  return { min: times.min ?? 0, max: times.max ?? Number.POSITIVE_INFINITY }
}

export type Verdict = 'met' | 'refuted' | 'unknown'

/**
 * @param matched requests that the journal has
 * @param forgotten requests that it had, which may have matched as well
 */
export function verdictOf({ min, max }: Range, matched: number, forgotten: number): Verdict {
  if (matched > max || matched + forgotten < min) return 'refuted'
  return matched >= min && matched + forgotten <= max ? 'met' : 'unknown'
}

/** Of what was forgotten, as much as a filter by time leaves: none, or possibly all of it. */
export function forgottenSince({ count, time }: Forgotten, since: string | undefined): number {
  const from = since === undefined ? undefined : parseTime(since)
  return from !== undefined && time < from ? 0 : count
}

/** Requests that a refutation lists and compares, the newest. */
const SEEN = 100

/**
 * Why a verification does not hold: what was expected and seen, and what came nearest. Secrets are
 * compared as they are and shown masked, unless `secrets`.
 */
export function refutation(
  expected: Verification,
  matched: number,
  seen: readonly View[],
  secrets: boolean,
): Refuted {
  const { operationId, instance_id, status, where = {} } = expected
  const closest = nearest(
    { ...defined({ operationId, instance_id, status }), ...where },
    seen,
    secrets,
  )
  return {
    error_code: 'MOCK.0409',
    error_msg: `${expectation(expected, secrets)}, found ${matched || 'none'}${afterAll(expected, seen)}`,
    matched,
    seen: seen.map(lineOf),
    ...(closest && { nearest: closest }),
  }
}

/** What to say when neither yes nor no would be true. */
export function cannotTell(why: string, matched: number, seen: readonly View[]): Refuted {
  return {
    error_code: 'MOCK.0409',
    error_msg: `cannot tell: ${why}`,
    matched,
    seen: seen.map(lineOf),
  }
}

export const JOURNAL_OFF = 'the journal is off; start the server with a --journal-size above 0'

/** What the journal has forgotten that a verification asks for. */
export function whatIsForgotten(
  { count, time }: Forgotten,
  { instance_id }: RequestFilter,
): string {
  const gateway = instance_id === undefined ? '' : ` of gateway ${shortened(instance_id)}`
  return (
    `${count} older requests${gateway} are forgotten, the last of ${toSeconds(time)}; ask with a ` +
    `later "since", or start with a larger --journal-size`
  )
}

/** The newest of a list, oldest first. */
export const newest = <T>(list: readonly T[]): T[] => list.slice(-SEEN)

function lineOf(view: View): string {
  const { method, path, operationId = '', status } = view.masked()
  return `${method} ${path} ${operationId} ${status}`
}

/** `expected at least 1 request CreateAnAppV2 of gateway g1`. */
function expectation(expected: Verification, secrets: boolean): string {
  const { times, operationId, instance_id, status, since, where } = expected
  const shownWhere = secrets ? where : maskedByName(where)
  const of = [
    operationId,
    instance_id && `of gateway ${shortened(instance_id)}`,
    status !== undefined && `with status ${status}`,
    since && `since ${since}`,
    where && `where ${shortened(writeJson(shownWhere))}`,
  ]
  return `expected ${[amount(rangeOf(times)), ...of].filter(Boolean).join(' ')}`
}

function amount({ min, max }: Range): string {
  const requests = (count: number) => `${count} ${count === 1 ? 'request' : 'requests'}`
  if (min === max) return min === 0 ? 'no request' : requests(min)
  if (max === Number.POSITIVE_INFINITY) return `at least ${requests(min)}`
  return min === 0 ? `at most ${requests(max)}` : `${min} to ${requests(max)}`
}

function afterAll({ instance_id }: Verification, seen: readonly View[]): string {
  if (seen.length > 0) return ''
  return instance_id === undefined
    ? '; the journal is empty'
    : '; the journal has no request of this gateway'
}

const defined = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
