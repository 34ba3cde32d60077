import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ForgottenRequests } from '../../src/instruments/forgotten.ts'
import { createJournal } from '../../src/instruments/journal.ts'
import type { BlockText } from '../../src/instruments/text-blocks.ts'
import { entryOf } from './entry.ts'

const GATEWAYS = ['g1', 'g2', 'g3']
/** Short, long, of several bytes a character, and too long to be kept as bytes. */
const ANSWERS = [
  '{}',
  'a'.repeat(2000),
  'ü€'.repeat(5000),
  '😀'.repeat(16_000),
  'b'.repeat(300_000),
]

const step = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      gateway: fc.constantFrom(...GATEWAYS),
      answer: fc.constantFrom(...ANSWERS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ cleared: fc.constantFrom(undefined, ...GATEWAYS) }) },
)

describe('The journal', () => {
  test('keeps the last requests of each gateway, each with its own answer, whatever came between', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(step, { maxLength: 300 }),
        (size, steps) => {
          const journal = createJournal(size)
          let kept: [id: number, gateway: string, answer: string][] = []
          const lost = new Map<string, number>()
          let last = 0
          for (const step of steps) {
            if ('cleared' in step) {
              journal.clear(step.cleared)
              if (step.cleared === undefined) lost.clear()
              else lost.delete(step.cleared)
              kept = kept.filter(
                ([, gateway]) => step.cleared !== undefined && gateway !== step.cleared,
              )
            } else {
              last++
              const answer = `${step.answer}${last}`
              journal.add(entryOf(step.gateway, answer))
              kept.push([last, step.gateway, answer])
              const own = kept.filter(([, gateway]) => gateway === step.gateway)
              const evicted = own.length > size ? own[0] : undefined
              kept = kept.filter((one) => one !== evicted)
              if (evicted !== undefined) lost.set(step.gateway, (lost.get(step.gateway) ?? 0) + 1)
            }
          }
          const shown = journal.entries()
          expect(shown.map((entry) => [entry.id, entry.instance_id, String(entry.answer)])).toEqual(
            kept,
          )
          for (const gateway of GATEWAYS) {
            expect(journal.entries(gateway)).toEqual(
              shown.filter((entry) => entry.instance_id === gateway),
            )
            expect(journal.forgotten(gateway).count).toBe(lost.get(gateway) ?? 0)
          }
          const sum = [...lost.values()].reduce((a, b) => a + b, 0)
          expect(journal.forgotten().count).toBe(sum)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('forgets the oldest for want of room, but never the last', () => {
    const journal = createJournal(3, 5000)
    const idsAfter = (length: number) => {
      journal.add(entryOf('g1', 'a'.repeat(length)))
      return journal.entries().map(({ id }) => id)
    }
    expect(idsAfter(0)).toEqual([1])
    expect(idsAfter(0)).toEqual([1, 2])
    expect(idsAfter(0)).toEqual([1, 2, 3])
    expect(idsAfter(0)).toEqual([2, 3, 4])
    expect(idsAfter(2000)).toEqual([4, 5])
    expect(idsAfter(0)).toEqual([5, 6])
    expect(idsAfter(9000)).toEqual([7])
    expect(idsAfter(0)).toEqual([8])
  })

  test('takes what it lacks in bytes from the largest gateway', () => {
    const journal = createJournal(1000, 100_000)
    journal.add(entryOf('quiet', 'first'))
    for (let i = 0; i < 500; i++) journal.add(entryOf('busy', 'a'.repeat(1000)))
    for (let i = 0; i < 500; i++) journal.add(entryOf(undefined, 'a'.repeat(1000)))
    expect(journal.entries('quiet')).toHaveLength(1)
    expect(journal.forgotten('quiet').count).toBe(0)
    expect(journal.forgotten('busy').count).toBeGreaterThan(400)
    const of = (gateway: string | undefined) =>
      journal.entries().filter(({ instance_id }) => instance_id === gateway).length
    expect(Math.abs(of('busy') - of(undefined))).toBeLessThanOrEqual(1)
  })

  test.each([
    ['headers', { rawHeaders: ['X-Long', 'a'.repeat(3000)] }],
    ['the reason', { reason: 'a'.repeat(3000) }],
    ['the body', { body: Buffer.alloc(3000) }],
    ['the URL', { url: 'a'.repeat(3000) }],
  ])('counts %s among its bytes', (_, long) => {
    const journal = createJournal(100, 10_000)
    for (let i = 0; i < 10; i++) journal.add({ ...entryOf('g1', ''), ...long })
    expect(journal.entries()).toHaveLength(2)
  })

  test('tells what it has forgotten: how many, and of the newest its id and time', () => {
    const journal = createJournal(2)
    for (let time = 1; time <= 5; time++) journal.add({ ...entryOf('g1', ''), time })
    journal.add({ ...entryOf('g2', ''), time: 9 })
    expect(journal.forgotten('g1')).toEqual({ count: 3, id: 3, time: 3 })
    expect(journal.forgotten()).toEqual({ count: 3, id: 3, time: 3 })
    expect(journal.forgotten('g2').count).toBe(0)
    journal.clear('g1')
    expect(journal.forgotten().count).toBe(0)
  })

  test('of too many gateways to count each never tells too little', () => {
    const lost = new ForgottenRequests()
    for (let i = 0; i < 10_002; i++) lost.add(`g${i}`, { id: i, time: i })
    expect(lost.of('g0')).toEqual({ count: 2, id: 1, time: 1 })
    expect(lost.of('g10001')).toEqual({ count: 3, id: 10_001, time: 10_001 })
    lost.add('g0', { id: 10_002, time: 10_002 })
    expect(lost.of('g0').count).toBe(4)
    expect(lost.of().count).toBe(10_003)
    lost.clear('g0')
    expect(lost.of('g0').count).toBe(0)
    lost.add('x'.repeat(100), { id: 10_003, time: 10_003 })
    expect(lost.of('x'.repeat(100)).id).toBe(10_003)
  })

  test('holds little more than what it keeps, however short-lived its neighbours were', () => {
    const journal = createJournal(1000)
    for (let i = 0; i < 500; i++) {
      journal.add(entryOf('quiet', 'a'.repeat(1024)))
      journal.add(entryOf('busy', 'a'.repeat(30_000)))
      if (i % 20 === 0) journal.clear('busy')
    }
    journal.clear('busy')
    const blocks = new Set(journal.entries().map(({ answer }) => (answer as BlockText).block))
    expect(journal.entries()).toHaveLength(500)
    expect(blocks.size).toBeLessThanOrEqual(12)
    for (const { answer } of journal.entries()) expect(String(answer)).toBe('a'.repeat(1024))
  })
})
