import { beforeEach, describe, expect, test } from 'vitest'
import {
  error,
  invalid,
  missing,
  NANOSECONDS,
  SECONDS,
  server,
  type TestServer,
} from '../helpers.ts'

const CODE = 'a'.repeat(64)

let call: TestServer['call']
let app: string
let codes: string

beforeEach(async () => {
  call = server().call
  app = (await call('POST', '/apps', { body: { name: 'app_demo' } })).body.id
  codes = `/apps/${app}/app-codes`
})

describe('CreateAppCodeV2', () => {
  test('answers the AppCode that was given, whole', async () => {
    const { status, body } = await call('POST', codes, { body: { app_code: CODE } })
    expect(status).toBe(201)
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      app_id: app,
      app_code: CODE,
      create_time: expect.stringMatching(NANOSECONDS),
    })
  })

  test.each([
    ['64 characters', 'A'.repeat(64), true],
    ['63 characters', 'A'.repeat(63), false],
    ['180 characters', '9'.repeat(180), true],
    ['181 characters', '9'.repeat(181), false],
    ['a leading +', `+${CODE}`, true],
    ['a leading /', `/${CODE}`, true],
    ['a leading _', `_${CODE}`, false],
    ['every special character', `${CODE}+_!@#$%/=-`, true],
    ['a space', `${CODE} `, false],
    ['a letter outside ASCII', `${CODE}é`, false],
  ])('takes or refuses %s', async (_, app_code, valid) => {
    const { status, body } = await call('POST', codes, { body: { app_code } })
    expect(status).toBe(valid ? 201 : 400)
    if (!valid) expect(body).toEqual(invalid('app_code'))
  })

  test('needs the AppCode', async () => {
    expect(await call('POST', codes, { body: {} })).toMatchObject({
      status: 400,
      body: missing('app_code'),
    })
  })

  test('refuses an AppCode that another app of the gateway has', async () => {
    const other = await call('POST', '/apps', { body: { name: 'other' } })
    await call('POST', `/apps/${other.body.id}/app-codes`, { body: { app_code: CODE } })
    expect(await call('POST', codes, { body: { app_code: CODE } })).toMatchObject({
      status: 400,
      body: invalid('app_code'),
    })
  })
})

describe('CreateAppCodeAutoV2', () => {
  test('generates a valid AppCode without a body and without a content type', async () => {
    const { status, body } = await call('PUT', codes)
    expect(status).toBe(201)
    expect(body.app_code).toMatch(/^[0-9a-f]{64}$/)
  })

  test('refuses the sixth AppCode of an app, in whatever way it is made', async () => {
    for (let i = 0; i < 5; i++) expect((await call('PUT', codes)).status).toBe(201)
    const refusal = error('APIG.3131', 'The number of AppCodes exceeds the maximum allowed limit')
    expect(await call('PUT', codes)).toMatchObject({ status: 403, body: refusal })
    expect(await call('POST', codes, { body: { app_code: CODE } })).toMatchObject({
      status: 403,
      body: refusal,
    })
  })
})

describe('ListAppCodesV2, ShowDetailsOfAppCodeV2 and DeleteAppCodeV2', () => {
  test('list newest first, in pages, with whole seconds', async () => {
    const first = await call('PUT', codes)
    const second = await call('PUT', codes)
    const { status, body } = await call('GET', `${codes}?limit=1`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ total: 2, size: 1, app_codes: [{ id: second.body.id }] })
    expect(body.app_codes[0].create_time).toMatch(SECONDS)
    const rest = await call('GET', `${codes}?limit=1&offset=1`)
    expect(rest.body.app_codes).toEqual([{ ...first.body, create_time: expect.any(String) }])
  })

  test('show answers 200 and delete 204, after which both answer 404', async () => {
    const { body } = await call('PUT', codes)
    expect((await call('GET', `${codes}/${body.id}`)).status).toBe(200)
    expect(await call('DELETE', `${codes}/${body.id}`)).toMatchObject({
      status: 204,
      body: undefined,
    })
    const gone = { status: 404, body: error('APIG.3082', `AppCode ${body.id} does not exist`) }
    expect(await call('GET', `${codes}/${body.id}`)).toMatchObject(gone)
    expect(await call('DELETE', `${codes}/${body.id}`)).toMatchObject(gone)
  })

  test('an AppCode is not found through another app', async () => {
    const { body } = await call('PUT', codes)
    const other = await call('POST', '/apps', { body: { name: 'other' } })
    expect((await call('GET', `/apps/${other.body.id}/app-codes/${body.id}`)).status).toBe(404)
  })
})

test.each([
  ['POST', '', { app_code: CODE }],
  ['PUT', '', undefined],
  ['GET', '', undefined],
  ['GET', '/some-code', undefined],
  ['DELETE', '/some-code', undefined],
])('%s app-codes%s of an app that is not there answers 404', async (method, below, body) => {
  expect(await call(method, `/apps/gone/app-codes${below}`, { body })).toMatchObject({
    status: 404,
    body: error('APIG.3004', 'App gone does not exist'),
  })
})
