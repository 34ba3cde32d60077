import type { FastifyRequest } from 'fastify'
import { replaceLoneSurrogates, tooDeepAt } from '../schema/json.ts'
import { serializationError } from '../schema/validation.ts'

/**
 * Reads the body, which arrives as bytes (see app.ts), as JSON; an empty one counts as absent.
 * @throws ApigError APIG.2000
 */
export function parseJson(request: FastifyRequest): void {
  const bytes = request.body
  if (!(bytes instanceof Uint8Array) || bytes.length === 0) {
    request.body = undefined
    return
  }
  request.rawBody = bytes
  // As Go's decoder does, and before the parser has built it.
  if (tooDeepAt(bytes) !== -1) throw serializationError('exceeded max depth')
  const text = replaceLoneSurrogates(bytes.toString())
  try {
    request.body = JSON.parse(text)
  } catch (error) {
    throw serializationError(jsonFault(text, (error as Error).message))
  }
}

/** Go's words for V8's: the published example is `unexpected end of JSON input`. */
function jsonFault(text: string, message: string): string {
  const position = Number(/ at position (\d+)/.exec(message)?.[1])
  if (/^Unexpected end|^Unterminated/.test(message) || position >= text.length) {
    return 'unexpected end of JSON input'
  }
  const found = /^Unexpected token '(.)'/su.exec(message)?.[1] ?? text[position] ?? ''
  return `invalid character ${JSON.stringify(found)} looking for beginning of value`
}
