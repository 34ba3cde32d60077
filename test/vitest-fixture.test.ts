import { describe, expect } from 'vitest'
import { test } from '../src/vitest.ts'

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

test('a gateway can be emptied within a test', async ({ gateway }) => {
  await gateway.call('POST', '/apps', { name: 'app_demo' })
  await gateway.reset()
  expect((await gateway.call('GET', '/apps')).body.total).toBe(0)
  expect(await gateway.requests.find()).toHaveLength(1)
})
