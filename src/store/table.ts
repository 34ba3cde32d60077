import { type Static, type TObject, Type } from '@sinclair/typebox'
import type { Clock } from '../core/clock.ts'
import type { Ids } from '../core/ids.ts'
import { type Check, lazyCheck } from '../schema/validation.ts'

/** Where the values come from that a record needs and nobody gave. */
export interface Stamp {
  ids: Ids
  clock: Clock
}

/** A kind of record: its name in the state document, its schema and the rules between records. */
export interface Table<Row extends object = object> {
  name: string
  schema: TObject
  /** One set of records per gateway, or one per server. */
  scope: 'gateway' | 'account'
  /** The field that identifies a record. */
  key: string
  /** Fields whose values no two records share: `Rows.by` finds a record by one. */
  unique: string[]
  /** Field → the table whose record it names: deleted with it, and found by `Rows.where`. */
  belongsTo: Record<string, Table>
  /** The names of all fields. */
  fields: readonly string[]
  /** Whether this is a whole record. */
  accepts: Check
  /** Whether this is one but for fields that it lacks. */
  acceptsPart: Check
  /** Makes a whole record of the fields given, as a create does: new ids, keys and times. */
  complete(given: object, stamp: Stamp): object
  /** The records of a state document that does not mention the table, to be completed. */
  builtIn: readonly object[]
  /** Only for the compiler: the type of a record. */
  row?: Row
}

type Field<S extends TObject> = keyof Static<S> & string

interface TableOptions<S extends TObject, Given> {
  scope?: 'account'
  key?: Field<S>
  unique?: Field<S>[]
  belongsTo?: { [F in Field<S>]?: Table }
  complete?: (given: Given, stamp: Stamp) => Static<S>
  builtIn?: Given[]
}

/** Declares a table. The schema is that of the records as kept; times in it are numbers. */
export function table<S extends TObject, Given extends Partial<Static<S>>>(
  name: string,
  schema: S,
  options: TableOptions<S, Given>,
): Table<Static<S>> {
  const {
    scope = 'gateway',
    key = 'id',
    unique = [],
    belongsTo = {},
    complete,
    builtIn = [],
  } = options
  return {
    name,
    schema,
    scope,
    key,
    unique,
    belongsTo: belongsTo as Record<string, Table>,
    fields: Object.keys(schema.properties),
    accepts: lazyCheck(() => schema),
    acceptsPart: lazyCheck(() => Type.Partial(schema)),
    complete: (given, stamp) => complete?.(given as Given, stamp) ?? given,
    builtIn,
  }
}
