import { type Static, Type } from '@sinclair/typebox'
import { idOf } from '../../core/ids.ts'
import { Text, Time, type TimeFormat } from '../../schema/kinds.ts'
import { except, withRules } from '../../schema/rules.ts'
import { type Stamp, table } from '../../store/table.ts'
import { oneOf } from '../schemas.ts'

export const ApiGroupCreate = Type.Object({
  name: Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9_./():-]{2,254}$',
    description: '3 to 255 characters, first a letter or digit; letters, digits, _ . / ( ) : -',
    examples: ['api_group_001'],
  }),
  remark: Type.Optional(Text({ maxLength: 1000, examples: ['Group 1'] })),
})

/** As kept; the names of its domains are made when it is shown. */
export const ApiGroup = Type.Object({
  id: Type.String({ examples: ['c77f5e81d9cb4424bf704ef2b0ac7600'] }),
  name: ApiGroupCreate.properties.name,
  remark: Text({ maxLength: 1000, examples: ['Group 1'] }),
  status: Type.Literal(1, { description: '1: valid' }),
  register_time: Time(),
  update_time: Time(),
  on_sell_status: Type.Literal(2, { description: '2: not listed' }),
  is_default: Type.Union([Type.Literal(2), Type.Literal(1)], {
    description: '1: the DEFAULT group of the gateway',
  }),
  sl_domain_access_enabled: Type.Boolean({ examples: [true] }),
})
export type ApiGroup = Static<typeof ApiGroup>

/** A whole group of the fields given. */
export function newApiGroup(
  given: Partial<ApiGroup> & Pick<ApiGroup, 'name'>,
  { ids, clock }: Stamp,
): ApiGroup {
  const now = clock.now()
  return {
    id: given.id ?? ids.hex(),
    remark: '',
    status: 1,
    register_time: now,
    update_time: now,
    on_sell_status: 2,
    is_default: 2,
    sl_domain_access_enabled: true,
    ...given,
  }
}

export const apiGroups = table('api_groups', ApiGroup, {
  unique: ['name'],
  complete: newApiGroup,
  birth: (_, gateway) => [
    { id: idOf(`DEFAULT group of ${gateway.id}`), name: 'DEFAULT', is_default: 1 as const },
  ],
})

export const SslVersion = oneOf('TLSv1.1', 'TLSv1.2')

/** -1 switches the protocol off; domains.ts refuses numbers that cannot be. */
const port = (usual: number) =>
  Type.Integer({
    minimum: -1,
    maximum: 49151,
    description: `-1 (off), ${usual} or 1024 to 49151`,
    examples: [usual],
  })

export const UrlDomainSettings = Type.Object({
  min_ssl_version: SslVersion,
  is_http_redirect_to_https: Type.Boolean({ examples: [false] }),
  verified_client_certificate_enabled: Type.Boolean({ examples: [false] }),
  ingress_http_port: port(80),
  ingress_https_port: port(443),
})

/** A domain name of the user's own, by which a group's APIs are called. */
export const UrlDomain = Type.Object({
  id: Type.String({ examples: ['c5e0d5ba62a34d26ad5c709ae22c1a17'] }),
  group_id: Type.String(),
  url_domain: Type.String({ examples: ['www.example.com'] }),
  status: Type.Literal(3, { description: '3: resolved' }),
  ...UrlDomainSettings.properties,
})
export type UrlDomain = Static<typeof UrlDomain>

export const newUrlDomain = (
  given: Partial<UrlDomain> & Pick<UrlDomain, 'group_id' | 'url_domain'>,
  { ids }: Stamp,
): UrlDomain => ({
  id: ids.hex(),
  status: 3,
  min_ssl_version: 'TLSv1.1',
  is_http_redirect_to_https: false,
  verified_client_certificate_enabled: false,
  ingress_http_port: 80,
  ingress_https_port: 443,
  ...given,
})

export const urlDomains = table('url_domains', UrlDomain, {
  belongsTo: { group_id: apiGroups },
  unique: ['url_domain'],
  complete: newUrlDomain,
})

/** Response type → the status that it has unless a group sets another; undefined: the error's. */
export const RESPONSE_TYPES = {
  ACCESS_DENIED: 403,
  AUTHORIZER_CONF_FAILURE: 500,
  AUTHORIZER_FAILURE: 500,
  AUTHORIZER_IDENTITIES_FAILURE: 401,
  AUTH_FAILURE: 401,
  AUTH_HEADER_MISSING: 401,
  BACKEND_TIMEOUT: 504,
  BACKEND_UNAVAILABLE: 502,
  DEFAULT_4XX: undefined,
  DEFAULT_5XX: undefined,
  NOT_FOUND: 404,
  REQUEST_PARAMETERS_FAILURE: 400,
  THIRD_AUTH_CONF_FAILURE: 500,
  THIRD_AUTH_FAILURE: 401,
  THIRD_AUTH_IDENTITIES_FAILURE: 401,
  THROTTLED: 429,
  UNAUTHORIZED: 401,
} as const satisfies Record<string, number | undefined>

export type ResponseType = keyof typeof RESPONSE_TYPES

/** The body of every type that a group does not set. */
export const DEFAULT_BODY =
  '{"error_code":"$context.error.code","error_msg":"$context.error.message","request_id":"$context.requestId"}'

const ResponseHeader = Type.Object({
  key: Type.String({
    pattern: '^[A-Za-z0-9_-]{1,128}$',
    description: '1 to 128 letters, digits, _ and -',
  }),
  value: Type.String({
    pattern: '^(?![\\s\\S]*(\\[\\[|\\]\\]))[\\s\\S]{1,1024}$',
    description: '1 to 1024 characters without [[ and ]]',
  }),
})

export const ResponseInfo = withRules(
  Type.Object({
    status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599, examples: [401] })),
    body: Type.String({ examples: [DEFAULT_BODY] }),
    headers: Type.Optional(Type.Array(ResponseHeader, { maxItems: 10 })),
  }),
  except('status', 444),
)
export type ResponseInfo = Static<typeof ResponseInfo>

/** How the errors of a group's calls look: the types that were set, the others are default. */
export const GatewayResponse = Type.Object({
  id: Type.String({ examples: ['9ed8b7fe84224de681e7d7a5587e76dc'] }),
  group_id: Type.String(),
  name: Type.String({ examples: ['response_demo'] }),
  default: Type.Boolean({ examples: [false] }),
  responses: Type.Record(Type.String(), ResponseInfo),
  create_time: Time(),
  update_time: Time(),
})
export type GatewayResponse = Static<typeof GatewayResponse>

export function newGatewayResponse(
  given: Partial<GatewayResponse> & Pick<GatewayResponse, 'group_id' | 'name'>,
  { ids, clock }: Stamp,
): GatewayResponse {
  const now = clock.now()
  return {
    id: ids.hex(),
    default: false,
    responses: {},
    create_time: now,
    update_time: now,
    ...given,
  }
}

export const gatewayResponses = table('gateway_responses', GatewayResponse, {
  belongsTo: { group_id: apiGroups },
  unique: [['group_id', 'name']],
  complete: newGatewayResponse,
})

/** How responses are shown: all types, with `default: true` where nothing was set. */
export const GatewayResponseInfo = (created: TimeFormat, updated: TimeFormat) =>
  Type.Object({
    id: GatewayResponse.properties.id,
    name: GatewayResponse.properties.name,
    default: Type.Boolean({ examples: [false] }),
    responses: Type.Record(
      Type.String(),
      Type.Object({ ...ResponseInfo.properties, default: Type.Boolean() }),
    ),
    create_time: Time(created),
    update_time: Time(updated),
  })

export const tables = [apiGroups, urlDomains, gatewayResponses]
