import { describe, expect, test } from 'vitest'
import { start } from '../../src/index.ts'
import { createFaults } from '../../src/instruments/faults.ts'
import { error, server } from '../helpers.ts'

const create = { operationId: 'CreateAnAppV2' }

async function armed(rule: object, options = {}) {
  const mock = server(options)
  const { status, body } = await mock.call('POST', '/_mock/faults', { body: rule })
  expect(status).toBe(201)
  const statuses = async (count: number, method = 'GET', path = '/apps') => {
    const found: number[] = []
    for (let i = 0; i < count; i++) found.push((await mock.call(method, path)).status)
    return found
  }
  return { ...mock, fault: body, statuses }
}

describe('a fault answers', () => {
  test('an error of the catalogue, as the operation documents it', async () => {
    const { call, fault } = await armed({ ...create, error_code: 'APIG.9999' })
    const answer = await call('POST', '/apps', { body: { name: 'app_demo' } })
    expect(answer).toMatchObject({ status: 500, body: error('APIG.9999', 'System error') })
    expect(answer.headers['x-mock-fault']).toBe(fault.id)
    expect((await call('GET', '/apps')).body.total).toBe(0)
  })

  test('an error of the catalogue that the operation does not document', async () => {
    const { call } = await armed({ operationId: '*', error_code: 'APIG.3103' })
    expect(await call('GET', '/apps')).toMatchObject({
      status: 403,
      body: error('APIG.3103', 'The number of apps exceeds the maximum allowed limit'),
    })
  })

  test('a status and a body of the tester', async () => {
    const { call } = await armed({ status: 503, body: { any: ['thing'] } })
    expect(await call('GET', '/apps')).toMatchObject({ status: 503, body: { any: ['thing'] } })
  })

  test('429 with Retry-After', async () => {
    const { call } = await armed({ retry_after: 7 })
    const answer = await call('GET', '/apps')
    expect(answer.status).toBe(429)
    expect(answer.headers['retry-after']).toBe('7')
    expect(answer.body).toMatchObject({ error_code: 'APIGW.0308', request_id: expect.any(String) })
  })

  test('before the token is looked at', async () => {
    const { call } = await armed({ error_code: 'APIG.9999' })
    expect((await call('GET', '/apps', { token: null })).status).toBe(500)
  })

  test('calls of IAM and of operations that are not served', async () => {
    const { call } = await armed({ status: 500 })
    expect((await call('GET', '/v3/projects')).status).toBe(500)
    expect((await call('GET', '/throttles')).status).toBe(500)
    expect((await call('GET', '/nothing')).status).toBe(500)
  })
})

describe('a fault counts its matches', () => {
  test.each([
    [{ times: 2 }, [500, 500, 200, 200]],
    [{ after: 2 }, [200, 200, 500, 500]],
    [{ after: 1, times: 1 }, [200, 500, 200, 200]],
    [{}, [500, 500, 500, 500]],
  ])('%j', async (count, expected) => {
    const { statuses } = await armed({ operationId: 'ListAppsV2', status: 500, ...count })
    expect(await statuses(4)).toEqual(expected)
  })

  test('and shows the hits until it is gone', async () => {
    const { call, statuses } = await armed({ status: 500, times: 2 })
    const hits = async () => (await call('GET', '/_mock/faults')).body.faults
    expect(await hits()).toMatchObject([{ hits: 0, times: 2 }])
    await statuses(1)
    expect(await hits()).toMatchObject([{ hits: 1 }])
    await statuses(1)
    expect(await hits()).toEqual([])
  })

  test('by chance only with a seed, and then the same in every run', async () => {
    const rule = { status: 500, probability: 0.5, seed: 'a' }
    const runs = await Promise.all([1, 2].map(async () => (await armed(rule)).statuses(30)))
    expect(runs[0]).toEqual(runs[1])
    expect(new Set(runs[0])).toEqual(new Set([200, 500]))
  })
})

test.each([
  [{ operationId: 'CreateAnAppV2' }, [200]],
  [{ method: 'GET' }, [500]],
  [{ method: 'POST' }, [200]],
  [{ instance_id: 'gw1' }, [500]],
  [{ instance_id: 'gw2' }, [200]],
  [{ project_id: 'p1' }, [500]],
  [{ project_id: 'p2' }, [200]],
  [{ path: '/v2/p1/apigw/instances/gw1/apps' }, [500]],
  [{ path: '/v2/*/apps' }, [500]],
  [{ path: '*/app-quotas' }, [200]],
  [{ path: '*' }, [500]],
  [{ path: '/v2/p1/*/gw1/*' }, [500]],
  [{ path: '/v2/.*' }, [200]],
  [{ headers: { 'X-Auth-Token': 'a-token' } }, [500]],
  [{ headers: { 'X-Auth-Token': 'another' } }, [200]],
  [{ query: { limit: '5' } }, [500], '/apps?limit=5'],
  [{ query: { limit: '5' } }, [200], '/apps?limit=50'],
  [{ query: { limit: '5' } }, [200]],
  [{ query: { name: 'a b' } }, [500], '/apps?name=a%20b'],
  [{ query: { id: 'b', name: 'x' } }, [500], '/apps?id=a&name=x&id=b'],
  // Operations that are not served have a gateway and a project, too.
  [{ operationId: 'ListRequestThrottlingPolicyV2', instance_id: 'gw1' }, [500], '/throttles'],
  [{ instance_id: 'gw1', project_id: 'p1' }, [500], '/throttles'],
  [{ instance_id: 'gw2' }, [501], '/throttles'],
  [{ project_id: 'p2' }, [501], '/throttles'],
  [{ operationId: 'KeystoneListProjects' }, [500], '/v3/projects'],
])(
  'a fault that names %j is matched by what it names: %j %s',
  async (match, expected, path = '/apps') => {
    const { statuses } = await armed({ ...match, status: 500 })
    expect(await statuses(1, 'GET', path)).toEqual(expected)
  },
)

describe('a fault that names the body', () => {
  test.each([
    [{ name: 'app_a' }, { name: 'app_a', remark: 'r' }, 500],
    [{ name: 'app_a' }, { name: 'app_b' }, 201],
    [{ name: 'app_a' }, undefined, 400],
    [{ remark: null }, { name: 'app_b' }, 201],
    [{ tags: ['a', { b: 1 }] }, { name: 'app_b', tags: ['a', { b: 1 }] }, 500],
    [{ tags: ['a'] }, { name: 'app_b', tags: ['a', 'b'] }, 201],
    [{ deep: { er: 1 } }, { name: 'app_b', deep: { er: 1, st: 2 } }, 500],
    ['{"name', '{"name', 500],
    [{}, '{"name', 400],
  ])('%j answers %j', async (body, sent, status) => {
    const { call, ctx } = await armed({ ...create, where: { body }, status: 500 })
    const answer = await call('POST', '/apps', { body: sent })
    expect(answer.status).toBe(status)
    // Whoever answers, the journal has the body.
    const given = ctx.journal.entries().at(-1)?.body
    const text = typeof sent === 'string' ? sent : JSON.stringify(sent)
    expect(given && Buffer.from(given).toString()).toBe(text)
  })

  test.each([
    ['name', 500],
    ['deep', 201],
  ])('however deep a body is (%s)', async (field, status) => {
    const { call } = await armed({ ...create, where: { body: { [field]: 'app_b' } }, status: 500 })
    const body = `{"name":"app_b","deep":${'['.repeat(9000)}${']'.repeat(9000)}}`
    expect((await call('POST', '/apps', { body })).status).toBe(status)
  })

  test('leaves the body to the operation when another body was meant', async () => {
    const { call } = await armed({ ...create, where: { body: { name: 'a' } }, status: 500 })
    const sent = { name: 'app_demo', remark: 'ä'.repeat(200) }
    expect((await call('POST', '/apps', { body: sent })).body).toMatchObject(sent)
  })

  test('leaves a body above the limit to its refusal', async () => {
    const { call } = await armed({ where: { body: { name: 'a' } }, status: 500 })
    const body = JSON.stringify({ name: 'a', remark: 'x'.repeat(13 * 1024 * 1024) })
    expect((await call('POST', '/apps', { body })).status).toBe(413)
  })

  test('also on an operation that is not served', async () => {
    const { call } = await armed({ where: { body: { name: 'a' } }, status: 500 })
    expect((await call('POST', '/throttles', { body: { name: 'a' } })).status).toBe(500)
    expect((await call('POST', '/throttles', { body: { name: 'b' } })).status).toBe(501)
  })

  test('counts only bodies that were meant', async () => {
    const { call } = await armed({ where: { body: { name: 'app_a' } }, after: 1, status: 500 })
    const post = async (name: string) => (await call('POST', '/apps', { body: { name } })).status
    expect(await post('app_b')).toBe(201)
    expect(await post('app_a')).toBe(201)
    expect(await post('app_a')).toBe(500)
  })
})

test('the first fault that matches answers', async () => {
  const { call, statuses } = await armed({ status: 501, times: 1 })
  await call('POST', '/_mock/faults', { body: { status: 502 } })
  expect(await statuses(2)).toEqual([501, 502])
})

test.each([
  [{ delay: { min: 200, max: 300 } }, 200],
  [{ delay: 200 }, 200],
  [{ delay: 200, status: 503 }, 503],
])('%j comes before the answer, ordinary or not', async (rule, status) => {
  const { call } = await armed({ ...rule, path: '*/apps' })
  const answers: string[] = []
  const arrived = (name: string) => () => answers.push(name)
  const delayed = call('GET', '/apps')
  await Promise.all([
    delayed.then(arrived('delayed')),
    call('GET', '/app-quotas').then(arrived('sent later')),
  ])
  expect(answers).toEqual(['sent later', 'delayed'])
  expect((await delayed).status).toBe(status)
})

test('a delay is drawn from its range, the same in every run', () => {
  const drawn = () => {
    const faults = createFaults()
    faults.add({ delay: { min: 30, max: 40 }, seed: 'a' })
    const request = {
      method: 'GET',
      path: '/',
      query: () => new URLSearchParams(),
      headers: {},
      operationId: undefined,
    }
    const whose = { instance_id: undefined, project_id: undefined }
    return Array.from({ length: 50 }, () => faults.take({ ...request, ...whose })?.delay ?? 0)
  }
  const delays = drawn()
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(30)
  expect(Math.max(...delays)).toBeLessThanOrEqual(40)
  expect(new Set(delays).size).toBeGreaterThan(40)
  expect(drawn()).toEqual(delays)
})

test('the journal has the body of a request that a fault answered, up to what a body may be', async () => {
  const { call } = await armed({ status: 500 })
  const limit = 12 * 1024 * 1024
  const bodyOf = async (length: number) => {
    const around = JSON.stringify({ name: '' }).length
    const body = JSON.stringify({ name: 'x'.repeat(length - around) })
    expect((await call('POST', '/apps', { body })).status).toBe(500)
    return (await call('GET', '/_mock/requests?limit=1')).body.requests[0].body
  }
  expect(await bodyOf(13)).toEqual({ name: 'xx' })
  expect(await bodyOf(limit + 1)).toBeUndefined()
})

describe('a fault is gone', () => {
  test('after its own DELETE, and only then', async () => {
    const { call, fault, statuses } = await armed({ status: 500 })
    await call('PUT', '/_mock/state', { body: {} })
    expect(await statuses(1)).toEqual([500])
    expect((await call('DELETE', `/_mock/faults/${fault.id}`)).status).toBe(204)
    expect(await statuses(1)).toEqual([200])
    expect((await call('DELETE', `/_mock/faults/${fault.id}`)).status).toBe(404)
  })

  test('after the DELETE of those of its gateway, which leaves those of others', async () => {
    const { call, fault, statuses } = await armed({ instance_id: 'gw1', status: 500 })
    const { body: other } = await call('POST', '/_mock/faults', {
      body: { instance_id: 'gw2', status: 500 },
    })
    const list = async (query = '') => (await call('GET', `/_mock/faults${query}`)).body.faults
    expect(await list('?instance_id=gw1')).toEqual([fault])
    expect((await call('DELETE', '/_mock/faults?instance_id=gw1')).status).toBe(204)
    expect(await statuses(1)).toEqual([200])
    expect(await list()).toEqual([other])
    expect((await call('DELETE', '/_mock/faults')).status).toBe(204)
    expect(await list()).toEqual([])
  })

  test('after a reset of its gateway, which leaves those of others', async () => {
    const { call, gateway, statuses } = await armed({ instance_id: 'gw1', status: 500 })
    await call('POST', '/_mock/faults', { body: { instance_id: 'gw2', status: 500 } })
    await call('POST', '/_mock/reset?instance_id=gw1')
    expect(await statuses(1)).toEqual([200])
    expect((await gateway('gw2')('GET', '/apps')).status).toBe(500)
    await call('POST', '/_mock/reset')
    expect((await gateway('gw2')('GET', '/apps')).status).toBe(200)
  })

  test('after a reset, and the next has the id of the first; not after one of a gateway', async () => {
    const { call, fault } = await armed({ instance_id: 'gw1', status: 500 })
    const nextId = async () =>
      (await call('POST', '/_mock/faults', { body: { status: 500 } })).body.id
    await call('POST', '/_mock/reset?instance_id=gw1')
    expect(await nextId()).toBe('fault-2')
    await call('POST', '/_mock/reset')
    expect(await nextId()).toBe(fault.id)
  })
})

test('a seed arms faults, which a reset arms again', async () => {
  const mock = await start({ port: 0, seed: { faults: [{ ...create, status: 500, times: 1 }] } })
  try {
    const { call } = mock.client()
    for (let i = 0; i < 2; i++) {
      expect((await call('POST', '/apps', { name: `app_${i}` })).status).toBe(500)
      expect((await call('POST', '/apps', { name: `app_${i}` })).status).toBe(201)
      await mock.reset()
    }
    await expect(start({ port: 0, seed: { faults: [{ status: 1 }] } })).rejects.toThrow(
      '/faults/0/status',
    )
  } finally {
    await mock.close()
  }
})
