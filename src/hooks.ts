import type {
  FastifyReply,
  FastifyRequest,
  HookHandlerDoneFunction,
  onRequestHookHandler,
} from 'fastify'
import { serializationError } from './core/compile.ts'

/**
 * What a request has to pass: throws what it refuses. Only one that has to wait answers a promise,
 * which tells whether it has answered the request itself.
 */
export type Step = (request: FastifyRequest, reply: FastifyReply) => unknown

/** One Fastify hook made of steps in this order: Fastify's own way from hook to hook costs more. */
export function steps(...all: Step[]): onRequestHookHandler {
  return (request, reply, next) => walk(all, 0, request, reply, next)
}

function walk(
  all: Step[],
  from: number,
  request: FastifyRequest,
  reply: FastifyReply,
  next: HookHandlerDoneFunction,
): void {
  try {
    for (let i = from; i < all.length; i++) {
      const pending = all[i]?.(request, reply)
      if (!(pending instanceof Promise)) continue
      pending.then((isAnswered) => isAnswered || walk(all, i + 1, request, reply, next), next)
      return
    }
  } catch (error) {
    next(error as Error)
    return
  }
  next()
}

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
  const text = bytes.toString()
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
