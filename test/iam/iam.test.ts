import { describe, expect, test } from 'vitest'
import { sign } from '../auth/sign.ts'
import { server } from '../helpers.ts'

const DEFAULT_PROJECT = 'a0000000000000000000000000000001'
const DAY = 24 * 3_600_000

const iamError = (code: number, message: string, title: string) => ({
  status: code,
  body: { error: { code, message, title } },
})
const unauthorized = iamError(
  401,
  'The request you have made requires authentication.',
  'Unauthorized',
)

const byPassword = (scope?: object, password = 'mock-password', name = 'mock-user') => ({
  auth: {
    identity: {
      methods: ['password'],
      password: { user: { name, password, domain: { name: 'mock-domain' } } },
    },
    ...(scope && { scope }),
  },
})

describe('POST /v3/auth/tokens', () => {
  test('issues a token for a project, valid on that project alone', async () => {
    const { call } = server({ strict: true }, { instances: [{ id: 'gw1' }] })
    const answer = await call('POST', '/v3/auth/tokens', {
      token: null,
      body: byPassword({ project: { name: 'cn-north-4' } }),
    })
    expect(answer.status).toBe(201)
    const domain = { id: expect.any(String), name: 'mock-domain' }
    expect(answer.body.token).toEqual({
      methods: ['password'],
      issued_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      expires_at: expect.stringMatching(/\.\d{6}Z$/),
      catalog: [],
      roles: [{ id: '0', name: 'administrator' }],
      project: { id: DEFAULT_PROJECT, name: 'cn-north-4', domain },
      user: { id: expect.any(String), name: 'mock-user', domain, password_expires_at: '' },
    })
    const { issued_at, expires_at } = answer.body.token
    expect(Date.parse(expires_at) - Date.parse(issued_at)).toBe(DAY)
    const token = String(answer.headers['x-subject-token'])
    const apps = (project: string) =>
      call('GET', `/v2/${project}/apigw/instances/gw1/apps`, { token })
    expect((await apps(DEFAULT_PROJECT)).status).toBe(200)
    expect((await apps('p1')).body.error_code).toBe('APIG.1005')
  })

  test.each([
    ['by id', { project: { id: DEFAULT_PROJECT } }],
    ['by name and domain', { project: { name: 'cn-north-4', domain: { name: 'mock-domain' } } }],
  ])('takes a project %s', async (_, scope) => {
    const { body } = await server().call('POST', '/v3/auth/tokens', { body: byPassword(scope) })
    expect(body.token.project.id).toBe(DEFAULT_PROJECT)
  })

  test.each([
    ['the domain', { domain: { name: 'mock-domain' } }],
    ['nothing', undefined],
  ])('issues a token for %s, which has no project', async (_, scope) => {
    const { call } = server()
    const answer = await call('POST', '/v3/auth/tokens', { body: byPassword(scope) })
    expect(answer.body.token.domain.name).toBe('mock-domain')
    const token = String(answer.headers['x-subject-token'])
    expect((await call('GET', '/apps', { token })).body.error_code).toBe('APIG.1003')
  })

  test('takes an earlier token in place of a password', async () => {
    const { call } = server({ strict: true })
    const auth = {
      identity: { methods: ['token'], token: { id: 'mock-token' } },
      scope: { project: { name: 'cn-north-4' } },
    }
    expect((await call('POST', '/v3/auth/tokens', { body: { auth } })).status).toBe(201)
  })

  test.each([
    ['a wrong password', byPassword(undefined, 'wrong'), 'The username or password is wrong.'],
    ['an unknown user', byPassword(undefined, 'x', 'nobody'), 'The username or password is wrong.'],
    [
      'an unknown project',
      byPassword({ project: { name: 'nowhere' } }),
      'The request you have made requires authentication.',
    ],
  ])('refuses %s in strict mode', async (_, body, message) => {
    const { call } = server({ strict: true })
    expect(await call('POST', '/v3/auth/tokens', { body })).toMatchObject(
      iamError(401, message, 'Unauthorized'),
    )
  })

  test('takes the first user for an unknown one in lenient mode', async () => {
    const users = ['first', 'second'].map((name) => ({ id: name, name, role: 'read-only' }))
    const { call } = server({}, { users, tokens: [], access_keys: [] })
    const { body } = await call('POST', '/v3/auth/tokens', { body: byPassword() })
    expect(body.token.user.name).toBe('first')
  })

  test('takes an unknown user in lenient mode, but no wrong password of a known one', async () => {
    const { call } = server()
    const unknown = byPassword(undefined, 'x', 'nobody')
    expect((await call('POST', '/v3/auth/tokens', { body: unknown })).status).toBe(201)
    const wrong = byPassword(undefined, 'wrong')
    expect((await call('POST', '/v3/auth/tokens', { body: wrong })).status).toBe(401)
  })

  test.each(['{', '[]', '{}', { auth: {} }, { auth: { identity: { methods: 'password' } } }])(
    'answers the body %j with 400 in the shape of IAM',
    async (body) => {
      expect(await server().call('POST', '/v3/auth/tokens', { body })).toMatchObject(
        iamError(400, 'The request body is invalid', 'Bad Request'),
      )
    },
  )
})

describe('an issued token', () => {
  test('can be validated until it expires', async () => {
    const { call, ctx } = server()
    const issued = await call('POST', '/v3/auth/tokens', { body: byPassword() })
    const headers = { 'x-subject-token': String(issued.headers['x-subject-token']) }
    expect(await call('GET', '/v3/auth/tokens', { headers })).toMatchObject({
      status: 200,
      body: issued.body,
      headers,
    })
    ctx.clock.set(ctx.clock.now() + DAY + 1)
    expect((await call('GET', '/v3/auth/tokens', { headers })).status).toBe(404)
    const token = headers['x-subject-token']
    expect((await call('GET', '/apps', { token })).body.error_code).toBe('APIG.1001')
  })

  test('is forgotten by a reset, a configured one is not', async () => {
    const { call } = server({ strict: true }, { instances: [{ id: 'gw1' }] })
    const body = byPassword({ project: { name: 'cn-north-4' } })
    const issued = await call('POST', '/v3/auth/tokens', { body })
    const token = String(issued.headers['x-subject-token'])
    const apps = `/v2/${DEFAULT_PROJECT}/apigw/instances/gw1/apps`
    expect((await call('GET', apps, { token })).status).toBe(200)
    await call('POST', '/_mock/reset')
    expect((await call('GET', apps, { token })).body.error_code).toBe('APIG.1002')
    expect((await call('GET', apps, { token: 'mock-token' })).status).toBe(200)
  })
})

describe('the look-ups before the first call', () => {
  test('find exactly one project by the name of its region', async () => {
    const { status, body } = await server({ strict: true }).call(
      'GET',
      '/v3/projects?name=cn-north-4',
      { token: 'mock-token' },
    )
    expect(status).toBe(200)
    expect(body.projects).toHaveLength(1)
    expect(body.projects[0]).toMatchObject({
      id: DEFAULT_PROJECT,
      name: 'cn-north-4',
      enabled: true,
    })
    expect(body.links.next).toBeNull()
  })

  test('make a project for any region in lenient mode, and keep it', async () => {
    const { call } = server()
    const first = await call('GET', '/v3/projects?name=eu-west-101')
    expect(first.body.projects).toHaveLength(1)
    const second = await call('GET', '/v3/projects?name=eu-west-101')
    expect(second.body.projects[0].id).toBe(first.body.projects[0].id)
    const strict = server({ strict: true })
    const none = await strict.call('GET', '/v3/projects?name=eu-west-101', { token: 'mock-token' })
    expect(none.body.projects).toEqual([])
  })

  test.each([
    ['/v3/projects', 'projects'],
    ['/v3/auth/domains', 'domains'],
    ['/v3/regions', 'regions'],
    ['/v3/users?name=mock-user', 'users'],
  ])('GET %s lists %s in one page', async (path, name) => {
    const { status, body } = await server().call('GET', path)
    expect(status).toBe(200)
    expect(body[name].length).toBeGreaterThan(0)
    expect(body.links).toMatchObject({ next: null, previous: null })
    expect(JSON.stringify(body)).not.toContain('mock-password')
  })

  test('need a credential', async () => {
    const { call } = server()
    expect(await call('GET', '/v3/projects', { token: null })).toMatchObject(unauthorized)
    expect((await call('GET', '/v3/projects', { token: 'mock-expired-token' })).status).toBe(401)
  })

  test('answer a bad signature in the shape of the front gateway', async () => {
    const { call, ctx } = server()
    const headers = sign({ method: 'GET', path: '/v3/regions', secret: 'x', now: ctx.clock.now() })
    expect((await call('GET', '/v3/regions', { token: null, headers })).body).toMatchObject({
      error_code: 'APIGW.0301',
      request_id: expect.any(String),
    })
  })

  test('a project can be created, once', async () => {
    const { call } = server({ strict: true })
    const body = { project: { name: 'my_project' } }
    const token = 'mock-token'
    expect((await call('POST', '/v3/projects', { token, body })).status).toBe(201)
    expect((await call('POST', '/v3/projects', { token, body })).status).toBe(409)
  })
})

describe('POST /v3.0/OS-CREDENTIAL/securitytokens', () => {
  const body = {
    auth: { identity: { methods: ['token'], token: { duration_seconds: 900 } } },
  }
  const path = '/v2/p1/apigw/instances/gw1/apps'

  test('issues a key that signs only together with its security token, until it expires', async () => {
    const { call, ctx } = server({ strict: false })
    const issued = await call('POST', '/v3.0/OS-CREDENTIAL/securitytokens', {
      token: 'mock-token',
      body,
    })
    expect(issued.status).toBe(201)
    const { access, secret, securitytoken: securityToken } = issued.body.credential
    const get = (given: object) =>
      call('GET', path, {
        token: null,
        headers: sign({ method: 'GET', path, access, secret, now: ctx.clock.now(), ...given }),
      })
    expect((await get({ securityToken })).status).toBe(200)
    expect((await get({})).body.error_msg).toMatch(/decrypt token fail$/)
    expect((await get({ securityToken: 'other' })).status).toBe(401)
    ctx.clock.set(ctx.clock.now() + 901_000)
    expect((await get({ securityToken })).body.error_msg).toMatch(/token expires, expires_at: /)
  })

  test('never lets the security token into the reason, which is also logged', async () => {
    const { call, ctx } = server()
    const issued = await call('POST', '/v3.0/OS-CREDENTIAL/securitytokens', {
      token: 'mock-token',
      body,
    })
    const { access, securitytoken: securityToken } = issued.body.credential
    const now = ctx.clock.now()
    const headers = sign({ method: 'GET', path, access, secret: 'wrong', securityToken, now })
    const { status, headers: answered } = await call('GET', path, { token: null, headers })
    expect(status).toBe(401)
    expect(answered['x-mock-reason']).toContain('x-security-token:***')
    expect(answered['x-mock-reason']).not.toContain(securityToken)
  })
})
