import { describe, expect, test } from 'vitest'
import { error, server, strictServer } from '../helpers.ts'

const URL = '/_mock/state?instance_id=gw2'
const document = (name: string) => ({ instances: [{ id: 'gw2', apps: [{ name }] }] })

describe.each([
  ['lenient', () => server()],
  ['strict', () => strictServer()],
])('the state of one gateway in %s mode', (_, make) => {
  test('is made, replaced and returned without touching another gateway', async () => {
    const { call, gateway } = make()
    await call('POST', '/apps', { body: { name: 'app_kept' } })
    for (const name of ['app_one', 'app_two']) {
      expect((await call('PUT', URL, { body: document(name) })).status).toBe(204)
    }
    const { body } = await call('GET', URL)
    expect(body).toMatchObject({
      version: 1,
      instances: [{ id: 'gw2', apps: [{ name: 'app_two' }] }],
    })
    expect(body).not.toHaveProperty('users')
    expect((await call('GET', '/apps')).body.apps).toMatchObject([{ name: 'app_kept' }])
    expect((await gateway('gw2')('GET', '/apps')).body.apps).toMatchObject([{ name: 'app_two' }])
  })

  test('can be given back as it was returned', async () => {
    const { call } = make()
    await call('PUT', URL, { body: document('app_one') })
    const { body } = await call('GET', URL)
    expect((await call('PUT', URL, { body })).status).toBe(204)
    expect((await call('GET', URL)).body).toEqual(body)
  })
})

test.each([
  [{ users: [] }, '/users'],
  [{ instances: [{ id: 'gw3' }] }, '/instances/0/id'],
  [{ instances: [] }, '/instances/0'],
  [{ instances: [{ id: 'gw2' }, { id: 'gw3' }] }, '/instances/0'],
  [
    { instances: [{ id: 'gw2', appz: [] }] },
    '/instances/0/appz: unknown field; did you mean "apps"?',
  ],
])('a document that is not of this gateway is refused: %j', async (body, path) => {
  const { call } = server()
  const answer = await call('PUT', URL, { body })
  expect(answer.status).toBe(400)
  expect(answer.body.error_msg).toContain(`Invalid state at ${path}`)
})

test('a gateway that does not exist is 404', async () => {
  expect(await server().call('GET', URL)).toMatchObject({
    status: 404,
    body: error('MOCK.0404', 'No gateway gw2'),
  })
})

describe('a state document', () => {
  const put = async (body: object) => {
    const target = server({ strict: true }, {}, 'mock-token')
    const { status, body: answer } = await target.call('PUT', '/_mock/state', { body })
    return { ...target, status, error_msg: answer?.error_msg as string }
  }

  test.each([
    ['tokens', { id: 't', user_id: 'nobody' }, 'user_id: no such record in users'],
    ['access_keys', { user_id: 'nobody' }, 'user_id: no such record in users'],
    ['users', { name: 'u', domain_id: 'nowhere' }, 'domain_id: no such record in domains'],
    ['projects', { name: 'p', domain_id: 'nowhere' }, 'domain_id: no such record in domains'],
  ])('whose %s name what is not there is refused', async (table, row, fault) => {
    const { status, error_msg } = await put({ [table]: [row] })
    expect(status).toBe(400)
    expect(error_msg).toBe(`Invalid state at /${table}/0/${fault}`)
  })

  test('that brings users of its own keeps no token of a user who is gone', async () => {
    const { status, ctx, call } = await put({ users: [{ name: 'alice', password: 'secret' }] })
    expect(status).toBe(204)
    expect((await call('GET', '/_mock/health')).body.counts).not.toHaveProperty('tokens')
    expect([...ctx.state.records()].some(({ table }) => table.name === 'access_keys')).toBe(false)
    const auth = {
      identity: {
        methods: ['password'],
        password: { user: { name: 'alice', password: 'secret', domain: { name: 'mock-domain' } } },
      },
    }
    expect((await call('POST', '/v3/auth/tokens', { body: { auth } })).status).toBe(201)
  })

  test('that leaves nobody who could call is refused', async () => {
    const { status, error_msg } = await put({ domains: [{ id: 'd', name: 'mine' }] })
    expect(status).toBe(400)
    expect(error_msg).toContain('no user is left')
  })
})
