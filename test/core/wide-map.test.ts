import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WideMap } from '../../src/core/wide-map.ts'

test('a map kept in parts does what a Map does', () => {
  const key = fc.oneof(fc.string({ maxLength: 4 }), fc.integer({ max: 99, min: 0 }).map(String))
  const step = fc.record({ key, value: fc.option(fc.nat(), { nil: undefined }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const plain = new Map<string, number>()
      const wide = new WideMap<number>()
      for (const { key, value } of steps) {
        if (value === undefined) expect(wide.delete(key)).toBe(plain.delete(key))
        else {
          plain.set(key, value)
          wide.set(key, value)
        }
        expect(wide.get(key)).toBe(plain.get(key))
        expect(wide.size).toBe(plain.size)
      }
      for (const [key, value] of plain) expect(wide.get(key)).toBe(value)
    }),
  )
})
