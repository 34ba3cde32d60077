import type { Context } from '../../context.ts'
import { apigError, type ErrorWith } from '../../core/errors.ts'
import { mustFindGroup } from '../api-groups/rules.ts'
import { gatewayResponses } from '../api-groups/tables.ts'
import { features } from '../features/tables.ts'
import { type Gateway, mustFind } from '../records.ts'
import type { BackendApi, FuncInfo } from './backends.ts'
import type { ApiCreate } from './definition.ts'
import type { BackendParam, Condition } from './parameters.ts'
import { type Api, apis } from './tables.ts'

/** Parameters, backend policies, conditions of a policy and tags of one API: the quotas. */
const LIMITS = { parameters: 50, policies: 5, conditions: 5, tags: 10 }

/** The longest time-out of an HTTP backend unless the feature says otherwise, in milliseconds. */
const MAX_TIMEOUT = 60_000

/** What the feature backend_timeout is configured to: `{"max_timeout":60000}`. */
function maxTimeout(ctx: Context, instance_id: string): number {
  const feature = ctx.state.rows(features, instance_id).by('name', 'backend_timeout')
  const configured = /"max_timeout"\s*:\s*(\d{1,9})/.exec(feature?.config ?? '')?.[1]
  return configured === undefined ? MAX_TIMEOUT : Number(configured)
}

/** @throws ApigError APIG.3002 unless the gateway has the API */
export const mustFindApi = (
  ctx: Context,
  { instance_id, api_id }: Gateway & { api_id: string },
): Api => mustFind(ctx.state.rows(apis, instance_id), api_id, 'APIG.3002')

/** Whether an API has any of the tags, comma-separated; `#no_tags#` selects those without any. */
export function hasTag(wanted: string | undefined, { tags }: Pick<Api, 'tags'>): boolean {
  if (wanted === undefined) return true
  if (wanted === '#no_tags#') return tags.length === 0
  return wanted.split(',').some((tag) => tags.includes(tag))
}

/** A backend that a definition names: the default one, or that of a policy. */
interface Target {
  authorizer_id?: string | undefined
  backend_params?: BackendParam[]
  conditions?: Condition[]
  name?: string
  http?: Pick<BackendApi, 'req_uri' | 'vpc_channel_info'> & { timeout?: number }
  func?: Pick<FuncInfo, 'function_urn'>
}

/** The policies of a definition, whatever their kind. */
const policiesOf = (given: ApiCreate): Target[] => [
  ...(given.policy_mocks ?? []),
  ...(given.policy_functions ?? []).map((policy) => ({ ...policy, func: policy })),
  ...(given.policy_https ?? []).map((policy) => ({ ...policy, http: policy })),
]

/** The default backend, which has the parameters of the API itself. */
function backendOf(given: ApiCreate): Target {
  const { backend_type, backend_params = [], mock_info, func_info, backend_api } = given
  if (backend_type === 'MOCK') return { ...mock_info, backend_params }
  if (backend_type === 'FUNCTION') {
    return { ...func_info, backend_params, ...(func_info && { func: func_info }) }
  }
  return { ...backend_api, backend_params, ...(backend_api && { http: backend_api }) }
}

/**
 * Refuses a definition for what its schema cannot say: limits, names that occur twice and
 * parameters that are not defined.
 * @throws ApigError of the first that is wrong
 */
export function refuseBadDefinition(
  ctx: Context,
  { instance_id }: Gateway,
  given: ApiCreate,
): void {
  const { req_params = [], tags = [] } = given
  const policies = policiesOf(given)
  refuseMore(tags, LIMITS.tags, 'APIG.3133')
  refuseTwice(tags, 'APIG.3213')
  refuseMore(req_params, LIMITS.parameters, 'APIG.3111')
  refuseTwice(
    req_params.map(({ name }) => name.toLowerCase()),
    'APIG.3209',
  )
  refuseMore(policies, LIMITS.policies, 'APIG.3113')
  refuseTwice(
    policies.map(({ name = '' }) => name),
    'APIG.3210',
  )
  const inPath = req_params.filter(({ location }) => location === 'PATH').map(({ name }) => name)
  refuseUndefined(given.req_uri, inPath, 'APIG.2026')
  const longest = maxTimeout(ctx, instance_id)
  for (const target of [backendOf(given), ...policies]) {
    refuseBadParameters(given, target)
    const { timeout = 0 } = target.http ?? {}
    if (timeout > longest) {
      throw apigError('APIG.2003', { parameter: 'timeout' }).because(
        `timeout: the feature backend_timeout allows ${longest} ms`,
      )
    }
  }
}

function refuseMore(items: readonly unknown[], limit: number, code: ErrorWith): void {
  if (items.length > limit) throw apigError(code).because(`${items.length} of at most ${limit}`)
}

function refuseTwice(names: readonly string[], code: ErrorWith): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw apigError(code).because(`${twice} occurs twice`)
}

/** The names in a path, `{name}` or `{name+}`, must all be those of parameters. */
function refuseUndefined(path: string, known: readonly string[], code: ErrorWith): void {
  for (const [, name = ''] of path.matchAll(/\{([^{}/]*?)\+?\}/g)) {
    if (!known.includes(name)) {
      throw apigError(code).because(`no parameter of the path is called ${JSON.stringify(name)}`)
    }
  }
}

function refuseBadParameters(given: ApiCreate, target: Target): void {
  const { backend_params = [], conditions = [], http } = target
  refuseMore(conditions, LIMITS.conditions, 'APIG.3114')
  if (http !== undefined) {
    const inPath = backend_params.filter(({ location }) => location === 'PATH')
    refuseUndefined(
      http.req_uri,
      inPath.map(({ name }) => name),
      'APIG.2027',
    )
  }
  for (const { origin, value } of backend_params) {
    if (origin === 'REQUEST') refuseUnmapped(given, value)
    if (origin === 'SYSTEM') refuseWithoutAuthorizer(given, target, value)
  }
  for (const { condition_origin, req_param_name = '', ...condition } of conditions) {
    if (condition_origin === 'param') refuseUnmapped(given, req_param_name)
    if (condition_origin === 'frontend_authorizer') {
      refuseWithoutAuthorizer(given, target, condition.frontend_authorizer_param_name ?? '')
    }
  }
}

/** @throws ApigError APIG.2028 unless the request has the parameter; case is no difference */
function refuseUnmapped({ req_params = [] }: ApiCreate, wanted: string): void {
  if (req_params.some(({ name }) => name.toLowerCase() === wanted.toLowerCase())) return
  throw apigError('APIG.2028').because(`req_params has no ${JSON.stringify(wanted)}`)
}

/** @throws ApigError APIG.2036 for what an authorizer would say, where there is none */
function refuseWithoutAuthorizer(given: ApiCreate, target: Target, value: string): void {
  const side = /^\$context\.authorizer\.(frontend|backend)\./.exec(value)?.[1]
  if (side === undefined) return
  const { authorizer_id = '' } = side === 'frontend' ? given : target
  if (authorizer_id === '') throw apigError('APIG.2036').because(`no ${side} authorizer: ${value}`)
}

/**
 * Refuses a definition that names what the gateway does not have.
 * @throws ApigError the 404 of the first such record
 */
export function refuseDangling(ctx: Context, { instance_id }: Gateway, given: ApiCreate): void {
  const { group_id, response_id = '', authorizer_id = '', req_params = [] } = given
  mustFindGroup(ctx, { instance_id, group_id })
  const targets = [backendOf(given), ...policiesOf(given)]
  for (const { http } of targets) {
    const id = http?.vpc_channel_info?.vpc_channel_id
    if (id !== undefined) throw apigError('APIG.3023', { id })
  }
  for (const id of [authorizer_id, ...targets.map((target) => target.authorizer_id ?? '')]) {
    if (id !== '') throw apigError('APIG.3081', { id })
  }
  for (const { func } of targets) {
    if (func !== undefined && !FUNCTION_URN.test(func.function_urn)) {
      throw apigError('APIG.3019').because(`no URN of a function: ${func.function_urn}`)
    }
  }
  const responses = ctx.state.rows(gatewayResponses, instance_id)
  if (response_id !== '' && responses.get(response_id)?.group_id !== group_id) {
    throw apigError('APIG.3007', { id: response_id })
  }
  if (req_params.some(({ orchestrations = [] }) => orchestrations.length > 0)) {
    throw apigError('APIG.3095')
  }
}

/** `urn:fss:<region>:<project>:function:<package>:<name>`, with a version or not. */
const FUNCTION_URN = /^urn:fss:[^:\s]+:[^:\s]+:function:[^:\s]+:[^:\s]+(:[^:\s]+)?$/

/** As much of an API as must be unlike that of the others. */
interface Named {
  /** Without it all groups are looked at. */
  group_id?: string | undefined
  name?: string | undefined
  /** See `routeOf`. */
  route?: string | undefined
}

/**
 * Refuses a route or a name that another API of the group has.
 * @param self the API that is changed, which does not collide with itself
 * @throws ApigError APIG.3301 for the route, then APIG.3202 for the name
 */
export function refuseTakenApi(
  ctx: Context,
  { instance_id }: Gateway,
  { group_id, name, route }: Named,
  self?: string,
): void {
  const rows = ctx.state.rows(apis, instance_id)
  const other = (field: 'route' | 'name', value: string | undefined) => {
    if (value === undefined) return undefined
    const found =
      group_id === undefined
        ? rows.where(field, value)
        : [rows.by(['group_id', field], [group_id, value])]
    return found.find((api) => api !== undefined && api.id !== self)
  }
  const sameRoute = other('route', route)
  if (sameRoute !== undefined) throw apigError('APIG.3301', { name: sameRoute.name })
  const sameName = other('name', name)
  if (sameName !== undefined) throw apigError('APIG.3202', { name: sameName.name })
}
