import type { TObject, TSchema } from '@sinclair/typebox'
import { Value, type ValueError, ValueErrorType } from '@sinclair/typebox/value'
import { type ApigError, apigError } from '../core/errors.ts'
import { didYouMean } from '../core/nearest-name.ts'
import { ruleOf } from '../schema/rule.ts'
import { type RouteSchema, readText, type Validation } from '../schema/validation.ts'

/**
 * The control plane's validator compiler. It is stricter than the service and says more: what is
 * unknown is refused, and the first fault is named with its path.
 */
export function compileStrict({ schema, httpPart }: RouteSchema): Validation {
  if (httpPart === 'body') return (body) => checked('body', schema, body ?? {})
  const fields = Object.entries((schema as TObject).properties)
  return (raw) => {
    const given = raw as Record<string, string | string[]>
    const unknown = Object.keys(given).find((name) => !fields.some(([known]) => known === name))
    if (unknown !== undefined) {
      const known = fields.map(([name]) => name).join(', ')
      return {
        error: invalid(httpPart ?? '', `/${unknown}`, `unknown; known here: ${known || 'none'}`),
      }
    }
    return checked(httpPart ?? '', schema, readText(fields, given))
  }
}

function checked(what: string, schema: TSchema, value: unknown): ReturnType<Validation> {
  const flaw = explain(schema, value)
  if (flaw === undefined) return { value }
  return { error: invalid(what, flaw.path || '/', flaw.detail) }
}

/** Characters of a path that a message repeats: the tester's own names are in it. */
const PATH_SHOWN = 64

/** Where a value first breaks a schema, and which rule. */
export function explain(
  schema: TSchema,
  value: unknown,
): { path: string; detail: string } | undefined {
  const error = Value.Errors(schema, value).First()
  if (error === undefined) return undefined
  return { path: error.path.slice(0, PATH_SHOWN), detail: detailOf(error) }
}

function detailOf({ type, path, schema, value, message }: ValueError): string {
  if (type === ValueErrorType.ObjectAdditionalProperties) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    const known = Object.keys((schema as TObject).properties ?? {})
    return `unknown${didYouMean(name, known)}`
  }
  const rule = ruleOf(schema)
  if (type === ValueErrorType.ObjectRequiredProperty || value === undefined) return 'missing'
  return rule === undefined ? message : `expected ${rule}`
}

const invalid = (what: string, path: string, detail: string): ApigError =>
  apigError('MOCK.0400', { what, path, detail })
