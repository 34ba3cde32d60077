import { Kind, type TObject, type TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { FastifyServerOptions } from 'fastify'
import { type ApigError, apigError, errorAbout } from '../core/errors.ts'
import { lazyCheck } from './check.ts'
import { ruleOf } from './rule.ts'
import { type PlacedFault, ruleChecker } from './rules.ts'
import { compileWriter } from './writer.ts'

type JsonObject = Record<string, unknown>
export type Validation = (value: unknown) => { value: unknown } | { error: ApigError }

export interface RouteSchema {
  schema: TSchema
  /** `body`, `params` or `querystring` */
  httpPart?: string
}

/**
 * The compilers for Fastify. Given as factories, so that it never loads its own (Ajv and
 * fast-json-stringify), whose types these factories are written in: hence the cast.
 */
export const schemaController = {
  compilersFactory: {
    buildValidator: () => compileValidator,
    buildSerializer: () => compileWriter,
  },
} as FastifyServerOptions['schemaController'] & object

/** Fastify's validator compiler: the engine is TypeBox's, the answers are the service's. */
export function compileValidator({ schema, httpPart }: RouteSchema): Validation {
  if (httpPart === 'body') return bodyValidator(schema as TObject)
  return textValidator(schema as TObject)
}

/**
 * Validates a JSON body. Types are not coerced. Unknown fields are ignored and a `null` field is an
 * absent one (as the service's Go decoder leaves both): the handler sees neither.
 */
function bodyValidator(schema: TObject): Validation {
  const check = lazyCheck(() => schema)
  const known = picker(schema)
  const brokenRule = ruleChecker(schema)
  return (body) => {
    if (body !== null && (typeof body !== 'object' || Array.isArray(body))) {
      const kind = Array.isArray(body) ? 'array' : typeof body
      return { error: serializationError(`json: cannot unmarshal ${kind} into Go value`) }
    }
    const value = known(body ?? {})
    if (!check(value)) return { error: bodyError(schema, value) }
    const broken = brokenRule?.(value)
    return broken === undefined ? { value } : { error: ruleError(broken) }
  }
}

type Pick = (value: unknown) => unknown

/** Copies the fields that a schema names and that are not null, at every depth of the schema. */
function picker(schema: TSchema): Pick {
  switch (schema[Kind]) {
    case 'Array': {
      const item = picker(schema.items)
      return (value) => (Array.isArray(value) ? value.map(item) : value)
    }
    case 'Record': {
      const [values] = Object.values(schema.patternProperties as Record<string, TSchema>)
      return values === undefined ? (value) => value : mapPicker(picker(values))
    }
    case 'Union': {
      const [only, ...others] = (schema.anyOf as TSchema[]).filter((one) => one[Kind] !== 'Null')
      return only !== undefined && others.length === 0 ? picker(only) : (value) => value
    }
    case 'Object':
      return objectPicker(schema as TObject)
    default:
      return (value) => value
  }
}

function objectPicker(schema: TObject): Pick {
  const fields = Object.entries(schema.properties).map(
    ([name, field]) => [name, picker(field)] as const,
  )
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const given = value as JsonObject
    const picked: JsonObject = {}
    for (const [name, pick] of fields) {
      if (Object.hasOwn(given, name) && given[name] !== null) picked[name] = pick(given[name])
    }
    return picked
  }
}

/** Names of a map are the caller's: they are defined, not assigned, lest one be `__proto__`. */
function mapPicker(pick: Pick): Pick {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const entries = Object.entries(value).filter(([, member]) => member !== null)
    return Object.fromEntries(entries.map(([name, member]) => [name, pick(member)]))
  }
}

/** APIG.2000 with Go's words: the published example prints `unexpected end of JSON input`. */
export function serializationError(detail: string): ApigError {
  return apigError('APIG.2000', { detail: `Serialization error: ${detail}` })
}

/** A field that breaks the schema: its path, `/backend/url`, and the schema that it breaks. */
interface FieldFault {
  path: string
  schema: TSchema
  isMissing: boolean
}

/**
 * Of each object the first missing field, otherwise the first invalid one, both in the order of the
 * schema. The pages print the bare name of a nested field.
 */
function bodyError(schema: TObject, value: unknown): ApigError {
  const { path, schema: broken, isMissing } = faultIn(schema, value, '')
  return fieldError(path, isMissing, isMissing ? 'missing' : `expected ${ruleOf(broken)}`)
}

function ruleError({ path, field, isMissing, code, text }: PlacedFault): ApigError {
  if (code === undefined) return fieldError(`${path}/${field}`, isMissing, text)
  return errorAbout<'parameter'>(code, { parameter: field }).because(`${path}/${field}: ${text}`)
}

function fieldError(path: string, isMissing: boolean, why: string): ApigError {
  const parameter = path.split('/').findLast((part) => !/^\d*$/.test(part)) ?? ''
  const code = isMissing ? 'APIG.2001' : 'APIG.2011'
  return apigError(code, { parameter }).because(`${path.slice(1)}: ${why}`)
}

function faultIn(schema: TSchema, value: unknown, path: string): FieldFault {
  const here = { path, schema, isMissing: false }
  if (schema[Kind] === 'Union') {
    const [only, ...others] = (schema.anyOf as TSchema[]).filter((one) => one[Kind] !== 'Null')
    return only !== undefined && others.length === 0 ? faultIn(only, value, path) : here
  }
  if (typeof value !== 'object' || value === null) return here
  const isBroken = (inner: TSchema, member: unknown) => !Value.Check(inner, member)
  if (schema[Kind] === 'Array' && Array.isArray(value)) {
    const index = value.findIndex((item) => isBroken(schema.items, item))
    return index === -1 ? here : faultIn(schema.items, value[index], `${path}/${index}`)
  }
  if (schema[Kind] === 'Record') {
    const [inner] = Object.values(schema.patternProperties as Record<string, TSchema>)
    const entry = Object.entries(value).find(([, member]) => inner && isBroken(inner, member))
    return inner && entry ? faultIn(inner, entry[1], `${path}/${entry[0]}`) : here
  }
  if (schema[Kind] !== 'Object' || Array.isArray(value)) return here
  const { properties, required } = schema as TObject
  const given = value as JsonObject
  const missing = required?.find((name) => given[name] === undefined)
  if (missing !== undefined) {
    const inner = properties[missing] ?? schema
    return { path: `${path}/${missing}`, schema: inner, isMissing: true }
  }
  const invalid = Object.entries(properties).find(
    ([name, field]) => given[name] !== undefined && isBroken(field, given[name]),
  )
  if (invalid === undefined) return here
  return faultIn(invalid[1], given[invalid[0]], `${path}/${invalid[0]}`)
}

/**
 * Validates path parameters and the query, which arrive as text. Integers are read from it, an
 * empty query value is an absent one, and of a repeated one the first counts (as Go's
 * `Query().Get` does).
 */
function textValidator(schema: TObject): Validation {
  const check = lazyCheck(() => schema)
  const fields = Object.entries(schema.properties)
  return (raw) => {
    const value = readText(fields, raw as Record<string, string | string[]>)
    if (check(value)) return { value }
    const { path, schema: broken, isMissing } = faultIn(schema, value, '')
    const name = path.slice(1)
    const parameter: string = schema.properties[name]?.['x-parameter-name'] ?? name
    const why = isMissing ? 'missing' : `expected ${ruleOf(broken)}`
    return { error: apigError('APIG.2012', { parameter }).because(`${name}: ${why}`) }
  }
}

/** Takes the fields of a schema out of text values, integers as numbers. */
export function readText(
  fields: [string, TSchema][],
  raw: Record<string, string | string[]>,
): JsonObject {
  const value: JsonObject = {}
  for (const [name, field] of fields) {
    const given = raw[name]
    const text = Array.isArray(given) ? given[0] : given
    if (text === undefined || text === '') {
      if (field.default !== undefined) value[name] = field.default
    } else {
      // What is no integer stays text, which the check refuses; one of any size is an integer.
      value[name] = field.type === 'integer' && /^[+-]?\d{1,300}$/.test(text) ? Number(text) : text
    }
  }
  return value
}
