import { describe, expect, test } from 'vitest'
import { start } from '../../src/index.ts'
import { server } from '../helpers.ts'

const SECRET = 'very_secret_value'

async function afterOneCreate(options = {}) {
  const mock = server(options)
  const body = { name: 'app_demo', app_secret: SECRET, remarks: 'misspelt', remark: null }
  await mock.call('POST', '/apps?dry_run=1', { token: 'secret-token', body })
  const requests = async (query = '') => (await mock.call('GET', `/_mock/requests${query}`)).body
  return { ...mock, requests }
}

describe('the journal shows of a request', () => {
  test('what was sent, what was answered, and what nothing read', async () => {
    const { requests } = await afterOneCreate()
    const { total, requests: shown } = await requests()
    expect(total).toBe(1)
    expect(shown[0]).toMatchObject({
      id: 1,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      request_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      operationId: 'CreateAnAppV2',
      instance_id: 'gw1',
      method: 'POST',
      path: '/v2/p1/apigw/instances/gw1/apps',
      query: { dry_run: '1' },
      headers: { 'x-auth-token': '***', 'content-type': 'application/json' },
      body: { name: 'app_demo', app_secret: '***', remarks: 'misspelt' },
      unread: ['body.remarks', 'query.dry_run'],
      tolerated: ['an unknown token', 'an unknown gateway, created'],
      status: 201,
      answer: { name: 'app_demo', app_secret: '***' },
      ms: expect.any(Number),
    })
  })

  test('no secret, unless it is told to', async () => {
    const masked = await afterOneCreate()
    const text = JSON.stringify(await masked.requests())
    expect(text).not.toContain(SECRET)
    expect(text).not.toContain('secret-token')
    const open = await afterOneCreate({ journalSecrets: true })
    expect(JSON.stringify(await open.requests())).toContain(SECRET)
  })

  test('nothing of a body that is no JSON, which may hold anything', async () => {
    const { call, requests } = await afterOneCreate()
    await call('POST', '/apps', { body: `{"app_secret":"${SECRET}"` })
    const { requests: shown } = await requests()
    expect(shown[0]).toMatchObject({ body: '***', status: 400, error_code: 'APIG.2000' })
  })

  test('who called, with a credential that is known', async () => {
    const { call, requests } = await afterOneCreate()
    await call('GET', '/apps', { token: 'mock-token' })
    const { requests: shown } = await requests()
    expect(shown[0]).toMatchObject({ user_id: expect.any(String), tolerated: [] })
  })

  test.each([
    ['POST', '/apps', { error_code: 'APIG.9999' }],
    ['POST', '/apps', { status: 503, delay: 1 }],
    ['POST', '/apps', { delay: 1 }],
    ['POST', '/throttles', { status: 503 }],
    ['POST', '/nowhere', { status: 503 }],
    ['POST', '/v3/auth/tokens', { status: 503 }],
  ])('the body also of a %s %s that met the fault %j', async (method, path, rule) => {
    const { call, requests } = await afterOneCreate()
    await call('POST', '/_mock/faults', { body: rule })
    await call(method, path, { body: { name: 'app_two', secret: SECRET } })
    const [shown] = (await requests()).requests
    expect(shown).toMatchObject({ fault: 'fault-1', body: { name: 'app_two', secret: '***' } })
  })

  test('no body of a fault that was met without one', async () => {
    const { call, requests } = await afterOneCreate()
    await call('POST', '/_mock/faults', { body: { status: 503 } })
    await call('DELETE', '/apps/gone')
    expect((await requests()).requests[0]).not.toHaveProperty('body')
  })

  test('why a signature was refused', async () => {
    const { call, requests } = await afterOneCreate()
    const authorization =
      'SDK-HMAC-SHA256 Access=MOCKACCESSKEY0000001, SignedHeaders=x-sdk-date, Signature=00'
    await call('GET', '/apps', { token: null, headers: { authorization } })
    const [refused] = (await requests()).requests
    expect(refused.reason).toContain('stringToSign:')
    expect(refused.headers.authorization).toMatch(/Access=MOCKACCESSKEY0000001.*Signature=\*\*\*$/)
  })

  test('what is asked of IAM and of nothing that exists, but not of the control plane', async () => {
    const { call, requests } = await afterOneCreate()
    await call('GET', '/v3/projects')
    await call('GET', '/throttles')
    await call('GET', '/nowhere')
    await call('GET', '/_mock/health')
    const { requests: shown } = await requests()
    expect(
      shown.map((r: { operationId?: string; status: number }) => [r.operationId, r.status]),
    ).toEqual([
      [undefined, 404],
      ['ListRequestThrottlingPolicyV2', 501],
      ['KeystoneListProjects', 200],
      ['CreateAnAppV2', 201],
    ])
  })
})

describe('the journal', () => {
  test('is a ring', async () => {
    const { call, requests } = await afterOneCreate({ journalSize: 3 })
    for (let i = 0; i < 10; i++) await call('GET', '/apps')
    const { total, requests: shown } = await requests()
    expect(total).toBe(3)
    expect(shown.map(({ id }: { id: number }) => id)).toEqual([11, 10, 9])
  })

  test('is off with size 0', async () => {
    const { requests } = await afterOneCreate({ journalSize: 0 })
    expect((await requests()).total).toBe(0)
  })

  test('is filtered by operation, gateway, status and time', async () => {
    const { call, gateway, ctx, requests } = await afterOneCreate()
    const since = new Date(ctx.clock.now() + 1000).toISOString()
    ctx.clock.set(ctx.clock.now() + 2000)
    await gateway('gw2')('GET', '/apps')
    await call('GET', '/apps/gone')
    const total = async (query: string) => (await requests(query)).total
    expect(await total('?operationId=CreateAnAppV2')).toBe(1)
    expect(await total('?instance_id=gw2')).toBe(1)
    expect(await total('?status=404')).toBe(1)
    expect(await total(`?since=${since}`)).toBe(2)
    expect(await total('?limit=1')).toBe(3)
    expect((await requests('?limit=1')).size).toBe(1)
    expect((await requests('?gateway=gw2')).error_msg).toMatch(/\/gateway: unknown/)
  })

  test('forgets one gateway, or all', async () => {
    const { call, gateway, requests } = await afterOneCreate()
    await gateway('gw2')('GET', '/apps')
    await call('DELETE', '/_mock/requests?instance_id=gw1')
    expect((await requests()).requests).toMatchObject([{ instance_id: 'gw2' }])
    await call('DELETE', '/_mock/requests')
    expect((await requests()).total).toBe(0)
  })

  test('forgets with a reset of everything or of its gateway', async () => {
    const { call, requests } = await afterOneCreate()
    await call('POST', '/_mock/reset?instance_id=gw2')
    expect((await requests()).total).toBe(1)
    await call('POST', '/_mock/reset?instance_id=gw1')
    expect((await requests()).total).toBe(0)
  })
})

describe('a verification', () => {
  const verify = async (expected: object) => {
    const { call } = await afterOneCreate()
    return call('POST', '/_mock/requests/verify', { body: expected })
  }

  test.each([
    [{ operationId: 'CreateAnAppV2' }],
    [{ operationId: 'CreateAnAppV2', times: 1 }],
    [{ operationId: 'DeleteAppV2', times: 0 }],
    [{ where: { body: { name: 'app_demo' } } }],
    [{ where: { headers: { 'content-type': 'application/json' }, status: 201 } }],
    [{ where: { unread: ['body.remarks', 'query.dry_run'] }, times: { min: 1, max: 2 } }],
  ])('%j is met', async (expected) => {
    expect((await verify(expected)).status).toBe(200)
  })

  test.each([
    [{ operationId: 'CreateAnAppV2', times: 2 }],
    [{ operationId: 'DeleteAppV2' }],
    [{ times: { max: 0 } }],
    [{ where: { body: { name: 'other' } } }],
    [{ instance_id: 'gw2' }],
  ])('%j is not', async (expected) => {
    expect((await verify(expected)).status).toBe(409)
  })

  test('that is not met says what was seen, and what came nearest', async () => {
    const where = { body: { name: 'other', app_key: 'k' } }
    const { body } = await verify({ operationId: 'CreateAnAppV2', where })
    expect(body).toMatchObject({
      matched: 0,
      seen: ['POST /v2/p1/apigw/instances/gw1/apps CreateAnAppV2 201'],
      nearest: {
        request: { id: 1 },
        differences: [
          'body.name: wanted "other", was "app_demo"',
          'body.app_key: wanted "k", was absent',
        ],
      },
    })
  })

  test('waits for the request to come, if it is told for how long', async () => {
    const { call } = await afterOneCreate()
    const body = { operationId: 'ListAppsV2', within: 10_000 }
    const verified = call('POST', '/_mock/requests/verify', { body })
    await call('GET', '/apps')
    expect(await verified).toMatchObject({ status: 200, body: { matched: 1 } })
  })

  test('with an unknown field is refused', async () => {
    expect((await verify({ operation: 'x' })).body.error_msg).toMatch(/\/operation/)
  })
})

describe('through the library', () => {
  test('verify resolves to the requests, rejects with the nearest miss, and waitFor waits', async () => {
    const mock = await start({ port: 0 })
    try {
      const { call } = mock.client()
      const later = mock.requests.waitFor({ operationId: 'CreateAnAppV2' })
      await call('POST', '/apps', { name: 'app_demo' })
      expect(await later).toMatchObject([{ status: 201 }])
      expect(await mock.requests.verify({ where: { body: { name: 'app_demo' } } })).toHaveLength(1)
      await expect(mock.requests.verify({ where: { body: { name: 'x' } } })).rejects.toThrow(
        /nearest:\n {2}body\.name: wanted "x", was "app_demo"\nseen:\n {2}POST/,
      )
      await expect(
        mock.requests.waitFor({ operationId: 'DeleteAppV2', within: 10 }),
      ).rejects.toThrow('found 0')
      await mock.requests.clear()
      expect(await mock.requests.find()).toEqual([])
    } finally {
      await mock.close()
    }
  })

  test('a stream sends every request as it comes, and ends when the server closes', async () => {
    const mock = await start({ port: 0 })
    const response = await fetch(`${mock.url}/_mock/requests/stream?operationId=CreateAnAppV2`)
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const { call } = mock.client()
    await call('GET', '/apps')
    await call('POST', '/apps', { name: 'app_demo' })
    let text = ''
    while (!text.includes('data: '))
      text += Buffer.from((await reader.read()).value ?? []).toString()
    expect(JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '')).toMatchObject({
      operationId: 'CreateAnAppV2',
      status: 201,
    })
    await mock.close()
    while (!(await reader.read()).done);
  })
})
