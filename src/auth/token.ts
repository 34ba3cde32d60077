import type { FastifyRequest } from 'fastify'
import { apigError } from '../core/errors.ts'

/** A token or a signature that could be one: visible ASCII, not empty. */
const READABLE = /^[!-~][ -~]*$/

/**
 * Lets in whoever brings a token or a signature.
 * @throws ApigError APIG.1002 if there is neither, or one that cannot be read
 */
export function refuseAnonymous({ headers }: FastifyRequest): void {
  const credential = headers['x-auth-token'] ?? headers.authorization
  if (typeof credential !== 'string' || !READABLE.test(credential)) throw apigError('APIG.1002')
}
