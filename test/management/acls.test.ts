import { describe, expect, test } from 'vitest'
import {
  error,
  GATEWAY,
  HEX_ID,
  invalid,
  missing,
  NANOSECONDS,
  SECONDS,
  server,
  strictServer,
} from '../helpers.ts'

const ACL = {
  acl_name: 'acl_demo',
  acl_type: 'PERMIT',
  acl_value: '192.168.1.5,192.168.10.1',
  entity_type: 'IP',
}
const UNKNOWN = error('APIG.3006', 'Access control policy gone does not exist')
const TAKEN = error('APIG.3206', 'The access control policy name already exists')
const BOUND = error('APIG.3447', 'The access control policy has been bound to APIs')

const policies = (target = server()) => ({
  ...target,
  create: async (fields: object = {}) => {
    const { body } = await target.call('POST', '/acls', { body: { ...ACL, ...fields } })
    return body
  },
})

describe('an access control policy', () => {
  test('is created with what was sent, an id and a time in nanoseconds', async () => {
    const { status, body } = await server().call('POST', '/acls', { body: ACL })
    expect(status).toBe(201)
    expect(body).toEqual({
      ...ACL,
      id: expect.stringMatching(HEX_ID),
      update_time: expect.stringMatching(NANOSECONDS),
    })
  })

  test('is shown and listed with its time in seconds, the list with bind_num', async () => {
    const { call, create } = policies()
    const { id } = await create()
    const shown = { ...ACL, id, update_time: expect.stringMatching(SECONDS) }
    expect(await call('GET', `/acls/${id}`)).toMatchObject({ status: 200, body: shown })
    expect((await call('GET', '/acls')).body).toEqual({
      total: 1,
      size: 1,
      acls: [{ ...shown, bind_num: 0 }],
    })
  })

  test('is changed as a whole, but for its entity type', async () => {
    const { call, create } = policies()
    const { id } = await create()
    const changed = { ...ACL, acl_name: 'acl_other', acl_type: 'DENY', acl_value: '10.0.0.0/8' }
    expect(await call('PUT', `/acls/${id}`, { body: changed })).toMatchObject({
      status: 200,
      body: { ...changed, id },
    })
    const other = { ...changed, entity_type: 'DOMAIN', acl_value: 'someone' }
    expect(await call('PUT', `/acls/${id}`, { body: other })).toMatchObject({
      status: 400,
      body: invalid('entity_type'),
    })
  })

  test('is deleted', async () => {
    const { call, create } = policies()
    const { id } = await create()
    expect(await call('DELETE', `/acls/${id}`)).toMatchObject({ status: 204, body: undefined })
    expect((await call('GET', '/acls')).body.total).toBe(0)
  })

  test.each([
    ['GET', undefined],
    ['PUT', ACL],
    ['DELETE', undefined],
  ])('that does not exist is 404 for %s', async (method, body) => {
    expect(await server().call(method, '/acls/gone', { body })).toMatchObject({
      status: 404,
      body: UNKNOWN,
    })
  })

  test.each([
    ['acl_name', { acl_name: '1acl' }],
    ['acl_name', { acl_name: 'ab' }],
    ['acl_name', { acl_name: 'a'.repeat(65) }],
    ['acl_type', { acl_type: 'permit' }],
    ['entity_type', { entity_type: 'USER' }],
    ['acl_value', { acl_value: '' }],
    ['acl_value', { acl_value: '1.2.3.4,' }],
    ['acl_value', { acl_value: '1.2.3' }],
    ['acl_value', { acl_value: Array(101).fill('1.2.3.4').join(',') }],
    ['acl_value', { entity_type: 'DOMAIN', acl_value: '12345' }],
    ['acl_value', { entity_type: 'DOMAIN', acl_value: 'a'.repeat(65) }],
    ['acl_value', { entity_type: 'DOMAIN', acl_value: Array(600).fill('ab').join(',') }],
    ['acl_value', { entity_type: 'DOMAIN_ID', acl_value: 'short' }],
  ])('with a bad %s is refused: %j', async (field, fields) => {
    const { call } = server()
    const { status, body } = await call('POST', '/acls', { body: { ...ACL, ...fields } })
    expect(status).toBe(400)
    expect(body).toEqual(invalid(field))
    expect((await call('GET', '/acls')).body.total).toBe(0)
  })

  test.each([
    ['IP', '1.2.3.4-1.2.3.9,10.0.0.0/8,::1'],
    ['IP', Array(100).fill('1.2.3.4').join(',')],
    ['DOMAIN', 'someone,some-body'],
    ['DOMAIN_ID', '0123456789abcdef0123456789ABCDEF'],
  ])('of %s accepts %s, and keeps it as sent', async (entity_type, acl_value) => {
    const { body } = await server().call('POST', '/acls', {
      body: { ...ACL, entity_type, acl_value },
    })
    expect(body).toMatchObject({ entity_type, acl_value })
  })

  test.each(Object.keys(ACL))('needs its %s', async (field) => {
    const { [field as keyof typeof ACL]: _, ...rest } = ACL
    expect(await server().call('POST', '/acls', { body: rest })).toMatchObject({
      status: 400,
      body: missing(field),
    })
  })

  test('has a name of its own, which it may keep', async () => {
    const { call, create } = policies()
    const { id } = await create()
    await create({ acl_name: 'acl_other' })
    expect(await create()).toEqual(TAKEN)
    const renamed = { ...ACL, acl_name: 'acl_other' }
    expect((await call('PUT', `/acls/${id}`, { body: renamed })).body).toEqual(TAKEN)
    expect((await call('PUT', `/acls/${id}`, { body: ACL })).status).toBe(200)
  })
})

describe('the list of access control policies', () => {
  test.each([
    ['name=demo', ['acl_demo_2', 'acl_demo']],
    ['acl_name=demo', ['acl_demo_2', 'acl_demo']],
    ['name=acl_demo&precise_search=name', ['acl_demo']],
    ['acl_type=DENY', ['acl_demo_2']],
    ['entity_type=DOMAIN', ['acl_other']],
    ['entity_type=NONE', []],
    ['limit=1&offset=1', ['acl_demo_2']],
  ])('by %s', async (query, names) => {
    const { call, create } = policies()
    await create()
    await create({ acl_name: 'acl_demo_2', acl_type: 'DENY' })
    await create({ acl_name: 'acl_other', entity_type: 'DOMAIN', acl_value: 'someone' })
    const { body } = await call('GET', `/acls?${query}`)
    expect(body.acls.map(({ acl_name }: typeof ACL) => acl_name)).toEqual(names)
  })
})

describe('a policy that is bound', () => {
  const bound = () =>
    policies(
      server(
        {},
        {
          instances: [
            {
              id: GATEWAY,
              acls: [{ ...ACL, id: 'acl1' }],
              acl_bindings: [{ acl_id: 'acl1', publish_id: 'p1', api_id: 'api1' }],
            },
          ],
        },
      ),
    )

  test('counts its bindings', async () => {
    expect((await bound().call('GET', '/acls')).body.acls[0].bind_num).toBe(1)
  })

  test('cannot be deleted, neither alone nor in a batch', async () => {
    const { call, create } = bound()
    expect(await call('DELETE', '/acls/acl1')).toMatchObject({ status: 403, body: BOUND })
    const { id } = await create({ acl_name: 'acl_free' })
    const batch = await call('PUT', '/acls?action=delete', { body: { acls: ['acl1', id, 'gone'] } })
    expect(batch).toMatchObject({
      status: 200,
      body: {
        success_count: 1,
        failure: [
          { acl_id: 'acl1', acl_name: 'acl_demo', ...BOUND },
          { acl_id: 'gone', acl_name: '', ...UNKNOWN },
        ],
      },
    })
  })
})

test.each(['', '?action=create'])('a batch%s is refused', async (query) => {
  expect(await server().call('PUT', `/acls${query}`, { body: { acls: [] } })).toMatchObject({
    status: 400,
    body: error('APIG.2011', 'Invalid parameter value: parameter action should be "delete"'),
  })
})

test('the 101st policy is refused in strict mode only', async () => {
  for (const [target, status] of [
    [strictServer(), 403],
    [server(), 201],
  ] as const) {
    const { call, create } = policies(target)
    for (let i = 0; i < 100; i++) await create({ acl_name: `acl_${i}` })
    expect((await call('POST', '/acls', { body: ACL })).status).toBe(status)
  }
})
