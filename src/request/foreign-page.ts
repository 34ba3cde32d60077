import type { FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { frontError } from './error-handler.ts'
import { hostCheck } from './host.ts'
import type { Step } from './steps.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Open to everybody, web pages included: what it returns is no secret, and it does nothing. */
    isOpen?: boolean
  }
}

/** Whether a URL belongs to the control plane. */
export const isControl = (url: string): boolean => /^\/_mock(?![^/?#])/.test(url)

/**
 * Keeps web pages away from every plane. Browsers send `Origin` or `Sec-Fetch-Site`, which no page
 * can change; SDKs send neither.
 * @throws ApigError 403: MOCK.0403 below /_mock, APIGW.0201 elsewhere
 */
export function refuseForeignPages({ config }: Context): Step {
  const isKnown = hostCheck(config.allowedHosts, config.host)
  return (request) => {
    const { origin, host = '', 'sec-fetch-site': site } = request.headers
    if (origin === undefined && site === undefined) return
    const reason = foreignness(origin, site, host, isKnown)
    if (reason === undefined || isOpen(request)) return
    throw (
      isControl(request.url)
        ? apigError('MOCK.0403', { detail: '/_mock cannot be used from a page of another origin' })
        : frontError(403, 'not allowed from a page of another origin')
    ).because(reason)
  }
}

/** Whether the route lets everybody in. */
export const isOpen = (request: FastifyRequest): boolean =>
  request.routeOptions.config.isOpen === true

/** Why a request comes from a web page that is none of this server's; undefined if it does not. */
function foreignness(
  origin: string | undefined,
  site: unknown,
  host: string,
  isKnown: (host: string) => boolean,
): string | undefined {
  if (site === 'cross-site' || site === 'same-site') {
    return `the browser says Sec-Fetch-Site: ${site}; only pages of this server may use it`
  }
  if (origin !== undefined && withoutDefaultPort(origin) !== withoutDefaultPort(`http://${host}`)) {
    return `Origin ${JSON.stringify(origin)} is not http://${host}; only pages of this server may use it`
  }
  // A page of the same origin under a name that is not ours has been led here by DNS.
  if (isKnown(host)) return undefined
  return `a page of the host ${JSON.stringify(host)} may not use this server: name it in --allowed-hosts`
}

const withoutDefaultPort = (origin: string): string => origin.toLowerCase().replace(/:80$/, '')
