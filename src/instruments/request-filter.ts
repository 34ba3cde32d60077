import { parseTime } from '../core/clock.ts'
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

/**
 * Where a request differs from what `where` says of it: an object is matched by what it names, all
 * else must be equal. Paths, with what was wanted and what was there.
 */
export function differences(where: unknown, found: unknown, path = ''): string[] {
  if (typeof where === 'object' && where !== null && !Array.isArray(where)) {
    const fields = typeof found === 'object' && found !== null ? found : {}
    return Object.entries(where).flatMap(([name, wanted]) =>
      differences(
        wanted,
        Object.hasOwn(fields, name) ? fields[name as keyof typeof fields] : undefined,
        path === '' ? name : `${path}.${name}`,
      ),
    )
  }
  const [wanted, there] = [JSON.stringify(where), JSON.stringify(found)]
  return wanted === there ? [] : [`${path}: wanted ${wanted}, was ${there ?? 'absent'}`]
}

/** The request that differs least, with its differences. */
export function nearest(where: unknown, requests: readonly RecordedRequest[]) {
  const [closest] = requests
    .map((request) => ({ request, differences: differences(where, request) }))
    .sort((a, b) => a.differences.length - b.differences.length)
  return closest
}
