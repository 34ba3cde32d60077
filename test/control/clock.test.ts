import { describe, expect, test } from 'vitest'
import { start } from '../../src/index.ts'
import { sign } from '../auth/sign.ts'
import { server } from '../helpers.ts'

const NOON = '2026-01-02T12:00:00Z'

describe('PUT /_mock/clock', () => {
  test('sets, freezes, advances and runs the clock that every time follows', async () => {
    const { call } = server()
    const put = (body: object) => call('PUT', '/_mock/clock', { body })
    expect((await put({ time: NOON, frozen: true })).body).toEqual({
      time: '2026-01-02T12:00:00.000000000Z',
      frozen: true,
    })
    const first = await call('POST', '/apps', { body: { name: 'first' } })
    expect(first.body.register_time).toBe('2026-01-02T12:00:00.000000000Z')
    await put({ advance: 90_000 })
    const second = await call('POST', '/apps', { body: { name: 'second' } })
    expect(second.body.register_time).toBe('2026-01-02T12:01:30.000000000Z')
    const running = await put({ frozen: false })
    expect(running.body.frozen).toBe(false)
    expect(Date.parse(running.body.time) - Date.parse(second.body.register_time)).toBeLessThan(
      60_000,
    )
    await call('POST', '/_mock/reset')
    const { body } = await call('GET', '/_mock/clock')
    expect(Math.abs(Date.parse(body.time) - Date.now())).toBeLessThan(60_000)
  })

  test.each([
    [{ time: 'tomorrow' }, '/time'],
    [{ time: '99999-01-01T00:00:00Z' }, '/time'],
    [{ advance: 1e300 }, '/advance'],
    [{ advance: -1e300 }, '/advance'],
    [{ advance: '1' }, '/advance'],
    [{ freeze: true }, '/freeze'],
  ])('refuses %j', async (body, path) => {
    const answer = await server().call('PUT', '/_mock/clock', { body })
    expect(answer.status).toBe(400)
    expect(answer.body.error_msg).toContain(path)
  })
})

test('a running clock stops while its times, and those of a day later, have four-digit years', async () => {
  const { call } = server()
  const end = '9999-12-29T16:00:00Z'
  const refused = await call('PUT', '/_mock/clock', { body: { time: '9999-12-29T16:00:01Z' } })
  expect(refused.body.error_msg).toBe(`Invalid body at /time: expected a time from 1970 to ${end}`)
  expect((await call('PUT', '/_mock/clock', { body: { time: end } })).status).toBe(200)
  for (let i = 0; i < 3; i++) {
    const { body } = await call('GET', '/_mock/clock')
    expect(body).toEqual({ time: '9999-12-29T16:00:00.000000000Z', frozen: false })
  }
  const user = { name: 'mock-user', password: 'mock-password' }
  const identity = { methods: ['password'], password: { user } }
  const scope = { project: { id: 'p1' } }
  const { body } = await call('POST', '/v3/auth/tokens', { body: { auth: { identity, scope } } })
  expect(body.token.expires_at).toBe('9999-12-30T16:00:00.000000Z')
})

describe('with the clock', () => {
  const DAY = 86_400_000

  test('a token expires', async () => {
    const { call } = server()
    const user = { name: 'mock-user', password: 'mock-password' }
    const scope = { project: { id: 'p1' } }
    const identity = { methods: ['password'], password: { user } }
    const issued = await call('POST', '/v3/auth/tokens', { body: { auth: { identity, scope } } })
    const token = String(issued.headers['x-subject-token'])
    const get = () => call('GET', '/apps', { token })
    expect((await get()).status).toBe(200)
    await call('PUT', '/_mock/clock', { body: { advance: DAY } })
    expect(await get()).toMatchObject({ status: 401, body: { error_code: 'APIG.1001' } })
  })

  test('a signature becomes too old', async () => {
    const { call, ctx } = server()
    const path = '/v2/p1/apigw/instances/gw1/apps'
    const headers = sign({ method: 'GET', path, now: ctx.clock.now() })
    const get = () => call('GET', path, { token: null, headers })
    expect((await get()).status).toBe(200)
    await call('PUT', '/_mock/clock', { body: { advance: DAY } })
    expect(await get()).toMatchObject({ status: 401, body: { error_code: 'APIGW.0301' } })
    await call('PUT', '/_mock/clock', { body: { advance: -DAY } })
    expect((await get()).status).toBe(200)
  })
})

/** Two runs of the same requests on servers of the same options. */
async function session(options: object): Promise<string> {
  const mock = server(options)
  const answers: unknown[] = []
  const add = async (method: string, path: string, body?: unknown) => {
    const answer = await mock.call(method, path, { ...(body !== undefined && { body }) })
    answers.push(answer)
    return answer.body
  }
  const { id } = await add('POST', '/apps', { name: 'app_demo' })
  await add('PUT', `/apps/${id}/app-codes`)
  await add('POST', `/apps/${id}/ai-api-keys`, {})
  await add('PUT', `/apps/secret/${id}`, {})
  await add('POST', '/apps', { name: 'app_demo' })
  await add('POST', '/v3/auth/tokens', {
    auth: { identity: { methods: ['token'], token: { id: 'mock-token' } } },
  })
  await add('GET', '/apps')
  await add('GET', '/_mock/state')
  return JSON.stringify(answers)
}

describe('the same seed of ids and a frozen clock', () => {
  const options = { idSeed: 'golden', clock: NOON }

  test('give byte-identical answers in every run', async () => {
    expect(await session(options)).toBe(await session(options))
    expect(await session({ ...options, idSeed: 'other' })).not.toBe(await session(options))
  })

  test('give answers whose Date is that of the clock', async () => {
    const { call } = server(options)
    const dated = async () => (await call('GET', '/apps')).headers.date
    expect(await dated()).toBe(new Date(NOON).toUTCString())
    await call('PUT', '/_mock/clock', { body: { advance: 61_000 } })
    expect(await dated()).toBe(new Date(Date.parse(NOON) + 61_000).toUTCString())
  })

  test('give the ids that every machine gives', async () => {
    const { body } = await server(options).call('POST', '/apps', { body: { name: 'app_demo' } })
    expect(body).toMatchObject({
      id: '06ec6cd5af15f217ab09f11bee228942',
      register_time: '2026-01-02T12:00:00.000000000Z',
    })
  })

  test('start again with a reset', async () => {
    const mock = await start({ port: 0, ...options })
    try {
      const create = async () =>
        (await mock.client().call('POST', '/apps', { name: 'app_demo' })).body
      const first = await create()
      await mock.clock.advance(1000)
      await mock.reset()
      expect(await create()).toEqual(first)
      expect(await mock.clock.now()).toEqual({
        time: '2026-01-02T12:00:00.000000000Z',
        frozen: true,
      })
    } finally {
      await mock.close()
    }
  })
})
