import { createHash } from 'node:crypto'
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { toSeconds } from '../../core/clock.ts'
import { Text } from '../../schema/kinds.ts'
import { type Stamp, table } from '../../store/table.ts'
import { supportedFeatures } from './features.ts'

/** Milliseconds since 1970: the one resource whose times are numbers on the wire. */
const EpochMilliseconds = Type.Integer({ examples: [1592535532000] })

const Nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()])

const EndpointService = Type.Object({
  service_name: Type.String({
    examples: ['cn-north-4.apig.7eb619ec-f2a2-4943-b099-833cd24a01ba'],
  }),
  created_at: Type.String({ examples: ['2020-08-03T13:09:13Z'] }),
})
const NodeIps = Type.Object({
  livedata: Type.Array(Type.String()),
  shubao: Type.Array(Type.String()),
})
const IpDetails = Type.Object({
  ip_address: Type.String(),
  bandwidth_size: Type.Integer(),
  ipv6_address: Type.Optional(Type.String()),
})

export const InstanceBase = Type.Object({
  id: Type.String({ pattern: '^[!-~]{1,64}$', examples: ['eddc4d25480b4cd6b512f270a1b8b341'] }),
  project_id: Type.String({ examples: ['73d69ae0cfcf460190522d06b60f05ad'] }),
  instance_name: Type.String({ examples: ['demo'] }),
  status: Type.String({ examples: ['Running'] }),
  instance_status: Type.Integer({ description: '6: running', examples: [6] }),
  type: Type.Literal('apig'),
  spec: Type.String({ examples: ['PROFESSIONAL'] }),
  create_time: EpochMilliseconds,
  enterprise_project_id: Type.String({ examples: ['0'] }),
  eip_address: Type.Optional(Nullable(Type.String())),
  charging_mode: Type.Integer({ description: '0: by use', examples: [0] }),
  loadbalancer_provider: Type.String({ examples: ['elb'] }),
})

export const Instance = Type.Composite([
  InstanceBase,
  Type.Object({
    description: Text({ maxLength: 255, examples: [''] }),
    vpc_id: Type.String({ examples: ['eed46009-e5ec-4fcf-9e6c-2bf5b1f3b1b1'] }),
    subnet_id: Type.String({ examples: ['3104b1d8-2a04-4ccf-93b8-2f4a3e3d0a55'] }),
    security_group_id: Type.String({ examples: ['9bc3ac30-e7c8-4b5f-8b9c-1a2b3c4d5e6f'] }),
    maintain_begin: Type.String({ examples: ['22:00:00'] }),
    maintain_end: Type.String({ examples: ['02:00:00'] }),
    ingress_ip: Type.String({ examples: ['192.168.0.184'] }),
    user_id: Type.String({ examples: ['08e60e7f5c00f4f91fbec01c1bc59d4d'] }),
    ingress_ip_v6: Nullable(Type.String()),
    nat_eip_address: Nullable(Type.String()),
    bandwidth_size: Type.Integer({ examples: [0] }),
    bandwidth_charging_mode: Type.String({ examples: ['bandwidth'] }),
    ingress_bandwidth_charging_mode: Type.String({ examples: [''] }),
    available_zone_ids: Type.String({
      description: 'a list in text, "[a, b]"',
      examples: ['[cn-north-4a]'],
    }),
    instance_version: Type.String({ examples: ['1.0.12.1'] }),
    supported_features: Type.Array(Type.String(), { examples: [['route', 'app_acl']] }),
    is_releasable: Type.Boolean({ examples: [true] }),
    virsubnet_id: Nullable(Type.String()),
    roma_eip_address: Nullable(Type.String()),
    endpoint_service: Nullable(EndpointService),
    endpoint_services: Type.Array(EndpointService),
    node_ips: NodeIps,
    publicips: Type.Array(IpDetails),
    privateips: Type.Array(IpDetails),
    unreliable_ips: Type.Array(Type.String()),
    cbc_operation_locks: Type.Array(
      Type.Object({ lock_scene: Type.String(), lock_source_id: Type.String() }),
    ),
    // Only gateways with IPv6 have these four.
    nat_eip_ipv6_cidr: Type.Optional(Type.String()),
    eip_ipv6_address: Type.Optional(Type.String()),
    node_ipv6_ips: Type.Optional(NodeIps),
    public_ipv6_ips: Type.Optional(Type.Array(Type.String())),
    enable_fullstack_ipv6: Type.Boolean({ examples: [false] }),
  }),
])
export type Instance = Static<typeof Instance>

/**
 * An id in the form of a UUID, the same for the same gateway: the Terraform provider cuts the
 * service's name out of `region.name.uuid`.
 */
function uuidOf(id: string): string {
  const digits = createHash('sha256').update(id).digest('hex')
  const ends = [8, 12, 16, 20, 32]
  return ends.map((end, i) => digits.slice(ends[i - 1] ?? 0, end)).join('-')
}

/** A whole gateway of the fields given; the others are those of a small running gateway. */
export function newInstance(given: Partial<Instance>, { ids, clock }: Stamp): Instance {
  const id = given.id ?? ids.hex()
  return {
    id,
    project_id: '',
    instance_name: id,
    status: 'Running',
    instance_status: 6,
    type: 'apig',
    spec: 'PROFESSIONAL',
    create_time: Math.floor(clock.now()),
    enterprise_project_id: '0',
    charging_mode: 0,
    loadbalancer_provider: 'elb',
    description: '',
    vpc_id: '00000000-0000-0000-0000-000000000001',
    subnet_id: '00000000-0000-0000-0000-000000000002',
    security_group_id: '00000000-0000-0000-0000-000000000003',
    maintain_begin: '22:00:00',
    maintain_end: '02:00:00',
    ingress_ip: '192.168.0.184',
    ingress_ip_v6: null,
    eip_address: null,
    nat_eip_address: null,
    user_id: '',
    bandwidth_size: 0,
    bandwidth_charging_mode: 'bandwidth',
    ingress_bandwidth_charging_mode: '',
    available_zone_ids: '[cn-north-4a]',
    instance_version: '1.0.12.1',
    supported_features: [...supportedFeatures],
    is_releasable: true,
    virsubnet_id: null,
    roma_eip_address: null,
    endpoint_service: null,
    endpoint_services: [
      { service_name: `cn-north-4.apig.${uuidOf(id)}`, created_at: toSeconds(clock.now()) },
    ],
    node_ips: { livedata: [], shubao: [] },
    publicips: [],
    privateips: [],
    unreliable_ips: [],
    cbc_operation_locks: [],
    enable_fullstack_ipv6: false,
    ...given,
  }
}

/**
 * The gateways of the account, whose records contain the other tables in a state document. The
 * built-in one belongs to every project, so that what banner and docs print works in strict mode.
 */
export const instances = table('instances', Instance, {
  scope: 'account',
  complete: newInstance,
  builtIn: [{ id: 'my-gateway' }],
})

export const tables = [instances]
