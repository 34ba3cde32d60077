import { type Static, Type } from '@sinclair/typebox'
import { Text } from '../../schema/kinds.ts'
import { type Stamp, table } from '../../store/table.ts'
import { Id, instancePath, listOf, pageQuery } from '../schemas.ts'

/** Milliseconds since 1970: the one resource whose times are numbers on the wire. */
const EpochMilliseconds = Type.Integer({ examples: [1592535532000] })

const RespInstanceBase = Type.Object({
  id: Type.String({ pattern: '^[!-~]{1,64}$', examples: ['eddc4d25480b4cd6b512f270a1b8b341'] }),
  project_id: Type.String({ examples: ['73d69ae0cfcf460190522d06b60f05ad'] }),
  instance_name: Type.String({ examples: ['demo'] }),
  status: Type.String({ examples: ['Running'] }),
  instance_status: Type.Integer({ description: '6: running', examples: [6] }),
  type: Type.Literal('apig'),
  spec: Type.String({ examples: ['PROFESSIONAL'] }),
  create_time: EpochMilliseconds,
  enterprise_project_id: Type.String({ examples: ['0'] }),
  eip_address: Type.Optional(Type.String()),
  charging_mode: Type.Integer({ description: '0: by use', examples: [0] }),
  loadbalancer_provider: Type.String({ examples: ['elb'] }),
})

const Instance = Type.Composite([
  RespInstanceBase,
  Type.Object({
    description: Text({ maxLength: 255, examples: [''] }),
    vpc_id: Type.String({ examples: ['eed46009-e5ec-4fcf-9e6c-2bf5b1f3b1b1'] }),
    subnet_id: Type.String({ examples: ['3104b1d8-2a04-4ccf-93b8-2f4a3e3d0a55'] }),
    security_group_id: Type.String({ examples: ['9bc3ac30-e7c8-4b5f-8b9c-1a2b3c4d5e6f'] }),
    maintain_begin: Type.String({ examples: ['22:00:00'] }),
    maintain_end: Type.String({ examples: ['02:00:00'] }),
    ingress_ip: Type.String({ examples: ['192.168.0.184'] }),
    user_id: Type.String({ examples: ['08e60e7f5c00f4f91fbec01c1bc59d4d'] }),
    nat_eip_address: Type.Optional(Type.String()),
    bandwidth_size: Type.Integer({ examples: [0] }),
    available_zone_ids: Type.String({
      description: 'a list in text, "[a, b]"',
      examples: ['[cn-north-4a]'],
    }),
    instance_version: Type.String({ examples: ['1.0.12.1'] }),
    supported_features: Type.Array(Type.String(), { examples: [[]] }),
    is_releasable: Type.Boolean({ examples: [true] }),
  }),
])
export type Instance = Static<typeof Instance>

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
    user_id: '',
    bandwidth_size: 0,
    available_zone_ids: '[cn-north-4a]',
    instance_version: '1.0.12.1',
    supported_features: [],
    is_releasable: true,
    ...given,
  }
}

/**
 * The gateways of the account, in whose records the other tables of a state document stand. The
 * built-in one belongs to every project, so that what banner and docs print works in strict mode.
 */
export const instances = table('instances', Instance, {
  scope: 'account',
  complete: newInstance,
  builtIn: [{ id: 'my-gateway' }],
})

export const ListInstancesV2 = {
  operationId: 'ListInstancesV2',
  summary: 'Querying Dedicated Gateways',
  params: Type.Pick(instancePath(), ['project_id']),
  querystring: pageQuery({
    instance_id: Type.Optional(Id()),
    instance_name: Type.Optional(Type.String({ description: 'a part of the name' })),
    status: Type.Optional(Type.String()),
  }),
  response: { 200: listOf('instances', RespInstanceBase) },
}

export const ShowDetailsOfInstanceV2 = {
  operationId: 'ShowDetailsOfInstanceV2',
  summary: 'Querying Dedicated Gateway Details',
  params: instancePath(),
  response: { 200: Instance },
}
