import { Type } from '@sinclair/typebox'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Extended } from '../../src/schema/extended.ts'
import { Text, Time } from '../../src/schema/kinds.ts'
import { compileWriter } from '../../src/schema/writer.ts'

const Row = Type.Object({
  id: Type.String(),
  remark: Type.Optional(Text({ maxLength: 99 })),
  count: Type.Integer(),
  made: Time('seconds'),
  tags: Type.Array(Type.String()),
})
const row = fc.record(
  {
    id: fc.string({ unit: 'binary' }),
    remark: fc.string({ unit: 'grapheme' }),
    count: fc.integer(),
    made: fc.integer({ min: 0, max: 4e12 }),
    tags: fc.array(fc.string()),
    secret: fc.string(),
  },
  { requiredKeys: ['id', 'count', 'made', 'tags'] },
)
/** What is on the wire of a row. */
const sent = ({ id, remark, count, made, tags }: Record<string, unknown>) => ({
  id,
  ...(remark !== undefined && { remark }),
  count,
  made: `${new Date(Number(made)).toISOString().slice(0, 19)}Z`,
  tags,
})

describe('an answer', () => {
  test('is the JSON of what its schema names, whatever it holds', () => {
    const write = compileWriter({ schema: Type.Array(Row) })
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        expect(JSON.parse(write(rows))).toEqual(rows.map(sent))
      }),
    )
  })

  test('lacks no field that its schema requires', () => {
    const write = compileWriter({ schema: Row })
    expect(() => write({ id: 'a', made: 0, tags: [] })).toThrow('lacks its field count')
  })
})

test('a record that is answered as it is has the same text each time', () => {
  const write = compileWriter({ schema: Row })
  fc.assert(
    fc.property(row, (record) => {
      for (let i = 0; i < 2; i++) expect(write(new Extended(record, {}))).toBe(write(record))
    }),
  )
})

describe('a record with fields that are not its own', () => {
  const schema = Type.Composite([Row, Type.Object({ bound: Type.Integer() })])

  test('is written with these as they are now, and with its own as they always are', () => {
    const write = compileWriter({ schema })
    fc.assert(
      fc.property(row, fc.array(fc.integer(), { minLength: 1 }), (record, values) => {
        for (const bound of values) {
          const answer = JSON.parse(write(new Extended(record, { bound })))
          expect(answer).toEqual({ ...sent(record), bound })
        }
      }),
    )
  })

  test('is written for each schema in its own way', () => {
    const record = { id: 'a', count: 1, made: 0, tags: ['x'] }
    const whole = compileWriter({ schema })
    const short = compileWriter({ schema: Type.Pick(schema, ['id', 'bound']) })
    expect(whole(new Extended(record, { bound: 2 }))).toContain('"tags":["x"],"bound":2}')
    expect(short(new Extended(record, { bound: 2 }))).toBe('{"id":"a","bound":2}')
  })

  test('is written as ever when more records were written than texts are kept', () => {
    const write = compileWriter({ schema })
    const records = Array.from({ length: 10_000 }, (_, count) => ({
      id: `id-${count}`,
      count,
      made: count * 1000,
      tags: [],
    }))
    for (const bound of [1, 2]) {
      for (const record of records) {
        const { id, count } = JSON.parse(write(new Extended(record, { bound })))
        expect([id, count]).toEqual([record.id, record.count])
      }
    }
  })
})
