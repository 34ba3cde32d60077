import { beforeEach, describe, expect, test } from 'vitest'
import { error, invalid, missing, server, type TestServer } from '../helpers.ts'

let call: TestServer['call']
let app: string
let path: string

beforeEach(async () => {
  call = server().call
  app = (await call('POST', '/apps', { body: { name: 'app_demo' } })).body.id
  path = `/apps/${app}/app-acl`
})

const acl = (...app_acl_values: unknown[]) => ({ app_acl_type: 'PERMIT', app_acl_values })

describe('the ACL of an app', () => {
  test('is answered with 201 when it is put, and shown afterwards, its values in order', async () => {
    const given = acl('192.168.0.9', '192.168.0.5-192.168.0.10', '10.0.0.0/8')
    const put = await call('PUT', path, { body: given })
    expect(put.status).toBe(201)
    expect(put.body).toEqual({ app_id: app, ...given })
    const shown = await call('GET', path)
    expect(shown.status).toBe(200)
    expect(shown.body).toEqual(put.body)
  })

  test('is {} with 200 as long as there is none', async () => {
    expect(await call('GET', path)).toMatchObject({ status: 200 })
    expect((await call('GET', path)).body).toEqual({})
  })

  test('is replaced as a whole', async () => {
    await call('PUT', path, { body: acl('10.0.0.1', '10.0.0.2') })
    const other = { app_acl_type: 'DENY', app_acl_values: ['10.0.0.3'] }
    expect((await call('PUT', path, { body: other })).status).toBe(201)
    expect((await call('GET', path)).body).toEqual({ app_id: app, ...other })
  })

  test('is gone after a delete, which answers 204 also when there is none', async () => {
    await call('PUT', path, { body: acl('10.0.0.1') })
    for (let i = 0; i < 2; i++) {
      expect(await call('DELETE', path)).toMatchObject({ status: 204, body: undefined })
    }
    expect((await call('GET', path)).body).toEqual({})
  })

  test('is that of one app', async () => {
    const other = await call('POST', '/apps', { body: { name: 'other' } })
    await call('PUT', path, { body: acl('10.0.0.1') })
    expect((await call('GET', `/apps/${other.body.id}/app-acl`)).body).toEqual({})
  })
})

describe('UpdateAppAcl', () => {
  test.each([
    '0.0.0.0',
    '255.255.255.255',
    '10.0.0.1-10.0.0.9',
    '10.0.0.0/0',
    '10.0.0.0/32',
    '::1',
    '2001:db8::1-2001:db8::9',
    '2001:db8::/128',
  ])('takes %s', async (value) => {
    expect((await call('PUT', path, { body: acl(value) })).status).toBe(201)
  })

  test.each([
    '',
    'example.com',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.1 ',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/8.5',
    '10.0.0.1-',
    '10.0.0.1-10.0.0.2-10.0.0.3',
    '10.0.0.1-::1',
    '::/129',
    '/8',
    '-',
    10,
    {},
    ['10.0.0.1'],
  ])('refuses %j, alone or among valid ones', async (value) => {
    for (const body of [acl(value), acl('10.0.0.1', value)]) {
      expect(await call('PUT', path, { body })).toMatchObject({
        status: 400,
        body: invalid('app_acl_values'),
      })
    }
    expect((await call('GET', path)).body).toEqual({})
  })

  test.each([
    ['nothing', undefined, missing('app_acl_type')],
    ['{}', {}, missing('app_acl_type')],
    ['no type', { app_acl_values: ['10.0.0.1'] }, missing('app_acl_type')],
    ['no values', { app_acl_type: 'DENY' }, missing('app_acl_values')],
    ['a broken type and no values', { app_acl_type: 'deny' }, missing('app_acl_values')],
    ['an empty list', acl(), invalid('app_acl_values')],
    ['one text', { ...acl(), app_acl_values: '10.0.0.1' }, invalid('app_acl_values')],
    ['null values', { ...acl(), app_acl_values: null }, missing('app_acl_values')],
    ['a type in lower case', { ...acl('::1'), app_acl_type: 'deny' }, invalid('app_acl_type')],
    ['another type', { ...acl('::1'), app_acl_type: 'ALLOW' }, invalid('app_acl_type')],
    [
      'a type and values that are broken',
      { ...acl(''), app_acl_type: '' },
      invalid('app_acl_type'),
    ],
  ])('refuses %s', async (_, body, refusal) => {
    expect(await call('PUT', path, { body })).toMatchObject({ status: 400, body: refusal })
  })
})

test.each([
  ['PUT', acl('10.0.0.1')],
  ['GET', undefined],
  ['DELETE', undefined],
])(
  '%s app-acl of an app that is not there answers 404, of what can be no id 400',
  async (method, body) => {
    expect(await call(method, '/apps/gone/app-acl', { body })).toMatchObject({
      status: 404,
      body: error('APIG.3004', 'App gone does not exist'),
    })
    expect(await call(method, '/apps/a%20b/app-acl', { body })).toMatchObject({
      status: 400,
      body: invalid('app_id', 'APIG.2012'),
    })
  },
)
