import { describe, expect, test } from 'vitest'
import { error, HEX_ID, invalid, missing, NANOSECONDS, SECONDS, stateOf } from '../helpers.ts'
import { API, apiServer, GROUP, HTTP_API, POLICY, strictApiServer } from './api-helpers.ts'

const UNKNOWN = error('APIG.3002', 'API gone does not exist')

/** What a definition shows that was not sent: unset strings are empty. */
const DEFAULTS = {
  version: '',
  auth_opt: { app_code_auth_type: 'DISABLE' },
  cors: false,
  match_mode: 'NORMAL',
  remark: '',
  body_remark: '',
  result_normal_sample: '',
  result_failure_sample: '',
  authorizer_id: '',
  tags: [],
  response_id: '',
  content_type: '',
  trace_enabled: false,
  sampling_strategy: '',
  sampling_param: '',
  is_send_fg_body_base64: true,
  req_params: [],
  backend_params: [],
  policy_mocks: [],
  policy_functions: [],
  policy_https: [],
}

/** The time in a create, in seconds or nanoseconds. */
const shown = (id: unknown, registered: RegExp) => ({
  ...API,
  ...DEFAULTS,
  id,
  status: 1,
  arrange_necessary: 2,
  group_name: 'group_one',
  group_version: 'V1',
  run_env_id: '',
  run_env_name: '',
  publish_id: '',
  publish_time: '',
  register_time: expect.stringMatching(registered),
  update_time: expect.stringMatching(NANOSECONDS),
  mock_info: {
    result_content: 'hello',
    remark: '',
    version: '',
    authorizer_id: '',
    status_code: 200,
    id: expect.stringMatching(HEX_ID),
    status: 1,
    register_time: expect.stringMatching(registered),
    update_time: expect.stringMatching(NANOSECONDS),
  },
  api_group_info: {
    id: GROUP,
    name: 'group_one',
    status: 1,
    sl_domain: 'group1.apic.localhost',
    register_time: expect.stringMatching(SECONDS),
    update_time: expect.stringMatching(SECONDS),
    on_sell_status: 2,
    sl_domain_access_enabled: true,
    url_domains: [],
  },
})

describe('an API', () => {
  test('is created with what was sent, every default, an id and times in nanoseconds', async () => {
    const { status, body } = await apiServer().call('POST', '/apis', { body: API })
    expect(status).toBe(201)
    expect(body).toEqual(shown(expect.stringMatching(HEX_ID), NANOSECONDS))
  })

  test('is shown with its register_time in seconds, and listed without its details', async () => {
    const { call, create } = apiServer()
    const { id } = await create()
    const whole = shown(id, SECONDS)
    expect(await call('GET', `/apis/${id}`)).toMatchObject({ status: 200, body: whole })
    const { total, size, apis } = (await call('GET', '/apis')).body
    expect([total, size]).toEqual([1, 1])
    const details = /^(mock_info|api_group_info|req_params|backend_params|policy_\w+)$/
    const brief = Object.entries(whole).filter(([name]) => !details.test(name))
    expect(apis).toEqual([Object.fromEntries(brief)])
  })

  test('shows an HTTP backend, parameters and policies with ids that refer to each other', async () => {
    const { call, create } = apiServer()
    const policy_https = [
      { ...HTTP_API.backend_api, ...POLICY, backend_params: [HTTP_API.backend_params[0]] },
    ]
    const { id } = await create({ ...HTTP_API, policy_https })
    const { body } = await call('GET', `/apis/${id}`)
    expect(body).not.toHaveProperty('mock_info')
    expect(body.backend_api).toMatchObject({
      ...HTTP_API.backend_api,
      retry_count: '-1',
      vpc_channel_status: 2,
      enable_client_ssl: false,
      id: expect.stringMatching(HEX_ID),
    })
    const [path, header] = body.req_params
    expect(path).toMatchObject({ required: 1, valid_enable: 2, pass_through: 2, remark: '' })
    expect(header).toMatchObject({ required: 2, default_value: '10', min_num: 1 })
    expect(
      body.backend_params.map((param: { req_param_id?: string }) => param.req_param_id),
    ).toEqual([path.id, header.id, undefined])
    expect(body.policy_https[0].conditions).toMatchObject([
      { req_param_id: path.id, req_param_location: 'PATH' },
    ])
    const ids = [body.id, path.id, header.id, body.backend_api.id, body.policy_https[0].id]
    expect(new Set(ids).size).toBe(5)
  })

  test('shows a function and mocks of its policies with their status', async () => {
    const { create } = apiServer()
    const func_info = {
      function_urn: 'urn:fss:cn-north-4:p1:function:default:demo:latest',
      invocation_type: 'sync',
      network_type: 'V1',
      timeout: 60_000,
    }
    const conditions = [{ condition_origin: 'source', condition_value: '10.0.0.1' }]
    const policy_mocks = [
      { ...POLICY, conditions },
      { ...POLICY, name: 'policy_2', conditions, status_code: 404, result_content: 'none' },
    ]
    const body = await create({ backend_type: 'FUNCTION', func_info, policy_mocks })
    expect(body.func_info).toMatchObject({ ...func_info, req_protocol: 'HTTPS', alias_urn: '' })
    expect(body).not.toHaveProperty('mock_info')
    expect(body.policy_mocks).toMatchObject([
      { status_code: 200, result_content: '' },
      { status_code: 404, result_content: 'none' },
    ])
  })

  test('is changed as a whole: what PUT leaves out is as if it never was', async () => {
    const { call, create } = apiServer()
    const { id } = await create({ remark: 'one', tags: ['a'], content_type: 'text/plain' })
    const { status, body } = await call('PUT', `/apis/${id}`, { body: { ...API, name: 'api_two' } })
    expect(status).toBe(200)
    expect(body).toMatchObject({ id, name: 'api_two', remark: '', tags: [], content_type: '' })
    expect((await call('GET', `/apis/${id}`)).body).toEqual(body)
  })

  test('cannot be moved to another group', async () => {
    const { call, create } = apiServer()
    const { id } = await create()
    const moved = { body: { ...API, group_id: 'group2' } }
    expect(await call('PUT', `/apis/${id}`, moved)).toMatchObject({
      status: 400,
      body: invalid('group_id'),
    })
  })

  test('is deleted, and then its group can be', async () => {
    const { call, create } = apiServer()
    const { id } = await create()
    expect(await call('DELETE', `/api-groups/${GROUP}`)).toMatchObject({
      status: 412,
      body: error(
        'APIG.3415',
        'The API group cannot be deleted because it contains APIs,id:group1',
      ),
    })
    expect(await call('DELETE', `/apis/${id}`)).toMatchObject({ status: 204, body: undefined })
    expect((await call('GET', '/apis')).body.total).toBe(0)
    expect((await call('DELETE', `/api-groups/${GROUP}`)).status).toBe(204)
  })

  test.each([
    ['GET', undefined],
    ['PUT', API],
    ['DELETE', undefined],
  ])('that does not exist is 404 for %s', async (method, body) => {
    expect(await apiServer().call(method, '/apis/gone', { body })).toMatchObject({
      status: 404,
      body: UNKNOWN,
    })
  })
})

const param = (fields: object) => ({
  req_params: [{ name: 'one', type: 'STRING', location: 'QUERY', ...fields }],
})
const mapped = (fields: object) => ({
  backend_params: [{ name: 'one', origin: 'CONSTANT', location: 'QUERY', value: '1', ...fields }],
})
const http = (fields: object) => ({
  backend_type: 'HTTP',
  backend_api: { ...HTTP_API.backend_api, req_uri: '/', ...fields },
})
const func = (fields: object) => ({
  backend_type: 'FUNCTION',
  func_info: {
    function_urn: 'urn:fss:cn-north-4:p1:function:default:demo',
    invocation_type: 'sync',
    network_type: 'V1',
    timeout: 5000,
    ...fields,
  },
})
const condition = (fields: object) => ({
  policy_mocks: [{ ...POLICY, conditions: [{ condition_value: '1', ...fields }] }],
})
const policy = (fields: object) => ({
  policy_mocks: [
    {
      ...POLICY,
      conditions: [{ condition_origin: 'source', condition_value: '1.2.3.4' }],
      ...fields,
    },
  ],
})
const channel = { vpc_channel_status: 1, vpc_channel_info: { vpc_channel_id: 'vpc1' } }

describe('a definition', () => {
  // What is refused leaves nothing behind, so that all can share a server.
  const shared = apiServer()

  test.each([
    ['name', { name: 'ab' }],
    ['name', { name: 'a'.repeat(256) }],
    ['name', { name: '-abc' }],
    ['type', { type: 3 }],
    ['version', { version: 'v'.repeat(17) }],
    ['req_protocol', { req_protocol: 'FTP' }],
    ['req_method', { req_method: 'get' }],
    ['req_uri', { req_uri: 'demo' }],
    ['req_uri', { req_uri: '/a b' }],
    ['req_uri', { req_uri: '/a?b' }],
    ['req_uri', { req_uri: `/${'a'.repeat(512)}` }],
    ['req_uri', { req_uri: '/apic/health_check' }],
    ['auth_type', { auth_type: 'BASIC' }],
    ['app_code_auth_type', { auth_opt: { app_code_auth_type: 'BODY' } }],
    ['match_mode', { match_mode: 'PREFIX' }],
    ['backend_type', { backend_type: 'TCP' }],
    ['remark', { remark: 'r'.repeat(256) }],
    ['body_remark', { body_remark: 'r'.repeat(20_481) }],
    ['tags', { tags: ['1'] }],
    ['content_type', { content_type: 'text/html' }],
    ['req_method', { req_protocol: 'GRPCS' }],
    [
      'auth_type',
      { req_protocol: 'GRPCS', req_method: 'POST', auth_type: 'AUTHORIZER', authorizer_id: 'a' },
    ],
    ['req_params', { req_protocol: 'GRPCS', req_method: 'POST', ...param({}) }],
    ['status_code', { mock_info: { status_code: 199 } }],
    ['status_code', { mock_info: { status_code: 600 } }],
    ['name', param({ name: '1' })],
    ['name', param({ name: 'a'.repeat(33) })],
    ['name', param({ name: 'X-Stage' })],
    ['name', param({ name: 'x-apig-one' })],
    ['name', param({ name: 'X-Sdk-Date' })],
    ['name', param({ name: 'authorization', location: 'HEADER' })],
    ['name', param({ name: 'X-Auth-Token', location: 'HEADER' })],
    ['name', param({ name: 'a_b', location: 'HEADER' })],
    ['type', param({ type: 'BOOLEAN' })],
    ['location', param({ location: 'BODY' })],
    ['required', param({ location: 'PATH', required: 2 })],
    ['min_num', param({ min_num: 1 })],
    ['max_num', param({ max_num: 1 })],
    ['min_size', param({ type: 'NUMBER', min_size: 1 })],
    ['max_size', param({ type: 'NUMBER', max_size: 1 })],
    ['origin', mapped({ origin: 'COOKIE' })],
    ['name', mapped({ name: 'x-stage' })],
    ['value', mapped({ value: 'v'.repeat(256) })],
    ['value', mapped({ origin: 'SYSTEM', value: '$context.nothing' })],
    ['value', mapped({ origin: 'SYSTEM', value: '$context.authorizer.frontend.' })],
    ['value', mapped({ origin: 'SYSTEM', value: 'stage' })],
    ['timeout', http({ timeout: 0 })],
    ['timeout', http({ timeout: 600_001 })],
    ['retry_count', http({ retry_count: '11' })],
    ['url_domain', http({ url_domain: 'http://backend' })],
    ['url_domain', http({ url_domain: '#1a#' })],
    ['url_domain', http({ url_domain: 'a#host' })],
    ['req_uri', http({ req_uri: '/#a#' })],
    ['req_method', http({ req_protocol: 'GRPCS' })],
    ['req_uri', http({ req_protocol: 'GRPCS', req_method: 'POST', req_uri: '/a' })],
    ['timeout', func({ timeout: 60_001 })],
    ['timeout', func({ network_type: 'V2', timeout: 600_001 })],
    ['name', policy({ name: 'ab' })],
    ['effect_mode', policy({ effect_mode: 'SOME' })],
    [
      'condition_type',
      condition({
        condition_origin: 'system',
        sys_param_name: 'req_method',
        condition_type: 'pattern',
      }),
    ],
    ['condition_origin', condition({ condition_origin: 'weather' })],
  ])('with a bad %s is refused: %j', async (field, fields) => {
    const { call } = shared
    const { status, body } = await call('POST', '/apis', { body: { ...API, ...fields } })
    expect([status, body]).toEqual([400, invalid(field)])
    expect((await call('GET', '/apis')).body.total).toBe(0)
  })

  test.each([
    ['name', { name: undefined }],
    ['group_id', { group_id: undefined }],
    ['mock_info', { mock_info: undefined }],
    ['func_info', { backend_type: 'FUNCTION' }],
    ['backend_api', { backend_type: 'HTTP' }],
    ['backend_api', { backend_type: 'GRPC' }],
    ['authorizer_id', { auth_type: 'AUTHORIZER' }],
    ['authorizer_id', { auth_type: 'AUTHORIZER', authorizer_id: '' }],
    ['sampling_strategy', { trace_enabled: true }],
    ['url_domain', http({ url_domain: undefined })],
    ['url_domain', http({ url_domain: '' })],
    ['url_domain', http({ url_domain: '', vpc_channel_status: 2 })],
    ['vpc_channel_info', http({ vpc_channel_status: 1 })],
    ['member_group_url_infos', http({ vpc_channel_status: 4 })],
    ['req_param_name', condition({ condition_origin: 'param' })],
    ['sys_param_name', condition({ condition_origin: 'system', condition_type: 'exact' })],
    ['cookie_param_name', condition({ condition_origin: 'cookie', condition_type: 'exact' })],
    ['frontend_authorizer_param_name', condition({ condition_origin: 'frontend_authorizer' })],
    ['condition_type', condition({ condition_origin: 'cookie', cookie_param_name: 'a' })],
    ['mapped_param_name', condition({ condition_origin: 'orchestration' })],
  ])('without %s is refused: %j', async (field, fields) => {
    const { status, body } = await shared.call('POST', '/apis', {
      body: { ...API, ...fields },
    })
    expect([status, body]).toEqual([400, missing(field)])
  })

  test.each([
    [404, 'APIG.3001', 'API group gone does not exist', { group_id: 'gone' }],
    [404, 'APIG.3023', 'The VPC channel does not exist,id:vpc1', http(channel)],
    [404, 'APIG.3081', 'authorizer with id: auth1 not found', { authorizer_id: 'auth1' }],
    [404, 'APIG.3081', 'authorizer with id: auth1 not found', http({ authorizer_id: 'auth1' })],
    [404, 'APIG.3081', 'authorizer with id: auth1 not found', policy({ authorizer_id: 'auth1' })],
    [404, 'APIG.3019', 'The function URN does not exist', func({ function_urn: 'urn:fss:demo' })],
    [404, 'APIG.3007', 'The response does not exist,id:gone', { response_id: 'gone' }],
    [404, 'APIG.3095', 'The orchestrations does not exist', param({ orchestrations: ['o1'] })],
    [
      400,
      'APIG.2003',
      'The parameter value is too large,parameterName:timeout. Please refer to the support documentation',
      http({ timeout: 60_001 }),
    ],
    [400, 'APIG.2026', 'The request path parameters are not defined', { req_uri: '/a/{b}' }],
    [400, 'APIG.2027', 'The backend path parameters are not defined', http({ req_uri: '/{b}' })],
    [
      400,
      'APIG.2028',
      'The request parameters mapped to the backend parameters are not defined',
      mapped({ origin: 'REQUEST', value: 'two' }),
    ],
    [
      400,
      'APIG.2028',
      'The request parameters mapped to the backend parameters are not defined',
      condition({ condition_origin: 'param', req_param_name: 'two', condition_type: 'exact' }),
    ],
    [
      400,
      'APIG.2036',
      'Only APIs that use custom authentication can have authorizer parameters',
      mapped({ origin: 'SYSTEM', value: '$context.authorizer.frontend.x' }),
    ],
    [
      400,
      'APIG.2036',
      'Only APIs that use custom authentication can have authorizer parameters',
      mapped({ origin: 'SYSTEM', value: '$context.authorizer.backend.x' }),
    ],
    [
      400,
      'APIG.3209',
      'The parameter name already exists',
      { req_params: [...param({}).req_params, ...param({ name: 'ONE' }).req_params] },
    ],
    [
      400,
      'APIG.3210',
      'The backend policy name already exists',
      { policy_mocks: [...policy({}).policy_mocks, ...policy({}).policy_mocks] },
    ],
    [400, 'APIG.3213', 'The tag name already exists', { tags: ['a', 'b', 'a'] }],
    [
      400,
      'APIG.3717',
      'Two-way TLS authentication not supported for HTTP or GRPC backend requests',
      http({ enable_client_ssl: true }),
    ],
    [
      403,
      'APIG.3133',
      'The number of API tags exceeds the maximum allowed limit',
      { tags: Array.from({ length: 11 }, (_, i) => `t${i}`) },
    ],
    [
      403,
      'APIG.3111',
      'The number of parameters in req_params exceeds the maximum allowed limit',
      { req_params: Array.from({ length: 51 }, (_, i) => param({ name: `p${i}` }).req_params[0]) },
    ],
    [
      403,
      'APIG.3113',
      'The number of API backend policies exceeds the maximum allowed limit',
      {
        policy_mocks: Array.from(
          { length: 6 },
          (_, i) => policy({ name: `policy_${i}` }).policy_mocks[0],
        ),
      },
    ],
    [
      403,
      'APIG.3114',
      'The number of policy conditions exceeds the maximum allowed limit',
      policy({
        conditions: Array(6).fill({ condition_origin: 'source', condition_value: '1.2.3.4' }),
      }),
    ],
  ])('is refused with %i %s %s', async (status, code, text, fields) => {
    const { call } = shared
    const sent = { body: { ...API, ...fields } }
    expect(await call('POST', '/apis', sent)).toMatchObject({ status, body: error(code, text) })
    expect((await call('GET', '/apis')).body.total).toBe(0)
  })

  test.each([
    ['the shortest name', { name: 'a.b' }],
    ['the longest name', { name: 'a'.repeat(255) }],
    ['the longest path', { req_uri: `/${'a'.repeat(511)}` }],
    ['another method of the reserved path', { req_uri: '/apic/health_check', req_method: 'POST' }],
    ['ten tags', { tags: Array.from({ length: 10 }, (_, i) => `t${i}`) }],
    [
      'fifty parameters',
      { req_params: Array.from({ length: 50 }, (_, i) => param({ name: `p${i}` }).req_params[0]) },
    ],
    [
      'five policies',
      {
        policy_mocks: Array.from(
          { length: 5 },
          (_, i) => policy({ name: `policy_${i}` }).policy_mocks[0],
        ),
      },
    ],
    ['a parameter whose name begins like the reserved', param({ name: 'x-stages' })],
    ['a rest of the path', { req_uri: '/a/{rest+}', ...param({ name: 'rest', location: 'PATH' }) }],
    ['a query parameter with _', param({ name: 'a_b' })],
    ['an unset content type', { content_type: '' }],
    ['the longest time-out', http({ timeout: 60_000 })],
    ['a variable in the domain', http({ url_domain: '#host#:80', req_uri: '/#path#' })],
    [
      'gRPC',
      {
        req_protocol: 'GRPCS',
        req_method: 'POST',
        ...http({ req_protocol: 'GRPCS', req_method: 'POST' }),
        backend_type: 'GRPC',
      },
    ],
    ['two-way TLS to an HTTPS backend', http({ req_protocol: 'HTTPS', enable_client_ssl: true })],
    ['the longest function of V2', func({ network_type: 'V2', timeout: 600_000 })],
    ['null for a list', { req_params: null, tags: null }],
    [
      'a mock with headers',
      { mock_info: { status_code: 599, header: [{ key: 'X-A', value: '1' }] } },
    ],
  ])('accepts %s', async (_, fields) => {
    const { call } = apiServer()
    const { status, body } = await call('POST', '/apis', { body: { ...API, ...fields } })
    expect([status, body.error_msg]).toEqual([201, undefined])
  })

  test('may have a longer time-out where the feature backend_timeout allows it', async () => {
    const { call } = apiServer()
    const feature = { name: 'backend_timeout', enable: true, config: '{"max_timeout":90000}' }
    await call('POST', '/features', { body: feature })
    const of = (timeout: number) => ({ body: { ...API, ...http({ timeout }) } })
    expect((await call('POST', '/apis', of(90_000))).status).toBe(201)
    expect((await call('POST', '/apis', of(90_001))).body.error_code).toBe('APIG.2003')
  })
})

describe('of one group', () => {
  const taken = error('APIG.3301', 'The API already exists, api_name:api_demo')
  const named = error('APIG.3202', 'The API name already exists, api_name:api_demo')
  const inPath = (name: string) => param({ name, location: 'PATH' })

  test('no two APIs have the same method, path and match mode, whatever its parameters are called', async () => {
    const { call, create } = apiServer()
    await create({ req_uri: '/a/{one}', ...inPath('one') })
    const other = { ...API, name: 'api_two', req_uri: '/a/{two}', ...inPath('two') }
    expect(await call('POST', '/apis', { body: other })).toMatchObject({ status: 400, body: taken })
    for (const free of [
      { req_method: 'POST' },
      { match_mode: 'SWA' },
      { req_uri: '/A/{two}' },
      { group_id: 'group2' },
    ]) {
      await create({
        ...other,
        ...free,
        name: `api_${Object.values(free)[0]}`.replace(/[/{}]/g, ''),
      })
    }
  })

  test('no two APIs have the same name', async () => {
    const { call, create } = apiServer()
    await create()
    const other = { ...API, req_uri: '/other' }
    expect(await call('POST', '/apis', { body: other })).toMatchObject({ status: 400, body: named })
    await create({ ...other, group_id: 'group2' })
  })

  test('an API does not collide with itself when it is changed, but with others', async () => {
    const { call, create } = apiServer()
    await create()
    const { id } = await create({ name: 'api_two', req_uri: '/two' })
    const change = (fields: object) => call('PUT', `/apis/${id}`, { body: { ...API, ...fields } })
    expect((await change({ name: 'api_two', req_uri: '/two' })).status).toBe(200)
    expect(await change({ name: 'api_two' })).toMatchObject({ status: 400, body: taken })
    expect(await change({ req_uri: '/two' })).toMatchObject({ status: 400, body: named })
  })
})

describe('the list of APIs', () => {
  test('is ordered by the last change, newest first', async () => {
    const { call, create } = apiServer()
    const first = await create()
    await create({ name: 'api_two', req_uri: '/two' })
    const names = async () =>
      (await call('GET', '/apis')).body.apis.map(({ name }: { name: string }) => name)
    expect(await names()).toEqual(['api_two', 'api_demo'])
    await call('PUT', `/apis/${first.id}`, { body: API })
    expect(await names()).toEqual(['api_demo', 'api_two'])
  })

  test.each([
    ['name=demo', ['api_demo']],
    ['name=demo&precise_search=name', []],
    ['name=api_demo&precise_search=name', ['api_demo']],
    ['req_uri=/use', ['api_http']],
    ['req_uri=/demo&precise_search=req_uri', ['api_demo']],
    ['group_id=group2', ['api_http']],
    ['req_method=GET', ['api_http', 'api_demo']],
    ['req_method=POST', []],
    ['req_protocol=HTTPS', ['api_http', 'api_demo']],
    ['auth_type=APP', ['api_http']],
    ['type=1', ['api_http', 'api_demo']],
    ['type=2', []],
    ['tags=one', ['api_http']],
    ['tags=three,two', ['api_http']],
    ['tags=%23no_tags%23', ['api_demo']],
    ['vpc_channel_name=any', []],
    ['env_id=env1', []],
    ['limit=1', ['api_http']],
    ['limit=1&offset=1', ['api_demo']],
  ])('with %s has %j', async (query, expected) => {
    const { call, create } = apiServer()
    await create()
    await create({ ...HTTP_API, group_id: 'group2', tags: ['one', 'two'] })
    const { body } = await call('GET', `/apis?${query}`)
    expect(body.apis.map(({ name }: { name: string }) => name)).toEqual(expected)
  })

  test('has as much of each API as return_data_mode says', async () => {
    const { call, create } = apiServer()
    await create(HTTP_API)
    const parts = async (mode: string) => {
      const { body } = await call('GET', `/apis?return_data_mode=${mode}`)
      return ['api_group_info', 'backend_api', 'req_params'].filter((name) => name in body.apis[0])
    }
    expect(await parts('brief')).toEqual([])
    expect(await parts('include_group')).toEqual(['api_group_info'])
    expect(await parts('include_group_backend')).toEqual(['api_group_info', 'backend_api'])
  })
})

test('a strict gateway has at most 800 APIs', async () => {
  const apis = Array.from({ length: 799 }, (_, i) => ({
    ...API,
    id: `api${i}`,
    name: `api_${i}`,
    req_uri: `/${i}`,
  }))
  const { call, create } = strictApiServer({ apis })
  await create()
  expect(
    await call('POST', '/apis', { body: { ...API, name: 'more', req_uri: '/more' } }),
  ).toMatchObject({
    status: 403,
    body: error('APIG.3102', 'The number of APIs exceeds the maximum allowed limit'),
  })
})

test('a state document keeps APIs, and needs no more of one than a create does', async () => {
  const target = strictApiServer({ apis: [{ id: 'api1', ...API }] })
  const { call } = target
  const { body } = await call('GET', '/apis/api1')
  expect(body).toMatchObject({ id: 'api1', cors: false, mock_info: { status_code: 200 } })
  const state = stateOf(target)
  await call('DELETE', '/apis/api1')
  expect((await call('PUT', '/_mock/state', { body: state })).status).toBeLessThan(300)
  expect((await call('GET', '/apis/api1')).body).toEqual(body)
})
