import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body, if it was read before Fastify did; a piece longer than its limit if it is. */
    earlyBody?: Uint8Array | undefined
  }
}

/** Fastify reads what was read before it as if it were only arriving. */
export function replayEarlyBodies(app: FastifyInstance): void {
  app.decorateRequest('earlyBody')
  app.addHook('preParsing', ({ earlyBody }, _reply, payload, done) => {
    if (earlyBody === undefined) done(null, payload)
    else done(null, Readable.from(earlyBody.length === 0 ? [] : [earlyBody]))
  })
}

/**
 * Reads the body before its time; what others do with the request later is as if it had not been.
 * @returns undefined if it is longer than the route's limit
 */
export async function readEarly(request: FastifyRequest): Promise<Uint8Array | undefined> {
  const { raw, body } = request
  if (body instanceof Uint8Array) return body
  const limit = request.routeOptions.bodyLimit
  if (request.earlyBody === undefined && !raw.readableEnded) {
    request.earlyBody = await readUpTo(limit, raw)
  }
  const { earlyBody = new Uint8Array() } = request
  if (earlyBody.length > limit) return undefined
  if (earlyBody.length > 0) request.rawBody = earlyBody
  return earlyBody
}

/** All bytes, or those up to the piece that passes the limit; the rest is read, but not kept. */
async function readUpTo(limit: number, stream: Readable): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    for await (const piece of stream) {
      if (length <= limit) pieces.push(piece)
      length += piece.length
    }
  } catch {
    // The sender is gone: what came until then is what the journal can tell.
  }
  return Buffer.concat(pieces)
}
