import { type Static, Type } from '@sinclair/typebox'
import { Text } from '../../schema/kinds.ts'
import { limitedIf, type Rule, requiredIf, withRules } from '../../schema/rules.ts'
import { oneOf } from '../schemas.ts'
import { BackendParam, Condition, Remark, refusedIf } from './parameters.ts'

export const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'] as const

export const MethodOrAny = oneOf(...METHODS, 'ANY')

const authorizer_id = Type.Optional(Type.String({ examples: [''] }))

/** Facts that the field tables lack: the Terraform provider sends and reads the status. */
const mock = {
  result_content: Type.Optional(Type.String({ examples: ['{"message":"Hello"}'] })),
  status_code: Type.Optional(Type.Integer({ minimum: 200, maximum: 599, examples: [200] })),
  header: Type.Optional(
    Type.Array(
      Type.Object({
        key: Type.String({ pattern: '^[A-Za-z0-9_-]{1,128}$' }),
        value: Type.String({ pattern: '^[^\\r\\n]{1,1024}$' }),
        remark: Remark,
      }),
      { maxItems: 10 },
    ),
  ),
}

export const MockInfo = Type.Object({
  remark: Remark,
  ...mock,
  version: Type.Optional(Text({ maxLength: 64, examples: ['v1'] })),
  authorizer_id,
})
export type MockInfo = Static<typeof MockInfo>

const milliseconds = Type.Integer({ minimum: 1, description: 'milliseconds', examples: [5000] })
const networkTimeouts = [
  limitedIf('timeout', { network_type: 'V1' }, Type.Integer({ maximum: 60_000 })),
  limitedIf('timeout', { network_type: 'V2' }, Type.Integer({ maximum: 600_000 })),
]

const func = {
  function_urn: Type.String({
    examples: ['urn:fss:cn-north-4:73d69ae0cfcf460190522d06b60f05ad:function:default:demo'],
  }),
  invocation_type: oneOf('sync', 'async'),
  network_type: oneOf('V1', 'V2'),
  version: Type.Optional(Text({ maxLength: 64, examples: ['latest'] })),
  alias_urn: Type.Optional(Type.String({ examples: [''] })),
  req_protocol: Type.Optional(oneOf('HTTPS', 'GRPCS')),
}

export const FuncInfo = withRules(
  Type.Object({ ...func, remark: Remark, timeout: milliseconds, authorizer_id }),
  ...networkTimeouts,
)
export type FuncInfo = Static<typeof FuncInfo>

const VARIABLE = /^[A-Za-z][A-Za-z0-9_-]{2,31}$/

/** `#name#` stands for a variable of the group: what is between two # must be a name of one. */
export const hasBadVariable = (text: string) =>
  text.split('#').length % 2 === 0 ||
  text.split('#').some((part, index) => index % 2 === 1 && !VARIABLE.test(part))

export const backendUri = Type.String({
  maxLength: 512,
  pattern: '^/[^\\s?]{0,511}$',
  description: 'begins with /, up to 512 characters without space and ?',
  examples: ['/users/{user_name}'],
})

const MemberGroupUrl = Type.Object({
  member_group_id: Type.String(),
  req_protocol: oneOf('HTTP', 'HTTPS', 'GRPC', 'GRPCS'),
  req_method: MethodOrAny,
  req_uri: backendUri,
})

/** Where an HTTP backend is, alike for the default one and for policies. */
const http = {
  url_domain: Type.Optional(Type.String({ maxLength: 255, examples: ['backend:8080'] })),
  req_protocol: oneOf('HTTP', 'HTTPS', 'GRPCS', 'GRPC'),
  req_method: MethodOrAny,
  req_uri: backendUri,
  retry_count: Type.Optional(
    Type.String({
      pattern: '^(-1|[0-9]|10)$',
      description: '-1 to 10; -1: idempotent requests are sent again once',
      examples: ['-1'],
    }),
  ),
  vpc_channel_info: Type.Optional(
    Type.Object({
      vpc_channel_proxy_host: Type.Optional(Type.String()),
      vpc_channel_id: Type.String(),
    }),
  ),
  vpc_channel_status: Type.Optional(
    Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(3), Type.Literal(4)], {
      description: '1: through a VPC channel, 2: to url_domain',
      examples: [2],
    }),
  ),
  enable_sm_channel: Type.Optional(Type.Boolean({ examples: [false] })),
  member_group_url_infos: Type.Optional(Type.Array(MemberGroupUrl)),
}

interface HttpFields {
  url_domain?: unknown
  vpc_channel_status?: unknown
}

const hasNoDomain = ({ url_domain, vpc_channel_status = 2 }: HttpFields) =>
  vpc_channel_status === 2 && (url_domain === undefined || url_domain === '')

const httpRules: Rule<keyof typeof http>[] = [
  {
    text: 'url_domain is required unless vpc_channel_status is 1, 3 or 4',
    fault: (given) => (hasNoDomain(given) ? { field: 'url_domain', isMissing: true } : undefined),
  },
  requiredIf('vpc_channel_info', { vpc_channel_status: 1 }),
  requiredIf('member_group_url_infos', { vpc_channel_status: 4 }),
  refusedIf(
    'url_domain',
    'url_domain is a host with an optional port, without scheme, path and spaces; #name# is a variable',
    (value) => /[\s/?@\\]/.test(value) || hasBadVariable(value),
  ),
  refusedIf('req_uri', 'between two # in req_uri is the name of a variable', hasBadVariable),
  limitedIf('req_method', { req_protocol: 'GRPCS' }, Type.Literal('POST')),
  limitedIf('req_uri', { req_protocol: 'GRPCS' }, Type.Literal('/')),
]

const timeout = Type.Integer({
  minimum: 1,
  maximum: 600_000,
  description: 'milliseconds',
  examples: [5000],
})

export const BackendApi = withRules(
  Type.Object({
    authorizer_id,
    ...http,
    remark: Remark,
    version: Type.Optional(Text({ maxLength: 16, examples: ['v1'] })),
    timeout,
    enable_client_ssl: Type.Optional(Type.Boolean({ examples: [false] })),
  }),
  ...httpRules,
  {
    text: 'enable_client_ssl is allowed only if req_protocol is HTTPS or GRPCS',
    fault: ({ enable_client_ssl, req_protocol }) =>
      enable_client_ssl === true && (req_protocol === 'HTTP' || req_protocol === 'GRPC')
        ? { field: 'enable_client_ssl', isMissing: false, code: 'APIG.3717' }
        : undefined,
  },
)
export type BackendApi = Static<typeof BackendApi>

/** What every backend policy has: when it is chosen, and its own parameters. */
const policy = {
  effect_mode: oneOf('ALL', 'ANY'),
  name: Type.String({
    pattern: '^[A-Za-z][A-Za-z0-9_]{2,63}$',
    description: '3 to 64 characters, first a letter; letters, digits, _',
    examples: ['policy_demo'],
  }),
  backend_params: Type.Optional(Type.Array(BackendParam)),
  conditions: Type.Array(Condition),
  authorizer_id,
}

export const PolicyMock = Type.Object({ ...policy, ...mock })
export type PolicyMock = Static<typeof PolicyMock>

export const PolicyFunction = withRules(
  Type.Object({ ...policy, ...func, timeout: Type.Optional(milliseconds) }),
  ...networkTimeouts,
)
export type PolicyFunction = Static<typeof PolicyFunction>

export const PolicyHttp = withRules(
  Type.Object({ ...policy, ...http, timeout: Type.Optional(timeout) }),
  ...httpRules,
)
export type PolicyHttp = Static<typeof PolicyHttp>
