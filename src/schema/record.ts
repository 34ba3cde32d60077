import { type TObject, type TProperties, type TSchema, Type } from '@sinclair/typebox'

/** Marks the schema of a table: its records are never changed in place. */
const IMMUTABLE = Symbol('immutable')
/** The schema of the record that a schema extends. */
const BASE = Symbol('base')

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
 * A record with further fields, for a response whose schema is `withFields(…)` of the table's. The
 * object inherits from its record instead of copying it, so that the writer can reuse the record's
 * JSON; its fields read as usual, but a copy by spreading would have only the further ones.
 */
export function extend<Row extends object, Fields extends object>(
  row: Row,
  fields: Fields,
): Row & Fields {
  return Object.assign(Object.create(row), fields)
}

/** The record that `extend` was given; undefined for any other object. */
export function recordOf(value: object): object | undefined {
  const parent: object | null = Object.getPrototypeOf(value)
  return parent === Object.prototype || parent === null ? undefined : parent
}
