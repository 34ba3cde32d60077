import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WideMap } from '../../src/store/wide-map.ts'

const key = fc.oneof(fc.string({ maxLength: 4 }), fc.integer({ max: 99, min: 0 }).map(String))
const step = fc.record({
  of: fc.nat(),
  key,
  value: fc.option(fc.nat(), { nil: undefined }),
  isForked: fc.boolean(),
})

// A map is split when it passes 4,096 entries: some runs start whole, just before, and in parts.
test.each([0, 4090, 5000])(
  'a map that may be in parts does what a Map does, and so do its forks, %i entries on',
  (n) => {
    const older = Array.from({ length: n }, (_, i) => [`older-${i}`, i] as const)
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const first = { plain: new Map<string, number>(older), wide: new WideMap<number>() }
        for (const [key, value] of older) first.wide.set(key, value)
        const pairs = [first]
        for (const { of, key, value, isForked } of steps) {
          const { plain, wide } = pairs[of % pairs.length] ?? first
          if (isForked && pairs.length < 8) {
            pairs.push({ plain: new Map(plain), wide: wide.fork() })
          }
          if (value === undefined) expect(wide.delete(key)).toBe(plain.delete(key))
          else {
            plain.set(key, value)
            wide.set(key, value)
          }
        }
        for (const { plain, wide } of pairs) {
          expect(wide.size).toBe(plain.size)
          for (const { key } of steps) expect(wide.get(key)).toBe(plain.get(key))
          expect([...plain].filter(([key, value]) => wide.get(key) !== value)).toEqual([])
        }
      }),
      { numRuns: n === 0 ? 100 : 10 },
    )
  },
)

test('values that are changed in place are those of one fork', () => {
  const map = new WideMap<Set<number>>((set) => new Set(set))
  map.set('a', new Set([1]))
  const fork = map.fork()
  map.own('a')?.add(2)
  fork.own('a')?.add(3)
  fork.own('a')?.add(4)
  expect(map.get('a')).toEqual(new Set([1, 2]))
  expect(fork.get('a')).toEqual(new Set([1, 3, 4]))
  expect(fork.own('b')).toBeUndefined()
})
