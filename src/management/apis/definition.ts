import { type Static, Type } from '@sinclair/typebox'
import { Text } from '../../schema/kinds.ts'
import { limitedIf, type Rule, requiredIf, withRules } from '../../schema/rules.ts'
import { oneOf } from '../schemas.ts'
import {
  BackendApi,
  FuncInfo,
  MethodOrAny,
  MockInfo,
  PolicyFunction,
  PolicyHttp,
  PolicyMock,
} from './backends.ts'
import { BackendParam, ReqParam, refusedIf } from './parameters.ts'

const LongText = Type.Optional(Text({ maxLength: 20_480, examples: [''] }))

const fields = {
  name: Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9_./:()-]{2,254}$',
    description: '3 to 255 characters, first a letter or digit; letters, digits, _ . / : ( ) -',
    examples: ['api_demo'],
  }),
  type: Type.Union([Type.Literal(1), Type.Literal(2)], {
    description: '1: public, 2: private',
    examples: [1],
  }),
  version: Type.Optional(Text({ maxLength: 16, examples: ['v1'] })),
  req_protocol: oneOf('HTTP', 'HTTPS', 'BOTH', 'GRPCS'),
  req_method: MethodOrAny,
  req_uri: Type.String({
    maxLength: 512,
    pattern: '^/[^\\s?#]{0,511}$',
    description: 'begins with /, up to 512 characters without space, ? and #',
    examples: ['/users/{user_name}'],
  }),
  auth_type: oneOf('NONE', 'APP', 'IAM', 'AUTHORIZER'),
  auth_opt: Type.Optional(
    Type.Object({ app_code_auth_type: Type.Optional(oneOf('DISABLE', 'HEADER')) }),
  ),
  cors: Type.Optional(Type.Boolean({ examples: [false] })),
  match_mode: Type.Optional(oneOf('NORMAL', 'SWA')),
  backend_type: oneOf('HTTP', 'FUNCTION', 'MOCK', 'GRPC'),
  remark: Type.Optional(Text({ maxLength: 255, examples: ['Demo API'] })),
  group_id: Type.String({ examples: ['c77f5e81d9cb4424bf704ef2b0ac7600'] }),
  body_remark: LongText,
  result_normal_sample: LongText,
  result_failure_sample: LongText,
  authorizer_id: Type.Optional(Type.String({ examples: [''] })),
  tags: Type.Optional(
    Type.Array(
      Type.String({
        pattern: '^[A-Za-z][A-Za-z0-9*#%.:_-]{0,127}$',
        description: 'up to 128 characters, first a letter; letters, digits, * # % . : _ -',
        examples: ['webApi'],
      }),
    ),
  ),
  response_id: Type.Optional(Type.String({ examples: [''] })),
  content_type: Type.Optional(
    oneOf('', 'application/json', 'application/xml', 'multipart/form-data', 'text/plain'),
  ),
  mock_info: Type.Optional(MockInfo),
  func_info: Type.Optional(FuncInfo),
  req_params: Type.Optional(Type.Array(ReqParam)),
  backend_params: Type.Optional(Type.Array(BackendParam)),
  policy_mocks: Type.Optional(Type.Array(PolicyMock)),
  policy_functions: Type.Optional(Type.Array(PolicyFunction)),
  backend_api: Type.Optional(BackendApi),
  policy_https: Type.Optional(Type.Array(PolicyHttp)),
  trace_enabled: Type.Optional(Type.Boolean({ examples: [false] })),
  sampling_strategy: Type.Optional(oneOf('', 'RATE')),
  sampling_param: Type.Optional(Type.String({ examples: [''] })),
  is_send_fg_body_base64: Type.Optional(Type.Boolean({ examples: [true] })),
}

/** What must hold between the fields of a definition. */
export const definitionRules: Rule<keyof typeof fields>[] = [
  limitedIf('req_method', { req_protocol: 'GRPCS' }, Type.Literal('POST')),
  limitedIf('auth_type', { req_protocol: 'GRPCS' }, oneOf('NONE', 'APP', 'IAM')),
  limitedIf(
    'req_params',
    { req_protocol: 'GRPCS' },
    Type.Array(ReqParam, { maxItems: 0, description: 'empty' }),
  ),
  {
    text: 'authorizer_id is required if auth_type is AUTHORIZER',
    fault: ({ auth_type, authorizer_id }) =>
      auth_type === 'AUTHORIZER' && (authorizer_id === undefined || authorizer_id === '')
        ? { field: 'authorizer_id', isMissing: true }
        : undefined,
  },
  requiredIf('mock_info', { backend_type: 'MOCK' }),
  requiredIf('func_info', { backend_type: 'FUNCTION' }),
  requiredIf('backend_api', { backend_type: ['HTTP', 'GRPC'] }),
  requiredIf('sampling_strategy', { trace_enabled: true }),
  refusedIf(
    'req_uri',
    'GET /apic/health_check is reserved',
    (value, given) =>
      value === '/apic/health_check' && (given as { req_method?: unknown }).req_method === 'GET',
  ),
]

/** What a caller decides of an API: its request, its backend and what is in between. */
export const ApiCreate = withRules(Type.Object(fields), ...definitionRules)
export type ApiCreate = Static<typeof ApiCreate>

const BACKENDS = ['mock_info', 'func_info', 'backend_api'] as const

/** The same as kept: whatever has a default is there, and of the backends the one in use. */
export const Definition = withRules(
  Type.Object({
    ...Type.Required(Type.Omit(Type.Object(fields), [...BACKENDS])).properties,
    ...Type.Pick(Type.Object(fields), [...BACKENDS]).properties,
  }),
  ...definitionRules,
)
export type Definition = Static<typeof Definition>
