import { Kind, type TObject, type TSchema } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { Value } from '@sinclair/typebox/value'
import type { FastifyServerOptions } from 'fastify'
import { type ApigError, apigError } from '../core/errors.ts'
import { compileWriter } from './writer.ts'

type JsonObject = Record<string, unknown>
export type Check = (value: unknown) => boolean

/** Uses of a check for which it is not worth compiling: a start has few of each, and many of none. */
const INTERPRETED = 8

/** A check that is interpreted at first, and compiled when it is used often. */
export function lazyCheck(schemaOf: () => TSchema): Check {
  let uses = 0
  let schema: TSchema | undefined
  let check: Check = (value) => {
    schema ??= schemaOf()
    if (++uses <= INTERPRETED) return Value.Check(schema, value)
    const compiled = TypeCompiler.Compile(schema)
    check = (candidate) => compiled.Check(candidate)
    return check(value)
  }
  return (value) => check(value)
}

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
function compileValidator({ schema, httpPart }: RouteSchema): Validation {
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
  return (body) => {
    if (body !== null && (typeof body !== 'object' || Array.isArray(body))) {
      const kind = Array.isArray(body) ? 'array' : typeof body
      return { error: serializationError(`json: cannot unmarshal ${kind} into Go value`) }
    }
    const value = known(body ?? {})
    return check(value) ? { value } : { error: bodyFault(schema, value) }
  }
}

type Pick = (value: unknown) => unknown

/** Copies the fields that a schema names and that are not null. */
function picker(schema: TSchema): Pick {
  if (schema[Kind] === 'Array') {
    const item = picker(schema.items)
    return (value) => (Array.isArray(value) ? value.map(item) : value)
  }
  if (schema[Kind] !== 'Object') return (value) => value
  const fields = Object.entries((schema as TObject).properties).map(
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

/** APIG.2000 with Go's words: the published example prints `unexpected end of JSON input`. */
export function serializationError(detail: string): ApigError {
  return apigError('APIG.2000', { detail: `Serialization error: ${detail}` })
}

/** The first missing field, else the first invalid one, both in the order of the schema. */
function bodyFault(schema: TObject, value: unknown): ApigError {
  const given = value as JsonObject
  const missing = schema.required?.find((name) => given[name] === undefined)
  if (missing !== undefined) return apigError('APIG.2001', { parameter: missing })
  return apigError('APIG.2011', { parameter: firstInvalid(schema, given) })
}

function firstInvalid(schema: TObject, given: JsonObject): string {
  const isInvalid = ([name, field]: [string, TSchema]) =>
    given[name] !== undefined && !Value.Check(field, given[name])
  return Object.entries(schema.properties).find(isInvalid)?.[0] ?? ''
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
    const name = firstInvalid(schema, value)
    return {
      error: apigError('APIG.2012', {
        parameter: schema.properties[name]?.['x-parameter-name'] ?? name,
      }),
    }
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
