import { parseTime } from '../core/clock.ts'
import { writeJson } from '../schema/json.ts'
import type { Entry } from './entry.ts'
import type { View } from './journal-view.ts'
import { isSecretName, MASK } from './secret-names.ts'
import { maskedByName } from './secrets.ts'

/** A filter of requests; omitted fields match everything. */
export interface RequestFilter {
  operationId?: string
  instance_id?: string
  status?: number
  /** RFC 3339: not before. */
  since?: string
}

/** Whether a filter means an entry: what can be told without showing it. */
export function isMeant(filter: RequestFilter): (entry: Entry) => boolean {
  const since = filter.since === undefined ? undefined : parseTime(filter.since)
  return (entry) =>
    (filter.operationId ?? entry.operationId) === entry.operationId &&
    (filter.instance_id ?? entry.instance_id) === entry.instance_id &&
    (filter.status ?? entry.status) === entry.status &&
    (since === undefined || entry.time >= since)
}

interface Compared {
  where: unknown
  found: unknown
  path: string[]
}

/** A place in which a request differs from what was wanted. */
export interface Difference {
  path: string[]
  wanted: unknown
  /** Absent if there is nothing. */
  found: unknown
}

/**
 * Where a request differs from what `where` says of it: an object is matched by what it names, all
 * else must be equal. Both may be of any depth.
 */
export function differences(where: unknown, found: unknown): Difference[] {
  const differing: Difference[] = []
  const open: Compared[] = [{ where, found, path: [] }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path } = next
    if (isObject(next.where)) {
      const fields = new Map(isContainer(next.found) ? Object.entries(next.found) : [])
      const inner = Object.entries(next.where).map(([name, wanted]) => ({
        where: wanted,
        found: fields.get(name),
        // The path is for people: of a very deep one the beginning will do.
        path: path.length < DEEPEST ? [...path, name] : path,
      }))
      open.push(...inner.reverse())
    } else if (next.found === undefined || writeJson(next.where) !== writeJson(next.found)) {
      differing.push({ path, wanted: next.where, found: next.found })
    }
  }
  return differing
}

/** Names of a path that are shown. */
const DEEPEST = 20

/** `body.name: wanted "other", was "app_demo"`, without secrets unless `secrets`. */
function differenceText({ path, wanted, found }: Difference, { masking }: View, secrets: boolean) {
  const isSecret = path.some(isSecretName)
  const textOf = (value: unknown) => {
    if (value === undefined) return 'absent'
    if (secrets) return cut(writeJson(value))
    return isSecret ? MASK : cut(masking.text(writeJson(maskedByName(value))))
  }
  return `${cut(path.join('.'))}: wanted ${textOf(wanted)}, was ${textOf(found)}`
}

/** Characters of a path or value in a difference. */
const SHOWN = 200

const cut = (text: string): string => (text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`)

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null

const isObject = (value: unknown): value is Record<string, unknown> =>
  isContainer(value) && !Array.isArray(value)

/** The request that differs least, with its differences. */
export function nearest(where: unknown, requests: readonly View[], secrets: boolean) {
  const [closest] = requests
    .map((view) => ({ view, differing: differences(where, view.open()) }))
    .sort((a, b) => a.differing.length - b.differing.length)
  if (closest === undefined) return undefined
  const { view, differing } = closest
  return {
    request: secrets ? view.open() : view.masked(),
    differences: differing.map((difference) => differenceText(difference, view, secrets)),
  }
}
