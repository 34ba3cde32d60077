import { describe, expect, test } from 'vitest'
import {
  error,
  HEX_ID,
  invalid,
  missing,
  NANOSECONDS,
  SECONDS,
  server,
  stateOf,
} from '../helpers.ts'
import { API, apiServer, GROUP, HTTP_API } from './api-helpers.ts'

const RELEASE = 'DEFAULT_ENVIRONMENT_RELEASE_ID'
const NO_API = error('APIG.3002', 'API gone does not exist')
const NO_ENV = error('APIG.3003', 'Environment gone does not exist')
const NO_VERSION = error('APIG.3022', 'The API version does not exist,id:gone')
const NOT_PUBLISHED = error('APIG.3015', 'The API publication record does not exist')

const names = (items: { api_name: string }[]) => items.map(({ api_name }) => api_name)

describe('publishing an API', () => {
  test('answers the publication with a version', async () => {
    const { call, create } = apiServer()
    const { id } = await create()
    const body = { action: 'online', env_id: RELEASE, api_id: id, remark: 'first' }
    expect(await call('POST', '/apis/action', { body })).toMatchObject({
      status: 201,
      body: {
        api_id: id,
        api_name: 'api_demo',
        env_id: RELEASE,
        remark: 'first',
        publish_id: expect.stringMatching(HEX_ID),
        version_id: expect.stringMatching(HEX_ID),
        publish_time: expect.stringMatching(NANOSECONDS),
      },
    })
  })

  test('shows in the API where it runs, the last published first', async () => {
    const { call, create, publish } = apiServer()
    const { id } = await create()
    const [first, second] = [await publish(id), await publish(id, 'env1')]
    const run = {
      run_env_id: `env1|${RELEASE}`,
      run_env_name: 'DEV|RELEASE',
      publish_id: `${second.publish_id}|${first.publish_id}`,
      publish_time: expect.stringMatching(
        /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/,
      ),
    }
    expect((await call('GET', `/apis/${id}`)).body).toMatchObject(run)
    expect((await call('GET', '/apis?env_id=env1')).body.apis).toMatchObject([{ id, ...run }])
    await publish(id)
    const { body } = await call('GET', `/apis/${id}`)
    expect(body).toMatchObject({ run_env_name: 'RELEASE|DEV' })
  })

  test('keeps its publish_id through republication, offline and a version switch', async () => {
    const { call, create, publish } = apiServer()
    const { id } = await create()
    const { publish_id, version_id } = await publish(id)
    expect((await publish(id)).publish_id).toBe(publish_id)
    expect(await publish(id, RELEASE, 'offline')).toMatchObject({ publish_id, version_id: '' })
    expect((await publish(id)).publish_id).toBe(publish_id)
    const switched = await call('PUT', `/apis/publish/${id}`, { body: { version_id } })
    expect(switched).toMatchObject({ status: 200, body: { publish_id, version_id } })
    expect((await publish(id, 'env1')).publish_id).not.toBe(publish_id)
  })

  test('keeps the API and the environment from being deleted, until it is offline', async () => {
    const { call, create, publish } = apiServer()
    const { id } = await create()
    await publish(id, 'env1')
    expect(await call('DELETE', `/apis/${id}`)).toMatchObject({
      status: 409,
      body: error('APIG.3416', 'The API cannot be deleted because it has been published'),
    })
    expect(await call('DELETE', '/envs/env1')).toMatchObject({
      status: 403,
      body: error('APIG.3418', 'The environment contains published APIs'),
    })
    await publish(id, 'env1', 'offline')
    expect((await call('GET', `/apis/${id}`)).body).toMatchObject({
      run_env_id: '',
      publish_id: '',
    })
    expect((await call('DELETE', '/envs/env1')).status).toBe(204)
    expect((await call('GET', `/apis/publish/${id}`)).body.total).toBe(0)
  })

  test('leaves nothing behind when the API is deleted', async () => {
    const target = apiServer()
    const { id } = await target.create()
    await target.publish(id)
    await target.publish(id, RELEASE, 'offline')
    expect((await target.call('DELETE', `/apis/${id}`)).status).toBe(204)
    expect(stateOf(target).instances).toMatchObject([
      { apis: [], api_versions: [], publications: [] },
    ])
  })

  test.each([
    [404, NO_API, { api_id: 'gone' }],
    [404, NO_ENV, { env_id: 'gone' }],
    [404, NOT_PUBLISHED, { action: 'offline' }],
    [400, invalid('action'), { action: 'pause' }],
    [400, missing('action'), { action: undefined }],
    [400, missing('env_id'), { env_id: undefined }],
    [400, missing('api_id'), { api_id: undefined }],
    [400, invalid('remark'), { remark: 'r'.repeat(256) }],
  ])('is refused with %i %j: %j', async (status, body, fields) => {
    const { call, create } = apiServer()
    const { id } = await create()
    const sent = { action: 'online', env_id: RELEASE, api_id: id, ...fields }
    expect(await call('POST', '/apis/action', { body: sent })).toMatchObject({ status, body })
    expect((await call('GET', `/apis/${id}`)).body.publish_id).toBe('')
  })

  test('may have the longest remark', async () => {
    const { call, create } = apiServer()
    const { id } = await create()
    const body = { action: 'online', env_id: RELEASE, api_id: id, remark: 'r'.repeat(255) }
    expect((await call('POST', '/apis/action', { body })).status).toBe(201)
  })
})

describe('publishing APIs in a batch', () => {
  test('publishes those named, and says which are unknown', async () => {
    const { call, create } = apiServer()
    const { id } = await create()
    const body = { apis: [id, 'gone', id], env_id: RELEASE }
    const answer = await call('POST', '/apis/publish?action=online', { body })
    expect(answer.status).toBe(200)
    expect(names(answer.body.success)).toEqual(['api_demo'])
    expect(answer.body.failure).toEqual([
      { api_id: 'gone', api_name: '', ...error('APIG.3002', 'Api gone not found') },
    ])
    expect((await call('GET', `/apis/${id}`)).body.run_env_id).toBe(RELEASE)
  })

  test('publishes a group, and takes it offline; an API that is offline already is a success', async () => {
    const { call, create, publish } = apiServer()
    const { id } = await create()
    await create({ ...HTTP_API })
    await create({ group_id: 'group2' })
    const act = async (action: string) =>
      (
        await call('POST', `/apis/publish?action=${action}`, {
          body: { group_id: GROUP, env_id: 'env1' },
        })
      ).body
    expect(names((await act('online')).success).sort()).toEqual(['api_demo', 'api_http'])
    expect((await call('GET', '/apis?env_id=env1')).body.total).toBe(2)
    await publish(id, 'env1', 'offline')
    expect((await act('offline')).success).toHaveLength(2)
    expect((await call('GET', '/apis?env_id=env1')).body.total).toBe(0)
  })

  test('looks at apis alone where both are sent', async () => {
    const { call, create } = apiServer()
    await create()
    const { id } = await create({ ...HTTP_API })
    const body = { apis: [id], group_id: GROUP, env_id: RELEASE }
    const answer = await call('POST', '/apis/publish?action=online', { body })
    expect(names(answer.body.success)).toEqual(['api_http'])
  })

  const WRONG = error(
    'APIG.2011',
    'Invalid parameter value: parameter action should be "online" or "offline"',
  )
  test.each([
    ['?action=pause', { apis: [], env_id: RELEASE }, 400, WRONG],
    ['', { apis: [], env_id: RELEASE }, 400, WRONG],
    ['?action=online', { env_id: RELEASE }, 400, missing('apis')],
    ['?action=online', { apis: [] }, 400, missing('env_id')],
    ['?action=online', { apis: [], env_id: 'gone' }, 404, NO_ENV],
    ['?action=online', { apis: Array(1001).fill('a'), env_id: RELEASE }, 400, invalid('apis')],
  ])('%s with %j is refused', async (query, sent, status, body) => {
    const answer = await apiServer().call('POST', `/apis/publish${query}`, { body: sent })
    expect(answer).toMatchObject({ status, body })
  })

  test('accepts a thousand APIs', async () => {
    const body = { apis: Array.from({ length: 1000 }, (_, i) => `a${i}`), env_id: RELEASE }
    const answer = await apiServer().call('POST', '/apis/publish?action=offline', { body })
    expect(answer.body.failure).toHaveLength(1000)
  })
})

describe('the versions of an API', () => {
  const histories = async () => {
    const target = apiServer()
    const { id } = await target.create({ remark: 'old' })
    const first = await target.publish(id)
    await target.call('PUT', `/apis/${id}`, { body: { ...API, remark: 'new' } })
    const second = await target.publish(id)
    const list = async (query = '') =>
      (await target.call('GET', `/apis/publish/${id}${query}`)).body
    return { ...target, id, first, second, list }
  }

  test('are listed newest first, the one in force with status 1', async () => {
    const { id, first, second, list } = await histories()
    expect(await list()).toEqual({
      total: 2,
      size: 2,
      api_versions: [second, first].map(({ version_id }, index) => ({
        version_id,
        version_no: expect.stringMatching(/^\d{14}$/),
        api_id: id,
        env_id: RELEASE,
        env_name: 'RELEASE',
        remark: '',
        publish_time: expect.stringMatching(SECONDS),
        status: index + 1,
      })),
    })
  })

  test('are numbered by the time of China', async () => {
    const options = { clock: '2020-08-03T01:36:00Z' }
    const { create, publish, call } = apiServer(
      server(options, {
        instances: [{ id: 'gw1', api_groups: [{ id: GROUP, name: 'group_one' }] }],
      }),
    )
    const { id } = await create()
    await publish(id)
    expect((await call('GET', `/apis/publish/${id}`)).body.api_versions).toMatchObject([
      { version_no: '20200803093600', publish_time: '2020-08-03T01:36:00Z' },
    ])
  })

  test('are found by environment', async () => {
    const { id, publish, list } = await histories()
    await publish(id, 'env1')
    const count = async (query: string) => (await list(query)).total
    expect(await count('')).toBe(3)
    expect(await count('?env_id=env1')).toBe(1)
    expect(await count('?env_name=RELEASE')).toBe(2)
    expect(await count('?env_name=REL')).toBe(0)
    expect(await list('?limit=1&offset=2')).toMatchObject({ total: 3, size: 1 })
  })

  test('keep the definition as it was published, whatever the draft says since', async () => {
    const { call, id, first, second } = await histories()
    await call('PUT', `/apis/${id}`, { body: { ...API, remark: 'draft' } })
    const detail = await call('GET', `/apis/versions/${first.version_id}`)
    expect(detail).toMatchObject({
      status: 200,
      body: {
        id,
        remark: 'old',
        version_id: first.version_id,
        run_env_name: 'RELEASE',
        publish_id: first.publish_id,
        publish_time: expect.stringMatching(SECONDS),
        sl_domain: 'group1.apic.localhost',
        sl_domains: ['group1.apic.localhost'],
        mock_info: { result_content: 'hello' },
      },
    })
    const runtime = await call('GET', `/apis/runtime/${id}`)
    expect(runtime).toMatchObject({
      status: 200,
      body: { id, remark: 'new', publish_id: second.publish_id, run_env_id: RELEASE },
    })
    expect(runtime.body).not.toHaveProperty('mock_info')
  })

  test('can be switched: the definition in force is the older one', async () => {
    const { call, id, first, second, list } = await histories()
    const body = { version_id: first.version_id }
    const answer = await call('PUT', `/apis/publish/${id}`, { body })
    expect(answer).toMatchObject({ status: 200, body: { ...body, publish_id: second.publish_id } })
    expect(answer.body.publish_time > second.publish_time).toBe(true)
    expect((await list()).api_versions).toMatchObject([
      { version_id: second.version_id, status: 2 },
      { version_id: first.version_id, status: 1 },
    ])
    expect((await call('GET', `/apis/runtime/${id}`)).body.remark).toBe('old')
  })

  test('all have status 2 while the API is offline; a switch puts it online', async () => {
    const { call, id, first, publish, list } = await histories()
    await publish(id, RELEASE, 'offline')
    expect((await list()).api_versions).toMatchObject([{ status: 2 }, { status: 2 }])
    await call('PUT', `/apis/publish/${id}`, { body: { version_id: first.version_id } })
    expect((await call('GET', `/apis/${id}`)).body.run_env_id).toBe(RELEASE)
  })

  test('are ten at most per environment, of which the oldest goes', async () => {
    const { call, id, first, second, publish, list } = await histories()
    for (let i = 0; i < 8; i++) await publish(id)
    expect((await list()).total).toBe(10)
    await publish(id, 'env1')
    await publish(id)
    expect((await list('?env_name=RELEASE')).total).toBe(10)
    expect((await call('GET', `/apis/versions/${first.version_id}`)).status).toBe(404)
    expect((await call('GET', `/apis/versions/${second.version_id}`)).status).toBe(200)
  })

  test('are taken offline by DELETE, the one in force alone', async () => {
    const { call, id, first, second, list } = await histories()
    const old = await call('DELETE', `/apis/versions/${first.version_id}`)
    expect(old).toMatchObject({
      status: 404,
      body: error('APIG.3022', `The API version does not exist,id:${first.version_id}`),
    })
    const inForce = `/apis/versions/${second.version_id}`
    expect((await call('DELETE', inForce)).status).toBe(204)
    expect((await call('GET', `/apis/${id}`)).body.run_env_id).toBe('')
    expect((await list()).total).toBe(2)
    expect((await call('DELETE', inForce)).status).toBe(404)
  })

  test.each([
    ['GET', '/apis/publish/gone', undefined, NO_API],
    ['PUT', '/apis/publish/gone', { version_id: 'gone' }, NO_API],
    ['GET', '/apis/runtime/gone', undefined, NO_API],
    ['GET', '/apis/versions/gone', undefined, NO_VERSION],
    ['DELETE', '/apis/versions/gone', undefined, NO_VERSION],
  ])('%s %s is 404', async (method, path, sent, body) => {
    expect(await apiServer().call(method, path, { body: sent })).toMatchObject({
      status: 404,
      body,
    })
  })

  test('cannot be switched to what is none of theirs', async () => {
    const { call, id, create, publish } = await histories()
    const other = await create({ name: 'api_two', req_uri: '/two' })
    const { version_id } = await publish(other.id)
    const change = (body: object | string) => call('PUT', `/apis/publish/${id}`, { body })
    expect(await change({ version_id: 'gone' })).toMatchObject({ status: 404, body: NO_VERSION })
    expect((await change({ version_id })).status).toBe(404)
    expect(await change({})).toMatchObject({ status: 400, body: missing('version_id') })
    expect(await change('{')).toMatchObject({
      status: 400,
      body: error(
        'APIG.2000',
        'Parameter error: Serialization error: unexpected end of JSON input',
      ),
    })
  })

  test('have none in force in an environment where the API is not published', async () => {
    const { call, id } = await histories()
    expect(await call('GET', `/apis/runtime/${id}?env_id=env1`)).toMatchObject({
      status: 404,
      body: NOT_PUBLISHED,
    })
  })

  test('are in a state document, and work as before when it is read', async () => {
    const target = await histories()
    const state = stateOf(target)
    const before = (await target.call('GET', `/apis/runtime/${target.id}`)).body
    await target.call('PUT', '/_mock/state', { body: { version: 1, instances: [] } })
    expect((await target.call('PUT', '/_mock/state', { body: state })).status).toBeLessThan(300)
    expect((await target.call('GET', `/apis/runtime/${target.id}`)).body).toEqual(before)
    expect((await target.call('DELETE', `/apis/${target.id}`)).status).toBe(409)
  })
})

describe('CheckApisV2', () => {
  const TAKEN = error('APIG.3301', 'The API already exists, api_name:api_demo')
  const NAMED = error('APIG.3202', 'The API name already exists, api_name:api_demo')
  const PATH = { type: 'path', req_method: 'GET', req_uri: '/demo', match_mode: 'NORMAL' }
  const NAME = { type: 'name', name: 'api_demo' }

  test.each([
    ['a free name', { ...NAME, name: 'api_two', group_id: GROUP }],
    ['a name of another group', { ...NAME, group_id: 'group2' }],
    ['a free path', { ...PATH, req_uri: '/two', group_id: GROUP }],
    ['another method', { ...PATH, req_method: 'POST', group_id: GROUP }],
    ['another match mode', { ...PATH, match_mode: 'SWA', group_id: GROUP }],
    ['its own name', { ...NAME, group_id: GROUP, api_id: 'api1' }],
    ['its own path', { ...PATH, group_id: GROUP, api_id: 'api1' }],
  ])('is 204 for %s', async (_, sent) => {
    const { call } = checkServer()
    expect((await call('POST', '/apis/check', { body: sent })).status).toBe(204)
  })

  test.each([
    [400, NAMED, { ...NAME, group_id: GROUP }],
    [400, NAMED, NAME],
    [400, TAKEN, { ...PATH, group_id: GROUP }],
    [400, TAKEN, PATH],
    [400, NAMED, { ...NAME, group_id: GROUP, api_id: 'another' }],
    [404, error('APIG.3001', 'API group gone does not exist'), { ...NAME, group_id: 'gone' }],
    [400, missing('name'), { type: 'name' }],
    [400, missing('match_mode'), { ...PATH, match_mode: undefined }],
    [400, missing('type'), { name: 'api_demo' }],
    [400, invalid('type'), { ...NAME, type: 'id' }],
  ])('is %i %j for %j', async (status, body, sent) => {
    const { call } = checkServer()
    expect(await call('POST', '/apis/check', { body: sent })).toMatchObject({ status, body })
  })
})

const checkServer = () =>
  apiServer(
    server(
      {},
      {
        instances: [
          {
            id: 'gw1',
            api_groups: [
              { id: GROUP, name: 'group_one' },
              { id: 'group2', name: 'group_two' },
            ],
            apis: [{ ...API, id: 'api1' }],
          },
        ],
      },
    ),
  )
