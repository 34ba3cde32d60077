import { expect, test } from 'vitest'
import { start } from '../../src/index.ts'
import { createSnapshots } from '../../src/instruments/snapshots.ts'
import { error, server, type TestServer } from '../helpers.ts'

const create = (call: TestServer['call'], name: string) => call('POST', '/apps', { body: { name } })

async function names(call: TestServer['call']): Promise<string[]> {
  const { body } = await call('GET', '/apps')
  return body.apps.map((app: { name: string }) => app.name)
}

const noSnapshot = (name: string) => error('MOCK.0404', `No snapshot ${name}`)

test('a snapshot is gone back to, any number of times', async () => {
  const { call, gateway } = server()
  await create(call, 'app_a')
  await create(gateway('gw2'), 'app_b')
  expect((await call('POST', '/_mock/snapshots/base')).status).toBe(201)
  for (let i = 0; i < 2; i++) {
    await create(call, 'app_c')
    await call('POST', '/_mock/reset')
    await create(gateway('gw3'), 'app_d')
    expect(await call('POST', '/_mock/snapshots/base/restore')).toMatchObject({
      status: 204,
      body: undefined,
    })
    expect(await names(call)).toEqual(['app_a'])
    expect(await names(gateway('gw2'))).toEqual(['app_b'])
    expect(await names(gateway('gw3'))).toEqual([])
  }
})

test('a snapshot answers its name, time and counts, and so does the list', async () => {
  const { call, gateway } = server({ clock: '2026-01-02T03:04:05Z' })
  await create(call, 'app_a')
  await create(gateway('gw2'), 'app_b')
  const first = await call('POST', '/_mock/snapshots/first')
  const { body } = await call('GET', '/_mock/health')
  const time = '2026-01-02T03:04:05.000000000Z'
  expect(first.body).toEqual({ name: 'first', time, counts: body.counts })
  expect(body.counts).toMatchObject({ instances: 2, apps: 2, tokens: 6 })

  const own = await call('POST', '/_mock/snapshots/own?instance_id=gw2')
  expect(own.body).toMatchObject({ name: 'own', instance_id: 'gw2', time, counts: { apps: 1 } })
  expect(own.body.counts).not.toHaveProperty('tokens')
  expect((await call('GET', '/_mock/snapshots')).body).toEqual({
    snapshots: [first.body, own.body],
  })
  expect((await call('GET', '/_mock/snapshots?instance_id=gw2')).body).toEqual({
    snapshots: [own.body],
  })
})

test('saving under a name that is taken replaces', async () => {
  const { call } = server()
  await call('POST', '/_mock/snapshots/base')
  await call('POST', '/_mock/snapshots/other')
  await create(call, 'app_a')
  await call('POST', '/_mock/snapshots/base')
  await call('POST', '/_mock/reset')
  await call('POST', '/_mock/snapshots/base/restore')
  expect(await names(call)).toEqual(['app_a'])
  const { snapshots } = (await call('GET', '/_mock/snapshots')).body
  expect(snapshots.map(({ name }: { name: string }) => name)).toEqual(['other', 'base'])
})

test('gateways save and restore alone, also under the same name', async () => {
  const { call, gateway } = server()
  const other = gateway('gw2')
  await create(call, 'app_a')
  await create(other, 'app_b')
  await call('POST', '/_mock/snapshots/base?instance_id=gw1')
  await create(other, 'app_c')
  await call('POST', '/_mock/snapshots/base?instance_id=gw2')
  await create(call, 'app_d')
  await create(other, 'app_e')
  await call('POST', '/_mock/snapshots/base/restore?instance_id=gw1')
  expect(await names(call)).toEqual(['app_a'])
  expect(await names(other)).toEqual(['app_e', 'app_c', 'app_b'])
  await call('POST', '/_mock/snapshots/base/restore?instance_id=gw2')
  expect(await names(other)).toEqual(['app_c', 'app_b'])

  await call('DELETE', '/_mock/snapshots/base?instance_id=gw1')
  expect((await call('POST', '/_mock/snapshots/base/restore?instance_id=gw1')).status).toBe(404)
  expect((await call('POST', '/_mock/snapshots/base/restore?instance_id=gw2')).status).toBe(204)
  // Everything was never saved under this name.
  expect((await call('POST', '/_mock/snapshots/base/restore')).status).toBe(404)
})

test('a gateway goes back alone to what it was in a snapshot of everything', async () => {
  const { call, gateway } = server()
  await create(call, 'app_a')
  await call('POST', '/_mock/snapshots/all')
  await create(call, 'app_b')
  await create(gateway('gw2'), 'app_c')
  await call('POST', '/_mock/snapshots/all/restore?instance_id=gw1')
  expect(await names(call)).toEqual(['app_a'])
  expect(await names(gateway('gw2'))).toEqual(['app_c'])
  // It was not there at all.
  await call('POST', '/_mock/snapshots/all/restore?instance_id=gw2')
  const { instances } = (await call('GET', '/_mock/state')).body
  expect(instances.map(({ id }: { id: string }) => id)).toEqual(['gw1'])
})

test('what is deleted or was never saved is 404', async () => {
  const { call } = server()
  await call('POST', '/_mock/snapshots/base')
  expect((await call('DELETE', '/_mock/snapshots/base')).status).toBe(204)
  for (const [method, path] of [
    ['DELETE', '/_mock/snapshots/base'],
    ['POST', '/_mock/snapshots/base/restore'],
  ] as const) {
    expect(await call(method, path)).toMatchObject({ status: 404, body: noSnapshot('base') })
  }
  expect((await call('GET', '/_mock/snapshots')).body).toEqual({ snapshots: [] })
})

test.each(['a b', '.hidden', '-x', 'a'.repeat(65), 'ä'])('the name %j is refused', async (name) => {
  const { call } = server()
  const { status, body } = await call('POST', `/_mock/snapshots/${encodeURIComponent(name)}`)
  expect(status).toBe(400)
  expect(body).toMatchObject({ error_code: 'MOCK.0400' })
  expect(body.error_msg).toMatch(/^Invalid params at \/name: /)
})

test('an instance_id that none can have is refused', async () => {
  const { call } = server()
  const { status } = await call('POST', '/_mock/snapshots/base?instance_id=a%20b')
  expect(status).toBe(400)
})

test('the library saves, restores, lists and removes', async () => {
  const mock = await start({ port: 0 })
  const { call } = mock.client({ instance_id: 'gw1' })
  await call('POST', '/apps', { name: 'app_a' })
  const saved = await mock.snapshots.save('base')
  const own = await mock.snapshots.save('base', 'gw1')
  expect(await mock.snapshots.list()).toEqual([saved, own])
  expect(await mock.snapshots.list('gw1')).toEqual([own])
  await mock.reset()
  await mock.snapshots.restore('base', 'gw1')
  expect((await call('GET', '/apps')).body.total).toBe(1)
  await mock.snapshots.restore('base')
  await mock.snapshots.remove('base')
  await expect(mock.snapshots.restore('base')).rejects.toThrow('No snapshot base')
  await mock.close()
})

test.each([
  ['their number', (each: number) => ({ snapshots: 2, records: 3 * each })],
  ['their records', (each: number) => ({ snapshots: 3, records: 3 * each - 1 })],
])('snapshots are bounded: %s', (_, limitsOf) => {
  const { ctx } = server({}, { instances: [{ id: 'gw1', apps: [{ name: 'app_a' }] }] })
  const { counts } = createSnapshots(ctx.state, ctx.clock).save('size', 'gw1')
  const limits = limitsOf(Object.values(counts).reduce((sum, count) => sum + count))
  const snapshots = createSnapshots(ctx.state, ctx.clock, limits)
  const save = (name: string) => snapshots.save(name, 'gw1')
  const kept = () => snapshots.list().map(({ name }) => name)
  save('one')
  save('two')
  const message = `up to ${limits.snapshots}, of ${limits.records} records in all; DELETE some`
  expect(() => save('three')).toThrow(message)
  // One that is replaced makes room for itself.
  save('one')
  expect(kept()).toEqual(['two', 'one'])
  snapshots.remove('two', 'gw1')
  save('three')
  expect(kept()).toEqual(['one', 'three'])
})
