import { type Static, Type } from '@sinclair/typebox'
import type { Context } from '../../context.ts'
import { toSeconds } from '../../core/clock.ts'
import { idOf } from '../../core/ids.ts'
import { Time, type TimeFormat } from '../../schema/kinds.ts'
import { UrlDomainInfo, withDomains } from '../api-groups/routes.ts'
import { apiGroups } from '../api-groups/tables.ts'
import { envs } from '../envs/tables.ts'
import {
  BackendApi,
  FuncInfo,
  MockInfo,
  PolicyFunction,
  PolicyHttp,
  PolicyMock,
} from './backends.ts'
import { Definition } from './definition.ts'
import { BackendParam, Condition, ReqParam } from './parameters.ts'
import { type Api, publications } from './tables.ts'

const id = Type.String({ examples: ['8e3bba47edf84a5e8a8b8c8d8e8f9091'] })

const ReqParamInfo = Type.Object({ ...ReqParam.properties, id })
const BackendParamInfo = Type.Object({
  ...BackendParam.properties,
  id,
  req_param_id: Type.Optional(Type.String()),
})
const ConditionInfo = Type.Object({
  ...Condition.properties,
  id,
  req_param_id: Type.Optional(Type.String()),
  req_param_location: Type.Optional(Type.String()),
})
const policyInfo = {
  id,
  backend_params: Type.Array(BackendParamInfo),
  conditions: Type.Array(ConditionInfo),
}

const VpcInfo = Type.Object({
  vpc_channel_proxy_host: Type.Optional(Type.String()),
  vpc_channel_id: Type.String(),
  vpc_channel_port: Type.Optional(Type.Integer()),
  ecs_id: Type.Optional(Type.String()),
  ecs_name: Type.Optional(Type.String()),
})
const vpc_channel_info = Type.Optional(VpcInfo)

const ApiGroupCommonInfo = Type.Object({
  id: Type.String({ examples: ['c77f5e81d9cb4424bf704ef2b0ac7600'] }),
  name: Type.String({ examples: ['api_group_001'] }),
  status: Type.Literal(1),
  sl_domain: Type.String({ examples: ['c77f5e81d9cb4424bf704ef2b0ac7600.apic.localhost'] }),
  register_time: Time(),
  update_time: Time(),
  on_sell_status: Type.Literal(2),
  url_domains: Type.Array(UrlDomainInfo),
  sl_domain_access_enabled: Type.Boolean(),
})

/** What an API shows of the records around it. */
const surroundings = {
  status: Type.Literal(1, { description: '1: valid' }),
  arrange_necessary: Type.Literal(2, { description: '2: no orchestration' }),
  group_name: Type.String({ examples: ['api_group_001'] }),
  group_version: Type.Literal('V1'),
  run_env_id: Type.String({ description: 'joined by |, the last published first', examples: [''] }),
  run_env_name: Type.String({ examples: [''] }),
  publish_id: Type.String({ examples: [''] }),
  publish_time: Type.String({ description: 'YYYY-MM-DD hh:mm:ss, joined by |', examples: [''] }),
}

const times = (registered: TimeFormat, updated: TimeFormat) => ({
  register_time: Time(registered),
  update_time: Time(updated),
})

/** An API in full; operations differ in how they write its two times. */
export const ApiInfo = (registered: TimeFormat, updated: TimeFormat) => {
  const part = {
    id,
    status: Type.Literal(1),
    ...times(registered, updated),
  }
  return Type.Object({
    id: Type.String({ examples: ['5f918d104dc84480a75166ba99efff21'] }),
    ...Definition.properties,
    // Empty where unset, which the documented values do not say.
    content_type: Type.String({ examples: ['application/json'] }),
    sampling_strategy: Type.String({ examples: [''] }),
    ...surroundings,
    ...times(registered, updated),
    api_group_info: ApiGroupCommonInfo,
    req_params: Type.Array(ReqParamInfo),
    backend_params: Type.Array(BackendParamInfo),
    mock_info: Type.Optional(Type.Object({ ...MockInfo.properties, ...part })),
    func_info: Type.Optional(Type.Object({ ...FuncInfo.properties, ...part })),
    backend_api: Type.Optional(
      Type.Object({ ...BackendApi.properties, ...part, vpc_channel_info }),
    ),
    policy_mocks: Type.Array(Type.Object({ ...PolicyMock.properties, ...policyInfo })),
    policy_functions: Type.Array(Type.Object({ ...PolicyFunction.properties, ...policyInfo })),
    policy_https: Type.Array(
      Type.Object({ ...PolicyHttp.properties, ...policyInfo, vpc_channel_info }),
    ),
  })
}
export type ApiInfo = Static<ReturnType<typeof ApiInfo>>

const detailFields = [
  'mock_info',
  'func_info',
  'req_params',
  'backend_params',
  'policy_mocks',
  'policy_functions',
  'policy_https',
] as const

/** An API in a list: the parts that the query asks for, and no more. */
export const ApiInfoPerPage = Type.Composite([
  Type.Omit(ApiInfo('seconds', 'nanoseconds'), [...detailFields, 'backend_api', 'api_group_info']),
  Type.Partial(Type.Pick(ApiInfo('seconds', 'nanoseconds'), ['backend_api', 'api_group_info'])),
])

/** `2020-08-03 01:36:00`, UTC. */
const toPublishTime = (time: number) => toSeconds(time).slice(0, 19).replace('T', ' ')

/** Where an API can be called: parallel lists, joined by `|`, the last published first. */
export function runOf(ctx: Context, instance_id: string, api_id: string) {
  const environments = ctx.state.rows(envs, instance_id)
  const live = ctx.state
    .rows(publications, instance_id)
    .where('api_id', api_id)
    .filter(({ version_id }) => version_id !== undefined)
    .sort((a, b) => b.publish_time - a.publish_time)
  const joined = (text: (publication: (typeof live)[number]) => string) => live.map(text).join('|')
  return {
    run_env_id: joined(({ env_id }) => env_id),
    run_env_name: joined(({ env_id }) => environments.get(env_id)?.name ?? ''),
    publish_id: joined(({ publish_id }) => publish_id),
    publish_time: joined(({ publish_time }) => toPublishTime(publish_time)),
  }
}

/** The outer fields of an API, as shown by all operations. */
export const apiOutline = (ctx: Context, instance_id: string, api: Api) => ({
  ...api,
  status: 1 as const,
  arrange_necessary: 2 as const,
  group_name: ctx.state.rows(apiGroups, instance_id).get(api.group_id)?.name ?? '',
  group_version: 'V1' as const,
  ...runOf(ctx, instance_id, api.id),
})

/** The group of an API, as it shows it. */
export function groupOf(ctx: Context, instance_id: string, { group_id }: Api) {
  const group = ctx.state.rows(apiGroups, instance_id).get(group_id)
  if (group === undefined) throw new TypeError(`an API of an unknown group ${group_id}`)
  return withDomains(ctx, instance_id, group)
}

/** A part of an API with the fields that the service adds. */
const partOf = <Part extends object>(api: Api, kind: string, part: Part) => ({
  ...part,
  id: idOf(`${kind} of ${api.id}`),
  status: 1 as const,
  register_time: api.register_time,
  update_time: api.update_time,
})

/** The default HTTP backend of an API, as it shows it. */
export const backendOf = (api: Api) => api.backend_api && partOf(api, 'backend', api.backend_api)

/** The whole of an API. */
export function apiInfo(ctx: Context, instance_id: string, api: Api): ApiInfo {
  const { mock_info, func_info, backend_api: _, ...outline } = apiOutline(ctx, instance_id, api)
  const backend_api = backendOf(api)
  return {
    ...outline,
    api_group_info: groupOf(ctx, instance_id, api),
    req_params: api.req_params.map((param) => ({ ...param, id: paramId(api, param.name) })),
    backend_params: api.backend_params.map((param) => backendParam(api, 'backend', param)),
    policy_mocks: api.policy_mocks.map((policy) => ({ ...policy, ...policyParts(api, policy) })),
    policy_functions: api.policy_functions.map((policy) => ({
      ...policy,
      ...policyParts(api, policy),
    })),
    policy_https: api.policy_https.map((policy) => ({ ...policy, ...policyParts(api, policy) })),
    ...(mock_info && { mock_info: partOf(api, 'mock', mock_info) }),
    ...(func_info && { func_info: partOf(api, 'function', func_info) }),
    ...(backend_api && { backend_api }),
  }
}

const paramId = (api: Api, name: string) => idOf(`parameter ${name} of ${api.id}`)

/** The parameter of the request that another part names; case is no difference. */
const namedParam = (api: Api, wanted: string | undefined) =>
  api.req_params.find(({ name }) => name.toLowerCase() === wanted?.toLowerCase())

function backendParam(api: Api, of: string, param: BackendParam) {
  const source = param.origin === 'REQUEST' ? namedParam(api, param.value) : undefined
  return {
    ...param,
    id: idOf(`${param.location} parameter ${param.name} of ${of} of ${api.id}`),
    ...(source && { req_param_id: paramId(api, source.name) }),
  }
}

interface Policy {
  name: string
  backend_params?: BackendParam[]
  conditions: Condition[]
}

const policyParts = (api: Api, { name, backend_params = [], conditions }: Policy) => ({
  id: idOf(`policy ${name} of ${api.id}`),
  backend_params: backend_params.map((param) => backendParam(api, `policy ${name}`, param)),
  conditions: conditions.map((condition, index) => {
    const param = namedParam(api, condition.req_param_name)
    return {
      ...condition,
      id: idOf(`condition ${index} of policy ${name} of ${api.id}`),
      ...(param && {
        req_param_id: paramId(api, param.name),
        req_param_location: param.location,
      }),
    }
  }),
})
