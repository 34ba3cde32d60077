import { writeJson } from '../schema/json.ts'
import type { FaultRule } from './fault-rule.ts'

/** What a request is, for a fault to match. */
export interface Matchable {
  operationId: string | undefined
  instance_id: string | undefined
  project_id: string | undefined
  method: string
  path: string
  /** Without its `?`. */
  query: string
  headers: Record<string, string | string[] | undefined>
  /** As JSON, or as text if it is none; absent while it has not been read. */
  body?: unknown
}

/** A body as rules see it: JSON as its value, other text as it is, nothing as absent. */
export function parsedBody(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined || bytes.length === 0) return undefined
  const text = Buffer.from(bytes).toString()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** `*` in the pattern matches any characters; no pattern of a tester becomes a regular expression. */
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

function matchesQuery(wanted: Record<string, string>, query: string): boolean {
  const given = new URLSearchParams(query)
  return Object.entries(wanted).every(([name, value]) => given.getAll(name).includes(value))
}

/** Whether a rule matches all that is known of a request before its body is here. */
export function matchesHead(rule: FaultRule, request: Matchable): boolean {
  const { operationId, headers, path, query } = rule
  const isSame = (field: 'instance_id' | 'project_id' | 'method') =>
    rule[field] === undefined || rule[field] === request[field]
  return (
    (operationId === undefined || operationId === '*' || operationId === request.operationId) &&
    isSame('instance_id') &&
    isSame('project_id') &&
    isSame('method') &&
    (path === undefined || matchesPath(path, request.path)) &&
    (headers === undefined ||
      Object.entries(headers).every(
        ([name, value]) => request.headers[name.toLowerCase()] === value,
      )) &&
    (query === undefined || matchesQuery(query, request.query))
  )
}

/** Whether the body has what a rule wants of it. */
export const matchesBody = ({ where }: FaultRule, { body }: Matchable): boolean =>
  where === undefined || hasAll(where.body, body)

/**
 * An object is matched by what it names, all else must be equal: as in a verification. Recurses as
 * deep as the rule goes, which is bounded, never as deep as a body.
 */
function hasAll(wanted: unknown, found: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return wanted === found
  if (typeof found !== 'object' || found === null) return false
  if (Array.isArray(wanted)) return Array.isArray(found) && writeJson(wanted) === writeJson(found)
  const fields = new Map(Object.entries(found))
  return Object.entries(wanted).every(([name, value]) => hasAll(value, fields.get(name)))
}
