import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createControlClient, type Mock, type RemoteMock, start } from '../../src/index.ts'

const CREATE = { operationId: 'CreateAnAppV2' }

let mock: Mock
beforeEach(async () => {
  mock = await start({ port: 0 })
})
afterEach(() => mock.close())

describe.each<[string, () => RemoteMock]>([
  ['start()', () => mock],
  ['createControlClient(url)', () => createControlClient(mock.url)],
])('what %s answers', (_, control) => {
  const create = (name = 'app_demo', instance_id = 'gw1') =>
    control().client({ instance_id }).call('POST', '/apps', { name })

  const total = async (instance_id: string) =>
    (await control().client({ instance_id }).call('GET', '/apps')).body.total

  test.each([
    [{ error_code: 'APIG.3103' }, 403, { error_code: 'APIG.3103' }],
    [{ status: 503, body: { any: ['thing'] } }, 503, { any: ['thing'] }],
    [{ retry_after: 7 }, 429, { error_code: 'APIGW.0308' }],
    [{ delay: 1 }, 201, { name: 'app_demo' }],
    [{ delay: { min: 1, max: 2 }, status: 500 }, 500, undefined],
  ])('orders the failure %j', async (effect, status, body) => {
    const { faults } = control()
    const { id } = await faults.add({ ...CREATE, ...effect, times: 1 })
    expect(await faults.list()).toMatchObject([{ id, hits: 0 }])
    const answer = await create()
    expect(answer.status).toBe(status)
    if (body === undefined) expect(answer.body).toBeUndefined()
    else expect(answer.body).toMatchObject(body)
    expect(await faults.list()).toEqual([])
  })

  test('has the state of all gateways, and of one alone', async () => {
    const { state } = control()
    await create('app_kept')
    await state.put({ instances: [{ id: 'gw2', apps: [{ name: 'app_other' }] }] }, 'gw2')
    expect([await total('gw1'), await total('gw2')]).toEqual([1, 1])
    expect(await state.get('gw2')).toMatchObject({ instances: [{ id: 'gw2' }] })
    const whole = await state.get()
    await state.put({ instances: [] })
    expect(await total('gw1')).toBe(0)
    await state.put(whole)
    expect(await total('gw1')).toBe(1)
    await expect(state.get('gw3')).rejects.toThrow('No gateway gw3')
  })

  test.each(['drop', 'reset', 'half'] as const)(
    'orders a connection cut: %s',
    async (connection) => {
      await control().faults.add({ ...CREATE, connection, times: 1 })
      await expect(create()).rejects.toThrow()
      expect((await create()).status).toBe(201)
    },
  )

  test('cancels failures: one, those of a gateway, all', async () => {
    const { faults } = control()
    const one = await faults.add({ status: 500, instance_id: 'gw1' })
    const two = await faults.add({ status: 501, instance_id: 'gw1' })
    const other = await faults.add({ status: 502, instance_id: 'gw2' })
    await faults.remove(one)
    expect(await faults.list('gw1')).toEqual([two])
    await faults.clear('gw1')
    expect(await faults.list()).toEqual([other])
    await faults.clear()
    expect(await faults.list()).toEqual([])
    await expect(faults.remove(one)).rejects.toMatchObject({ status: 404 })
  })

  test('refuses a failure that can never be, and says what there is', async () => {
    await expect(control().faults.add({ operationId: 'CreateApp', status: 500 })).rejects.toThrow(
      /no operation "CreateApp"; did you mean "CreateAnAppV2"/,
    )
  })

  test('finds requests by operation, gateway, status and time', async () => {
    const { clock, requests } = control()
    await create()
    await clock.advance(60_000)
    const since = (await clock.now()).time
    await create('1')
    await create('other_app', 'gw2')
    const found = async (filter: Parameters<typeof requests.find>[0]) =>
      (await requests.find(filter)).map(({ instance_id, status }) => [instance_id, status])
    const [first, second, third] = [
      ['gw1', 201],
      ['gw1', 400],
      ['gw2', 201],
    ]
    expect(await found({})).toEqual([third, second, first])
    expect(await found({ ...CREATE, instance_id: 'gw1' })).toEqual([second, first])
    expect(await found({ status: 201 })).toEqual([third, first])
    expect(await found({ since })).toEqual([third, second])
    expect(await found({ limit: 1 })).toEqual([third])
    expect(await found({ operationId: 'ListAppsV2' })).toEqual([])
    await requests.clear('gw1')
    expect(await found({})).toEqual([third])
    await requests.clear()
    expect(await found({})).toEqual([])
  })

  test('verifies requests, and says what was there instead', async () => {
    const { requests } = control()
    const waiting = requests.waitFor({ ...CREATE, times: 1 })
    await create()
    expect(await waiting).toMatchObject([{ status: 201, body: { name: 'app_demo' } }])
    await requests.verify({ ...CREATE, instance_id: 'gw1', times: { min: 1, max: 1 } })
    await requests.verify({ operationId: 'DeleteAppV2', times: 0 })
    await expect(requests.verify({ ...CREATE, times: 2 })).rejects.toThrow(/found 1\n(.|\n)*seen:/)
  })

  test('sets, advances, freezes and runs the clock', async () => {
    const { clock } = control()
    const NOON = '2026-01-02T12:00:00.000000000Z'
    await clock.freeze()
    expect(await clock.set('2026-01-02T11:00:00Z')).toMatchObject({ frozen: true })
    expect(await clock.advance(3_600_000)).toEqual({ time: NOON, frozen: true })
    expect((await create()).body.register_time).toBe(NOON)
    await clock.set(new Date(0))
    expect(await clock.now()).toEqual({ time: '1970-01-01T00:00:00.000000000Z', frozen: true })
    expect(await clock.run()).toMatchObject({ frozen: false })
  })

  test('saves and restores states, by name and as documents', async () => {
    const { restore, snapshot, snapshots } = control()
    await create()
    await snapshots.save('all')
    const document = await snapshot()
    await create('later_app')
    await create('other_app', 'gw2')
    await snapshots.restore('all', 'gw1')
    expect([await total('gw1'), await total('gw2')]).toEqual([1, 1])
    await snapshots.restore('all')
    expect(await total('gw2')).toBe(0)
    await create('later_app')
    await restore(document)
    expect(await snapshot()).toEqual(document)
    await snapshots.remove('all')
    expect(await snapshots.list()).toEqual([])
  })

  test('resets one gateway with its journal and failures, and leaves the others', async () => {
    const { faults, requests, reset } = control()
    for (const instance_id of ['gw1', 'gw2']) {
      await create('app_demo', instance_id)
      await faults.add({ instance_id, ...CREATE, status: 500 })
    }
    await reset('gw1')
    expect((await create()).status).toBe(201)
    expect((await create('another', 'gw2')).status).toBe(500)
    expect([await total('gw1'), await total('gw2')]).toEqual([1, 1])
    expect(await requests.find({ ...CREATE, instance_id: 'gw1' })).toHaveLength(1)
    expect(await requests.find({ ...CREATE, instance_id: 'gw2' })).toHaveLength(2)
    await reset()
    expect(await requests.find()).toEqual([])
  })

  test('counts what was asked for', async () => {
    await create()
    await create()
    const { total, operations } = await control().coverage()
    expect(operations).toHaveLength(total)
    expect(operations.filter(({ hits }) => hits > 0)).toEqual([
      expect.objectContaining({ ...CREATE, served: true, hits: 2, errors: 1 }),
    ])
  })
})
