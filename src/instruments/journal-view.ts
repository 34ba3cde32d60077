import { type Static, type TObject, type TSchema, Type } from '@sinclair/typebox'
import { toNanoseconds } from '../core/clock.ts'
import type { Entry } from './entry.ts'
import { copyJson } from './json-copy.ts'

type JsonObject = Record<string, unknown>

/** What a route's schemas name: the fields of its body and its query. */
export interface Named {
  body?: TSchema | undefined
  querystring?: TSchema | undefined
}

/** A journal entry as shown. */
export const RecordedRequest = Type.Object({
  id: Type.Integer({ description: 'counts up from 1 and never repeats' }),
  time: Type.String({ description: "RFC 3339, on the server's clock" }),
  request_id: Type.String({ description: 'as the answer has it: X-Request-Id' }),
  operationId: Type.Optional(Type.String({ description: 'of the service; absent: of none' })),
  instance_id: Type.Optional(Type.String()),
  user_id: Type.Optional(
    Type.String({ description: 'the user on whose behalf a known credential was used' }),
  ),
  method: Type.String(),
  path: Type.String({ description: 'without the query' }),
  query: Type.Record(Type.String(), Type.String()),
  headers: Type.Record(Type.String(), Type.String(), { description: 'names in lower case' }),
  body: Type.Optional(Type.Unknown({ description: 'JSON as its value, all else as text' })),
  unread: Type.Array(Type.String(), {
    description: 'fields of the body and parameters of the query that nothing read',
  }),
  tolerated: Type.Array(Type.String(), { description: 'what lenient mode let pass' }),
  fault: Type.Optional(Type.String({ description: 'the id of the fault that it met' })),
  reason: Type.Optional(Type.String({ description: 'why exactly it was refused' })),
  status: Type.Integer({ description: '0: the connection was cut' }),
  error_code: Type.Optional(Type.String()),
  answer: Type.Optional(Type.Unknown({ description: 'the body of the answer' })),
  ms: Type.Number({ description: 'milliseconds that the answer took' }),
})
export type RecordedRequest = Static<typeof RecordedRequest>

const MASK = '***'
const SECRET_HEADERS = /^(x-auth-token|x-subject-token|x-security-token|cookie)$/
const SECRET_FIELDS = /secret|password|^app_code$|^ai_api_key$|token$/

/** Makes of an entry what is shown of it; secrets are masked unless `secrets`. */
export function shown(entry: Entry, named: Named | undefined, secrets: boolean): RecordedRequest {
  const [path = '', search = ''] = entry.url.split(/\?(.*)/s, 2)
  const query = Object.fromEntries(new URLSearchParams(search))
  const body = parsed(entry.body && Buffer.from(entry.body).toString())
  const answer = parsed(String(entry.answer))
  const hide = secrets ? (value: unknown) => value : masked
  return {
    id: entry.id,
    time: toNanoseconds(entry.time),
    request_id: entry.request_id,
    ...defined({
      operationId: entry.operationId,
      instance_id: entry.instance_id,
      user_id: entry.user_id,
    }),
    method: entry.method,
    path,
    query,
    headers: headersOf(entry.rawHeaders, secrets),
    ...defined({ body: hide(body) }),
    unread: named === undefined ? [] : unread(named, body, query),
    tolerated: [...entry.tolerated],
    ...defined({ fault: entry.fault, reason: entry.reason }),
    status: entry.status,
    ...defined({ error_code: errorCode(answer), answer: hide(answer) }),
    ms: Math.round(entry.ms * 1000) / 1000,
  }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Defined<T>
}

/** JSON as its value, other text as it is. */
function parsed(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function errorCode(answer: unknown): string | undefined {
  const code = (answer as { error_code?: unknown } | null | undefined)?.error_code
  return typeof code === 'string' ? code : undefined
}

function headersOf(raw: readonly string[], secrets: boolean): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]?.toLowerCase() ?? ''
    const value = raw[i + 1] ?? ''
    headers[name] = secrets ? value : maskedHeader(name, value)
  }
  return headers
}

function maskedHeader(name: string, value: string): string {
  if (SECRET_HEADERS.test(name)) return MASK
  if (name !== 'authorization') return value
  // Of a signature, who signed what is no secret; of another scheme all may be.
  return /^(SDK|V11)-/.test(value) ? value.replace(/Signature=.*/s, `Signature=${MASK}`) : MASK
}

/** Text that is no JSON may hold anything, so all of it is masked. */
function masked(value: unknown): unknown {
  if (typeof value === 'string') return MASK
  return maskedFields(value)
}

function maskedFields(root: unknown): unknown {
  return copyJson(root, undefined, (value, name) => [
    typeof value === 'string' && name !== undefined && SECRET_FIELDS.test(name) ? MASK : value,
    undefined,
  ])
}

function unread({ body, querystring }: Named, given: unknown, query: JsonObject): string[] {
  const known = (querystring as TObject | undefined)?.properties ?? {}
  return [
    ...unknownFields(body, given).map((path) => `body.${path}`),
    ...Object.keys(query)
      .filter((name) => !Object.hasOwn(known, name))
      .map((name) => `query.${name}`),
  ]
}

/** The paths of fields that the schema does not name; of all, if there is no schema. */
function unknownFields(root: TSchema | undefined, given: unknown): string[] {
  const unknown: string[] = []
  const open = [{ schema: root, value: given, path: '' }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { schema, value, path } = next
    if (typeof value !== 'object' || value === null) continue
    const inner: typeof open = []
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) {
        inner.push({ schema: schema?.items, value: item, path: `${path}${i}.` })
      }
    } else {
      const properties: Record<string, TSchema> = schema?.properties ?? {}
      for (const [name, field] of Object.entries(value)) {
        const known = Object.hasOwn(properties, name) ? properties[name] : undefined
        if (known === undefined) unknown.push(path + name)
        else if (known.type === 'object' || known.type === 'array') {
          inner.push({ schema: known, value: field, path: `${path}${name}.` })
        }
      }
    }
    open.push(...inner.reverse())
  }
  return unknown
}
