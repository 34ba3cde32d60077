import { beforeEach, describe, expect, test } from 'vitest'
import {
  error,
  HEX_ID,
  invalid,
  NANOSECONDS,
  SECONDS,
  server,
  type TestServer,
} from '../helpers.ts'

let call: TestServer['call']
let app: string
let keys: string

beforeEach(async () => {
  call = server().call
  app = (await call('POST', '/apps', { body: { name: 'app_demo' } })).body.id
  keys = `/apps/${app}/ai-api-keys`
})

const create = (body?: object) => call('POST', keys, { body })

describe('CreateAiApiKey', () => {
  test('answers 201 with the key that was given, whole', async () => {
    const given = { ai_api_key: 'my+key/of-8_to=128', alias: 'team-a' }
    const { status, body } = await create(given)
    expect(status).toBe(201)
    expect(body).toEqual({
      ...given,
      id: expect.stringMatching(HEX_ID),
      app_id: app,
      create_time: expect.stringMatching(NANOSECONDS),
    })
  })

  test.each([
    ['no body', undefined],
    ['an empty body', {}],
    ['nulls', { ai_api_key: null, alias: null }],
  ])('generates a valid key for %s, without an alias', async (_, given) => {
    const { status, body } = await create(given as object)
    expect(status).toBe(201)
    expect(body.ai_api_key).toMatch(/^[A-Za-z0-9+_/=-]{8,128}$/)
    expect(body).not.toHaveProperty('alias')
    expect((await create({})).body.ai_api_key).not.toBe(body.ai_api_key)
  })

  test.each([
    ['ai_api_key', 'abcdefgh'],
    ['ai_api_key', 'k'.repeat(128)],
    ['ai_api_key', '+_/=-aZ9'],
    ['alias', 'a'],
    ['alias', 'a'.repeat(100)],
    ['alias', '_-aZ9'],
  ])('takes the %s %s', async (field, value) => {
    const { status, body } = await create({ [field]: value })
    expect(status).toBe(201)
    expect(body[field]).toBe(value)
  })

  test.each([
    ['ai_api_key', ''],
    ['ai_api_key', 'abcdefg'],
    ['ai_api_key', 'k'.repeat(129)],
    ['ai_api_key', 'abcdefg!'],
    ['ai_api_key', 'abcdefgé'],
    ['ai_api_key', 'abcdefgh\n'],
    ['ai_api_key', 12345678],
    ['alias', ''],
    ['alias', 'a'.repeat(101)],
    ['alias', 'a b'],
    ['alias', 'é'],
    ['alias', 1],
  ])('refuses the %s %j', async (field, value) => {
    expect(await create({ [field]: value })).toMatchObject({ status: 400, body: invalid(field) })
    expect((await call('GET', keys)).body.total).toBe(0)
  })

  test('refuses a key that another app of the gateway has', async () => {
    const other = (await call('POST', '/apps', { body: { name: 'other' } })).body.id
    const body = { ai_api_key: 'one-key-of-all' }
    expect((await call('POST', `/apps/${other}/ai-api-keys`, { body })).status).toBe(201)
    expect(await create(body)).toMatchObject({ status: 400, body: invalid('ai_api_key') })
  })
})

describe('ListAiApiKeys', () => {
  test('masks the keys, newest first, in pages, with whole seconds', async () => {
    const first = await create({ ai_api_key: 'first-secret-key', alias: 'one' })
    const second = await create({ ai_api_key: 'second-secret-key' })
    const { status, body } = await call('GET', keys)
    expect(status).toBe(200)
    const create_time = expect.stringMatching(SECONDS)
    expect(body).toEqual({
      total: 2,
      size: 2,
      ai_api_keys: [
        { ...second.body, ai_api_key: 'sec************key', create_time },
        { ...first.body, ai_api_key: 'fir************key', create_time },
      ],
    })
    const page = await call('GET', `${keys}?limit=1&offset=1`)
    expect(page.body).toMatchObject({ total: 2, size: 1, ai_api_keys: [{ alias: 'one' }] })
    expect((await call('GET', `${keys}?offset=2`)).body.ai_api_keys).toEqual([])
  })

  test('shows the keys of one app only', async () => {
    const other = (await call('POST', '/apps', { body: { name: 'other' } })).body.id
    await call('POST', `/apps/${other}/ai-api-keys`, { body: {} })
    expect((await call('GET', keys)).body).toEqual({ total: 0, size: 0, ai_api_keys: [] })
  })
})

describe('ShowDetailsOfAiApiKey and DeleteAiApiKey', () => {
  test('show answers the key whole, delete 204, after which both answer 404', async () => {
    const { body } = await create({ alias: 'team-a' })
    const path = `${keys}/${body.id}`
    const shown = await call('GET', path)
    expect(shown.status).toBe(200)
    expect(shown.body).toEqual({ ...body, create_time: expect.stringMatching(SECONDS) })
    expect(await call('DELETE', path)).toMatchObject({ status: 204, body: undefined })
    const gone = { status: 404, body: error('APIG.3082', `AI API key ${body.id} does not exist`) }
    expect(await call('GET', path)).toMatchObject(gone)
    expect(await call('DELETE', path)).toMatchObject(gone)
  })

  test('a key is neither found nor deleted through another app', async () => {
    const { body } = await create({})
    const other = (await call('POST', '/apps', { body: { name: 'other' } })).body.id
    const wrong = `/apps/${other}/ai-api-keys/${body.id}`
    expect((await call('GET', wrong)).status).toBe(404)
    expect((await call('DELETE', wrong)).status).toBe(404)
    expect((await call('GET', `${keys}/${body.id}`)).status).toBe(200)
  })

  test('a deleted key may be given again', async () => {
    const { body } = await create({ ai_api_key: 'given-twice' })
    await call('DELETE', `${keys}/${body.id}`)
    expect((await create({ ai_api_key: 'given-twice' })).status).toBe(201)
  })
})

test.each([
  ['POST', '', {}],
  ['GET', '', undefined],
  ['GET', '/some-key', undefined],
  ['DELETE', '/some-key', undefined],
])('%s ai-api-keys%s of an app that is not there answers 404', async (method, below, body) => {
  expect(await call(method, `/apps/gone/ai-api-keys${below}`, { body })).toMatchObject({
    status: 404,
    body: error('APIG.3004', 'App gone does not exist'),
  })
})
