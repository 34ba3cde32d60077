import { type Static, Type } from '@sinclair/typebox'
import { Time, type TimeFormat } from '../../schema/kinds.ts'
import { type Stamp, table } from '../../store/table.ts'
import { oneOf } from '../schemas.ts'

export const AclCreate = Type.Object({
  acl_name: Type.String({
    pattern: '^[A-Za-z][A-Za-z0-9_]{2,63}$',
    description: '3 to 64 characters, first a letter; letters, digits, _',
    examples: ['acl_demo'],
  }),
  acl_type: oneOf('PERMIT', 'DENY'),
  acl_value: Type.String({
    description: 'comma-separated',
    examples: ['192.168.1.5,192.168.10.1'],
  }),
  entity_type: oneOf('IP', 'DOMAIN', 'DOMAIN_ID'),
})
export type AclCreate = Static<typeof AclCreate>

/** A policy as returned; operations differ in how they write its time. */
export const AclInfo = (updated: TimeFormat) =>
  Type.Object({
    id: Type.String({ examples: ['7eb619ecf2a24943b099833cd24a01ba'] }),
    ...AclCreate.properties,
    update_time: Time(updated),
  })

export const Acl = AclInfo('seconds')
export type Acl = Static<typeof Acl>

export const newAcl = (given: AclCreate & Partial<Acl>, { ids, clock }: Stamp): Acl => ({
  id: ids.hex(),
  update_time: clock.now(),
  ...given,
})

export const acls = table('acls', Acl, { unique: ['acl_name'], complete: newAcl })

/**
 * Which API is under which policy, by publication (API and environment). A seed can hold the
 * records, from which `bind_num` counts; the operations of bindings are not served yet.
 */
const AclBinding = Type.Object({
  id: Type.String(),
  acl_id: Type.String(),
  publish_id: Type.String(),
  api_id: Type.String(),
  env_id: Type.String(),
  create_time: Time(),
})

export const aclBindings = table('acl_bindings', AclBinding, {
  keeps: { acl_id: [acls, 'APIG.3447'] },
  complete: (given, { ids, clock }) => ({
    id: ids.hex(),
    env_id: 'DEFAULT_ENVIRONMENT_RELEASE_ID',
    create_time: clock.now(),
    acl_id: '',
    api_id: '',
    publish_id: '',
    ...given,
  }),
})

export const tables = [acls, aclBindings]
