import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createJournal, type Entry } from '../../src/instruments/journal.ts'
import type { BlockText } from '../../src/instruments/text-blocks.ts'

const entryOf = (instance_id: string, answer: string): Entry => ({
  id: 0,
  time: 0,
  request_id: '',
  operationId: undefined,
  method: 'GET',
  url: '/',
  instance_id,
  rawHeaders: [],
  body: undefined,
  user_id: undefined,
  tolerated: [],
  fault: undefined,
  reason: undefined,
  status: 200,
  answer,
  ms: 0,
})

const GATEWAYS = ['g1', 'g2']
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
  test('keeps the last requests, each with its own answer, whatever came between', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(step, { maxLength: 300 }),
        (size, steps) => {
          const journal = createJournal(size)
          let kept: [id: number, gateway: string, answer: string][] = []
          let last = 0
          for (const step of steps) {
            if ('cleared' in step) {
              journal.clear(step.cleared)
              kept = kept.filter(
                ([, gateway]) => step.cleared !== undefined && gateway !== step.cleared,
              )
            } else {
              last++
              const answer = `${step.answer}${last}`
              journal.add(entryOf(step.gateway, answer))
              kept.push([last, step.gateway, answer])
              kept = kept.filter(([id]) => id > last - size)
            }
          }
          const shown = journal.entries()
          expect(shown.map((entry) => [entry.id, entry.instance_id, String(entry.answer)])).toEqual(
            kept,
          )
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

  test('holds no more than what remains when a gateway is cleared', () => {
    const journal = createJournal(1000)
    for (let i = 0; i < 200; i++) {
      journal.add(entryOf('g1', 'a'.repeat(1024)))
      journal.add(entryOf('g2', 'a'.repeat(30_000)))
      if (i % 20 === 0) journal.clear('g2')
    }
    journal.clear('g2')
    const blocks = new Set(journal.entries().map(({ answer }) => (answer as BlockText).block))
    expect(journal.entries()).toHaveLength(200)
    expect(blocks.size).toBe(1)
  })
})
