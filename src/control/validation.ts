import type { TObject, TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { type ApigError, apigError } from '../core/errors.ts'
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
  const error = Value.Errors(schema, value).First()
  if (error === undefined) return { value }
  return { error: invalid(what, error.path || '/', error.message) }
}

const invalid = (what: string, path: string, detail: string): ApigError =>
  apigError('MOCK.0400', { what, path, detail })
