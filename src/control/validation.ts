import { Kind, type TObject, type TSchema, Type } from '@sinclair/typebox'
import { Value, type ValueError, ValueErrorType } from '@sinclair/typebox/value'
import type { FastifyInstance } from 'fastify'
import { type ApigError, apigError } from '../core/errors.ts'
import { nearestName } from '../core/nearest-name.ts'
import { ruleOf } from '../schema/rule.ts'
import { type RouteSchema, readText, type Validation } from '../schema/validation.ts'

/** Routes that have no query refuse one, as those that have refuse what is not in it. */
export function checkQueries(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.schema?.operationId === undefined) return
    route.schema = { querystring: Type.Object({}), ...route.schema }
  })
}

/**
 * The control plane's validator compiler. It is stricter than the service and says more: what is
 * unknown or empty is refused, and the first fault is named with its path.
 */
export function compileStrict({ schema, httpPart = '' }: RouteSchema): Validation {
  if (httpPart === 'body') return (body) => checked('body', schema, body ?? {})
  const fields = Object.entries((schema as TObject).properties)
  const known = fields.map(([name]) => name)
  return (raw) => {
    const given = raw as Record<string, string | string[]>
    for (const [name, value] of Object.entries(given)) {
      const detail = known.includes(name) ? faultOfText(value) : unknownName(name, known)
      if (detail !== undefined) return { error: invalid(httpPart, `/${name}`, detail) }
    }
    return checked(httpPart, schema, readText(fields, given))
  }
}

/** An empty value is mostly a variable that is not set: it must not widen what a call is about. */
function faultOfText(value: string | string[]): string | undefined {
  if (Array.isArray(value)) return 'given more than once'
  return value === '' ? 'empty; give it a value or leave it out' : undefined
}

function checked(what: string, schema: TSchema, value: unknown): ReturnType<Validation> {
  const flaw = explain(schema, value)
  if (flaw === undefined) return { value }
  return { error: invalid(what, flaw.path || '/', flaw.detail) }
}

/** Where a value first breaks a schema, and which rule. */
export function explain(
  schema: TSchema,
  value: unknown,
): { path: string; detail: string } | undefined {
  const error = Value.Errors(schema, value).First()
  if (error === undefined) return undefined
  const path = error.path.split('/').map(shortened).join('/')
  return { path, detail: detailOf(error, schema) }
}

function detailOf({ type, path, schema, message }: ValueError, root: TSchema): string {
  if (type === ValueErrorType.ObjectRequiredProperty) return 'missing'
  if (type === ValueErrorType.ObjectAdditionalProperties) {
    const { properties } = (schema.properties === undefined ? root : schema) as TObject
    return unknownName(path.split('/').at(-1) ?? '', Object.keys(properties))
  }
  const words = wordsOf(schema)
  return words === undefined ? message : `expected ${words}`
}

/** What a value must be; the description of a field says what it means. */
function wordsOf(schema: TSchema): string | undefined {
  if (schema[Kind] === 'MomentText') {
    return 'a time as in RFC 3339: 2026-01-31T08:00:00Z; in a query, + is written %2B'
  }
  if (schema[Kind] !== 'Union') {
    const { description, ...bare } = schema
    return ruleOf(bare)
  }
  return ruleOf(schema) ?? (schema.anyOf as TSchema[]).map(memberWords).join(', or ')
}

const memberWords = (schema: TSchema): string =>
  schema.type === 'object'
    ? `an object with ${Object.keys((schema as TObject).properties).join(', ')}`
    : (wordsOf(schema) ?? 'something else')

/** What to say of a name that is not known: the one that was meant or, if none is near, all. */
export function unknownName(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known)
  if (nearest !== undefined) return `unknown; did you mean ${JSON.stringify(nearest)}?`
  const all = known.join(', ') || 'none'
  return all.length > LISTED ? 'unknown' : `unknown; known here: ${all}`
}

/** Characters of a list of names: a message is one line. */
const LISTED = 130

/** Characters of what a caller sent that are repeated to it. */
const REPEATED = 40

/** The beginning of a text that may be of any length. */
export const shortened = (text: string): string =>
  text.length <= REPEATED ? text : `${text.slice(0, REPEATED)}…`

/** A MOCK.0400 in one short line. */
export const invalid = (what: string, path: string, detail: string): ApigError =>
  apigError('MOCK.0400', { what, path: path.split('/').map(shortened).join('/'), detail })
