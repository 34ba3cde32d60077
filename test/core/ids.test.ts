import { describe, expect, test } from 'vitest'
import { createIds } from '../../src/core/ids.ts'

const draw = (ids: ReturnType<typeof createIds>) => [ids.hex(), ids.code(), ids.hex()]

describe.each([
  ['random', undefined],
  ['seeded', 'golden'],
])('%s ids', (_, seed) => {
  test('have their form, and none comes twice', () => {
    const ids = createIds(seed)
    const drawn = Array.from({ length: 3000 }, () => draw(ids))
    for (const [hex, code] of drawn) {
      expect(hex).toMatch(/^[0-9a-f]{32}$/)
      expect(code).toMatch(/^[0-9A-Za-z]{64}$/)
    }
    expect(new Set(drawn.flat()).size).toBe(9000)
  })
})

describe('a seeded sequence', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(draw(createIds('a'))).toEqual(draw(createIds('a')))
    expect(draw(createIds('a'))).not.toEqual(draw(createIds('b')))
  })

  test('goes back to where a checkpoint was taken', () => {
    const ids = createIds('a')
    ids.hex()
    const back = ids.checkpoint()
    const first = draw(ids)
    draw(ids)
    back()
    expect(draw(ids)).toEqual(first)
  })
})
