import { describe, expect, test } from 'vitest'
import { FEATURES } from '../../src/management/features/catalogue.ts'
import {
  error,
  GATEWAY,
  invalid,
  PROJECT,
  server,
  stateOf,
  strictServer,
  type TestServer,
} from '../helpers.ts'

const INSTANCES = `/v2/${PROJECT}/apigw/instances`
const UNKNOWN = error('APIG.3030', 'The instance does not exist;id:gone')
const NOT_FOUND = error('APIC.7302', 'Instance not found')

const idsOf = async ({ call }: TestServer, path = INSTANCES) => {
  const { status, body } = await call('GET', path)
  expect(status).toBe(200)
  expect(body.size).toBe(body.instances.length)
  return body.instances.map((instance: { id: string }) => instance.id)
}

describe('a gateway in lenient mode', () => {
  test('springs into being when it is first used, as a running one of the project', async () => {
    const target = server()
    expect(await idsOf(target)).toEqual([])
    await target.call('GET', '/apps')
    const { body } = await target.call('GET', INSTANCES)
    expect(body).toMatchObject({
      total: 1,
      instances: [
        {
          id: GATEWAY,
          project_id: PROJECT,
          instance_name: GATEWAY,
          status: 'Running',
          instance_status: 6,
          type: 'apig',
        },
      ],
    })
  })

  test.each([
    ['is shown', ['GET', `${INSTANCES}/gw9`]],
    ['is asked for by its id', ['GET', `${INSTANCES}?instance_id=gw9`]],
    ['has an app created', ['POST', `${INSTANCES}/gw9/apps`, { name: 'app_demo' }]],
    ['is asked for an app that is not there', ['GET', `${INSTANCES}/gw9/apps/gone`]],
  ] as [string, [string, string, object?]][])(
    'springs into being when it %s',
    async (_, request) => {
      const target = server()
      const [method, path, body] = request
      await target.call(method, path, { body })
      expect(await idsOf(target)).toEqual(['gw9'])
    },
  )

  test.each([
    ['without a token', 'POST', '/apps', { name: 'app_demo' }, 401],
    ['with a body that is no JSON', 'POST', '/apps', '{', 400],
    ['with an invalid field', 'POST', '/apps', { name: '1' }, 400],
    ['with an invalid filter', 'GET', '/apps?limit=x', undefined, 400],
    ['for an operation that is not served', 'GET', '/throttles', undefined, 501],
    ['for a path that does not exist', 'GET', '/nothing', undefined, 404],
  ])('does not spring into being %s', async (_, method, path, body, status) => {
    const target = server()
    const before = stateOf(target)
    const token = status === 401 ? null : 'a-token'
    expect((await target.call(method, path, { body, token })).status).toBe(status)
    expect(stateOf(target)).toEqual(before)
  })

  test('springs into being once, for many requests at the same time', async () => {
    const target = server()
    await Promise.all(Array.from({ length: 20 }, () => target.call('GET', '/apps')))
    expect(await idsOf(target)).toEqual([GATEWAY])
  })

  test('is not made anew by a second project', async () => {
    const target = server()
    await target.call('POST', '/apps', { body: { name: 'app_demo' } })
    const other = await target.call('GET', `/v2/p2/apigw/instances/${GATEWAY}/apps`)
    expect(other.body.total).toBe(1)
    expect(await idsOf(target)).toEqual([GATEWAY])
    expect(await idsOf(target, '/v2/p2/apigw/instances')).toEqual([])
  })
})

describe('a gateway in strict mode', () => {
  test.each([
    ['GET', '/apps', undefined],
    ['POST', '/apps', { name: 'app_demo' }],
    ['GET', '/apps/some-app', undefined],
    ['PUT', '/apps/some-app/app-codes', undefined],
    ['GET', '/app-quotas', undefined],
    ['GET', '/resources/outline/apps', undefined],
  ])('that does not exist is 404 for %s %s', async (method, path, body) => {
    const target = strictServer()
    const before = stateOf(target)
    expect(await target.gateway('gone')(method, path, { body })).toMatchObject({
      status: 404,
      body: UNKNOWN,
    })
    expect(stateOf(target)).toEqual(before)
  })

  test('that does not exist is 404 before a parameter is wrong', async () => {
    const { gateway } = strictServer()
    expect((await gateway('gone')('GET', '/apps?limit=x')).body).toEqual(UNKNOWN)
    expect((await gateway('gone')('POST', '/apps', { body: { name: 1 } })).body).toEqual(UNKNOWN)
  })

  test('that does not exist is APIC.7302 when it is shown, and in no list', async () => {
    const target = strictServer()
    const shown = await target.call('GET', `${INSTANCES}/gone`)
    expect(shown).toMatchObject({ status: 404, body: NOT_FOUND })
    expect(await idsOf(target, `${INSTANCES}?instance_id=gone`)).toEqual([])
    expect(await idsOf(target)).toEqual([GATEWAY])
  })

  test('of another project does not exist', async () => {
    const target = strictServer([{ id: GATEWAY }, { id: 'gone', project_id: 'p2' }])
    expect((await target.gateway('gone')('GET', '/apps')).body).toEqual(UNKNOWN)
    expect((await target.call('GET', `${INSTANCES}/gone`)).body).toEqual(NOT_FOUND)
    expect(await idsOf(target)).toEqual([GATEWAY])
  })

  test('without a project is that of every project', async () => {
    const target = strictServer([{ id: 'shared', project_id: '' }])
    expect((await target.gateway('shared')('GET', '/apps')).status).toBe(200)
    expect(await idsOf(target)).toEqual(['shared'])
  })
})

describe('ListInstancesV2', () => {
  const target = server(
    {},
    {
      instances: [
        { id: 'a', project_id: PROJECT, instance_name: 'alpha', create_time: 1592535532000 },
        { id: 'b', project_id: PROJECT, instance_name: 'alphabet', status: 'Creating' },
        { id: 'c', project_id: PROJECT, instance_name: 'gamma' },
        { id: 'd', project_id: 'p2', instance_name: 'alpha' },
      ],
    },
  )

  test.each([
    ['', ['c', 'b', 'a']],
    ['?instance_name=alpha', ['b', 'a']],
    ['?instance_name=omega', []],
    ['?instance_id=b', ['b']],
    ['?instance_id=b&instance_name=gamma', []],
    ['?instance_id=d', []],
    ['?status=Creating', ['b']],
    ['?status=Running', ['c', 'a']],
    ['?limit=1&offset=1', ['b']],
    ['?offset=3', []],
    ['?limit=0&offset=-1', ['c', 'b', 'a']],
  ])('%j lists %j: newest first, those of the project', async (query, ids) => {
    expect(await idsOf(target, `${INSTANCES}${query}`)).toEqual(ids)
  })

  test('writes the time in milliseconds since 1970', async () => {
    const { body } = await target.call('GET', `${INSTANCES}?instance_id=a`)
    expect(body.instances[0].create_time).toBe(1592535532000)
    const { body: generated } = await target.call('GET', `${INSTANCES}?instance_id=c`)
    expect(Number.isInteger(generated.instances[0].create_time)).toBe(true)
  })

  test('shows less of a gateway than its own page', async () => {
    const { body: list } = await target.call('GET', `${INSTANCES}?instance_id=a`)
    const { body: one } = await target.call('GET', `${INSTANCES}/a`)
    expect(one).toMatchObject(list.instances[0])
    expect(list.instances[0]).not.toHaveProperty('vpc_id')
    expect(one).toMatchObject({ vpc_id: expect.any(String), available_zone_ids: '[cn-north-4a]' })
  })
})

describe('ShowDetailsOfInstanceV2', () => {
  test('names the features that the API reference lists, unless a seed has others', async () => {
    const { gateway } = server({}, { instances: [{ id: 'old', supported_features: ['route'] }] })
    const featuresOf = async (id: string) =>
      (await gateway(id)('GET', `${INSTANCES}/${id}`)).body.supported_features
    const features = await featuresOf('gw1')
    expect(new Set(features).size).toBe(45)
    expect(features).toEqual(expect.arrayContaining(['app_quota', 'app_acl', 'cors', 'breaker']))
    // It supports whatever can be configured.
    expect(features).toEqual(expect.arrayContaining(FEATURES.map(({ name }) => name)))
    expect(await featuresOf('old')).toEqual(['route'])
  })

  test('names the user whose request created the gateway, if the caller is known', async () => {
    const { call } = server()
    const userOf = async (id: string, token: string) =>
      (await call('GET', `${INSTANCES}/${id}`, { token })).body.user_id
    expect(await userOf('gw1', 'mock-token')).toBe('e0000000000000000000000000000001')
    expect(await userOf('gw2', 'unknown-token')).toBe('')
  })
})

describe('the errors of the gateway half of the service', () => {
  const paths = [INSTANCES, `${INSTANCES}/${GATEWAY}`]

  test.each(paths)('%s: APIC.7102 without a token', async (path) => {
    expect(await server().call('GET', path, { token: null })).toMatchObject({
      status: 401,
      body: error('APIC.7102', 'Incorrect token or token resolution failed'),
    })
  })

  test.each([
    [401, error('APIC.7102', 'Incorrect token or token resolution failed')],
    [403, error('APIC.7106', 'No permissions to request for the method')],
    [500, error('APIC.9000', 'Failed to request internal service')],
  ])('Prefer: code=%i answers the documented one', async (status, body) => {
    const headers = { prefer: `code=${status}` }
    for (const path of paths) {
      expect(await server().call('GET', path, { headers })).toMatchObject({ status, body })
    }
  })

  test('Prefer: code=404 is documented for one gateway only', async () => {
    const headers = { prefer: 'code=404' }
    const [list, one] = await Promise.all(
      paths.map((path) => server().call('GET', path, { headers })),
    )
    expect(list).toMatchObject({ status: 400, body: { error_code: 'MOCK.0401' } })
    expect(one).toMatchObject({ status: 404, body: NOT_FOUND })
  })
})

test.each(['a'.repeat(65), 'a%20b', '%C3%A9'])('%s can be the id of no gateway', async (id) => {
  const { call } = server()
  expect(await call('GET', `${INSTANCES}/${id}/apps`)).toMatchObject({
    status: 400,
    body: invalid('instance_id', 'APIG.2012'),
  })
  expect((await call('GET', `${INSTANCES}/${id}`)).status).toBe(400)
})
