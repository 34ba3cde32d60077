import { describe, expect, test } from 'vitest'
import { error, HEX_ID, invalid, missing, NANOSECONDS, SECONDS } from '../helpers.ts'
import { apiServer, GROUP, strictApiServer } from './api-helpers.ts'

const RELEASE = 'DEFAULT_ENVIRONMENT_RELEASE_ID'
const NO_APP = error('APIG.3004', 'App gone does not exist')
const NO_ENV = error('APIG.3003', 'Environment gone does not exist')
const NO_API = error('APIG.3002', 'API gone does not exist')

/** Two APIs for apps and one for anybody; `auth` authorizes. */
async function authServer() {
  const target = apiServer()
  const one = await target.create({
    name: 'api_one',
    auth_type: 'APP',
    tags: ['a'],
    remark: 'first',
  })
  const two = await target.create({
    name: 'api_two',
    auth_type: 'APP',
    req_uri: '/two',
    group_id: 'group2',
  })
  const open = await target.create({ name: 'api_open', req_uri: '/open' })
  const auth = async (fields: object = {}) => {
    const sent = { env_id: RELEASE, app_ids: ['app1'], api_ids: [one.id], ...fields }
    return target.call('POST', '/app-auths', { body: sent })
  }
  return { ...target, one, two, open, auth }
}

describe('authorizing', () => {
  test('makes an authorization of each app for each API, published or not', async () => {
    const { auth, one, two } = await authServer()
    const { status, body } = await auth({ app_ids: ['app1', 'app2'], api_ids: [one.id, two.id] })
    expect(status).toBe(201)
    expect(body.auths).toHaveLength(4)
    expect(body.auths[0]).toEqual({
      id: expect.stringMatching(HEX_ID),
      api_id: one.id,
      app_id: 'app1',
      auth_result: { status: 'SUCCESS' },
      auth_time: expect.stringMatching(NANOSECONDS),
      auth_role: 'PROVIDER',
      auth_tunnel: 'NORMAL',
    })
    const pairs = body.auths.map(({ api_id, app_id }: { api_id: string; app_id: string }) => [
      api_id,
      app_id,
    ])
    expect(new Set(pairs.map(String)).size).toBe(4)
  })

  test('skips what is authorized already, and answers its id', async () => {
    const { auth } = await authServer()
    const [first] = (await auth()).body.auths
    const [second] = (await auth()).body.auths
    expect(second).toEqual({ ...first, auth_result: { status: 'SKIPPED' } })
    const [elsewhere] = (await auth({ env_id: 'env1' })).body.auths
    expect(elsewhere.auth_result.status).toBe('SUCCESS')
  })

  test('fails for an API that apps do not call with their own credentials, and for no other', async () => {
    const { auth, one, open, call } = await authServer()
    const { status, body } = await auth({ api_ids: [open.id, one.id] })
    expect(status).toBe(201)
    expect(body.auths).toMatchObject([
      {
        api_id: open.id,
        app_id: 'app1',
        auth_result: {
          status: 'FAILED',
          ...error('APIG.2000', 'The API auth type must be APP'),
          api_name: 'api_open',
          app_name: 'app_one',
        },
      },
      { api_id: one.id, auth_result: { status: 'SUCCESS' } },
    ])
    expect((await call('GET', '/app-auths/binded-apis?app_id=app1')).body.total).toBe(1)
  })

  test.each([
    [404, NO_APP, { app_ids: ['app1', 'gone'] }],
    [404, NO_ENV, { env_id: 'gone' }],
    [404, NO_API, { api_ids: ['gone'] }],
    [400, missing('env_id'), { env_id: undefined }],
    [400, missing('app_ids'), { app_ids: undefined }],
    [400, missing('api_ids'), { api_ids: undefined }],
    [400, invalid('api_ids'), { api_ids: [] }],
    [400, invalid('app_ids'), { app_ids: [] }],
  ])('is refused with %i %j: %j', async (status, body, fields) => {
    const { auth, call } = await authServer()
    expect(await auth(fields)).toMatchObject({ status, body })
    expect((await call('GET', '/app-auths/binded-apis?app_id=app1')).body.total).toBe(0)
  })

  test('counts in bind_num and in the outline of apps', async () => {
    const { auth, call, one, two } = await authServer()
    await auth({ api_ids: [one.id, two.id] })
    expect((await call('GET', '/apps?name=app_one')).body.apps).toMatchObject([{ bind_num: 2 }])
    const { body } = await call('GET', '/resources/outline/apps')
    expect(body).toEqual({ authed_nums: 1, unauthed_nums: 1 })
  })

  test('of a strict gateway ends with 1000 APIs for one app', async () => {
    const apis = Array.from({ length: 500 }, (_, i) => ({
      id: `api${i}`,
      name: `api_${i}`,
      type: 1,
      req_protocol: 'HTTPS',
      req_method: 'GET',
      req_uri: `/${i}`,
      auth_type: 'APP',
      backend_type: 'MOCK',
      group_id: GROUP,
      mock_info: {},
    }))
    const ofEnv = (env_id: string, count: number) =>
      apis.slice(0, count).map(({ id: api_id }) => ({ app_id: 'app1', api_id, env_id }))
    const app_auths = [...ofEnv('env1', 500), ...ofEnv(RELEASE, 499)]
    const { call } = strictApiServer({ apis, app_auths })
    const auth = (api_ids: string[]) =>
      call('POST', '/app-auths', { body: { env_id: RELEASE, app_ids: ['app1'], api_ids } })
    expect(await auth(['api499', 'api0'])).toMatchObject({
      status: 403,
      body: error('APIG.3100', 'The number of resources exceeds the maximum allowed limit'),
    })
    expect((await auth(['api499'])).status).toBe(201)
  })
})

describe('an authorization', () => {
  test('is listed of its app and of its API, with all names', async () => {
    const { auth, call, one, publish } = await authServer()
    const [{ id }] = (await auth()).body.auths
    const { publish_id } = await publish(one.id)
    const info = {
      id,
      api_id: one.id,
      app_id: 'app1',
      env_id: RELEASE,
      auth_time: expect.stringMatching(SECONDS),
      api_name: 'api_one',
      group_id: GROUP,
      group_name: 'group_one',
      api_type: 1,
      api_remark: 'first',
      env_name: 'RELEASE',
      app_name: 'app_one',
      app_remark: '',
      app_type: 'apig',
      app_creator: 'USER',
      publish_id,
      auth_role: 'PROVIDER',
      auth_tunnel: 'NORMAL',
      tags: ['a'],
    }
    const list = { total: 1, size: 1, auths: [info] }
    expect((await call('GET', '/app-auths/binded-apis?app_id=app1')).body).toEqual(list)
    expect((await call('GET', `/app-auths/binded-apps?api_id=${one.id}`)).body).toEqual(list)
    await publish(one.id, RELEASE, 'offline')
    const offline = (await call('GET', '/app-auths/binded-apis?app_id=app1')).body.auths
    expect(offline).toMatchObject([{ publish_id: '' }])
  })

  test('is cancelled once', async () => {
    const { auth, call } = await authServer()
    const [{ id }] = (await auth()).body.auths
    expect((await call('DELETE', `/app-auths/${id}?app_id=app1&env_id=x`)).status).toBe(204)
    expect(await call('DELETE', `/app-auths/${id}`)).toMatchObject({
      status: 404,
      body: error('APIG.3009', `The app authorization record does not exist,id:${id}`),
    })
    const tooLong = await call('DELETE', `/app-auths/${'i'.repeat(65)}`)
    expect(tooLong).toMatchObject({ status: 400, body: invalid('id', 'APIG.2012') })
  })

  test.each([
    ['app', () => '/apps/app1'],
    ['API', (id: string) => `/apis/${id}`],
    ['environment', () => '/envs/env1'],
  ])('goes with its %s', async (_, pathOf) => {
    const { auth, call, one } = await authServer()
    await auth({ env_id: 'env1', app_ids: ['app1', 'app2'] })
    expect((await call('DELETE', pathOf(one.id))).status).toBe(204)
    const left = (await call('GET', '/app-auths/binded-apis?app_id=app2')).body.total
    expect(left).toBe(pathOf('') === '/apps/app1' ? 1 : 0)
  })

  test.each([
    ['', ['api_two', 'api_one']],
    ['&api_name=one', ['api_one']],
    ['&group_id=group2', ['api_two']],
    ['&group_name=two', ['api_two']],
    ['&env_id=env1', ['api_two']],
    ['&tags=a', ['api_one']],
    ['&tags=%23no_tags%23', ['api_two']],
    ['&api_id=gone', []],
    ['&limit=1', ['api_two']],
    ['&limit=1&offset=1', ['api_one']],
  ])('of an app is found with %j', async (query, expected) => {
    const { auth, call, two } = await authServer()
    await auth()
    await auth({ env_id: 'env1', api_ids: [two.id] })
    const { body } = await call('GET', `/app-auths/binded-apis?app_id=app1${query}`)
    expect(body.auths.map(({ api_name }: { api_name: string }) => api_name)).toEqual(expected)
  })

  test.each([
    ['', ['app_two', 'app_one']],
    ['&app_name=one', ['app_one']],
    ['&app_id=app2', ['app_two']],
    ['&env_id=env1', []],
  ])('of an API is found with %j', async (query, expected) => {
    const { auth, call, one } = await authServer()
    await auth()
    await auth({ app_ids: ['app2'] })
    const { body } = await call('GET', `/app-auths/binded-apps?api_id=${one.id}${query}`)
    expect(body.auths.map(({ app_name }: { app_name: string }) => app_name)).toEqual(expected)
  })
})

test('what an app is not authorized for is listed of one environment, APIs of apps alone', async () => {
  const { auth, call, one, two, publish } = await authServer()
  await auth()
  const { publish_id } = await publish(one.id, 'env1')
  const list = async (query: string) =>
    (await call('GET', `/app-auths/unbinded-apis?app_id=app1&${query}`)).body
  expect(await list(`env_id=${RELEASE}`)).toEqual({
    total: 1,
    size: 1,
    apis: [
      {
        id: two.id,
        name: 'api_two',
        remark: '',
        group_id: 'group2',
        group_name: 'group_two',
        req_uri: '/two',
        auth_type: 'APP',
        tags: [],
        run_env_id: '',
        run_env_name: '',
        publish_id: '',
      },
    ],
  })
  const inDev = await list('env_id=env1')
  expect(inDev).toMatchObject({ total: 2, apis: [{}, { publish_id, run_env_name: 'DEV' }] })
  for (const [query, total] of [
    ['group_id=group2', 1],
    ['api_name=api', 2],
    [`api_id=${one.id}`, 1],
    ['tags=a', 1],
  ]) {
    expect((await list(`env_id=env1&${query}`)).total, String(query)).toBe(total)
  }
})

test.each([
  ['/app-auths/binded-apis?app_id=gone', 404, NO_APP],
  ['/app-auths/binded-apps?api_id=gone', 404, NO_API],
  ['/app-auths/unbinded-apis?app_id=gone&env_id=env1', 404, NO_APP],
  ['/app-auths/unbinded-apis?app_id=app1&env_id=gone', 404, NO_ENV],
  ['/app-auths/binded-apis', 400, invalid('app_id', 'APIG.2012')],
  ['/app-auths/binded-apps', 400, invalid('api_id', 'APIG.2012')],
  ['/app-auths/unbinded-apis?app_id=app1', 400, invalid('env_id', 'APIG.2012')],
])('%s is %i', async (path, status, body) => {
  expect(await apiServer().call('GET', path)).toMatchObject({ status, body })
})
