import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createClock, toChinaTime, toNanoseconds, toSeconds } from '../../src/core/clock.ts'

/** Milliseconds since 1970, with a fraction, until the end of the year 9999. */
const time = fc
  .tuple(
    fc.integer({ min: 0, max: 253_402_300_799_999 }),
    fc.double({ min: 0, max: 0.999, noNaN: true }),
  )
  .map(([milliseconds, fraction]) => milliseconds + fraction)
  .filter((milliseconds) => milliseconds < 253_402_300_800_000)

describe('a time', () => {
  test('in whole seconds is that of Date, cut off', () => {
    fc.assert(
      fc.property(time, (t) => {
        expect(toSeconds(t)).toBe(`${new Date(t).toISOString().slice(0, 19)}Z`)
      }),
    )
  })

  test('in nanoseconds is that of Date with six more digits, all nine always there', () => {
    fc.assert(
      fc.property(time, (t) => {
        const text = toNanoseconds(t)
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)
        expect(text.slice(0, 23)).toBe(new Date(t).toISOString().slice(0, 23))
      }),
    )
  })

  test('in China Standard Time is the same moment, eight hours later on the clock', () => {
    fc.assert(
      fc.property(
        time.filter((t) => t < 253_402_200_000_000),
        (t) => {
          const text = toChinaTime(t)
          expect(text).toMatch(/\.\d{9}\+08:00$/)
          expect(Date.parse(text)).toBe(Math.floor(t))
          expect(text.slice(0, 19)).toBe(toSeconds(t + 8 * 3_600_000).slice(0, 19))
        },
      ),
    )
  })

  test('sorts as text as it sorts as a number', () => {
    fc.assert(
      fc.property(time, time, (a, b) => {
        fc.pre(Math.abs(a - b) > 0.001)
        expect(toNanoseconds(a) < toNanoseconds(b)).toBe(a < b)
      }),
    )
  })

  test.each([
    [0, '1970-01-01T00:00:00.000000000Z'],
    [999.5, '1970-01-01T00:00:00.999500000Z'],
    [1000, '1970-01-01T00:00:01.000000000Z'],
    [1_596_460_153_122.25, '2020-08-03T13:09:13.122250000Z'],
    [1_582_934_400_000, '2020-02-29T00:00:00.000000000Z'],
  ])('%d ms is %s', (t, text) => {
    expect(toNanoseconds(t)).toBe(text)
    expect(toSeconds(t)).toBe(text.replace(/\.\d+/, ''))
  })
})

describe('the clock', () => {
  test('never repeats a reading, also as text, and never goes back', () => {
    const { now } = createClock()
    let last = { time: 0, text: '' }
    for (let i = 0; i < 20_000; i++) {
      const reading = now()
      const text = toNanoseconds(reading)
      expect(reading > last.time && text > last.text).toBe(true)
      last = { time: reading, text }
    }
  })

  test('is that of the machine', () => {
    const before = Date.now()
    const reading = createClock().now()
    expect(reading).toBeGreaterThanOrEqual(before)
    expect(reading).toBeLessThan(Date.now() + 1)
  })
})

test('a running clock that was set is never before the time that it was set to', () => {
  const clock = createClock()
  const noon = Date.UTC(2026, 0, 2, 12)
  for (let i = 0; i < 100_000; i++) {
    clock.set(noon)
    if (clock.now() < noon) expect.unreachable(`early at set ${i}`)
  }
  expect(clock.now()).toBeGreaterThan(noon)
})
