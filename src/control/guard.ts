import { apigError } from '../core/errors.ts'
import { isOpen } from '../request/foreign-page.ts'
import { hostCheck, hostName } from '../request/host.ts'
import type { Step } from '../request/steps.ts'

/**
 * Keeps web pages that reach this server under a name of their own (DNS rebinding) away from the
 * control plane; `refuseForeignPages` protects every plane.
 * @param allowedHosts comma-separated
 * @throws ApigError MOCK.0403
 */
export function guard(allowedHosts: string, boundHost: string): Step {
  const isKnown = hostCheck(allowedHosts, boundHost)
  return (request) => {
    const { host = '' } = request.headers
    if (isKnown(host) || isOpen(request)) return
    throw apigError('MOCK.0403', {
      detail: `Host ${JSON.stringify(hostName(host))} may not use /_mock: name it in --allowed-hosts`,
    })
  }
}

/** No page may put one of /_mock into a frame, and no text of it is taken for a script. */
export const forbidFrames: Step = (_request, reply) => {
  reply.headers({
    'Content-Security-Policy': "frame-ancestors 'none'",
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
  })
}
