import { type TObject, type TProperties, type TSchema, Type } from '@sinclair/typebox'

/** Marks the schema of a table: its records are never changed in place. */
const IMMUTABLE = Symbol('immutable')
/** The schema of the record that a schema extends. */
const BASE = Symbol('base')
/** The record that a response was made of. */
const RECORD = Symbol('record')

/**
 * Says of a schema that its values are records of the store, which never change: the writer may
 * keep the JSON of one. Not enumerable, so that a schema derived from it does not inherit this.
 */
export function markImmutable(schema: TObject): void {
  if (IMMUTABLE in schema) return
  Object.defineProperty(schema, IMMUTABLE, { value: true })
}

export const isImmutable = (schema: TSchema): boolean => IMMUTABLE in schema

/**
 * The schema of a record with further fields, as a list shows it: `withFields(App, { bind_num })`.
 * The fields given replace those of the record that have the same name.
 */
export function withFields<Row extends TProperties, Fields extends TProperties>(
  row: TObject<Row>,
  fields: Fields,
): TObject<Row & Fields> {
  const schema = Type.Object({ ...row.properties, ...fields })
  return Object.defineProperty(schema, BASE, { value: row })
}

/** The schema that was extended, for one made by `withFields`. */
export const baseOf = (schema: TSchema): TObject | undefined =>
  (schema as { [BASE]?: TObject })[BASE]

/**
 * `{ ...row, ...fields }` for a response. It remembers its record, so that the writer can reuse the
 * JSON of the record where the schema is `withFields(…)` of the table's.
 */
export function extend<Row extends object, Fields extends object>(
  row: Row,
  fields: Fields,
): Row & Fields {
  return { ...row, ...fields, [RECORD]: row }
}

/** The record that `extend` was given, for what it returned or a copy of that. */
export const recordOf = (value: object): object | undefined =>
  (value as { [RECORD]?: object })[RECORD]
