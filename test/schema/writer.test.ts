import { Kind, type TSchema, Type } from '@sinclair/typebox'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Text, Time } from '../../src/schema/kinds.ts'
import { extend, markImmutable, withFields } from '../../src/schema/record.ts'
import { compileWriter, createWriter } from '../../src/schema/writer.ts'

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

describe('a response', () => {
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

const Nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()])

describe('every kind', () => {
  test.each<[string, TSchema, unknown, unknown]>([
    [
      'a map',
      Type.Record(Type.String(), Row),
      { a: { id: 'x', count: 1, made: 0, tags: [], secret: 's' } },
      { a: { id: 'x', count: 1, made: '1970-01-01T00:00:00Z', tags: [] } },
    ],
    [
      'a map with any name',
      Type.Record(Type.String(), Type.Integer()),
      JSON.parse('{"__proto__":1,"\\"":2}'),
      JSON.parse('{"__proto__":1,"\\"":2}'),
    ],
    ['null', Nullable(Row), null, null],
    [
      'an object that may be null',
      Nullable(Type.Object({ at: Time() })),
      { at: 0, extra: 1 },
      { at: '1970-01-01T00:00:00Z' },
    ],
    [
      'a union of objects',
      Type.Union([
        Type.Object({ kind: Type.Literal('a'), at: Time() }),
        Type.Object({ kind: Type.Literal('b'), n: Type.Integer() }),
      ]),
      { kind: 'b', n: 1, at: 5 },
      { kind: 'b', n: 1 },
    ],
    ['a union of words and numbers', Type.Union([Type.Literal('a'), Type.Integer()]), 7, 7],
    ['true', Type.Boolean(), true, true],
    ['a number', Type.Number(), 1.5, 1.5],
    ['a number that JSON does not have', Type.Number(), Number.POSITIVE_INFINITY, null],
    ['anything', Type.Unknown(), { a: [1, { b: null }] }, { a: [1, { b: null }] }],
    ['a string with every escape', Type.String(), '"\\\u0000\ud800', '"\\\u0000\ud800'],
  ])('is written: %s', (_, schema, value, expected) => {
    expect(JSON.parse(createWriter(schema)(value))).toEqual(expected)
  })

  test('of any depth', () => {
    const value = JSON.parse(`${'['.repeat(9_000)}${']'.repeat(9_000)}`)
    expect(createWriter(Type.Unknown())(value)).toBe(`${'['.repeat(9_000)}${']'.repeat(9_000)}`)
  })

  test.each<[string, TSchema]>([
    ['an intersection', Type.Intersect([Row, Row])],
    ['a tuple', Type.Tuple([Type.String()])],
    ['an unknown kind inside of an array', Type.Array(Type.Unsafe({ [Kind]: 'Mystery' }))],
    [
      'a map of several schemas',
      { ...Type.Record(Type.String(), Row), patternProperties: { a: Row, b: Row } },
    ],
  ])('that it cannot write is refused when it is compiled: %s', (_, schema) => {
    expect(() => createWriter(schema)).toThrow(TypeError)
  })
})

test('a record is written as a copy of it would be, each time', () => {
  const Table = Type.Object({ ...Row.properties })
  markImmutable(Table)
  const write = compileWriter({ schema: Table })
  const plain = compileWriter({ schema: Row })
  fc.assert(
    fc.property(row, (record) => {
      for (let i = 0; i < 2; i++) expect(write(record)).toBe(plain(record))
    }),
  )
})

describe('a record with fields that are not its own', () => {
  const Table = Type.Object({ ...Row.properties })
  markImmutable(Table)
  const schema = withFields(Table, { bound: Type.Integer() })

  test('is written with these as they are now, and with its own as they always are', () => {
    const write = compileWriter({ schema })
    fc.assert(
      fc.property(row, fc.array(fc.integer(), { minLength: 1 }), (record, values) => {
        for (const bound of values) {
          const sentNow = JSON.parse(write(extend(record, { bound })))
          expect(sentNow).toEqual({ ...sent(record), bound })
        }
      }),
    )
  })

  test('may be written with other fields through another schema', () => {
    const record = { id: 'a', count: 1, made: 0, tags: ['x'] }
    const others = withFields(Table, { free: Type.Integer(), count: Type.String() })
    const [first, second] = [compileWriter({ schema }), compileWriter({ schema: others })]
    expect(JSON.parse(first(extend(record, { bound: 2 })))).toEqual({ ...sent(record), bound: 2 })
    const replaced = JSON.parse(second(extend(record, { free: 3, count: 'many' })))
    expect(replaced).toEqual({ ...sent(record), free: 3, count: 'many' })
  })

  test('reads as both, and may be given as a plain copy too', () => {
    const record = { id: 'a', count: 1, made: 0, tags: ['x'] }
    const whole = extend(record, { bound: 2 })
    expect([whole.id, whole.bound]).toEqual(['a', 2])
    const write = compileWriter({ schema })
    expect(write({ ...record, bound: 2 })).toBe(write(whole))
    expect(() => write({ ...whole })).toThrow('lacks its field id')
  })

  test('may have no field of its own', () => {
    const Empty = Type.Object({ remark: Type.Optional(Type.String()) })
    markImmutable(Empty)
    const write = compileWriter({ schema: withFields(Empty, { bound: Type.Integer() }) })
    expect(write(extend({}, { bound: 1 }))).toBe('{"bound":1}')
    expect(compileWriter({ schema: Empty })({})).toBe('{}')
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
        const { id, count } = JSON.parse(write(extend(record, { bound })))
        expect([id, count]).toEqual([record.id, record.count])
      }
    }
  })
})
