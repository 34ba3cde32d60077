import { writeJson } from '../schema/json.ts'
import type { FaultRule } from './fault-rule.ts'

/** What a request is, for a fault to match. */
export interface Matchable {
  operationId: string | undefined
  instance_id: string | undefined
  project_id: string | undefined
  method: string
  path: string
  /** The parameters of the query, read when they are first asked for. */
  query(): URLSearchParams
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

/** What a rule looks for, made ready: a request may have to pass a thousand rules. */
export interface Matcher {
  /** Whether the rule matches all that is known of a request before its body is here. */
  matchesHead(request: Matchable): boolean
  /** Whether the body has what the rule wants of it. */
  matchesBody(body: unknown): boolean
}

type Test = (request: Matchable) => boolean

export function createMatcher({ headers, instance_id, ...rule }: FaultRule): Matcher {
  const { method, operationId, path, project_id, query, where } = rule
  const tests: Test[] = []
  if (operationId !== undefined && operationId !== '*') {
    tests.push((request) => request.operationId === operationId)
  }
  if (instance_id !== undefined) tests.push((request) => request.instance_id === instance_id)
  if (project_id !== undefined) tests.push((request) => request.project_id === project_id)
  if (method !== undefined) tests.push((request) => request.method === method)
  if (path !== undefined) tests.push(pathTest(path))
  for (const [name, value] of Object.entries(headers ?? {})) {
    const key = name.toLowerCase()
    tests.push((request) => request.headers[key] === value)
  }
  for (const [name, value] of Object.entries(query ?? {})) {
    tests.push((request) => request.query().getAll(name).includes(value))
  }
  return {
    matchesHead: (request) => tests.every((test) => test(request)),
    matchesBody: (body) => where === undefined || hasAll(where.body, body),
  }
}

/** `*` in the pattern matches any characters; no pattern of a tester becomes a regular expression. */
function pathTest(pattern: string): Test {
  const [head = '', ...parts] = pattern.split('*')
  const tail = parts.pop()
  if (tail === undefined) return ({ path }) => path === pattern
  return ({ path }) => {
    const end = path.length - tail.length
    if (!path.startsWith(head) || end < head.length || !path.endsWith(tail)) return false
    let from = head.length
    for (const part of parts) {
      const found = path.indexOf(part, from)
      if (found === -1) return false
      from = found + part.length
    }
    return from <= end
  }
}

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
