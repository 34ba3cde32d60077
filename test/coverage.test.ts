import { describe, expect, test } from 'vitest'
import { coverageFiles, listOperations } from './clients/coverage.ts'
import { readEvidence } from './clients/evidence.ts'

const STALE = 'stale: run npm run coverage'

describe('the coverage table', () => {
  test('and the totals in the README are those of the routes and the evidence', async () => {
    for (const { is, shouldBe } of await coverageFiles()) expect(is, STALE).toBe(shouldBe)
  })

  test('has an official client for every operation that is served', async () => {
    const evidence = await readEvidence()
    const undriven = (await listOperations())
      .filter(({ served, operationId }) => served && !evidence[operationId]?.includes('python'))
      .map(({ operationId }) => operationId)
    expect(undriven, 'add them to test/clients/python, then run npm run test:clients').toEqual([])
  })

  test('has evidence only for what is served', async () => {
    const served = (await listOperations()).filter((operation) => operation.served)
    const known = served.map(({ operationId }) => operationId)
    expect(known).toEqual(expect.arrayContaining(Object.keys(await readEvidence())))
  })
})
