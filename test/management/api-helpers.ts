import { GATEWAY, server, type TestServer } from '../helpers.ts'

/** The group of the tests' APIs, beside DEFAULT. */
export const GROUP = 'group1'

/** The smallest definition: a Mock backend for anybody. */
export const API = {
  name: 'api_demo',
  type: 1,
  req_protocol: 'HTTPS',
  req_method: 'GET',
  req_uri: '/demo',
  auth_type: 'NONE',
  backend_type: 'MOCK',
  group_id: GROUP,
  mock_info: { result_content: 'hello' },
}

/** One with an HTTP backend and a parameter in each place. */
export const HTTP_API = {
  ...API,
  name: 'api_http',
  req_uri: '/users/{user_name}',
  auth_type: 'APP',
  backend_type: 'HTTP',
  mock_info: undefined,
  backend_api: {
    url_domain: 'backend:8080',
    req_protocol: 'HTTP',
    req_method: 'GET',
    req_uri: '/people/{name}',
    timeout: 5000,
  },
  req_params: [
    { name: 'user_name', type: 'STRING', location: 'PATH' },
    { name: 'X-Limit', type: 'NUMBER', location: 'HEADER', default_value: '10', min_num: 1 },
  ],
  backend_params: [
    { name: 'name', origin: 'REQUEST', location: 'PATH', value: 'user_name' },
    { name: 'limit', origin: 'REQUEST', location: 'QUERY', value: 'x-limit' },
    { name: 'X-Stage-Name', origin: 'SYSTEM', location: 'HEADER', value: '$context.stage' },
  ],
}

export const POLICY = {
  name: 'policy_demo',
  effect_mode: 'ALL',
  conditions: [
    {
      condition_origin: 'param',
      req_param_name: 'user_name',
      condition_type: 'exact',
      condition_value: 'eve',
    },
  ],
}

/** Records of a gateway with APIs of these ids and their group, for documents that name them. */
export const seededApis = (...ids: string[]) => ({
  api_groups: [{ id: GROUP, name: 'group_one' }],
  apis: ids.map((id) => ({ ...API, id, name: `name_${id}`, req_uri: `/${id}`, auth_type: 'APP' })),
})

const SEED = {
  id: GATEWAY,
  envs: [{ id: 'env1', name: 'DEV' }],
  api_groups: [
    { id: GROUP, name: 'group_one' },
    { id: 'group2', name: 'group_two' },
  ],
  apps: [
    { id: 'app1', name: 'app_one' },
    { id: 'app2', name: 'app_two' },
  ],
}

/** A server whose gateway has groups, an environment DEV and two apps, and what makes APIs. */
export function apiServer(target: TestServer = server({}, { instances: [SEED] })) {
  const { call } = target
  const create = async (fields: object = {}) => {
    const { status, body } = await call('POST', '/apis', { body: { ...API, ...fields } })
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`)
    return body
  }
  const publish = async (
    api_id: string,
    env_id = 'DEFAULT_ENVIRONMENT_RELEASE_ID',
    action = 'online',
  ) => {
    const sent = { body: { action, api_id, env_id } }
    const { status, body } = await call('POST', '/apis/action', sent)
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`)
    return body
  }
  return { ...target, create, publish }
}

/** The same, strict. */
export const strictApiServer = (more: object = {}) =>
  apiServer(
    server({ strict: true }, { instances: [{ ...SEED, project_id: 'p1', ...more }] }, 'mock-token'),
  )
