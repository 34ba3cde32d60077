import { type Static, type TObject, Type } from '@sinclair/typebox'
import type { ErrorWith } from '../../core/errors.ts'
import { Text } from '../../schema/kinds.ts'
import { limitedIf, onlyIf, type Rule, requiredIf, withRules } from '../../schema/rules.ts'
import { oneOf } from '../schemas.ts'

/** A rule of one field in words of its own: `isBad` is asked only where the field is given. */
export const refusedIf = <Field extends string>(
  field: Field,
  text: string,
  isBad: (value: string, given: Readonly<Partial<Record<Field, unknown>>>) => boolean,
  code?: ErrorWith<'parameter'>,
): Rule<Field> => ({
  text,
  fault: (given) => {
    const value = given[field]
    if (typeof value !== 'string' || !isBad(value, given)) return undefined
    return { field, isMissing: false, ...(code !== undefined && { code }) }
  },
})

/** 1: yes, 2: no. */
export const YesOrNo = Type.Union([Type.Literal(1), Type.Literal(2)], {
  description: '1: yes, 2: no',
})

export const Remark = Type.Optional(Text({ maxLength: 255, examples: ['Demo'] }))

/** The gateway's own headers, which no parameter may be called. */
const isReserved = (name: string) => /^x-(stage$|apig-|sdk-)/i.test(name)

const name = Type.String({
  pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,31}$',
  description: '1 to 32 characters, first a letter; letters, digits, . - _',
  examples: ['user_name'],
})
const notReserved = refusedIf('name', 'name is not x-stage, x-apig-* or x-sdk-*', isReserved)

const isBadHeader = (value: string) =>
  value.includes('_') || /^(authorization|x-auth-token)$/i.test(value)

/** A parameter of the request, as sent and as kept. */
export const ReqParam = withRules(
  Type.Object({
    name,
    type: oneOf('STRING', 'NUMBER'),
    location: oneOf('PATH', 'QUERY', 'HEADER'),
    default_value: Type.Optional(Type.String({ examples: ['demo'] })),
    sample_value: Type.Optional(Type.String({ examples: ['demo'] })),
    required: Type.Optional(YesOrNo),
    valid_enable: Type.Optional(YesOrNo),
    remark: Remark,
    enumerations: Type.Optional(Type.String({ description: 'comma-separated' })),
    min_num: Type.Optional(Type.Integer()),
    max_num: Type.Optional(Type.Integer()),
    min_size: Type.Optional(Type.Integer()),
    max_size: Type.Optional(Type.Integer()),
    regular: Type.Optional(Type.String()),
    json_schema: Type.Optional(Type.String()),
    pass_through: Type.Optional(YesOrNo),
    orchestrations: Type.Optional(Type.Array(Type.String())),
  }),
  notReserved,
  refusedIf(
    'name',
    'a header is not called Authorization or X-Auth-Token, and has no _ in its name',
    (value, given) => (given as { location?: unknown }).location === 'HEADER' && isBadHeader(value),
  ),
  limitedIf(
    'required',
    { location: 'PATH' },
    Type.Literal(1, { description: '1: the path always has it' }),
  ),
  onlyIf('min_num', { type: 'NUMBER' }),
  onlyIf('max_num', { type: 'NUMBER' }),
  onlyIf('min_size', { type: 'STRING' }),
  onlyIf('max_size', { type: 'STRING' }),
)
export type ReqParam = Static<typeof ReqParam>

const SYSTEM_VALUES = [
  'sourceIp',
  'stage',
  'apiId',
  'appId',
  'requestId',
  'serverAddr',
  'serverName',
  'handleTime',
  'providerAppId',
  'apiName',
  'appName',
]

/** Whether a backend parameter of origin SYSTEM may have the value: `$context.stage`. */
export function isSystemValue(value: string): boolean {
  if (/^\$context\.authorizer\.(frontend|backend)\../.test(value)) return true
  return value.startsWith('$context.') && SYSTEM_VALUES.includes(value.slice('$context.'.length))
}

/** A parameter of the backend's request, as sent and as kept. */
export const BackendParam = withRules(
  Type.Object({
    origin: oneOf('REQUEST', 'CONSTANT', 'SYSTEM'),
    name,
    remark: Remark,
    location: oneOf('PATH', 'QUERY', 'HEADER'),
    value: Text({ maxLength: 255, examples: ['user_name'] }),
  }),
  notReserved,
  refusedIf(
    'value',
    `value is $context. and one of ${SYSTEM_VALUES.join(', ')} or authorizer.… if origin is SYSTEM`,
    (value, given) => (given as { origin?: unknown }).origin === 'SYSTEM' && !isSystemValue(value),
  ),
)
export type BackendParam = Static<typeof BackendParam>

const systemNames = oneOf('req_path', 'req_method', 'reqPath', 'reqMethod')

/** When a backend policy is chosen, as sent and as kept. */
export const Condition = withRules(
  Type.Object({
    req_param_name: Type.Optional(Type.String({ examples: ['user_name'] })),
    sys_param_name: Type.Optional(systemNames),
    cookie_param_name: Type.Optional(Type.String({ maxLength: 255 })),
    frontend_authorizer_param_name: Type.Optional(
      Type.String({ pattern: '^\\$context\\.authorizer\\.frontend\\.' }),
    ),
    condition_type: Type.Optional(oneOf('exact', 'enum', 'pattern')),
    condition_origin: oneOf(
      'param',
      'source',
      'system',
      'cookie',
      'frontend_authorizer',
      'orchestration',
    ),
    condition_value: Type.String({ examples: ['demo'] }),
    mapped_param_name: Type.Optional(Type.String()),
    mapped_param_location: Type.Optional(oneOf('header', 'query')),
  }),
  requiredIf('req_param_name', { condition_origin: 'param' }),
  requiredIf('sys_param_name', { condition_origin: 'system' }),
  requiredIf('cookie_param_name', { condition_origin: 'cookie' }),
  requiredIf('frontend_authorizer_param_name', { condition_origin: 'frontend_authorizer' }),
  requiredIf('condition_type', {
    condition_origin: ['param', 'system', 'cookie', 'frontend_authorizer'],
  }),
  requiredIf('mapped_param_name', { condition_origin: 'orchestration' }),
  requiredIf('mapped_param_location', { condition_origin: 'orchestration' }),
  limitedIf(
    'condition_type',
    { sys_param_name: ['req_method', 'reqMethod'] },
    oneOf('exact', 'enum'),
  ),
)
export type Condition = Static<typeof Condition>

/** With the id that the service gives each part of a definition. */
export const withId = <P extends TObject>({ properties }: P) =>
  Type.Object({
    ...(properties as P['properties']),
    id: Type.String({ examples: ['8a8e3bba47edf84a5e8a8b8c8d8e8f90'] }),
  })
