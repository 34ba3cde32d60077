import { type Static, type TObject, type TSchema, Type } from '@sinclair/typebox'
import { toNanoseconds } from '../core/clock.ts'
import type { Entry } from './entry.ts'
import type { KnownSecrets } from './known-secrets.ts'
import { createMasking, type Masking, NO_MASKING } from './secrets.ts'

type JsonObject = Record<string, unknown>

/** What a route's schemas name: the fields of its body and its query. */
export interface Named {
  body?: TSchema | undefined
  querystring?: TSchema | undefined
}

const OneOrMore = Type.Union([Type.String(), Type.Array(Type.String())])

/** A journal entry as shown. */
export const RecordedRequest = Type.Object({
  id: Type.Integer({ description: 'counts up from 1 and never repeats' }),
  time: Type.String({ description: "RFC 3339, on the server's clock" }),
  request_id: Type.String({ description: 'as the answer has it: X-Request-Id' }),
  operationId: Type.Optional(Type.String({ description: 'of the service; absent: of none' })),
  instance_id: Type.Optional(Type.String()),
  project_id: Type.Optional(Type.String()),
  user_id: Type.Optional(
    Type.String({ description: 'the user on whose behalf a known credential was used' }),
  ),
  method: Type.String(),
  path: Type.String({ description: 'without the query' }),
  query: Type.Record(Type.String(), OneOrMore, {
    description: 'decoded; an array of what was sent more than once',
  }),
  headers: Type.Record(Type.String(), OneOrMore, {
    description: 'names in lower case; an array of what was sent more than once',
  }),
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

/** What of an entry is shown as it is made of it. */
export interface View {
  /** Without secrets. */
  masked(): RecordedRequest
  /** As it was, to compare with. */
  open(): RecordedRequest
  /** Hides the secrets of the entry in any text. */
  masking: Masking
}

/** Makes of an entry what is shown of it. */
export function viewOf(entry: Entry, named: Named | undefined, known: KnownSecrets): View {
  const body = parsed(entry.body && Buffer.from(entry.body).toString())
  const masking = createMasking({ ...entry, body }, known)
  return {
    masked: () => shown(entry, named, body, masking),
    open: () => shown(entry, named, body, NO_MASKING),
    masking,
  }
}

function shown(
  entry: Entry,
  named: Named | undefined,
  body: unknown,
  masking: Masking,
): RecordedRequest {
  const [path = '', search = ''] = entry.url.split(/\?(.*)/s, 2)
  const query = fieldsOf([...new URLSearchParams(search)], masking)
  const answer = parsed(String(entry.answer))
  const { reason } = entry
  return {
    id: entry.id,
    time: toNanoseconds(entry.time),
    request_id: entry.request_id,
    ...defined({
      operationId: entry.operationId,
      instance_id: entry.instance_id,
      project_id: entry.project_id,
      user_id: entry.user_id,
    }),
    method: entry.method,
    path: masking.text(path),
    query,
    headers: fieldsOf(headersOf(entry.rawHeaders), masking),
    ...defined({ body: body === undefined ? undefined : masking.body(body) }),
    unread: named === undefined ? [] : unread(named, body, query).map(masking.text),
    tolerated: [...entry.tolerated],
    ...defined({
      fault: entry.fault,
      reason: reason === undefined ? undefined : masking.text(reason),
    }),
    status: entry.status,
    ...defined({
      error_code: errorCode(answer),
      answer: answer === undefined ? undefined : masking.answer(answer),
    }),
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

function headersOf(raw: readonly string[]): [string, string][] {
  const headers: [string, string][] = []
  for (let i = 0; i < raw.length; i += 2) {
    headers.push([raw[i]?.toLowerCase() ?? '', raw[i + 1] ?? ''])
  }
  return headers
}

/** Names and values as an object; what was sent more than once is an array, in its order. */
function fieldsOf(
  pairs: [name: string, value: string][],
  masking: Masking,
): Record<string, string | string[]> {
  const fields = new Map<string, string | string[]>()
  for (const [name, value] of pairs) {
    const masked = masking.named(name, value)
    const before = fields.get(name)
    fields.set(name, before === undefined ? masked : [before, masked].flat())
  }
  return Object.fromEntries(fields)
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
