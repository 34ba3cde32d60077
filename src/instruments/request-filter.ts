import { parseTime } from '../core/clock.ts'
import { writeJson } from '../schema/json.ts'
import type { Entry } from './entry.ts'
import type { RecordedRequest } from './journal-view.ts'

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
  path: string
}

/**
 * Where a request differs from what `where` says of it: an object is matched by what it names, all
 * else must be equal. Paths, with what was wanted and what was there. Both may be of any depth.
 */
export function differences(where: unknown, found: unknown): string[] {
  const differing: string[] = []
  const open: Compared[] = [{ where, found, path: '' }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path } = next
    if (isObject(next.where)) {
      const fields = new Map(isContainer(next.found) ? Object.entries(next.found) : [])
      const inner = Object.entries(next.where).map(([name, wanted]) => ({
        where: wanted,
        found: fields.get(name),
        path: path === '' ? name : `${path}.${name}`,
      }))
      open.push(...inner.reverse())
    } else if (writeJson(next.where) !== textOf(next.found)) {
      const [wanted, was] = [writeJson(next.where), textOf(next.found)].map(cut)
      differing.push(`${cut(path)}: wanted ${wanted}, was ${was}`)
    }
  }
  return differing
}

/** Characters of a path or value in a difference. */
const SHOWN = 200

const cut = (text: string): string => (text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`)

const textOf = (found: unknown): string => (found === undefined ? 'absent' : writeJson(found))

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The request that differs least, with its differences. */
export function nearest(where: unknown, requests: readonly RecordedRequest[]) {
  const [closest] = requests
    .map((request) => ({ request, differences: differences(where, request) }))
    .sort((a, b) => a.differences.length - b.differences.length)
  return closest
}
