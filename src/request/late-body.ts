import type { FastifyRequest } from 'fastify'

/** Milliseconds that an answer waits for the next piece of a body that nobody needs any more. */
const PATIENCE = 50

/**
 * Whether a request was refused before its body was read, so that the journal lacks it. A client
 * that expects to be told whether to send the body does not send it now.
 */
export function lacksBody({ raw, rawBody, body, headers }: FastifyRequest): boolean {
  if (rawBody !== undefined || body !== undefined || raw.readableEnded) return false
  if (headers.expect !== undefined) return false
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0
}

/**
 * Reads the body of a request that is refused already, if it arrives without a pause and is no
 * longer than the route's limit. What comes later is thrown away, so that the connection can be
 * used again.
 */
export function readLate(request: FastifyRequest): Promise<void> {
  const { raw } = request
  const pieces: Uint8Array[] = []
  let room = request.routeOptions.bodyLimit
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      raw.off('data', take).off('end', keep).off('close', finish).off('error', finish)
      raw.resume()
      resolve()
    }
    // A part of a body would only mislead.
    const keep = () => {
      request.rawBody = Buffer.concat(pieces)
      finish()
    }
    const take = (piece: Uint8Array) => {
      timer.refresh()
      room -= piece.length
      if (room < 0) finish()
      else pieces.push(piece)
    }
    const timer = setTimeout(finish, PATIENCE).unref()
    raw.on('data', take).on('end', keep).on('close', finish).on('error', finish)
  })
}
