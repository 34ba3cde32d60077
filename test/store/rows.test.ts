import { Type } from '@sinclair/typebox'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Rows } from '../../src/store/rows.ts'
import { table } from '../../src/store/table.ts'

const owners = table('owners', Type.Object({ id: Type.String() }), {})
const things = table(
  'things',
  Type.Object({ id: Type.String(), name: Type.String(), owner: Type.String() }),
  { unique: ['name'], belongsTo: { owner: owners } },
)

interface Thing {
  id: string
  name: string
  owner: string
}

/** The same in the plainest way: an array in the order of creation. */
class Model {
  things: Thing[] = []

  put(thing: Thing): void {
    const index = this.things.findIndex(({ id }) => id === thing.id)
    if (index === -1) this.things.push(thing)
    else this.things[index] = thing
  }

  delete(id: string): boolean {
    const before = this.things.length
    this.things = this.things.filter((thing) => thing.id !== id)
    return this.things.length < before
  }

  get newestFirst(): Thing[] {
    return [...this.things].reverse()
  }
}

const IDS = ['a', 'b', 'c', 'd', 'e', 'f']
const NAMES = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7']
const OWNERS = ['o1', 'o2']

const operation = fc.oneof(
  fc.record({
    id: fc.constantFrom(...IDS),
    name: fc.constantFrom(...NAMES),
    owner: fc.constantFrom(...OWNERS),
  }),
  fc.record({ deleted: fc.constantFrom(...IDS) }),
  fc.record({ forked: fc.constantFrom('go on with the copy', 'go on with the original') }),
)

function expectSame(rows: Rows<Thing>, model: Model, [offset, limit]: [number, number]): void {
  expect(rows.size).toBe(model.things.length)
  for (const id of IDS) expect(rows.get(id)).toBe(model.things.find((thing) => thing.id === id))
  for (const name of NAMES) {
    expect(rows.by('name', name)).toBe(model.things.find((thing) => thing.name === name))
  }
  for (const owner of OWNERS) {
    const owned = model.newestFirst.filter((thing) => thing.owner === owner)
    expect(rows.where('owner', owner)).toEqual(owned)
    expect(rows.count('owner', owner)).toBe(owned.length)
    expect(rows.filter((thing) => thing.owner === owner)).toEqual(owned)
  }
  expect(rows.newest(offset, limit)).toEqual(model.newestFirst.slice(offset, offset + limit))
}

describe('rows', () => {
  // Rows lie in chunks of 1,024: some runs start just before the end of one or in a later one.
  test.each([0, 1020, 2047])('behave as an array does, %i records later', (older) => {
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 30 }),
        fc.nat({ max: older + 8 }),
        fc.nat({ max: 12 }),
        fc.nat({ max: 3 }),
        (operations, offset, limit, kept) => {
          const gone: Thing[] = []
          const events = { put() {}, delete: (thing: Thing) => gone.push(thing) }
          let rows = new Rows<Thing>(things, events)
          const forks: [Rows<Thing>, Thing[]][] = []
          const model = new Model()
          for (let i = 0; i < older; i++) {
            const thing = rows.put({ id: `old${i}`, name: `old${i}`, owner: 'old' })
            if (i < kept) model.put(thing)
          }
          // All but a few of the older ones are gone again, so that chunks have holes.
          for (let i = kept; i < older; i++) rows.delete(`old${i}`)
          gone.length = 0

          for (const op of operations) {
            if ('forked' in op) {
              const copy = rows.fork(events)
              const [left, next] = op.forked === 'go on with the copy' ? [rows, copy] : [copy, rows]
              forks.push([left, [...model.things]])
              rows = next
            } else if ('deleted' in op) {
              const known = model.things.find(({ id }) => id === op.deleted)
              expect(rows.delete(op.deleted)).toBe(model.delete(op.deleted))
              expect(gone.splice(0)).toEqual(known === undefined ? [] : [known])
            } else if (!model.things.some(({ id, name }) => name === op.name && id !== op.id)) {
              // Whoever puts a record has made sure that its unique values are free.
              expect(rows.put(op)).toBe(op)
              model.put(op)
            }
            expectSame(rows, model, [Math.min(offset, 6), limit])
          }
          expect([...rows.values()]).toEqual(model.things)
          // What was left behind is as it was, and stays so when it is written to in its turn.
          for (const [fork, then] of forks) {
            const past = new Model()
            past.things = then
            expectSame(fork, past, [0, 12])
            for (const { id } of then) fork.delete(id)
            expect(fork.size).toBe(0)
          }
          expectSame(rows, model, [0, 12])
          expect(rows.newest(offset, limit)).toEqual(
            model.newestFirst.slice(offset, offset + limit),
          )
        },
      ),
      { numRuns: older === 0 ? 300 : 60 },
    )
  })

  test('have pages at every offset across chunks, also when most records are gone', () => {
    const rows = new Rows<Thing>(things)
    for (let i = 0; i < 5000; i++) rows.put({ id: `t${i}`, name: `t${i}`, owner: 'o1' })
    for (let i = 0; i < 5000; i++) if (i % 5 < 3) rows.delete(`t${i}`)
    const all = [...rows.values()].reverse()
    expect(all).toHaveLength(2000)
    for (let offset = 0; offset <= 2001; offset += 29) {
      expect(rows.newest(offset, 50)).toEqual(all.slice(offset, offset + 50))
    }
    expect(rows.newest(0, 5000)).toEqual(all)
    expect(rows.newest(1e300, 10)).toEqual([])
  })
})
