import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { start } from '../../src/index.ts'
import {
  error,
  GATEWAY,
  HEX_ID,
  invalid,
  missing,
  NANOSECONDS,
  PROJECT,
  server,
  stateOf,
  strictServer,
} from '../helpers.ts'

const SECRET = /^[A-Za-z0-9][A-Za-z0-9_\-!@#$%]{7,127}$/

const NO_TOKEN = error('APIG.1002', 'Incorrect token or token resolution failed')
const NAME_TAKEN = error('APIG.3203', 'The app name already exists')
const KEY_TAKEN = error('APIG.3310', 'The AppKey already exists')
const TOO_MANY = error('APIG.3103', 'The number of apps exceeds the maximum allowed limit')
const CUT_OFF = error(
  'APIG.2000',
  'Parameter error: Serialization error: unexpected end of JSON input',
)

/** Creates an app with this body on a new server. */
const create = (body: unknown, call = {}) => server().call('POST', '/apps', { body, ...call })

const times = (count: number, text: string) => text.repeat(count)

describe('the answer', () => {
  test('is 201 with all that was given, and exactly the documented fields', async () => {
    const given = {
      name: 'app_demo',
      remark: 'Demo app',
      app_key: 'my-AppKey_1',
      app_secret: 'my-secret_!@#$%',
    }
    const { status, body, headers } = await create(given)
    expect(status).toBe(201)
    expect(body).toEqual({
      ...given,
      id: expect.stringMatching(HEX_ID),
      creator: 'USER',
      register_time: expect.stringMatching(NANOSECONDS),
      update_time: expect.stringMatching(NANOSECONDS),
      status: 1,
      app_type: 'apig',
    })
    expect(headers['content-type']).toMatch(/^application\/json/)
  })

  test('has no remark if none was sent, and generates key and secret', async () => {
    const { status, body } = await create({ name: 'app_demo' })
    expect(status).toBe(201)
    expect(Object.keys(body).sort()).toEqual(
      [
        'app_key',
        'app_secret',
        'app_type',
        'creator',
        'id',
        'name',
        'register_time',
        'status',
        'update_time',
      ].sort(),
    )
    expect(body.id).toMatch(HEX_ID)
    expect(body.app_key).toMatch(HEX_ID)
    expect(body.app_secret).toMatch(SECRET)
  })

  test('keeps a remark that was sent empty', async () => {
    expect((await create({ name: 'app_demo', remark: '' })).body).toHaveProperty('remark', '')
  })

  test('has the time of the call in both times', async () => {
    const before = Date.now()
    const { body } = await create({ name: 'app_demo' })
    expect(body.update_time).toBe(body.register_time)
    expect(Date.parse(body.register_time)).toBeGreaterThanOrEqual(before - 1)
    expect(Date.parse(body.register_time)).toBeLessThanOrEqual(Date.now() + 1)
  })

  test('has an id, a key and a secret of its own for every app', async () => {
    const { call } = server()
    const made = []
    for (let i = 0; i < 20; i++) {
      made.push((await call('POST', '/apps', { body: { name: `app_${i}` } })).body)
    }
    for (const field of ['id', 'app_key', 'app_secret']) {
      expect(new Set(made.map((app) => app[field])).size).toBe(20)
    }
  })

  test('is what a GET finds afterwards, secret included', async () => {
    const { call } = server()
    const { body } = await call('POST', '/apps', { body: { name: 'app_demo', remark: 'r' } })
    const found = await call('GET', `/apps/${body.id}`)
    expect(found.body).toEqual({
      ...body,
      register_time: expect.any(String),
      update_time: expect.any(String),
    })
  })

  test('keeps what only the SDKs know: related_domain_id and related_project_id', async () => {
    // No limit is published.
    const related = { related_domain_id: 'd'.repeat(100), related_project_id: 'p2' }
    expect((await create({ name: 'app_demo', ...related })).body).toMatchObject(related)
  })
})

describe('the rule of a field', () => {
  const valid: [field: string, what: string, value: string][] = [
    ['name', '3 characters', 'abc'],
    ['name', '64 characters', times(64, 'a')],
    ['name', 'a capital first', 'Zab'],
    ['name', 'letters, digits and _', 'aZ_09'],
    ['remark', 'no character', ''],
    ['remark', '255 characters', times(255, 'r')],
    ['remark', '255 characters outside the BMP', times(255, '😀')],
    ['remark', '255 Chinese characters', times(255, '备')],
    ['remark', 'any character', '<a href="/">\u0000\n\t\\"é\u2028'],
    ['app_key', '8 characters', 'abcdefgh'],
    ['app_key', '200 characters', times(200, 'k')],
    ['app_key', 'a digit first', '0bcdefgh'],
    ['app_key', 'letters, digits, - and _', 'aZ09-_-_'],
    ['app_secret', '8 characters', 'abcdefgh'],
    ['app_secret', '128 characters', times(128, 's')],
    ['app_secret', 'a digit first', '9bcdefgh'],
    ['app_secret', 'letters, digits and _-!@#$%', 'aZ09_-!@#$%'],
  ]
  test.each(valid)('takes %s with %s', async (field, _, value) => {
    const { status, body } = await create({ name: 'app_demo', [field]: value })
    expect(status).toBe(201)
    expect(body[field]).toBe(value)
  })

  const broken: [field: string, what: string, value: unknown][] = [
    ['name', '2 characters', 'ab'],
    ['name', '65 characters', times(65, 'a')],
    ['name', 'no character', ''],
    ['name', 'a digit first', '1abc'],
    ['name', '_ first', '_abc'],
    ['name', 'a hyphen', 'app-demo'],
    ['name', 'a space at the end', 'abc '],
    ['name', 'a line feed at the end', 'abc\n'],
    ['name', 'a letter outside ASCII', 'appé'],
    ['name', 'a Chinese character', '应用abc'],
    ['remark', '256 characters', times(256, 'r')],
    ['remark', '256 characters outside the BMP', times(256, '😀')],
    ['remark', '255 characters and half a surrogate pair', `${times(255, '😀')}\ud83d`],
    ['app_key', '7 characters', 'abcdefg'],
    ['app_key', '201 characters', times(201, 'k')],
    ['app_key', '- first', '-bcdefgh'],
    ['app_key', '_ first', '_bcdefgh'],
    ['app_key', 'no character', ''],
    ['app_key', 'a character of secrets', 'abcdefg!'],
    ['app_key', 'a line feed at the end', 'abcdefgh\n'],
    ['app_key', 'a letter outside ASCII', 'abcdefgé'],
    ['app_secret', '7 characters', 'abcdefg'],
    ['app_secret', '129 characters', times(129, 's')],
    ['app_secret', '_ first', '_bcdefgh'],
    ['app_secret', '! first', '!bcdefgh'],
    ['app_secret', 'no character', ''],
    ['app_secret', '&', 'abcdefg&'],
    ['app_secret', '^', 'abcdefg^'],
    ['app_secret', 'a line feed at the end', 'abcdefgh\n'],
    ['app_secret', 'a letter outside ASCII', 'abcdefgé'],
    // Types are not coerced.
    ...['name', 'remark', 'app_key', 'app_secret'].flatMap((field) =>
      [12345678, 0, true, false, [], ['abcdefgh'], {}, { name: 'abcdefgh' }].map(
        (value): [string, string, unknown] => [field, `the value ${JSON.stringify(value)}`, value],
      ),
    ),
  ]
  test.each(broken)('refuses %s with %s, naming it', async (field, _, value) => {
    expect(await create({ name: 'app_demo', [field]: value })).toMatchObject({
      status: 400,
      body: invalid(field),
    })
  })

  const bad = { name: '1', remark: 1, app_key: '-', app_secret: '-' }
  test.each([
    ['name', bad],
    ['remark', { ...bad, name: 'app_demo' }],
    ['app_key', { ...bad, name: 'app_demo', remark: '' }],
    ['app_secret', { name: 'app_demo', app_secret: '-' }],
  ])('names the first field that is broken, %s, wherever it stands', async (field, given) => {
    const reversed = Object.fromEntries(Object.entries(given).reverse())
    for (const body of [given, reversed]) {
      expect(await create(body)).toMatchObject({ status: 400, body: invalid(field) })
    }
  })

  test('of a missing name comes before a broken field', async () => {
    expect(await create({ remark: 1, app_key: '-' })).toMatchObject({
      status: 400,
      body: missing('name'),
    })
  })

  test('leaves the state as it was when it refuses', async () => {
    const target = server()
    await target.call('POST', '/apps', { body: { name: 'app_demo' } })
    const before = stateOf(target)
    for (const [field, , value] of broken) {
      await target.call('POST', '/apps', { body: { name: 'other', [field]: value } })
    }
    expect(stateOf(target)).toEqual(before)
  })

  test('null is an absent field: name is missing, the others are optional', async () => {
    const nulls = { remark: null, app_key: null, app_secret: null }
    const { status, body } = await create({ name: 'app_demo', ...nulls })
    expect(status).toBe(201)
    expect(body).not.toHaveProperty('remark')
    expect(body.app_key).toMatch(HEX_ID)
    expect(body.app_secret).toMatch(SECRET)
    expect(await create({ name: null })).toMatchObject({ status: 400, body: missing('name') })
  })

  test('unknown fields are ignored, also those with names that JavaScript knows', async () => {
    const body = `{"name":"app_demo","id":"mine","status":2,"creator":"MARKET","app_type":"roma",
      "register_time":"2020-08-03T13:09:13Z","bind_num":7,"roma_app_type":"subscription",
      "__proto__":{"remark":"inherited"},"constructor":{"prototype":{"remark":"inherited"}},
      "toString":1,"hasOwnProperty":1,"":{}}`
    const { status, body: app } = await create(body)
    expect(status).toBe(201)
    expect(app).toMatchObject({ creator: 'USER', status: 1, app_type: 'apig' })
    expect(app.id).toMatch(HEX_ID)
    expect(app.register_time).not.toMatch(/^2020/)
    for (const name of ['remark', 'bind_num', 'roma_app_type', 'toString', '']) {
      expect(Object.hasOwn(app, name), name).toBe(false)
    }
    expect(({} as { remark?: string }).remark).toBeUndefined()
  })

  test('a field that is only inherited is missing', async () => {
    expect(await create('{"__proto__":{"name":"app_demo"}}')).toMatchObject({
      status: 400,
      body: missing('name'),
    })
  })
})

describe('any body', () => {
  // The table of the API reference, in words of its own: nothing here comes from the server.
  const inRange = (text: string, min: number, max: number) => {
    const { length } = Array.from(text)
    return length >= min && length <= max
  }
  const consistsOf = (text: string, first: RegExp, rest: RegExp) =>
    Array.from(text).every((character, i) => (i === 0 ? first : rest).test(character))

  const rules: [field: string, holds: (text: string) => boolean][] = [
    ['name', (t) => inRange(t, 3, 64) && consistsOf(t, /^[a-z]$/i, /^[a-z0-9_]$/i)],
    ['remark', (t) => inRange(t, 0, 255)],
    ['app_key', (t) => inRange(t, 8, 200) && consistsOf(t, /^[a-z0-9]$/i, /^[a-z0-9_-]$/i)],
    [
      'app_secret',
      (t) => inRange(t, 8, 128) && consistsOf(t, /^[a-z0-9]$/i, /^[a-z0-9_\-!@#$%]$/i),
    ],
  ]

  function expected(body: Record<string, unknown>): { status: number; body?: object } {
    if (body.name === undefined || body.name === null) return { status: 400, body: missing('name') }
    for (const [field, holds] of rules) {
      const value = body[field]
      if (value === undefined || value === null) continue
      if (typeof value !== 'string' || !holds(value)) return { status: 400, body: invalid(field) }
    }
    return { status: 201 }
  }

  /** Texts near the edges of the rule: of its length, and mostly of its characters. */
  const textNear = (min: number, max: number) =>
    fc
      .tuple(
        fc.constantFrom('a', 'Z', '9', '_', '-', '!', '%', ' ', 'é', '😀'),
        fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom('a', 'Z', '9', '_') },
          { weight: 1, arbitrary: fc.constantFrom('-', '@', '$', '.', '\n', '备', '😀', '\ud83d') },
        ),
        fc.constantFrom(0, min - 2, min - 1, min, max - 2, max - 1, max),
        fc.constantFrom('', '', '', '_', '-', '#', '\n', '\u212a', '\u0130'),
      )
      .map(([first, middle, length, last]) => {
        const rest = length - 1 - last.length
        return `${first}${middle.repeat(Math.max(rest, 0))}${last}`
      })

  const field = (min: number, max: number) =>
    fc.oneof(
      { weight: 6, arbitrary: textNear(min, max) },
      { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: max + 2 }) },
      { weight: 1, arbitrary: fc.jsonValue() },
    )

  const bodies = fc.record(
    {
      name: fc.oneof({ weight: 3, arbitrary: fc.constant('app_demo') }, field(3, 64)),
      remark: field(1, 255),
      app_key: fc.oneof(fc.constant('abcdefgh'), field(8, 200)),
      app_secret: field(8, 128),
      anything: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )

  test('is answered as the table of the API reference says', async () => {
    const { gateway } = server()
    let run = 0
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const answer = await gateway(`gateway-${run++}`)('POST', '/apps', { body })
        expect(answer).toMatchObject(expected(body))
      }),
      { numRuns: 500 },
    )
  })

  test('that is answered 201 is stored as it was sent', async () => {
    const { gateway } = server()
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 255 }), async (remark) => {
        const call = gateway(`gateway-${run++}`)
        const { body } = await call('POST', '/apps', { body: { name: 'app_demo', remark } })
        expect(body.remark).toBe(remark)
        expect((await call('GET', `/apps/${body.id}`)).body.remark).toBe(remark)
      }),
      { numRuns: 100 },
    )
  })
})

describe('a body that is no object of fields', () => {
  test.each([
    ['nothing', ''],
    ['null', 'null'],
    ['{}', '{}'],
    ['null with space around', ' \n null \t'],
  ])('is a missing name: %s', async (_, body) => {
    expect(await create(body)).toMatchObject({ status: 400, body: missing('name') })
  })

  test.each(['{', '{"name":"app_demo"', '{"name":"app', '[', '"', ' '])(
    'is cut off: %s',
    async (body) => {
      expect(await create(body)).toMatchObject({ status: 400, body: CUT_OFF })
    },
  )

  test.each([
    ['array', '[]'],
    ['array', '[{"name":"app_demo"}]'],
    ['string', '"x"'],
    ['number', '1'],
    ['boolean', 'true'],
  ])('is a JSON %s: %s', async (kind, body) => {
    const detail = `Serialization error: json: cannot unmarshal ${kind} into Go value`
    expect(await create(body)).toMatchObject({
      status: 400,
      body: error('APIG.2000', `Parameter error: ${detail}`),
    })
  })

  test.each(['x', 'name=app_demo', "{'name':'app_demo'}", '{"name":"app_demo"}}', '\ufeff{}'])(
    'is no JSON: %s',
    async (body) => {
      const { status, body: answer } = await create(body)
      expect(status).toBe(400)
      expect(answer).toEqual(error('APIG.2000', expect.any(String)))
      expect(answer.error_msg).toMatch(
        /^Parameter error: Serialization error: invalid character ".+" looking for beginning of value$/,
      )
    },
  )
})

describe('the content type does not matter', () => {
  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/json; charset=',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'text/plain',
    'text/html; charset=latin1',
    'x',
    'a/b@c',
    'application/json, text/plain',
    'é/x',
    '/',
    ';',
    '',
  ])('%j', async (type) => {
    const { status } = await create({ name: 'app_demo' }, { headers: { 'content-type': type } })
    expect(status).toBe(201)
  })

  test('whatever it is', async () => {
    const { gateway } = server()
    let run = 0
    const types = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'a/;=", @.*%é\t'), maxLength: 12 }),
      fc.stringMatching(/^[\t -~\x80-\xff]{0,20}$/),
    )
    await fc.assert(
      fc.asyncProperty(types, async (type) => {
        const { status } = await gateway(`gateway-${run++}`)('POST', '/apps', {
          body: { name: 'app_demo' },
          headers: { 'content-type': type },
        })
        expect(status).toBe(201)
      }),
      { numRuns: 300 },
    )
  })

  test('when there is none', async () => {
    const mock = await start({ port: 0 })
    const response = await fetch(`${mock.url}/v2/${PROJECT}/apigw/instances/${GATEWAY}/apps`, {
      method: 'POST',
      headers: { 'X-Auth-Token': 'a-token' },
      body: Buffer.from('{"name":"app_demo"}'),
    })
    await mock.close()
    expect(response.status).toBe(201)
  })
})

describe('a body of 12 MB', () => {
  const LIMIT = 12 * 1024 * 1024
  const ofSize = (bytes: number, name = '"app_demo"') => {
    const [head, tail] = [`{"name":${name},"filler":"`, '"}']
    return head + times(bytes - head.length - tail.length, 'x') + tail
  }

  test('is taken, and its fields are looked at', async () => {
    expect((await create(ofSize(LIMIT))).status).toBe(201)
    expect(await create(ofSize(LIMIT, '"1"'))).toMatchObject({ status: 400, body: invalid('name') })
  })

  test('and one byte is 413, with the request id in the body', async () => {
    const target = server()
    const before = stateOf(target)
    const { status, body, headers } = await target.call('POST', '/apps', {
      body: ofSize(LIMIT + 1),
    })
    expect(status).toBe(413)
    expect(body).toEqual({
      error_code: 'APIGW.0201',
      error_msg: 'API request error: Request entity too large',
      request_id: headers['x-request-id'],
    })
    expect(stateOf(target)).toEqual(before)
  })
})

describe('who calls', () => {
  test.each([
    ['no token', null],
    ['an empty token', ''],
    ['a blank token', ' '],
    ['a token that is not ASCII', 'tökén'],
    ['a token with a control character', 'a\u0007b'],
  ])('is refused with %s', async (_, token) => {
    const target = server()
    const before = stateOf(target)
    const answer = await target.call('POST', '/apps', { body: { name: 'app_demo' }, token })
    expect(answer).toMatchObject({ status: 401, body: NO_TOKEN })
    expect(stateOf(target)).toEqual(before)
  })

  test('may have any token in lenient mode', async () => {
    for (const token of ['x', 'MIIabc+/=', times(20_000, 't')]) {
      expect((await create({ name: 'app_demo' }, { token })).status).toBe(201)
    }
  })
})

describe('name and key', () => {
  const taken = { name: 'taken_name', app_key: 'taken-key' }

  test.each([
    ['a name that another app has', { name: taken.name }, NAME_TAKEN],
    ['a key that another app has', { name: 'other', app_key: taken.app_key }, KEY_TAKEN],
    ['both, naming the name', taken, NAME_TAKEN],
  ])('are unique: %s', async (_, body, refusal) => {
    const target = server()
    await target.call('POST', '/apps', { body: taken })
    const before = stateOf(target)
    expect(await target.call('POST', '/apps', { body })).toMatchObject({
      status: 400,
      body: refusal,
    })
    expect(stateOf(target)).toEqual(before)
  })

  test('are unique against a generated key, too', async () => {
    const { call } = server()
    const { body } = await call('POST', '/apps', { body: { name: 'first' } })
    const again = await call('POST', '/apps', { body: { name: 'second', app_key: body.app_key } })
    expect(again).toMatchObject({ status: 400, body: KEY_TAKEN })
  })

  test('are unique in one gateway only', async () => {
    const { gateway } = server()
    expect((await gateway('gw1')('POST', '/apps', { body: taken })).status).toBe(201)
    expect((await gateway('gw2')('POST', '/apps', { body: taken })).status).toBe(201)
  })

  test('differ in the case of a letter', async () => {
    const { call } = server()
    await call('POST', '/apps', { body: taken })
    const other = { name: 'Taken_name', app_key: 'Taken-key' }
    expect((await call('POST', '/apps', { body: other })).status).toBe(201)
  })

  test('may both be the text that another app has in its other field', async () => {
    const { call } = server()
    await call('POST', '/apps', { body: { name: 'app_demo1', app_key: 'app_demo2' } })
    const swapped = { name: 'app_demo2', app_key: 'app_demo1' }
    expect((await call('POST', '/apps', { body: swapped })).status).toBe(201)
  })

  test('20 creates of one name at the same time make exactly one app', async () => {
    const mock = await start({ port: 0 })
    const url = `${mock.url}/v2/${PROJECT}/apigw/instances/${GATEWAY}/apps`
    const headers = { 'X-Auth-Token': 'a-token' }
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const response = await fetch(url, { method: 'POST', headers, body: '{"name":"app_demo"}' })
        return { status: response.status, body: await response.json() }
      }),
    )
    const list = await (await fetch(url, { headers })).json()
    await mock.close()
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    const refused = answers.filter(({ status }) => status !== 201)
    expect(refused).toEqual(Array(19).fill({ status: 400, body: NAME_TAKEN }))
    expect(list).toMatchObject({ total: 1 })
  })
})

describe('the number of apps', () => {
  const apps = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `app_${i}` }))

  test('is at most 50 per gateway in strict mode', async () => {
    const { call, gateway } = strictServer([{ id: GATEWAY, apps: apps(49) }, { id: 'other' }])
    expect((await call('POST', '/apps', { body: { name: 'the_50th' } })).status).toBe(201)
    expect(await call('POST', '/apps', { body: { name: 'the_51st' } })).toMatchObject({
      status: 403,
      body: TOO_MANY,
    })
    expect((await gateway('other')('POST', '/apps', { body: { name: 'app_demo' } })).status).toBe(
      201,
    )
  })

  test('falls when an app is deleted', async () => {
    const { call } = strictServer([{ id: GATEWAY, apps: apps(50) }])
    const { body } = await call('GET', '/apps?limit=1')
    expect((await call('POST', '/apps', { body: { name: 'one_more' } })).status).toBe(403)
    await call('DELETE', `/apps/${body.apps[0].id}`)
    expect((await call('POST', '/apps', { body: { name: 'one_more' } })).status).toBe(201)
  })

  test('has no bound in lenient mode', async () => {
    const { call } = server({}, { instances: [{ id: GATEWAY, apps: apps(50) }] })
    expect((await call('POST', '/apps', { body: { name: 'the_51st' } })).status).toBe(201)
  })
})

describe('the order of the checks', () => {
  const taken = { name: 'taken_name', app_key: 'taken-key' }
  const fifty = [taken, ...Array.from({ length: 49 }, (_, i) => ({ name: `app_${i}` }))]
  const PREFERRED = error('APIG.9999', 'System error')
  const UNKNOWN = error('APIG.3030', 'The instance does not exist;id:unknown')

  // Each row mends the fault that the row before it was refused for, and has all the later ones.
  test.each([
    ['what Prefer asks for', 'unknown', '{', { token: null, prefer: 'code=500' }, 500, PREFERRED],
    ['who', 'unknown', '{', { token: null }, 401, NO_TOKEN],
    ['JSON', 'unknown', '{', {}, 400, CUT_OFF],
    ['the gateway', 'unknown', '{"app_key":"-"}', {}, 404, UNKNOWN],
    ['a missing field', GATEWAY, '{"app_key":"-"}', {}, 400, missing('name')],
    ['an invalid field', GATEWAY, { ...taken, app_secret: '-' }, {}, 400, invalid('app_secret')],
    ['a duplicate name', GATEWAY, taken, {}, 400, NAME_TAKEN],
    ['a duplicate key', GATEWAY, { ...taken, name: 'app_demo' }, {}, 400, KEY_TAKEN],
    ['the number of apps', GATEWAY, { name: 'app_demo' }, {}, 403, TOO_MANY],
  ])(
    '%s',
    async (_, id, body, { token, prefer }: { token?: null; prefer?: string }, status, refusal) => {
      const answer = await strictServer([{ id: GATEWAY, apps: fifty }]).gateway(id)(
        'POST',
        '/apps',
        {
          body,
          ...(token === null && { token }),
          ...(prefer !== undefined && { headers: { prefer } }),
        },
      )
      expect(answer).toMatchObject({ status, body: refusal })
    },
  )

  test('who comes before the size of the body', async () => {
    const answer = await create(times(13_000_000, 'x'), { token: null })
    expect(answer).toMatchObject({ status: 401, body: NO_TOKEN })
  })
})

describe('Prefer: code', () => {
  const documented: [status: number, body: object][] = [
    [400, invalid('name')],
    [401, NO_TOKEN],
    [403, error('APIG.1005', 'No permissions to request this method')],
    [500, error('APIG.9999', 'System error')],
  ]
  test.each(documented)('=%i answers the documented error', async (status, body) => {
    const answer = await create({ name: 'app_demo' }, { headers: { prefer: `code=${status}` } })
    expect(answer.status).toBe(status)
    expect(answer.body).toEqual(body)
    expect(answer.headers['preference-applied']).toBe(`code=${status}`)
    expect(answer.headers['x-request-id']).toMatch(HEX_ID)
  })

  test('=201 answers the documented app', async () => {
    const { status, body, headers } = await create('{', {
      token: null,
      headers: { prefer: 'code=201' },
    })
    expect(status).toBe(201)
    expect(headers['content-type']).toMatch(/^application\/json/)
    expect(body).toEqual({
      id: expect.stringMatching(HEX_ID),
      name: expect.stringMatching(/^[A-Za-z]\w{2,63}$/),
      remark: expect.any(String),
      creator: 'USER',
      update_time: '2020-08-03T13:09:13.122211909Z',
      app_key: expect.stringMatching(HEX_ID),
      app_secret: expect.stringMatching(SECRET),
      register_time: '2020-08-03T13:09:13.122211909Z',
      status: 1,
      app_type: 'apig',
    })
  })

  test.each(['code="401"', 'respond-async, code=401', 'wait=10; code=401'])(
    'may be written %s',
    async (prefer) => {
      expect((await create({ name: 'app_demo' }, { headers: { prefer } })).status).toBe(401)
    },
  )

  test.each([200, 204, 404, 418, 503, 999])(
    '=%i, which the operation does not document, is refused with those that it does',
    async (status) => {
      const { body, headers, ...answer } = await create(
        { name: 'app_demo' },
        { headers: { prefer: `code=${status}` } },
      )
      expect(answer.status).toBe(400)
      expect(body).toEqual(
        error(
          'MOCK.0401',
          `Prefer: code=${status}: CreateAnAppV2 documents 201, 400, 401, 403, 500`,
        ),
      )
      expect(headers).not.toHaveProperty('preference-applied')
    },
  )

  test.each(['code=abc', 'code=', 'code=2000', 'return=minimal', 'xcode=500', ''])(
    'has no meaning in %j',
    async (prefer) => {
      expect((await create({ name: 'app_demo' }, { headers: { prefer } })).status).toBe(201)
    },
  )

  test('does not touch the state, not even by making the gateway', async () => {
    const target = server()
    const before = stateOf(target)
    for (const code of [201, 400, 401, 403, 500, 404]) {
      const headers = { prefer: `code=${code}` }
      await target.call('POST', '/apps', { body: { name: 'app_demo' }, headers })
    }
    expect(stateOf(target)).toEqual(before)
    expect((await target.call('POST', '/apps', { body: { name: 'app_demo' } })).status).toBe(201)
  })
})
