import { describe, expect } from 'vitest'
import { type TestGateway, test } from '../src/vitest.ts'

describe.concurrent('tests that run at the same time on one server', () => {
  const seen = new Set<string>()

  for (const name of ['one', 'two', 'three']) {
    test(`each have a gateway of their own: ${name}`, async ({ gateway, mock, expect }) => {
      seen.add(mock.url)
      expect(seen.size).toBe(1)
      await gateway.faults.add({ operationId: 'CreateAnAppV2', status: 500, times: 1 })
      expect((await gateway.call('POST', '/apps', { name: 'same_name' })).status).toBe(500)
      expect((await gateway.call('POST', '/apps', { name: 'same_name' })).status).toBe(201)
      await gateway.requests.verify({ operationId: 'CreateAnAppV2', times: 2 })
      expect((await gateway.call('GET', '/apps')).body.total).toBe(1)
    })
  }
})

const names = async (gateway: TestGateway) =>
  (await gateway.call('GET', '/apps')).body.apps.map(({ name }: { name: string }) => name)

describe.sequential('a snapshot', () => {
  let saved: string

  test('is of the gateway of its test alone', async ({ gateway, mock }) => {
    saved = gateway.instance_id
    const other = mock.client({ instance_id: 'another-gateway' })
    await gateway.call('POST', '/apps', { name: 'app_a' })
    expect(await gateway.snapshots.save('base')).toMatchObject({
      instance_id: gateway.instance_id,
      counts: { apps: 1 },
    })
    await gateway.call('POST', '/apps', { name: 'app_b' })
    await other.call('POST', '/apps', { name: 'app_c' })

    await gateway.snapshots.restore('base')
    expect(await names(gateway)).toEqual(['app_a'])
    expect((await other.call('GET', '/apps')).body.total).toBe(1)

    await mock.snapshots.save('base', other.instance_id)
    expect(await gateway.snapshots.list()).toHaveLength(1)
    await gateway.snapshots.remove('base')
    await expect(gateway.snapshots.restore('base')).rejects.toThrow('No snapshot base')
    await gateway.snapshots.save('left_behind')
  })

  test('is gone after its test, and leaves those of others', async ({ mock }) => {
    expect(await mock.snapshots.list(saved)).toEqual([])
    expect(await mock.snapshots.list('another-gateway')).toHaveLength(1)
  })
})

test('a gateway can be emptied within a test', async ({ gateway }) => {
  await gateway.call('POST', '/apps', { name: 'app_demo' })
  await gateway.reset()
  expect((await gateway.call('GET', '/apps')).body.total).toBe(0)
  expect(await gateway.requests.find()).toHaveLength(1)
})
