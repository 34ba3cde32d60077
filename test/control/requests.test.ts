import { describe, expect, test } from 'vitest'
import { createConfig } from '../../src/config.ts'
import { start } from '../../src/index.ts'
import { server, stateOf } from '../helpers.ts'

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

  test('a body that is no JSON as it was sent, without its secrets', async () => {
    const { call, requests } = await afterOneCreate()
    await call('POST', '/apps', { body: `{"app_secret":"${SECRET}"` })
    const { requests: shown } = await requests()
    expect(shown[0]).toMatchObject({
      body: '{"app_secret":"***"',
      status: 400,
      error_code: 'APIG.2000',
    })
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

  test.each([
    [
      { operationId: 'CreateAnAppV2' },
      'expected at least 1 request CreateAnAppV2, found none; the journal is empty',
    ],
    [{ times: 2 }, 'expected 2 requests, found none; the journal is empty'],
    [
      { times: { min: 1, max: 3 }, status: 404 },
      'expected 1 to 3 requests with status 404, found none; the journal is empty',
    ],
    [
      { instance_id: 'gw2' },
      'expected at least 1 request of gateway gw2, found none; the journal has no request of this gateway',
    ],
  ])('%j of an empty journal says so', async (expected, error_msg) => {
    const { call } = server()
    const { status, body } = await call('POST', '/_mock/requests/verify', { body: expected })
    expect(status).toBe(409)
    expect(body).toEqual({ error_code: 'MOCK.0409', error_msg, matched: 0, seen: [] })
  })

  test("of one gateway is refuted by that gateway's requests alone", async () => {
    const { call, gateway } = await afterOneCreate()
    await gateway('gw2')('GET', '/apps')
    const expected = { instance_id: 'gw2', where: { body: { name: 'app_demo' } } }
    const { body } = await call('POST', '/_mock/requests/verify', { body: expected })
    expect(body.seen).toEqual(['GET /v2/p1/apigw/instances/gw2/apps ListAppsV2 200'])
    expect(body.nearest.request).toMatchObject({ instance_id: 'gw2' })
  })

  test('with an unknown field is refused', async () => {
    expect((await verify({ operation: 'x' })).body.error_msg).toMatch(/\/operation/)
  })
})

describe('what the journal has forgotten', () => {
  /** One create and three lists on gw1, of which the journal has the last two; one list on gw2. */
  async function overflown() {
    const { call, gateway, ctx } = server({ journalSize: 2 })
    await call('POST', '/apps', { body: { name: 'app_demo' } })
    for (let i = 0; i < 3; i++) await call('GET', '/apps')
    const since = new Date(ctx.clock.now() + 1000).toISOString()
    ctx.clock.set(ctx.clock.now() + 2000)
    await gateway('gw2')('GET', '/apps')
    return { since, verify: (body: object) => call('POST', '/_mock/requests/verify', { body }) }
  }

  test.each([
    [{ operationId: 'CreateAnAppV2', times: 0 }],
    [{ operationId: 'CreateAnAppV2', instance_id: 'gw1' }],
    [{ operationId: 'ListAppsV2', instance_id: 'gw1', times: { max: 3 } }],
    [{ operationId: 'ListAppsV2', times: 3 }],
  ])('leaves it open whether %j', async (expected) => {
    const { verify } = await overflown()
    const { status, body } = await verify(expected)
    expect(status).toBe(409)
    expect(body.error_msg).toMatch(
      /^cannot tell: 2 older requests( of gateway gw1)? are forgotten, the last of \d{4}-.*--journal-size$/,
    )
  })

  test.each([
    [{ operationId: 'ListAppsV2', instance_id: 'gw1' }, 200],
    [{ operationId: 'ListAppsV2', instance_id: 'gw1', times: { min: 2, max: 4 } }, 200],
    [{ operationId: 'DeleteAppV2', instance_id: 'gw2', times: 0 }, 200],
    [{ operationId: 'ListAppsV2', instance_id: 'gw1', times: 1 }, 409],
    [{ operationId: 'ListAppsV2', instance_id: 'gw1', times: { min: 5 } }, 409],
  ])('cannot change that %j is %i', async (expected, status) => {
    const { verify } = await overflown()
    const answer = await verify(expected)
    expect(answer.status).toBe(status)
    if (status === 409) expect(answer.body.error_msg).toMatch(/^expected/)
  })

  test('does not matter before "since"', async () => {
    const { verify, since } = await overflown()
    expect((await verify({ operationId: 'CreateAnAppV2', since, times: 0 })).status).toBe(200)
  })

  test.each([[{ times: 0 }], [{ times: { min: 0 } }], [{}]])(
    'is everything if the journal is off: %j',
    async (expected) => {
      const { call } = server({ journalSize: 0 })
      const { status, body } = await call('POST', '/_mock/requests/verify', { body: expected })
      expect(status).toBe(409)
      expect(body.error_msg).toMatch(/^cannot tell: the journal is off/)
    },
  )
})

describe('a question that no request can answer is refused', () => {
  test.each([
    [
      { operationId: 'DeleteApp', times: 0 },
      'operationId: no operation "DeleteApp"; did you mean "DeleteAppV2"?',
    ],
    [
      { operationId: 'CreateApp' },
      'operationId: no operation "CreateApp"; did you mean "CreateAnAppV2"?',
    ],
    [
      { operationId: 'KeystoneListProject' },
      'operationId: no operation "KeystoneListProject"; did you mean "KeystoneListProjects"?',
    ],
    [
      { operationId: 'x'.repeat(1000) },
      /operationId: no operation "x{48}…"; GET \/_mock\/coverage lists all$/,
    ],
    [{ where: { bdoy: {} }, times: 0 }, 'where/bdoy: unknown; did you mean "body"?'],
    [
      { where: { operationId: 'ListApps' } },
      'where/operationId: no operation "ListApps"; did you mean "ListAppsV2"?',
    ],
    [{ where: { method: 'post' } }, 'where/method: expected POST'],
    [{ where: { method: 'NOPE' } }, 'where/method: expected a method of HTTP, such as POST'],
    [
      { where: { status: 99 } },
      'where/status: expected 200 to 599, or 0 for a connection that was cut',
    ],
    [{ status: 1000 }, 'status: expected 200 to 599, or 0 for a connection that was cut'],
    [{ since: '2026-99-99T00:00:00Z', times: 0 }, /since: expected a time as in RFC 3339/],
    [{ since: '2026-02-31T00:00:00Z', times: 0 }, /since: expected a time as in RFC 3339/],
    [{ times: { min: 3, max: 2 } }, 'times: min 3 is above max 2'],
    [{ times: 'many' }, 'times: expected an integer of at least 0, or an object with min, max'],
    [{ timez: 0 }, 'timez: unknown; did you mean "times"?'],
    [{ nonsense: 0 }, /nonsense: unknown; known here: operationId, instance_id, /],
    [{ instance_id: '' }, /instance_id: expected a string of at least 1/],
  ])('by a verification of %j', async (expected, message) => {
    const { call } = server()
    const { status, body } = await call('POST', '/_mock/requests/verify', { body: expected })
    expect(status).toBe(400)
    expect(body.error_code).toBe('MOCK.0400')
    if (typeof message === 'string') expect(body.error_msg).toBe(`Invalid body at /${message}`)
    else expect(body.error_msg).toMatch(message)
    expect(body.error_msg.length).toBeLessThan(200)
  })

  test.each([
    [
      'operationId=CreatApp',
      '/operationId: no operation "CreatApp"; did you mean "CreateAnAppV2"?',
    ],
    ['since=2026-02-31T00:00:00Z', '/since: expected a time'],
    ['since=2026-01-01T00:00:00+08:00', '/since: expected a time'],
    ['since=2026', '/since: expected a time'],
    ['status=700', '/status: expected 200 to 599'],
    ['gatway=gw1', '/gatway: unknown; known here: operationId, instance_id,'],
    ['instanceid=gw1', '/instanceid: unknown; did you mean "instance_id"?'],
    ['instance_id=', '/instance_id: empty'],
    ['instance_id=a&instance_id=b', '/instance_id: given more than once'],
  ])('by a list or a stream with %s', async (query, message) => {
    const { call } = server()
    for (const path of ['/_mock/requests', '/_mock/requests/stream']) {
      const { status, body } = await call('GET', `${path}?${query}`)
      expect(status).toBe(400)
      expect(body.error_msg).toContain(`Invalid querystring at ${message}`)
      expect(body.error_msg.length).toBeLessThan(200)
    }
  })

  test("but not with IAM's operations, and those that are not served", async () => {
    const { call } = server()
    for (const operationId of ['KeystoneListProjects', 'ListEnvironmentsV2', 'CreateAnAppV2']) {
      const body = { operationId, times: 0 }
      expect((await call('POST', '/_mock/requests/verify', { body })).status).toBe(200)
      expect((await call('GET', `/_mock/requests?operationId=${operationId}`)).status).toBe(200)
    }
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
      ).rejects.toThrow('expected at least 1 request DeleteAppV2, found none')
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

describe('Every control operation refuses', () => {
  const paths = [
    ['GET', '/health'],
    ['HEAD', '/health'],
    ['GET', '/state'],
    ['PUT', '/state'],
    ['POST', '/reset'],
    ['POST', '/snapshots/base'],
    ['POST', '/snapshots/base/restore'],
    ['GET', '/snapshots'],
    ['DELETE', '/snapshots/base'],
    ['POST', '/faults'],
    ['GET', '/faults'],
    ['DELETE', '/faults'],
    ['DELETE', '/faults/fault-1'],
    ['GET', '/requests'],
    ['DELETE', '/requests'],
    ['POST', '/requests/verify'],
    ['GET', '/requests/stream'],
    ['GET', '/clock'],
    ['PUT', '/clock'],
    ['GET', '/coverage'],
    ['GET', '/openapi.json'],
    ['GET', '/openapi/control.json'],
    ['GET', '/docs'],
  ] as const

  test.each(paths)('a query of %s %s that it does not know, or that is empty', async (...call) => {
    const [method, path] = call
    const mock = server({}, { instances: [{ id: 'gw1', apps: [{ name: 'kept' }] }] })
    const before = stateOf(mock)
    for (const query of ['nonsense=1', 'instance_id=', 'instance_id=gw1&instance_id=gw1']) {
      expect((await mock.call(method, `/_mock${path}?${query}`)).status).toBe(400)
    }
    expect(stateOf(mock)).toEqual(before)
  })
})

test.each([['2026'], ['2026-02-31T00:00:00Z'], ['2026-01-01T00:00:00'], ['1969-12-31T23:59:59Z']])(
  'the clock is not set to %s, which is no time',
  async (time) => {
    const { call } = server()
    const { status, body } = await call('PUT', '/_mock/clock', { body: { time } })
    expect(status).toBe(400)
    expect(body.error_msg).toMatch(/^Invalid body at \/time: expected a time as in RFC 3339/)
    expect(() => createConfig({ clock: time })).toThrow(/for clock/)
  },
)
