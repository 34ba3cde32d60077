import { test as base } from 'vitest'
import { type FaultRule, type GatewayClient, type Mock, start, type Verification } from './index.ts'

/** A gateway of its own, which no other test sees. */
export interface TestGateway extends GatewayClient {
  /** What a client is given as its endpoint. */
  url: string
  faults: {
    /** A failure of this gateway alone. */
    add(rule: Omit<FaultRule, 'instance_id'>): ReturnType<Mock['faults']['add']>
  }
  requests: {
    find: Mock['requests']['find']
    verify: Mock['requests']['verify']
    waitFor: Mock['requests']['waitFor']
  }
  /** States of this gateway to go back to, under names of its own; gone after the test. */
  snapshots: {
    save(name: string): ReturnType<Mock['snapshots']['save']>
    restore(name: string): Promise<void>
    list(): ReturnType<Mock['snapshots']['list']>
    remove(name: string): Promise<void>
  }
  /** Empties this gateway, its journal and its faults; done after every test anyway. */
  reset(): Promise<void>
}

/** @param mock one server, shared by the tests of a worker */
function testGateway(mock: Mock, instance_id: string): TestGateway {
  const { requests, snapshots } = mock
  return {
    ...mock.client({ instance_id }),
    url: mock.url,
    faults: { add: (rule) => mock.faults.add({ ...rule, instance_id }) },
    requests: {
      find: (filter) => requests.find({ ...filter, instance_id }),
      verify: (expected: Verification) => requests.verify({ ...expected, instance_id }),
      waitFor: (expected: Verification) => requests.waitFor({ ...expected, instance_id }),
    },
    snapshots: {
      save: (name) => snapshots.save(name, instance_id),
      restore: (name) => snapshots.restore(name, instance_id),
      list: () => snapshots.list(instance_id),
      remove: (name) => snapshots.remove(name, instance_id),
    },
    reset: () => mock.reset(instance_id),
  }
}

/**
 * Vitest's `test` with two fixtures: `mock`, one server per worker, and `gateway`, a fresh gateway
 * per test on it. Tests may run at the same time: none sees what another does.
 */
export const test = base.extend<{ mock: Mock; gateway: TestGateway }>({
  mock: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the parameter's pattern
    async ({}, use) => {
      const mock = await start({ port: 0 })
      await use(mock)
      await mock.close()
    },
    { scope: 'worker' },
  ],
  gateway: async ({ mock, task }, use) => {
    const gateway = testGateway(mock, `gateway-${task.id}`)
    await use(gateway)
    await gateway.reset()
    // A reset leaves snapshots alone, and a test that is tried again has the same gateway.
    for (const { name } of await gateway.snapshots.list()) await gateway.snapshots.remove(name)
  },
})
