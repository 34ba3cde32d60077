import type { FastifyRequest } from 'fastify'
import { apigError } from '../core/errors.ts'

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Host name of a Host header or an origin: without scheme and port, in lower case. */
function hostName(host: string): string {
  return host
    .replace(/^\w+:\/\//, '')
    .replace(/:\d*$/, '')
    .toLowerCase()
}

/**
 * Keeps web pages away from the control plane: a page of another origin, and one that reaches
 * this server under a name of its own (DNS rebinding).
 * @throws ApigError MOCK.0403
 */
export function guard(
  allowedHosts: string[],
  boundHost: string,
): (request: FastifyRequest) => void {
  const names = [...allowedHosts, boundHost].map((host) => hostName(host.trim()))
  const allowed = new Set(names.filter((name) => name !== ''))
  return ({ headers }) => {
    const { host = '', origin } = headers
    const name = hostName(host)
    if (!LOOPBACK.test(name) && !allowed.has(name) && !allowed.has('*')) {
      throw apigError('MOCK.0403', {
        detail: `Host ${JSON.stringify(name)} may not use /_mock: name it in --allowed-hosts`,
      })
    }
    if (
      origin !== undefined &&
      origin.replace(/^\w+:\/\//, '').toLowerCase() !== host.toLowerCase()
    ) {
      throw apigError('MOCK.0403', {
        detail: '/_mock cannot be used from a page of another origin',
      })
    }
  }
}
