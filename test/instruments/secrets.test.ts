import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KnownSecrets } from '../../src/instruments/known-secrets.ts'
import { createMasking } from '../../src/instruments/secrets.ts'
import { server } from '../helpers.ts'

const { ctx } = server()
const nothing = new KnownSecrets(ctx.state)
const maskingOf = (body: unknown, rawHeaders: string[] = [], url = '/') =>
  createMasking({ body, rawHeaders, url }, nothing)
const shown = (body: unknown) => maskingOf(body).body(body)

describe('A secret in a body is masked', () => {
  test.each([
    ['as a string', { app_secret: 'Secret_1' }, { app_secret: '***' }],
    ['as a number', { password: 12345678 }, { password: '***' }],
    ['in an array', { app_secret: ['Secret_1'] }, { app_secret: ['***'] }],
    ['in an object', { app_secret: { v: 'Secret_1' } }, { app_secret: { v: '***' } }],
    ['nested', { a: [{ b: { api_token: 'x' } }] }, { a: [{ b: { api_token: '***' } }] }],
    ['short', { secret: 'x' }, { secret: '***' }],
    [
      'as Keystone has tokens',
      { auth: { identity: { methods: ['token'], token: { id: 'x' } } } },
      { auth: { identity: { methods: ['token'], token: { id: '***' } } } },
    ],
    [
      'as Keystone has passwords',
      { password: { user: { name: 'me', password: 'x', domain: { name: 'd' } } } },
      { password: { user: { name: 'me', password: '***', domain: { name: 'd' } } } },
    ],
    ['and nothing else', { name: 'a', secret: null, n: 1 }, { name: 'a', secret: null, n: 1 }],
  ])('%s', (_, body, expected) => {
    expect(shown(body)).toEqual(expected)
  })

  test.each([
    ['{"app_secret":"Secret_1"', '{"app_secret":"***"'],
    ['{"app_secret" : "Secret_1', '{"app_secret" : "***'],
    ['{"app_secret":"a\\"b","name":"x",', '{"app_secret":"***","name":"x",'],
    ['{"password":12345,"name":"x",', '{"password":***,"name":"x",'],
    ['{"password":{"v":"Secret_1"', '{"password":***'],
    ['app_secret=Secret_1&name=x', 'app_secret=***&name=x'],
    ['name=x&token=Secret_1', 'name=x&token=***'],
    ['{"name":"x"', '{"name":"x"'],
    ['no secret at all', 'no secret at all'],
  ])('that is no JSON: %s', (body, expected) => {
    expect(shown(body)).toBe(expected)
  })

  test('wherever else in the request it is', () => {
    const masking = maskingOf({ name: 'my Secret_Value!', app_secret: 'Secret_Value!' })
    expect(masking.body({ name: 'my Secret_Value!' })).toEqual({ name: 'my ***' })
    expect(masking.text('/apps/Secret_Value!?x=Secret_Value!')).toBe('/apps/***?x=***')
    expect(maskingOf({ password: 'a b/c%d&e' }).text('GET /x?q=a%20b%2Fc%25d%26e')).toBe(
      'GET /x?q=***',
    )
  })

  test('in linear time, also if the text is of backslashes and quotes', () => {
    for (const text of ['\\"', '"', '=', '"a":', '{"secret":']) {
      const body = text.repeat(400_000)
      expect(typeof shown(body)).toBe('string')
    }
  })
})

describe('A secret of a header is masked', () => {
  test.each([
    ['X-Auth-Token', 'Secret_Token', 'Secret_Token'],
    ['X-Subject-Token', 'Secret|Token', 'Secret|Token'],
    ['X-Security-Token', 'Secret Token', 'Secret Token'],
    ['Cookie', 'session=Secret_Cookie; a=b', 'Secret_Cookie'],
    ['Authorization', 'Bearer Secret_Bearer', 'Secret_Bearer'],
    ['Authorization', 'SDK-HMAC-SHA256 Access=A, Signature=abcdef0123', 'abcdef0123'],
  ])('%s: %s', (name, value, secret) => {
    const masking = maskingOf(undefined, [name, value])
    expect(masking.named(name.toLowerCase(), value)).not.toContain(secret)
    expect(masking.text(`stringToSign: "${secret}", and more`)).not.toContain(secret)
  })
})

describe('A secret that the state knows is masked', () => {
  const secrets = ['Zm9vYmFyYmF6cXV4==', 'pass+word/with?all', 'plain_secret_1', 'a!b@c#d$e%f']
  const known = new KnownSecrets(
    server({}, { users: secrets.map((password, i) => ({ name: `u${i}`, password })) }).ctx.state,
  )
  const masking = createMasking({ body: undefined, rawHeaders: [], url: '/' }, known)

  test.each(secrets)('%s, wherever it stands', (secret) => {
    const places = [secret, `"${secret}"`, `token ${secret} is`, `a=${secret}`, `a:${secret}`]
    for (const text of places) expect(masking.text(text)).toBe(text.replace(secret, '***'))
    const encoded = encodeURIComponent(secret)
    for (const text of [`/apps/${encoded}`, `/x?q=${encoded}&p=1`, `{"a":"${encoded}"}`]) {
      expect(masking.text(text)).toBe(text.replace(encoded, '***'))
    }
  })

  test('also one that came after it was first asked, or with another state', async () => {
    const mock = server()
    const followed = new KnownSecrets(mock.ctx.state)
    expect(followed.has('later_secret')).toBe(false)
    await mock.call('POST', '/apps', { body: { name: 'app_demo', app_secret: 'later_secret' } })
    expect(followed.has('later_secret')).toBe(true)
    const users = [{ name: 'other', password: 'other_secret' }]
    await mock.call('PUT', '/_mock/state', { body: { users } })
    expect(followed.has('other_secret')).toBe(true)
    expect(followed.has('later_secret')).toBe(true)
  })

  test('and no other text is touched', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(masking.text(text)).toBe(text)
      }),
    )
  })
})
