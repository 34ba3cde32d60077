import { isIP } from 'node:net'

/** Host name of a Host header: without its port, in lower case. */
export const hostName = (host: string): string => host.replace(/:\d*$/, '').toLowerCase()

/** Whether a Host header names this server, as far as a browser can be trusted with it. */
export type HostCheck = (host: string) => boolean

/**
 * The hosts under which web pages may use this server: loopback, any IP address and those allowed.
 * DNS rebinding leads a name of the attacker's here; an address cannot be rebound.
 * @param allowedHosts comma-separated names, or `*` for any
 */
export function hostCheck(allowedHosts: string, boundHost: string): HostCheck {
  const names = [...allowedHosts.split(','), boundHost].map((host) =>
    hostName(host.trim().replace(/^\w+:\/\//, '')),
  )
  const allowed = new Set(names.filter((name) => name !== ''))
  return (host) => {
    const name = hostName(host)
    if (name === 'localhost' || isIP(name) === 4 || isBracketedIPv6(name)) return true
    return allowed.has(name) || allowed.has('*')
  }
}

const isBracketedIPv6 = (name: string): boolean =>
  name.startsWith('[') && name.endsWith(']') && isIP(name.slice(1, -1)) === 6
