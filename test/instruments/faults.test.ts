import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Matchable } from '../../src/instruments/fault-match.ts'
import type { FaultRule } from '../../src/instruments/fault-rule.ts'
import { createFaults, MOST_FAULTS } from '../../src/instruments/faults.ts'

const request = (fields: Partial<Matchable> = {}): Matchable => ({
  operationId: 'ListAppsV2',
  instance_id: 'gw1',
  project_id: 'p1',
  method: 'GET',
  path: '/v2/p1/apigw/instances/gw1/apps',
  query: () => new URLSearchParams(),
  headers: {},
  ...fields,
})

function armed(...rules: FaultRule[]) {
  const faults = createFaults()
  for (const rule of rules) faults.add(rule)
  return faults
}

test('the first rule that matches answers, wherever the index keeps it', () => {
  const places: FaultRule[] = [
    {},
    { operationId: '*' },
    { operationId: 'ListAppsV2' },
    { instance_id: 'gw1' },
    { operationId: 'ListAppsV2', instance_id: 'gw1' },
    { operationId: 'ListAppsV2', instance_id: 'gw2' },
    { operationId: 'CreateAnAppV2' },
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...places), { maxLength: 8 }), (rules) => {
      const faults = armed(...rules)
      const expected = rules.findIndex(
        ({ operationId = '*', instance_id = 'gw1' }) =>
          instance_id === 'gw1' && ['*', 'ListAppsV2'].includes(operationId),
      )
      const id = expected === -1 ? undefined : `fault-${expected + 1}`
      expect(faults.take(request())?.fault.id).toBe(id)
    }),
  )
})

test('a path matches its pattern as the regular expression that it could be', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '.'), maxLength: 10 })
  fc.assert(
    fc.property(text, text, (path, asterisks) => {
      const parts = asterisks.split('*').map((part) => part.replace(/\./g, '\\.'))
      const expected = new RegExp(`^${parts.join('.*')}$`).test(path)
      expect(armed({ path: asterisks }).take(request({ path })) !== undefined).toBe(expected)
    }),
  )
})

test('a request passes no rule of another operation or gateway', () => {
  const headers = { 'X-A': 'b' }
  const rules = Array.from({ length: MOST_FAULTS }, (_, i) =>
    i % 2 === 0
      ? { operationId: 'CreateAnAppV2', headers }
      : { instance_id: `gw${i + 2}`, headers },
  )
  const faults = armed(...rules)
  let looks = 0
  const looked = {
    ...request(),
    get headers() {
      looks++
      return {}
    },
  }
  expect(faults.take(looked)).toBeUndefined()
  expect(looks).toBe(0)
})

describe('whether the body is needed', () => {
  const where = { body: { name: 'a' } }

  test.each<[boolean, string, FaultRule[]]>([
    [false, 'no rule looks at bodies', [{ status: 500 }]],
    [true, 'one does', [{ where, status: 500 }]],
    [false, 'one does, of another operation', [{ operationId: 'CreateAnAppV2', where }]],
    [false, 'one does, of another method', [{ method: 'POST', where }]],
    [false, 'an earlier one answers', [{ status: 500 }, { where }]],
    [true, 'an earlier one lets this request pass', [{ status: 500, after: 1 }, { where }]],
    [true, 'an earlier one may', [{ status: 500, probability: 0.5, seed: 'a' }, { where }]],
  ])('%s: %s', (expected, _, rules) => {
    expect(armed(...rules).needsBody(request())).toBe(expected)
  })

  test('not after that rule is gone', () => {
    const faults = armed({ where, times: 1 })
    expect(faults.take(request({ body: { name: 'a' } }))).toBeDefined()
    expect(faults.needsBody(request())).toBe(false)
  })
})

describe('a replacement of all rules', () => {
  test('that is too large changes nothing, what was counted included', () => {
    const faults = armed({ status: 500, after: 1, times: 2 })
    faults.take(request())
    faults.take(request())
    const many = Array.from({ length: MOST_FAULTS + 1 }, () => ({ status: 500 }))
    expect(() => faults.replace(many)).toThrow(`Too many faults: up to ${MOST_FAULTS}`)
    expect(faults.list()).toMatchObject([{ hits: 1 }])
    expect(faults.take(request())?.fault.hits).toBe(2)
    expect(faults.size).toBe(0)
  })

  test('frees the room of those that it replaces', () => {
    const large = { status: 500, raw: { text: 'x'.repeat(40 * 1024 * 1024) } }
    const faults = armed(large)
    expect(() => faults.add(large)).toThrow('characters in all; DELETE some')
    faults.replace([large])
    expect(faults.size).toBe(1)
  })
})

test('numbers of a seed are the same again after a reset', () => {
  const faults = armed({ delay: { min: 0, max: 1000 }, seed: 'a' })
  faults.keep()
  const draw = () => Array.from({ length: 3 }, () => faults.take(request())?.delay)
  const first = draw()
  faults.reset()
  expect(draw()).toEqual(first)
})
