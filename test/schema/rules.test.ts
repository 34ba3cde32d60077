import { type TObject, Type } from '@sinclair/typebox'
import { describe, expect, test } from 'vitest'
import { createClock } from '../../src/core/clock.ts'
import type { ApigError } from '../../src/core/errors.ts'
import { createIds } from '../../src/core/ids.ts'
import {
  anyOfRequired,
  distinct,
  hoursAfter,
  lessThan,
  limitedIf,
  notGreaterThan,
  oneOfRequired,
  onlyIf,
  type Rule,
  requiredIf,
  requiredIfAbsent,
  withRules,
} from '../../src/schema/rules.ts'
import { compileValidator } from '../../src/schema/validation.ts'
import { importState } from '../../src/store/document.ts'
import { table } from '../../src/store/table.ts'
import { invalid, missing } from '../helpers.ts'

const validate = (schema: TObject, value: unknown): { value?: unknown; error?: ApigError } =>
  compileValidator({ schema, httpPart: 'body' })(value)

const refused = (schema: TObject, value: unknown) => {
  const { error } = validate(schema, value)
  return error && { error_code: error.code, error_msg: error.message }
}

const Fields = Type.Object({
  kind: Type.Optional(Type.String()),
  a: Type.Optional(Type.Integer()),
  b: Type.Optional(Type.Integer()),
  name: Type.Optional(Type.String()),
  begin: Type.Optional(Type.String()),
  end: Type.Optional(Type.String()),
  list: Type.Optional(Type.Array(Type.Object({ key: Type.String() }))),
})
type Field = keyof typeof Fields.properties

describe('a rule between fields', () => {
  test.each<[string, Rule<Field>, object[], [object, ReturnType<typeof missing>][]]>([
    [
      'requiredIf',
      requiredIf('a', { kind: ['x', 'y'] }),
      [{}, { kind: 'z' }, { kind: 'x', a: 1 }],
      [
        [{ kind: 'y' }, missing('a')],
        [{ kind: 'x', a: null }, missing('a')],
      ],
    ],
    ['requiredIfAbsent', requiredIfAbsent('a', 'b'), [{ a: 1 }, { b: 1 }], [[{}, missing('a')]]],
    [
      'oneOfRequired',
      oneOfRequired('a', 'b'),
      [{ a: 1 }, { b: 1 }],
      [
        [{}, missing('a')],
        [{ a: 1, b: 1 }, invalid('b')],
      ],
    ],
    ['anyOfRequired', anyOfRequired('a', 'b'), [{ a: 1, b: 1 }], [[{}, missing('a')]]],
    ['onlyIf', onlyIf('a', { kind: 'x' }), [{}, { a: 1, kind: 'x' }], [[{ a: 1 }, invalid('a')]]],
    [
      'limitedIf',
      limitedIf('name', { kind: 'x' }, Type.String({ maxLength: 2 })),
      [{ name: 'long' }, { kind: 'x', name: 'ab' }],
      [[{ kind: 'x', name: 'abc' }, invalid('name')]],
    ],
    [
      'notGreaterThan',
      notGreaterThan('a', 'b'),
      [{ a: 2, b: 2 }, { a: 3 }],
      [[{ a: 3, b: 2 }, invalid('a')]],
    ],
    ['lessThan', lessThan('a', 'b'), [{ a: 1, b: 2 }], [[{ a: 2, b: 2 }, invalid('a')]]],
    [
      'hoursAfter',
      hoursAfter('end', 'begin', 4),
      [{ begin: '22:00:00', end: '02:00:00' }, { begin: '02:00:00' }],
      [[{ begin: '22:00:00', end: '03:00:00' }, invalid('end')]],
    ],
    [
      'distinct',
      distinct('list', 'key'),
      [{ list: [{ key: 'a' }, { key: 'b' }] }],
      [[{ list: [{ key: 'a' }, { key: 'a' }] }, invalid('list')]],
    ],
  ])('%s', (_, rule, good, bad) => {
    const schema = withRules(Fields, rule)
    for (const value of good) expect(validate(schema, value)).toEqual({ value })
    for (const [value, error] of bad) expect(refused(schema, value)).toEqual(error)
  })

  test('holds inside of nested objects, lists and optional fields too, and says so in its reason', () => {
    const schema = Type.Object({
      items: Type.Optional(Type.Array(withRules(Fields, lessThan('a', 'b')))),
    })
    const { error } = validate(schema, { items: [{}, { a: 3, b: 3 }] })
    expect(error?.message).toBe(invalid('a').error_msg)
    expect(error?.reason).toBe('items/1/a: a is less than b')
  })

  test('is stated in the documents', () => {
    const schema = Type.Optional(withRules(Fields, requiredIfAbsent('a', 'b')))
    expect(JSON.parse(JSON.stringify(schema))['x-rules']).toEqual(['a is required if b is absent'])
  })

  test('holds for seeds and state documents', () => {
    const things = table(
      'instances',
      withRules(
        Type.Object({ id: Type.String(), a: Type.Integer(), b: Type.Integer() }),
        lessThan('a', 'b'),
      ),
      { scope: 'account' },
    )
    const stamp = { ids: createIds(), clock: createClock(0) }
    const given = (a: number) => ({ instances: [{ id: 'x', a, b: 2 }] })
    expect(importState([things], given(1), stamp).count(things)).toBe(1)
    expect(() => importState([things], given(2), stamp)).toThrow('/instances/0/a: a is less than b')
  })
})

describe('a nested field', () => {
  const schema = Type.Object({
    backend: Type.Object({
      method: Type.String({ description: 'GET or POST' }),
      ports: Type.Array(Type.Object({ port: Type.Integer({ minimum: 1, maximum: 9 }) })),
      headers: Type.Optional(Type.Record(Type.String(), Type.Integer())),
      info: Type.Optional(Type.Union([Type.Object({ name: Type.String() }), Type.Null()])),
    }),
  })
  const backend = { method: 'GET', ports: [] }

  test.each([
    [{}, missing('backend'), 'backend: missing'],
    [{ backend: { ports: [] } }, missing('method'), 'backend/method: missing'],
    [
      { backend: { method: 1, ports: [] } },
      invalid('method'),
      'backend/method: expected GET or POST',
    ],
    [
      { backend: { ...backend, ports: [{ port: 1 }, {}] } },
      missing('port'),
      'backend/ports/1/port: missing',
    ],
    [
      { backend: { ...backend, ports: [{ port: 10 }] } },
      invalid('port'),
      'backend/ports/0/port: expected an integer of 1 to 9',
    ],
    [
      { backend: { ...backend, headers: { x: 'y' } } },
      invalid('x'),
      'backend/headers/x: expected an integer',
    ],
    [{ backend: { ...backend, info: {} } }, missing('name'), 'backend/info/name: missing'],
  ])('%j is named, missing or invalid', (value, error, reason) => {
    expect(refused(schema, value)).toEqual(error)
    expect(validate(schema, value).error?.reason).toBe(reason)
  })

  test('that is null or unknown is dropped at every depth, whatever a map holds', () => {
    const headers = JSON.parse('{"a":1,"b":null,"__proto__":2}')
    const given = { backend: { ...backend, headers, info: { name: 'n', more: 1 }, x: 1 }, y: 2 }
    const { value } = validate(schema, given)
    expect(JSON.stringify(value)).toBe(
      '{"backend":{"method":"GET","ports":[],"headers":{"a":1,"__proto__":2},"info":{"name":"n"}}}',
    )
  })
})
