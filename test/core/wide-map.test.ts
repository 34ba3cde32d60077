import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WideMap } from '../../src/core/wide-map.ts'

// A map is split when it passes 4,096 entries: some runs start whole, just before, and in parts.
test.each([0, 4090, 5000])(
  'a map that may be in parts does what a Map does, %i entries on',
  (n) => {
    const key = fc.oneof(fc.string({ maxLength: 4 }), fc.integer({ max: 99, min: 0 }).map(String))
    const step = fc.record({ key, value: fc.option(fc.nat(), { nil: undefined }) })
    const older = Array.from({ length: n }, (_, i) => [`older-${i}`, i] as const)
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const plain = new Map<string, number>(older)
        const wide = new WideMap<number>()
        for (const [key, value] of older) wide.set(key, value)
        for (const { key, value } of steps) {
          if (value === undefined) expect(wide.delete(key)).toBe(plain.delete(key))
          else {
            plain.set(key, value)
            wide.set(key, value)
          }
          expect(wide.get(key)).toBe(plain.get(key))
          expect(wide.size).toBe(plain.size)
        }
        const copy = wide.copy()
        wide.set('only in the original', 1)
        expect(copy.get('only in the original')).toBeUndefined()
        expect(copy.size).toBe(plain.size)
        const differing = [...plain].filter(([key, value]) => copy.get(key) !== value)
        expect(differing).toEqual([])
      }),
      { numRuns: n === 0 ? 100 : 10 },
    )
  },
)
