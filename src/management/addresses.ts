import { isIP } from 'node:net'
import { Kind, Type, TypeRegistry } from '@sinclair/typebox'

/** `192.168.0.1`, `192.168.0.1-192.168.0.9` or `192.168.0.0/24`; IPv6 likewise. */
export function isAddressRule(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  if (prefix !== undefined) {
    const bits = isIP(address) === 4 ? 32 : 128
    return (
      rest.length === 0 && isIP(address) !== 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits
    )
  }
  const ends = text.split('-')
  const versions = new Set(ends.map(isIP))
  return ends.length <= 2 && versions.size === 1 && !versions.has(0)
}

TypeRegistry.Set('AddressRule', (_, value) => typeof value === 'string' && isAddressRule(value))

/** Whom an access control list is about: an address, a range of them or a CIDR block. */
export const AddressRule = () =>
  Type.Unsafe<string>({
    [Kind]: 'AddressRule',
    type: 'string',
    description: 'an IP address, a range (a-b) or a CIDR block',
  })
