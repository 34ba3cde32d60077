import { describe, expect, test } from 'vitest'
import { ACCESS_KEY, sign } from '../auth/sign.ts'
import { server, type TestServer } from '../helpers.ts'

const PROJECT = 'a0000000000000000000000000000001'
const OTHER = 'a0000000000000000000000000000002'
const APPS = `/v2/${PROJECT}/apigw/instances/gw1/apps`
const STS = '/v3.0/OS-CREDENTIAL/securitytokens'
const HOUR = 3_600_000

const strict = (seed: object = {}) =>
  server({ strict: true }, { instances: [{ id: 'gw1' }], ...seed })

/** The body that asks for a token in exchange for an earlier one. */
const byToken = (id: string, scope?: object) => ({
  auth: { identity: { methods: ['token'], token: { id } }, ...(scope && { scope }) },
})
const inProject = (id = PROJECT) => ({ project: { id } })

async function exchange({ call }: TestServer, token: string, scope?: object) {
  const answer = await call('POST', '/v3/auth/tokens', { token: null, body: byToken(token, scope) })
  return { ...answer, token: String(answer.headers['x-subject-token']) }
}

interface Key {
  access: string
  secret: string
  securitytoken: string
}

/** Signs with a temporary key. */
function signedBy({ call, ctx }: TestServer, key: Key, method: string, path = APPS, body = '') {
  const { access, secret, securitytoken: securityToken } = key
  const now = ctx.clock.now()
  const headers = sign({ method, path, body, access, secret, securityToken, now })
  return call(method, path, { token: null, headers, ...(body !== '' && { body }) })
}

const APP = { name: 'app_demo' }

describe('a token that is exchanged for another', () => {
  test.each([
    ['mock-read-only-token', 'GET', 200],
    ['mock-read-only-token', 'POST', 403],
    ['mock-no-permission-token', 'GET', 403],
  ])('keeps its role: after %s a %s is %i', async (id, method, status) => {
    const mock = strict()
    const issued = await exchange(mock, id, inProject())
    expect(issued.status).toBe(201)
    expect(issued.body.token.roles[0].name).not.toBe('administrator')
    const { token } = issued
    const answer = await mock.call(method, APPS, { token, ...(method === 'POST' && { body: APP }) })
    expect(answer.status).toBe(status)
  })

  test('keeps what it is denied, which its user is not', async () => {
    const mock = strict({ tokens: [{ id: 'mine', project_id: '*', deny: ['CreateAnAppV2'] }] })
    const { token } = await exchange(mock, 'mine', inProject())
    expect((await mock.call('POST', APPS, { token, body: APP })).status).toBe(403)
    expect((await mock.call('GET', APPS, { token })).status).toBe(200)
  })

  test('is bound to its project', async () => {
    const mock = strict()
    const refused = await exchange(mock, 'mock-other-project-token', inProject())
    expect(refused).toMatchObject({
      status: 403,
      body: { error: { code: 403, title: 'Forbidden' } },
    })
    expect(refused.headers['x-mock-reason']).toContain(`for project ${OTHER}`)
    const [entry] = (await mock.call('GET', '/_mock/requests?limit=1')).body.requests
    expect(entry.reason).toBe(refused.headers['x-mock-reason'])
    expect((await exchange(mock, 'mock-other-project-token', inProject(OTHER))).status).toBe(201)
    const byName = { project: { name: 'cn-north-1' } }
    expect((await exchange(mock, 'mock-other-project-token', byName)).status).toBe(201)
  })

  test('is bound to its project also by way of the domain', async () => {
    const mock = strict()
    const { token } = await exchange(mock, 'mock-other-project-token')
    expect((await exchange(mock, token, inProject())).status).toBe(403)
    expect((await exchange(mock, token, inProject(OTHER))).status).toBe(201)
  })

  test('makes no project in lenient mode by being refused one', async () => {
    const mock = server()
    const scope = { project: { name: 'eu-west-101' } }
    expect((await exchange(mock, 'mock-other-project-token', scope)).status).toBe(403)
    const { body } = await mock.call('GET', '/_mock/state')
    expect(JSON.stringify(body)).not.toContain('eu-west-101')
  })

  test('may be for any project after a token of the domain', async () => {
    const mock = strict()
    for (const project of [PROJECT, OTHER]) {
      expect((await exchange(mock, 'mock-domain-token', inProject(project))).status).toBe(201)
    }
  })

  test('expires when the earlier one does', async () => {
    const mock = strict()
    const first = await exchange(mock, 'mock-token', inProject())
    mock.ctx.clock.set(mock.ctx.clock.now() + HOUR)
    const second = await exchange(mock, first.token, inProject())
    expect(second.body.token.expires_at).toBe(first.body.token.expires_at)
    expect(second.body.token.issued_at > first.body.token.issued_at).toBe(true)
  })

  test('is refused after it has expired', async () => {
    const refused = await exchange(strict(), 'mock-expired-token', inProject())
    expect(refused.status).toBe(401)
    expect(refused.headers['x-mock-reason']).toMatch(
      /^the token of user mock-user expired at 1970-/,
    )
  })
})

describe('a temporary key', () => {
  const body = { auth: { identity: { methods: ['token'] } } }

  test.each(['mock-read-only-token', 'mock-no-permission-token'])(
    'is not made with %s: 403 in the shape of IAM',
    async (token) => {
      const { call } = strict()
      expect(await call('POST', STS, { token, body })).toMatchObject({
        status: 403,
        body: { error: { code: 403, title: 'Forbidden' } },
      })
      const given = { auth: { identity: { methods: ['token'], token: { id: token } } } }
      expect((await call('POST', STS, { token: null, body: given })).status).toBe(403)
    },
  )

  test('keeps what the token is denied', async () => {
    const mock = strict({ tokens: [{ id: 'mine', project_id: '*', deny: ['CreateAnAppV2'] }] })
    const key = (await mock.call('POST', STS, { token: 'mine', body })).body.credential
    expect((await signedBy(mock, key, 'POST', APPS, JSON.stringify(APP))).status).toBe(403)
    expect((await signedBy(mock, key, 'GET')).status).toBe(200)
  })

  test.each([
    ['mock-other-project-token', 403, 'APIG.1005'],
    ['mock-domain-token', 401, 'APIG.1003'],
  ])('acts on no other project than %s: %i %s', async (token, status, error_code) => {
    const mock = strict()
    const key = (await mock.call('POST', STS, { token, body })).body.credential
    expect(await signedBy(mock, key, 'GET')).toMatchObject({ status, body: { error_code } })
  })

  test('expires no later than the token that it was made with', async () => {
    const mock = strict()
    const { token, body: issued } = await exchange(mock, 'mock-token', inProject())
    mock.ctx.clock.set(mock.ctx.clock.now() + 23.5 * HOUR)
    const day = { auth: { identity: { methods: ['token'], token: { duration_seconds: 86_400 } } } }
    const { credential } = (await mock.call('POST', STS, { token, body: day })).body
    expect(credential.expires_at).toBe(issued.token.expires_at)
  })

  test('is made with the token of the body alone, and not with an expired one', async () => {
    const { call } = strict()
    const withToken = (id: string) => ({
      auth: { identity: { methods: ['token'], token: { id } } },
    })
    const post = (id: string, token: string | null) =>
      call('POST', STS, { token, body: withToken(id) })
    expect((await post('mock-token', null)).status).toBe(201)
    expect((await post('mock-expired-token', 'mock-token')).status).toBe(401)
    expect((await post('mock-token', 'mock-expired-token')).status).toBe(401)
    expect((await call('POST', STS, { token: null, body })).status).toBe(401)
  })

  test('lives as long as its own method says', async () => {
    const { call } = strict()
    const methods = ['token', 'assume_role']
    const assume_role = {
      domain_name: 'mock-domain',
      agency_name: 'a',
      duration_seconds: 3600,
    }
    const both = { auth: { identity: { methods, assume_role, token: { duration_seconds: 900 } } } }
    const before = Date.now()
    const { credential } = (await call('POST', STS, { token: 'mock-token', body: both })).body
    expect(Date.parse(credential.expires_at) - before).toBeGreaterThan(3_500_000)
  })

  test.each([['saml'], ['password'], []])('is not made by the methods %j', async (...methods) => {
    const { call } = strict()
    const bad = { auth: { identity: { methods } } }
    expect((await call('POST', STS, { token: 'mock-token', body: bad })).status).toBe(400)
  })

  test('belongs to the first user if nobody knows who asks', async () => {
    const { call } = server({}, { users: [{ id: 'u1', name: 'u1' }], tokens: [], access_keys: [] })
    const { status } = await call('POST', STS, { token: 'whatever', body })
    expect(status).toBe(201)
    const state = (await call('GET', '/_mock/state')).body
    expect(state.access_keys[0].user_id).toBe('u1')
  })
})

describe('assume_role', () => {
  const agency = { domain_name: 'mock-domain', agency_name: 'my-agency' }
  const tokens = '/v3/auth/tokens'
  const assume = (assume_role: object | undefined, scope?: object) => ({
    auth: { identity: { methods: ['assume_role'], assume_role }, ...(scope && { scope }) },
  })

  test('gives a token to whoever signs', async () => {
    const { call, ctx } = strict()
    const body = JSON.stringify(assume({ ...agency }, inProject()))
    const headers = sign({ method: 'POST', path: tokens, body, now: ctx.clock.now() })
    const answer = await call('POST', tokens, { token: null, body, headers })
    expect(answer).toMatchObject({ status: 201, body: { token: { methods: ['assume_role'] } } })
    const token = String(answer.headers['x-subject-token'])
    expect((await call('GET', APPS, { token })).status).toBe(200)
    const changed = body.replace('my-agency', 'an-agency')
    expect((await call('POST', tokens, { token: null, body: changed, headers })).status).toBe(401)
  })

  test.each([
    ['no credential', null, 401],
    ['an expired token', 'mock-expired-token', 401],
    ['a token', 'mock-token', 201],
  ])('with %s is a token or refused', async (_, token, status) => {
    const { call } = strict()
    const body = assume(agency, inProject())
    expect((await call('POST', tokens, { token, body })).status).toBe(status)
  })

  test('keeps the role of the token it is asked with', async () => {
    const { call } = strict()
    const body = assume(agency, inProject())
    const answer = await call('POST', tokens, { token: 'mock-read-only-token', body })
    expect(answer.body.token.roles[0].name).toBe('read-only')
  })

  test.each([
    ['an unknown domain', { ...agency, domain_name: 'nowhere' }, 401, 201],
    ['an unknown domain id', { domain_id: 'nowhere', agency_name: 'a' }, 401, 201],
    ['no agency', { domain_name: 'mock-domain' }, 400, 400],
    ['no domain', { agency_name: 'a' }, 400, 400],
    ['nothing', undefined, 400, 400],
    ['the older name of an agency', { domain_name: 'mock-domain', xrole_name: 'a' }, 201, 201],
  ])('of %s is %s %i in strict and %i in lenient mode', async (_, named, inStrict, inLenient) => {
    const token = 'mock-token'
    for (const [mock, status] of [
      [strict(), inStrict],
      [server(), inLenient],
    ] as const) {
      for (const path of [tokens, STS]) {
        expect((await mock.call('POST', path, { token, body: assume(named) })).status).toBe(status)
      }
    }
  })
})

describe('what a domain is asked for', () => {
  const user = { name: 'mock-user', password: 'mock-password' }
  const login = ({ domain, scope }: { domain?: object; scope?: object }) => ({
    auth: {
      identity: {
        methods: ['password'],
        password: { user: { ...user, ...(domain && { domain }) } },
      },
      ...(scope && { scope }),
    },
  })
  const byName = (name: string) => ({
    auth: { identity: { methods: ['password'], password: { user: { name, password: 'x' } } } },
  })
  const own = { name: 'mock-domain' }
  const seed = {
    domains: [
      { id: 'd0000000000000000000000000000001', name: 'mock-domain' },
      { id: 'd2', name: 'second-domain' },
    ],
  }
  const project = (domain: object) => ({ project: { name: 'cn-north-4', domain } })

  test.each<[string, { domain?: object; scope?: object }, number, number]>([
    ['its own domain by name', { domain: own }, 201, 201],
    ['its own domain by id', { domain: { id: seed.domains[0]?.id } }, 201, 201],
    ['a user of another domain', { domain: { name: 'second-domain' } }, 401, 401],
    ['a user of an unknown domain', { domain: { name: 'another-domain' } }, 401, 401],
    ['a user of a domain of another id', { domain: { id: 'd2', name: 'mock-domain' } }, 401, 401],
    ['the scope of its domain', { scope: { domain: own } }, 201, 201],
    ['the scope of another domain', { scope: { domain: { name: 'second-domain' } } }, 401, 401],
    ['the scope of an unknown domain', { scope: { domain: { name: 'nowhere' } } }, 401, 201],
    ['the scope of an unknown domain id', { scope: { domain: { id: 'nowhere' } } }, 401, 201],
    ['a project of its domain', { scope: project(own) }, 201, 201],
    ['a project of another domain', { scope: project({ id: 'd2' }) }, 401, 401],
    ['a project of an unknown domain', { scope: project({ name: 'nowhere' }) }, 401, 201],
    ['an unknown project', { scope: { project: { id: 'p9', domain: own } } }, 401, 201],
    ['no project', { scope: { project: {} } }, 401, 401],
  ])('%s', async (_, given, inStrict, inLenient) => {
    for (const [mock, status] of [
      [strict(seed), inStrict],
      [server({}, seed), inLenient],
    ] as const) {
      const answer = await mock.call('POST', '/v3/auth/tokens', { token: null, body: login(given) })
      expect(answer.status).toBe(status)
      if (status !== 201) expect(answer.headers['x-mock-reason']).toMatch(/domain|project/)
    }
  })

  test.each<[object, RegExp]>([
    [login({ scope: { domain: { name: 'mock-domian' } } }), /did you mean "mock-domain"\?$/],
    [
      login({ scope: { project: { name: 'cn-nort-4' } } }),
      /named cn-nort-4; did you mean "cn-north-4"/,
    ],
    [login({ scope: { project: { id: `${PROJECT.slice(0, -1)}9` } } }), /of id .*; did you mean/],
    [login({ scope: { project: {} } }), /^scope.project: there is no project of id $/],
    [byName('mock-usr'), /^there is no user named mock-usr; did you mean "mock-user"\?$/],
  ])('an unknown name is refused with the nearest one: %j', async (body, reason) => {
    const { headers } = await strict().call('POST', '/v3/auth/tokens', { token: null, body })
    expect(headers['x-mock-reason']).toMatch(reason)
  })

  test('a wrong domain name is named in the reason', async () => {
    const body = login({ domain: { name: 'my-acount' } })
    const { headers } = await strict().call('POST', '/v3/auth/tokens', { token: null, body })
    expect(headers['x-mock-reason']).toBe(
      'password.user.domain is the domain named my-acount, but user mock-user belongs to the one named mock-domain',
    )
  })
})

describe('the IAM plane', () => {
  test.each([
    ['mock-read-only-token', 'GET', 200],
    ['mock-read-only-token', 'POST', 403],
    ['mock-no-permission-token', 'GET', 403],
  ])('holds %s to its role: %s /v3/projects is %i', async (token, method, status) => {
    const { call } = strict()
    const body = method === 'POST' ? { body: { project: { name: 'mine' } } } : {}
    const answer = await call(method, '/v3/projects', { token, ...body })
    expect(answer.status).toBe(status)
    if (status === 403)
      expect(answer.headers['x-mock-reason']).toMatch(/read-only|its role is none/)
  })

  test('holds a signature to the role of its user', async () => {
    const seed = {
      users: [{ id: 'u1', name: 'u1', role: 'read-only' }],
      access_keys: [{ ...ACCESS_KEY, user_id: 'u1' }],
    }
    const { call, ctx } = strict(seed)
    const path = '/v3/projects'
    const body = '{"project":{"name":"mine"}}'
    const now = ctx.clock.now()
    const post = sign({ method: 'POST', path, body, now })
    expect((await call('POST', path, { token: null, body, headers: post })).status).toBe(403)
    const get = sign({ method: 'GET', path, now })
    expect((await call('GET', path, { token: null, headers: get })).status).toBe(200)
  })
})

describe('a project', () => {
  const seed = {
    domains: [{ id: 'd2', name: 'two' }],
    users: [{ id: 'u2', name: 'ann', domain_id: 'd2' }],
    projects: [],
    tokens: [{ id: 'mine', user_id: 'u2', project_id: '*' }],
    access_keys: [],
  }
  const create = (project: object) => ({ token: 'mine', body: { project } })

  test('is of the domain of its maker, so that the state may be put back', async () => {
    const { call } = server({}, seed)
    expect((await call('POST', '/v3/projects', create({ name: 'made' }))).status).toBe(201)
    // Lenient mode makes one for a region, also for callers whom nobody knows.
    await call('GET', '/v3/projects?name=eu-west-101', { token: 'whoever' })
    const { body } = await call('GET', '/_mock/state')
    const made = body.projects.map(({ domain_id }: { domain_id: string }) => domain_id)
    expect(made).toEqual(['d2', 'd2'])
    expect((await call('PUT', '/_mock/state', { body })).status).toBe(204)
  })

  test('cannot be made in a domain that is not there', async () => {
    const { call } = server({}, seed)
    const answer = await call('POST', '/v3/projects', create({ name: 'made', domain_id: 'd3' }))
    expect(answer).toMatchObject({
      status: 404,
      body: { error: { message: 'Could not find domain.' } },
    })
    const own = create({ name: 'made', domain_id: 'd2' })
    expect((await call('POST', '/v3/projects', own)).status).toBe(201)
  })
})

describe('GET /v3/auth/tokens', () => {
  const validate = ({ call }: TestServer, subject: string) =>
    call('GET', '/v3/auth/tokens', {
      token: 'mock-token',
      headers: { 'x-subject-token': subject },
    })

  test.each([
    'mock-token',
    'mock-read-only-token',
    'mock-no-permission-token',
    'mock-other-project-token',
    'mock-domain-token',
  ])('shows that %s never expires', async (id) => {
    for (const mock of [strict(), server()]) {
      const { status, body } = await validate(mock, id)
      expect(status).toBe(200)
      expect(body.token.expires_at).toBe('9999-12-31T23:59:59.999000Z')
    }
  })

  test('names the method that the token was issued by', async () => {
    const mock = strict()
    const { token } = await exchange(mock, 'mock-token', inProject())
    expect((await validate(mock, token)).body.token.methods).toEqual(['token'])
    expect((await validate(mock, 'mock-token')).body.token.methods).toEqual(['password'])
  })

  test.each([
    ['mock-expired-token', /expired at 1970-01-02T00:00:00Z/],
    ['nobody', /X-Subject-Token is unknown/],
    ['', /no X-Subject-Token/],
  ])('of %j is 404 and says why', async (id, why) => {
    const { status, headers } = await validate(strict(), id)
    expect(status).toBe(404)
    expect(headers['x-mock-reason']).toMatch(why)
  })
})

describe('the time at which a credential expires', () => {
  test('is never for a token of the seed that does not say, also after a reset', async () => {
    const mock = strict({ tokens: [{ id: 'mine', project_id: '*' }] })
    mock.ctx.clock.set(mock.ctx.clock.now() + 48 * HOUR)
    expect((await mock.call('GET', APPS, { token: 'mine' })).status).toBe(200)
    await mock.call('POST', '/_mock/reset')
    expect((await mock.call('GET', APPS, { token: 'mine' })).status).toBe(200)
  })

  test.each([
    { tokens: [{ id: 't', expires_at: 1e300 }] },
    { tokens: [{ id: 't', expires_at: 3e14 }] },
    { tokens: [{ id: 't', issued_at: -1e14 }] },
    { access_keys: [{ access: 'A', secret: 's', expires_at: 1e20 }] },
  ])('must be one that can be written: %j', async (state) => {
    const { status, body } = await server().call('PUT', '/_mock/state', { body: state })
    expect({ status, error_code: body.error_code }).toEqual({
      status: 400,
      error_code: 'MOCK.0400',
    })
  })

  test('is not beyond the last year that can be written', async () => {
    const mock = strict()
    mock.ctx.clock.set(Date.parse('9999-12-31T12:00:00Z'))
    const { body } = await exchange(mock, 'mock-token', inProject())
    // The clock ends before the last day, so that what lives a day can be written too.
    expect(body.token.expires_at).toBe('9999-12-30T16:00:00.000000Z')
    expect(
      (
        await mock.call('PUT', '/_mock/state', {
          body: (await mock.call('GET', '/_mock/state')).body,
        })
      ).status,
    ).toBe(204)
  })
})
