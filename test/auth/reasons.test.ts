import { describe, expect, test } from 'vitest'
import { server, type TestServer } from '../helpers.ts'
import { ACCESS_KEY, sign } from './sign.ts'

const PATH = '/v2/p1/apigw/instances/gw1/apps'
const NOW = Date.parse('2026-01-02T03:04:05Z')
const HEX = '0123456789abcdef0123456789abcdef'

const seed = {
  instances: [{ id: 'gw1' }],
  projects: [{ id: 'p1', name: 'one' }],
  users: [
    { id: 'u1', name: 'ann' },
    { id: 'u2', name: 'bob', role: 'none' },
    { id: 'u3', name: 'eve', deny: ['ListAppsV2'] },
  ],
  tokens: [
    { id: 'secret-none', user_id: 'u2', project_id: '*' },
    { id: 'secret-denied', user_id: 'u3', project_id: '*' },
    { id: 'secret-reader', user_id: 'u1', project_id: '*', role: 'read-only' },
    { id: 'secret-p2', user_id: 'u1', project_id: 'p2' },
    { id: 'secret-domain', user_id: 'u1' },
    { id: 'secret-old', user_id: 'u1', project_id: '*', expires_at: NOW - 5000 },
  ],
  access_keys: [
    { ...ACCESS_KEY, user_id: 'u1' },
    { access: 'KEY2', secret: 's2', user_id: 'u1', project_id: 'p2' },
    { access: 'KEY3', secret: 's3', user_id: 'u1', security_token: 'secret-security' },
    { access: 'KEY4', secret: 's4', user_id: 'u1', expires_at: NOW - 5000 },
    { access: 'KEY5', secret: 's5', user_id: 'u1', project_id: '' },
  ],
}

const strict = (frozen = '2026-01-02T03:04:05Z') => server({ strict: true, clock: frozen }, seed)

/** The reason of a refusal, the same in the header and the journal. */
async function reasonOf(
  mock: TestServer,
  given: { method?: string; token?: string | null; headers?: Record<string, string> },
): Promise<string> {
  const { method = 'GET', token = null, headers = {} } = given
  const answer = await mock.call(method, PATH, { token, headers })
  expect([401, 403]).toContain(answer.status)
  const reason = String(answer.headers['x-mock-reason'])
  const [entry] = (await mock.call('GET', '/_mock/requests?limit=1')).body.requests
  expect(entry.reason).toBe(reason)
  expect(reason).not.toContain('secret-')
  return reason
}

describe('a token is refused with the reason', () => {
  test.each([
    ['secret-none', 'GET', 'the token of user bob may do nothing: its role is none'],
    ['secret-denied', 'GET', 'the token of user eve is denied ListAppsV2'],
    ['secret-reader', 'POST', 'the token of user ann is read-only; CreateAnAppV2 is a POST'],
    ['secret-p2', 'GET', 'the token of user ann is for project p2, the path has p1'],
    [
      'secret-domain',
      'GET',
      'the token of user ann is of the domain and has no project: get a token with "scope": {"project": {"id": "..."}}',
    ],
    [
      'secret-old',
      'GET',
      "the token of user ann expired at 2026-01-02T03:04:00Z; the server's clock stands still at 2026-01-02T03:04:05Z",
    ],
    [
      'secret-unknown',
      'GET',
      'the token of X-Auth-Token is unknown: neither the seed has it nor was it issued since the last reset',
    ],
    ['secret unreadable', 'GET', 'X-Auth-Token is not of visible ASCII characters alone'],
  ])('%s %s', async (token, method, reason) => {
    expect(await reasonOf(strict(), { token, method })).toBe(reason)
  })

  test('says whether the clock was set, or only went on', async () => {
    const mock = server({ strict: true }, seed)
    const { clock } = mock.ctx
    const reason = await reasonOf(mock, { token: 'secret-old' })
    expect(reason).toMatch(/expired at 2026-01-02T03:04:00Z; it is \d{4}-.*Z$/)
    clock.set(NOW + 500)
    expect(await reasonOf(mock, { token: 'secret-old' })).toBe(
      "the token of user ann expired at 2026-01-02T03:04:00Z; the server's clock was set and says 2026-01-02T03:04:05Z",
    )
  })
})

describe('no credential at all is refused with what was looked for', () => {
  test.each<[Record<string, string>, string]>([
    [{}, 'the request has no X-Auth-Token and no Authorization'],
    [{ 'x-auth-token': '' }, 'the request has an empty X-Auth-Token and no Authorization'],
    [
      { authorization: 'Basic secret-basic' },
      'the request has no X-Auth-Token and an Authorization that does not begin with SDK-HMAC-SHA256',
    ],
  ])('%j', async (headers, reason) => {
    expect(await reasonOf(strict(), { headers })).toBe(`no credential: ${reason}`)
  })
})

describe('a signature is refused with the reason', () => {
  const signed = (given: object) => sign({ method: 'GET', path: PATH, now: NOW, ...given })

  test.each([
    [{ access: 'WHO' }, 'access key WHO is unknown'],
    [
      { access: HEX },
      `access key ${HEX} is unknown; it looks like the AppKey of an app, which signs calls of APIs but not of this one`,
    ],
    [
      { access: 'KEY2', secret: 's2' },
      'access key KEY2 of user ann is for project p2, the path has p1',
    ],
    [
      { access: 'KEY3', secret: 's3' },
      'access key KEY3 is temporary: it needs the X-Security-Token issued with it',
    ],
    [
      { access: 'KEY3', secret: 's3', securityToken: 'secret-other' },
      'access key KEY3 came with another X-Security-Token than the one issued with it',
    ],
    [
      { access: 'KEY4', secret: 's4' },
      "access key KEY4 expired at 2026-01-02T03:04:00Z; the server's clock stands still at 2026-01-02T03:04:05Z",
    ],
    [{ project: 'p2' }, 'X-Project-Id is p2, the path has project p1'],
  ])('%j', async (given, reason) => {
    expect(await reasonOf(strict(), { headers: signed(given) })).toBe(reason)
  })

  test('of a key without a project on the path of one', async () => {
    const headers = signed({ access: 'KEY5', secret: 's5' })
    expect(await reasonOf(strict(), { headers })).toMatch(/^access key KEY5 .* has no project/)
  })

  test.each(['x-security-token', 'cookie'])(
    'that shows nothing of a signed %s, also behind the bar that marks a line break',
    async (name) => {
      const authorization = `SDK-HMAC-SHA256 Access=${ACCESS_KEY.access}, SignedHeaders=host;x-sdk-date;${name}, Signature=00`
      const headers = { authorization, 'x-sdk-date': '20260102T030405Z', [name]: 'mine|yours' }
      const reason = await reasonOf(strict(), { headers })
      expect(reason).toContain(`${name}:***|`)
      expect(reason).not.toMatch(/mine|yours/)
    },
  )

  test('which is the secret first, if nothing else explains it', async () => {
    const headers = signed({ secret: 'secret-wrong' })
    const reason = await reasonOf(strict(), { headers })
    expect(reason).toMatch(/^The secret key is wrong: .*`apig-mock env --client sdk-python`/)
    expect(reason).not.toContain(ACCESS_KEY.secret)
  })
})

describe('an Authorization that cannot be read is refused with the part that is wrong', () => {
  const names = 'SignedHeaders=x-sdk-date'
  test.each([
    ['SDK-HMAC-SM3 Access=a', 'must begin with SDK-HMAC-SHA256 or V11-HMAC-SHA256 and a blank'],
    ['SDK-HMAC-SHA256', 'must begin with SDK-HMAC-SHA256 or V11-HMAC-SHA256 and a blank'],
    [`SDK-HMAC-SHA256 Access=a, ${names}`, 'has no Signature='],
    ['SDK-HMAC-SHA256 Access=a, Signature=00', 'has no SignedHeaders='],
    [`SDK-HMAC-SHA256 ${names}, Signature=00`, 'has no Access='],
    [`SDK-HMAC-SHA256 Access=a ${names} Signature`, 'has no Signature='],
    [
      `SDK-HMAC-SHA256 Access=a, ${names}, Signature`,
      'has a part without "=": parts are Name=value, with commas between them',
    ],
    [`SDK-HMAC-SHA256 Access=a, Access=b, ${names}, Signature=0`, 'has Access twice'],
    [`SDK-HMAC-SHA256 x=secret-1, x=secret-2, ${names}`, 'has a part twice'],
    [
      `SDK-HMAC-SHA256 Access=a, ${names}, Signature=0, Nonce=1`,
      'has more parts than Access or Credential, SignedHeaders and Signature',
    ],
    [
      'SDK-HMAC-SHA256 Access=a, SignedHeaders=, Signature=0',
      'has a SignedHeaders that is not names of headers with semicolons between them',
    ],
    [
      `SDK-HMAC-SHA256 Access=, ${names}, Signature=0`,
      'has an Access that is empty, or no visible ASCII',
    ],
    [
      `V11-HMAC-SHA256 Access=a, ${names}, Signature=0`,
      'of V11-HMAC-SHA256 needs Credential= in place of Access=',
    ],
    [
      `V11-HMAC-SHA256 Credential=a/b/c/d, ${names}, Signature=0`,
      'has a Credential that is not ACCESSKEY/YYYYMMDD/region/service',
    ],
    [
      `SDK-HMAC-SHA256 Credential=a/20260102//, ${names}, Signature=0`,
      'has a Credential that is not ACCESSKEY/YYYYMMDD/region/service/sdk_request',
    ],
  ])('%s', async (authorization, reason) => {
    expect(await reasonOf(strict(), { headers: { authorization } })).toBe(`Authorization ${reason}`)
  })
})

describe('the date of a signature', () => {
  const real = Date.parse('2026-11-24T12:00:00Z')
  const headers = sign({ method: 'GET', path: PATH, now: real })
  const status = async (mock: TestServer) =>
    (await mock.call('GET', PATH, { token: null, headers })).status

  test('is refused by a clock that was set, and the reason names the option', async () => {
    expect(await reasonOf(strict('2026-01-02T00:00:00Z'), { headers })).toContain(
      "X-Sdk-Date is 28209600 s ahead of the server; 900 s are allowed. (the server's clock stands still at 2026-01-02T00:00:00Z: with --signature-window 0 the dates of signatures are not compared)",
    )
  })

  test('is not compared with --signature-window 0, so that SDKs sign under a frozen clock', async () => {
    const clock = '2026-01-02T00:00:00Z'
    const mock = server({ strict: true, clock, signatureWindow: 0 }, seed)
    expect(await status(mock)).toBe(200)
    const wrong = sign({ method: 'GET', path: PATH, now: real, secret: 'wrong' })
    expect((await mock.call('GET', PATH, { token: null, headers: wrong })).status).toBe(401)
  })

  test.each([
    [15, 15 * 60_000, 200],
    [15, 15 * 60_000 + 1000, 401],
    [60, 59 * 60_000, 200],
    [1, 61_000, 401],
  ])('may be off by as many minutes as the option says: %i', async (signatureWindow, off, want) => {
    const mock = server({ strict: true, signatureWindow }, seed)
    mock.ctx.clock.freeze()
    mock.ctx.clock.set(real + off)
    expect(await status(mock)).toBe(want)
  })
})
