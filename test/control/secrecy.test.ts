import { Writable } from 'node:stream'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { createConfig } from '../../src/config.ts'
import { createContext } from '../../src/context.ts'
import { createHttpServer } from '../../src/http/http-server.ts'
import { tables } from '../../src/tables.ts'

const KNOWN = 'KnownSecretOfTheState'
const SENT = 'SecretThatIsSentOnly'

/** A server that logs everything and knows a secret of each kind. */
function loggedServer(options = {}) {
  let log = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      log += chunk
      done()
    },
  })
  const config = createConfig({ logLevel: 'trace', ...options })
  const ctx = createContext(config, pino({ level: 'trace' }, stream), tables, {
    users: [{ id: 'u1', name: 'someone', password: `${KNOWN}1` }],
    tokens: [{ id: `${KNOWN}2`, user_id: 'u1', role: 'read-only' }],
    access_keys: [
      { access: 'AK1', secret: `${KNOWN}3`, user_id: 'u1', security_token: `${KNOWN}4` },
    ],
    instances: [
      {
        id: 'gw1',
        apps: [{ id: 'a1', name: 'app_demo', app_secret: `${KNOWN}5` }],
        app_codes: [{ app_id: 'a1', app_code: `${KNOWN}6`.padEnd(64, 'x') }],
        ai_api_keys: [{ app_id: 'a1', ai_api_key: `${KNOWN}7` }],
      },
    ],
  })
  return { app: createHttpServer(ctx), ctx, logged: () => log }
}

const secrets = [
  SENT,
  ...[1, 2, 3, 4, 5, 7].map((i) => `${KNOWN}${i}`),
  `${KNOWN}6`.padEnd(64, 'x'),
]

const APPS = '/v2/p1/apigw/instances/gw1/apps'
const signed = (names: string) =>
  `SDK-HMAC-SHA256 Access=MOCKACCESSKEY0000001, SignedHeaders=${names}, Signature=00`

/** Where a secret may be: what is sent, and then everything that anybody is shown. */
const places: [string, (secret: string) => Record<string, unknown>][] = [
  ['a token', (s) => ({ headers: { 'x-auth-token': s } })],
  [
    'a token that is refused',
    (s) => ({ headers: { 'x-auth-token': s }, method: 'POST', payload: {} }),
  ],
  [
    'a subject token',
    (s) => ({
      url: '/v3/auth/tokens',
      headers: { 'x-auth-token': 'mock-token', 'x-subject-token': s },
    }),
  ],
  [
    'a signed token',
    (s) => ({ headers: { authorization: signed('host;x-auth-token'), 'x-auth-token': s } }),
  ],
  [
    'a signed security token with a bar',
    (s) => ({
      headers: { authorization: signed('host;x-security-token'), 'x-security-token': `a|${s}` },
    }),
  ],
  [
    'a signed cookie',
    (s) => ({ headers: { authorization: signed('cookie;host'), cookie: `a=${s}` } }),
  ],
  ['another scheme', (s) => ({ headers: { authorization: `Bearer ${s}` } })],
  ['the query', (s) => ({ url: `${APPS}?app_secret=${s}&token=${s}` })],
  [
    'the signed query',
    (s) => ({ url: `${APPS}?app_secret=${s}`, headers: { authorization: signed('host') } }),
  ],
  ['the body', (s) => ({ method: 'POST', payload: { name: 'app_two', app_secret: s } })],
  ['the body as an array', (s) => ({ method: 'POST', payload: { app_secret: [s], name: s } })],
  ['the body as an object', (s) => ({ method: 'POST', payload: { app_secret: { v: { w: s } } } })],
  ['a broken body', (s) => ({ method: 'POST', payload: `{"app_secret":"${s}"` })],
  ['a form', (s) => ({ method: 'POST', payload: `app_secret=${s}&name=x` })],
  [
    'a token of Keystone',
    (s) => ({
      method: 'POST',
      url: '/v3/auth/tokens',
      payload: { auth: { identity: { methods: ['token'], token: { id: s } } } },
    }),
  ],
  [
    'a password of Keystone',
    (s) => ({
      method: 'POST',
      url: '/v3/auth/tokens',
      payload: {
        auth: {
          identity: { methods: ['password'], password: { user: { name: 'someone', password: s } } },
        },
      },
    }),
  ],
]

/** Where only a secret that is known can be recognized. */
const unnamed: typeof places = [
  ['the path', (s) => ({ url: `${APPS}/${s}` })],
  ['the path of nothing', (s) => ({ url: `/nowhere/${s}` })],
  ['an unnamed parameter', (s) => ({ url: `${APPS}?q=${s}` })],
  ['an unnamed field', (s) => ({ method: 'POST', payload: { name: s, remark: `see ${s}.` } })],
  ['an unnamed header', (s) => ({ headers: { 'x-auth-token': 'any', 'x-other': s } })],
]

const cases = [
  ...places.flatMap(([where, of]) => secrets.map((secret) => [where, secret, of] as const)),
  ...unnamed.flatMap(([where, of]) =>
    secrets.slice(1).map((secret) => [where, secret, of] as const),
  ),
]

describe('A secret is shown nowhere', () => {
  test.each(cases)('as %s: %s', async (_where, secret, of) => {
    const { app, logged } = loggedServer()
    const stream = await app.inject({ url: '/_mock/requests/stream', payloadAsStream: true })
    let streamed = ''
    stream.stream().on('data', (piece) => {
      streamed += piece
    })
    const { headers } = await app.inject({
      method: 'GET',
      url: APPS,
      ...of(secret),
      headers: { 'x-auth-token': 'any', ...(of(secret).headers as object) },
    })
    const list = (await app.inject('/_mock/requests')).body
    expect(JSON.parse(list).total).toBe(1)
    await app.close()
    for (const [what, text] of Object.entries({
      journal: list,
      stream: streamed,
      log: logged(),
      reason: String(headers['x-mock-reason']),
    })) {
      expect(text.includes(secret), what).toBe(false)
    }
    expect(streamed).toContain('data: ')
  })

  test('unless it is asked for', async () => {
    const { app } = loggedServer({ journalSecrets: true })
    const headers = { 'x-auth-token': SENT }
    await app.inject({ method: 'POST', url: APPS, headers, payload: { app_secret: SENT } })
    const [shown] = (await app.inject('/_mock/requests')).json().requests
    expect(shown).toMatchObject({ headers, body: { app_secret: SENT } })
    await app.close()
  })
})

describe('A verification', () => {
  const verify = async (where: object) => {
    const { app } = loggedServer()
    const payload = { name: 'app_two', app_secret: SENT }
    await app.inject({ method: 'POST', url: APPS, headers: { 'x-auth-token': 'any' }, payload })
    const answer = await app.inject({
      method: 'POST',
      url: '/_mock/requests/verify',
      payload: { where },
    })
    await app.close()
    return answer
  }

  test('compares secrets as they were sent', async () => {
    expect((await verify({ body: { app_secret: SENT } })).statusCode).toBe(200)
    expect((await verify({ headers: { 'x-auth-token': 'any' } })).statusCode).toBe(200)
  })

  test('shows none when it is refuted', async () => {
    const wanted = 'AnotherSecretValue'
    const { statusCode, body } = await verify({ body: { app_secret: wanted, name: SENT } })
    expect(statusCode).toBe(409)
    expect(body).toContain('body.app_secret: wanted ***, was ***')
    expect(body).not.toContain(SENT)
    expect(body).not.toContain(wanted)
  })
})
