import { type TObject, type TSchema, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ApigError } from '../../src/core/errors.ts'
import { compileValidator } from '../../src/schema/validation.ts'
import { createWriter } from '../../src/schema/writer.ts'
import { server } from '../helpers.ts'

const validator = (
  schema: TObject,
  httpPart: string,
): ((value: unknown) => { value?: unknown; error?: ApigError }) =>
  compileValidator({ schema, httpPart })

/** A schema with values that fit it, and with further fields that it does not name. */
interface Sample {
  schema: TSchema
  value: fc.Arbitrary<unknown>
}

const scalars: Sample[] = [
  { schema: Type.String(), value: fc.string({ unit: 'binary' }) },
  { schema: Type.Integer(), value: fc.integer() },
  { schema: Type.Boolean(), value: fc.boolean() },
  { schema: Type.Union([Type.Literal('a'), Type.Literal('b')]), value: fc.constantFrom('a', 'b') },
]

const { sample } = fc.letrec<{ sample: Sample }>((tie) => ({
  sample: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(...scalars),
    tie('sample').map(({ schema, value }) => ({
      schema: Type.Array(schema),
      value: fc.array(value, { maxLength: 3 }),
    })),
    tie('sample').map(({ schema, value }) => ({
      schema: Type.Record(Type.String(), schema),
      value: fc.dictionary(fc.string(), value, { maxKeys: 3 }),
    })),
    fc.dictionary(fc.constantFrom('p', 'q', 'r'), tie('sample'), { maxKeys: 3 }).map((fields) => ({
      schema: Type.Object(
        Object.fromEntries(
          Object.entries(fields).map(([name, { schema }]) => [name, Type.Optional(schema)]),
        ),
      ),
      value: fc.record(
        {
          ...Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value])),
          unknown: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
    })),
  ),
}))

/** The value without the fields that its schema does not name. */
const cleaned = (schema: TSchema, value: unknown) => Value.Clean(schema, structuredClone(value))

describe('for any schema and value', () => {
  const cases = sample.chain(({ schema, value }) =>
    fc.record({ schema: fc.constant(schema), value }),
  )

  test('what is written is the JSON of the fields that the schema names', () => {
    fc.assert(
      fc.property(cases, ({ schema, value }) => {
        expect(JSON.parse(createWriter(schema)(value))).toEqual(
          JSON.parse(JSON.stringify(cleaned(schema, value))),
        )
      }),
    )
  })

  test('a body that fits is accepted, without the fields that the schema does not name', () => {
    fc.assert(
      fc.property(cases, ({ schema, value }) => {
        const whole = Type.Object({ field: schema })
        expect(validator(whole, 'body')({ field: value })).toEqual({
          value: { field: cleaned(schema, value) },
        })
      }),
    )
  })

  test('a body is accepted exactly when TypeBox accepts the fields that the schema names', () => {
    fc.assert(
      fc.property(cases, fc.jsonValue(), ({ schema }, value) => {
        fc.pre(!JSON.stringify(value).includes('null'))
        const whole = Type.Object({ field: schema })
        const isAccepted = validator(whole, 'body')({ field: value }).error === undefined
        expect(isAccepted).toBe(Value.Check(whole, cleaned(whole, { field: value })))
      }),
    )
  })
})

describe('a refusal has its reason in words', () => {
  test.each([
    ['POST', '/apps', { name: '1' }, 'name: expected 3 to 64 characters, first a letter'],
    ['POST', '/apps', {}, 'name: missing'],
    [
      'POST',
      '/app-quotas',
      { name: 'abc', call_limits: 0, time_unit: 'DAY', time_interval: 1 },
      'call_limits: expected an integer of 1 to 2147483647',
    ],
    [
      'POST',
      '/app-quotas',
      { name: 'abc', call_limits: 1, time_unit: 'YEAR', time_interval: 1 },
      'time_unit: expected one of SECOND, MINUTE, HOUR, DAY',
    ],
    ['GET', '/apps?limit=many', undefined, 'limit: expected an integer'],
    ['GET', `/apps/${'a'.repeat(65)}`, undefined, 'app_id: expected '],
  ])('%s %s %j', async (method, path, body, reason) => {
    const { headers, status } = await server().call(method, path, { body })
    expect(status).toBe(400)
    expect(headers['x-mock-reason']).toContain(reason)
  })

  test('which never repeats the value', async () => {
    const { headers } = await server().call('POST', '/apps', {
      body: { name: 'app_demo', app_secret: 'short!' },
    })
    expect(headers['x-mock-reason']).toContain('app_secret: expected 8 to 128 characters')
    expect(headers['x-mock-reason']).not.toContain('short!')
  })
})

describe('JSON that Go decodes otherwise', () => {
  test('may be 10,000 deep and no deeper', async () => {
    const deep = (depth: number) =>
      `{"name":"app_demo","x":${'['.repeat(depth)}${']'.repeat(depth)}}`
    const { call } = server()
    expect((await call('POST', '/apps', { body: deep(9999) })).status).toBe(201)
    const { status, body } = await call('POST', '/apps', { body: deep(10_000) })
    expect(status).toBe(400)
    expect(body).toEqual({
      error_code: 'APIG.2000',
      error_msg: 'Parameter error: Serialization error: exceeded max depth',
    })
  })

  test('has half a surrogate pair replaced', async () => {
    const body = String.raw`{"name":"app_demo","remark":"\ud800 \ud83d\ude00 \\ud800"}`
    const answer = await server().call('POST', '/apps', { body: body.replaceAll('\\\\', '\\') })
    expect(answer.body.remark).toBe('\ufffd \u{1f600} \ufffd')
  })

  test('counts brackets inside of strings as text', async () => {
    const body = JSON.stringify({
      name: 'app_demo',
      remark: '"['.repeat(100),
      x: '['.repeat(20_000),
    })
    expect((await server().call('POST', '/apps', { body })).status).toBe(201)
  })
})
