import { get, type IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { start } from '../../src/index.ts'
import { error, server } from '../helpers.ts'
import { ACCESS_KEY, sign } from './sign.ts'

const GATEWAY_PATH = '/v2/p1/apigw/instances/gw1'
const forbidden = error('APIG.1005', 'No permissions to request this method')
const badToken = error('APIG.1002', 'Incorrect token or token resolution failed')
const strictSeed = { instances: [{ id: 'gw1' }] }

describe('a token', () => {
  test.each([
    ['no header at all', null],
    ['an empty one', ''],
    ['one of blanks', '   '],
    ['one with a blank inside', 'a b'],
    ['one outside ASCII', 'tökén'],
  ])('that cannot be read (%s) is 401 APIG.1002', async (_, token) => {
    const { call } = server()
    expect(await call('GET', '/apps', { token })).toMatchObject({ status: 401, body: badToken })
  })

  test('that nobody knows is let through in lenient mode and 401 APIG.1002 in strict mode', async () => {
    expect((await server().call('GET', '/apps', { token: 'unknown' })).status).toBe(200)
    const strict = server({ strict: true }, strictSeed)
    expect(await strict.call('GET', '/apps', { token: 'unknown' })).toMatchObject({
      status: 401,
      body: badToken,
    })
    expect((await strict.call('GET', '/apps', { token: 'mock-token' })).status).toBe(200)
  })

  test.each([
    [
      'mock-expired-token',
      'GET',
      401,
      error('APIG.1001', 'Session expired. Please try again later'),
    ],
    ['mock-other-project-token', 'GET', 403, forbidden],
    ['mock-domain-token', 'GET', 401, error('APIG.1003', 'Token contains no project information')],
    ['mock-no-permission-token', 'GET', 403, forbidden],
    ['mock-read-only-token', 'POST', 403, forbidden],
  ])('%s: %s is %i', async (token, method, status, body) => {
    const { call } = server()
    // A body that cannot be parsed: who calls is settled before it is looked at.
    const answer = await call(method, '/apps', { token, ...(method === 'POST' && { body: '{' }) })
    expect(answer).toMatchObject({ status, body })
  })

  test('that is read-only may read', async () => {
    expect((await server().call('GET', '/apps', { token: 'mock-read-only-token' })).status).toBe(
      200,
    )
  })

  test('may be denied single operations by name', async () => {
    const seed = {
      users: [{ id: 'u1', name: 'u1', deny: ['DeleteAppV2'] }],
      tokens: [{ id: 'mine', user_id: 'u1', project_id: 'p1' }],
    }
    const { call } = server({}, seed)
    const token = 'mine'
    const { body } = await call('POST', '/apps', { token, body: { name: 'app_demo' } })
    expect(await call('DELETE', `/apps/${body.id}`, { token })).toMatchObject({
      status: 403,
      body: forbidden,
    })
    expect((await call('GET', `/apps/${body.id}`, { token })).status).toBe(200)
  })

  test.each([
    ['none of its own', {}, 403, 200],
    ['no denial', { deny: [] }, 200, 200],
    ['another denial', { deny: ['ShowDetailsOfAppV2'] }, 200, 403],
  ])(
    "with %s: the denials of a credential stand in place of its user's",
    async (_, own, ...statuses) => {
      const seed = {
        users: [{ id: 'u1', name: 'u1', deny: ['ListAppsV2'] }],
        tokens: [{ id: 'mine', user_id: 'u1', project_id: '*', ...own }],
        access_keys: [{ ...ACCESS_KEY, user_id: 'u1', ...own }],
      }
      const { call, ctx } = server({}, seed)
      const { body } = await call('POST', '/apps', { token: 'mine', body: { name: 'app_demo' } })
      for (const [i, path] of ['/apps', `/apps/${body.id}`].entries()) {
        expect((await call('GET', path, { token: 'mine' })).status).toBe(statuses[i])
        const signed = { method: 'GET', path: GATEWAY_PATH + path, now: ctx.clock.now() }
        const answer = await call('GET', path, { token: null, headers: sign(signed) })
        expect(answer.status).toBe(statuses[i])
      }
    },
  )

  test.each([
    ['users', { id: 'u1', name: 'u1', deny: ['DeleteAp'] }],
    ['tokens', { id: 'mine', deny: ['ListAppsV2', 'listAppsV2'] }],
    ['access_keys', { deny: ['CreateApp'] }],
  ])('cannot be denied what is no operation: %s', async (table, row) => {
    const seed = { [table]: [row] }
    const path = `Invalid state at /${table}/0/deny`
    const { status, body } = await server().call('PUT', '/_mock/state', { body: seed })
    expect({ status, error_code: body.error_code }).toEqual({
      status: 400,
      error_code: 'MOCK.0400',
    })
    await expect(start({ port: 0, seed })).rejects.toThrow(/\/deny/)
    expect(body.error_msg).toContain(path)
  })

  test('is refused on the gateways themselves with their own codes', async () => {
    const { call } = server()
    expect((await call('GET', '/v2/p1/apigw/instances', { token: null })).body).toEqual(
      error('APIC.7102', 'Incorrect token or token resolution failed'),
    )
    expect(
      (await call('GET', '/v2/p1/apigw/instances', { token: 'mock-no-permission-token' })).body,
    ).toEqual(error('APIC.7106', 'No permissions to request for the method'))
  })
})

describe('a signature of a known access key', () => {
  const path = `${GATEWAY_PATH}/apps`

  test('is verified over the body and lets the request in', async () => {
    const { call, ctx } = server()
    const body = JSON.stringify({ name: 'app_demo' })
    const headers = sign({ method: 'POST', path, body, now: ctx.clock.now() })
    expect((await call('POST', path, { token: null, body, headers })).status).toBe(201)
  })

  test('with one wrong letter in the secret is 401 APIGW.0301 and says what the server computed', async () => {
    const { call, ctx } = server()
    const secret = ACCESS_KEY.secret.replace(/.$/, 'x')
    const headers = sign({ method: 'GET', path, secret, now: ctx.clock.now() })
    const answer = await call('GET', path, { token: null, headers })
    expect(answer).toMatchObject({
      status: 401,
      body: {
        error_code: 'APIGW.0301',
        error_msg: expect.stringMatching(
          /^Incorrect IAM authentication information: verify aksk signature fail, canonicalRequest:GET\|\/v2\/p1\//,
        ),
        request_id: answer.headers['x-request-id'],
      },
    })
    expect(answer.headers['x-mock-reason']).toContain('stringToSign:SDK-HMAC-SHA256|')
    expect(JSON.stringify(answer)).not.toContain(ACCESS_KEY.secret)
  })

  test('a reason is cut at 4,096 characters of ASCII in its header', async () => {
    const { call, ctx } = server()
    const secret = ACCESS_KEY.secret.replace(/.$/, 'x')
    const long = `${path}?name=${'x'.repeat(5000)}`
    const headers = sign({ method: 'GET', path: long, secret, now: ctx.clock.now() })
    const answer = await call('GET', long, { token: null, headers })
    expect(answer.status).toBe(401)
    const reason = String(answer.headers['x-mock-reason'])
    expect(reason).toMatch(/^[ -~]{4096}$/)
    expect(reason.endsWith('xxx')).toBe(true)
  })

  test('over the port of the server, which a proxy took off the host, is refused with that port', async () => {
    const mock = await start()
    const { hostname, port } = new URL(mock.url)
    const signed = sign({ method: 'GET', path, now: Date.now(), host: `proxy:${port}` })
    const headers = { ...signed, host: 'proxy' }
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ hostname, port, path, headers }, resolve).on('error', reject)
    })
    answer.resume()
    expect(answer.statusCode).toBe(401)
    expect(answer.headers['x-mock-reason']).toContain(
      `The client signed host proxy:${port}, but host proxy arrived.`,
    )
    await mock.close()
  })

  const body = '{"name":"app_demo"}'

  test.each([
    [
      'a body that lost its last line break',
      { body: `${body}\n` },
      /verify aksk/,
      /line ?break|newline/i,
    ],
    [
      'another host',
      { host: 'localhost' },
      /verify aksk/,
      /signed host localhost, but host localhost:80/,
    ],
    ['a date 16 minutes ago', { minutes: -16 }, /signature expired/, /date/i],
    ['a date in 16 minutes', { minutes: 16 }, /signature expired/, /date/i],
  ])('over %s is refused, and the reason names it', async (_, signed, message, reason) => {
    const { call, ctx } = server()
    const { minutes, ...change } = { minutes: 0, ...signed }
    const now = ctx.clock.now() + minutes * 60_000
    const headers = {
      ...sign({ method: 'POST', path, body, now, ...change }),
      host: 'localhost:80',
    }
    const answer = await call('POST', path, { token: null, body, headers })
    expect(answer.status).toBe(401)
    expect(answer.body.error_msg).toMatch(message)
    expect(answer.headers['x-mock-reason']).toMatch(reason)
  })

  test('is refused before its body is parsed, and after that the body is', async () => {
    const { call, ctx } = server()
    const bad = sign({ method: 'POST', path, body: '{', secret: 'wrong', now: ctx.clock.now() })
    expect((await call('POST', path, { token: null, body: '{', headers: bad })).status).toBe(401)
    const good = sign({ method: 'POST', path, body: '{', now: ctx.clock.now() })
    expect(
      (await call('POST', path, { token: null, body: '{', headers: good })).body.error_code,
    ).toBe('APIG.2000')
  })

  test('of another project than the path is 403', async () => {
    const { call, ctx } = server()
    const headers = sign({ method: 'GET', path, now: ctx.clock.now(), project: 'p2' })
    expect(await call('GET', path, { token: null, headers })).toMatchObject({
      status: 403,
      body: forbidden,
    })
  })

  test('obeys the role of its user', async () => {
    const seed = {
      users: [{ id: 'u1', name: 'u1', role: 'read-only' }],
      access_keys: [{ ...ACCESS_KEY, user_id: 'u1' }],
    }
    const { call, ctx } = server({}, seed)
    const get = sign({ method: 'GET', path, now: ctx.clock.now() })
    expect((await call('GET', path, { token: null, headers: get })).status).toBe(200)
    const post = sign({ method: 'POST', path, body: '{', now: ctx.clock.now() })
    expect((await call('POST', path, { token: null, body: '{', headers: post })).status).toBe(403)
  })

  test('is refused in strict mode for a project that nobody knows', async () => {
    const seed = { ...strictSeed, projects: [{ id: 'p2', name: 'two' }] }
    const { call, ctx } = server({ strict: true }, seed)
    const headers = sign({ method: 'GET', path, now: ctx.clock.now(), project: 'p1' })
    const answer = await call('GET', path, { token: null, headers })
    expect(answer).toMatchObject({ status: 403, body: forbidden })
    expect(answer.headers['x-mock-reason']).toContain('there is no project p1')
    const known = { ...strictSeed, projects: [{ id: 'p1', name: 'one' }] }
    const other = server({ strict: true }, known)
    expect((await other.call('GET', path, { token: null, headers })).status).toBe(200)
  })

  test('covers the body of a GET, which the Node SDK sends', async () => {
    const { call, ctx } = server()
    const headers = sign({ method: 'GET', path, body: '{}', now: ctx.clock.now() })
    expect((await call('GET', path, { token: null, body: '{}', headers })).status).toBe(200)
    expect((await call('GET', path, { token: null, body: '{ }', headers })).status).toBe(401)
  })
})

describe('a signature of an unknown access key', () => {
  test('is let through in lenient mode and named in strict mode', async () => {
    const path = `${GATEWAY_PATH}/apps`
    const lenient = server()
    const headers = sign({ method: 'GET', path, access: 'WHO', now: lenient.ctx.clock.now() })
    expect((await lenient.call('GET', path, { token: null, headers })).status).toBe(200)
    const { call } = server({ strict: true }, strictSeed)
    expect((await call('GET', path, { token: null, headers })).body.error_msg).toBe(
      'Incorrect IAM authentication information: ak WHO not exist',
    )
  })
})

test.each([
  'SDK-HMAC-SHA256',
  'SDK-HMAC-SHA256 ',
  'SDK-HMAC-SHA256 Access=a',
  'SDK-HMAC-SHA256 Access=, SignedHeaders=, Signature=',
  'SDK-HMAC-SHA256 Access=MOCKACCESSKEY0000001, SignedHeaders=x-sdk-date, Signature=zz',
  'SDK-HMAC-SHA256 Access=MOCKACCESSKEY0000001, SignedHeaders=host, Signature=00',
  `SDK-HMAC-SHA256 Access=MOCKACCESSKEY0000001, SignedHeaders=${'a;'.repeat(20_000)}a, Signature=00`,
  'SDK-HMAC-SM3 Access=MOCKACCESSKEY0000001, SignedHeaders=x-sdk-date, Signature=00',
  'V11-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=x-sdk-date, Signature=00',
])('a malformed Authorization header (%#) is 401 APIGW.0301', async (authorization) => {
  const { status, body } = await server().call('GET', '/apps', {
    token: null,
    headers: { authorization },
  })
  expect(status).toBe(401)
  expect(body).toMatchObject({ error_code: 'APIGW.0301', request_id: expect.any(String) })
})

test.each(['Basic YTpi', 'Bearer abc', 'garbage', ''])(
  'an Authorization of another scheme (%j) is no credential: 401 APIG.1002',
  async (authorization) => {
    const answer = await server().call('GET', '/apps', { token: null, headers: { authorization } })
    expect(answer).toMatchObject({ status: 401, body: badToken })
  },
)

test.each(['', '20260102', 'yesterday', '99999999T999999Z', '20260102T030405', '\u00e9'])(
  'an X-Sdk-Date of %j is 401 APIGW.0301',
  async (date) => {
    const { call, ctx } = server()
    const path = `${GATEWAY_PATH}/apps`
    const headers = { ...sign({ method: 'GET', path, now: ctx.clock.now() }), 'x-sdk-date': date }
    expect((await call('GET', path, { token: null, headers })).body.error_code).toBe('APIGW.0301')
  },
)
