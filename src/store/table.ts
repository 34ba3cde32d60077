import { type Static, type TObject, Type } from '@sinclair/typebox'
import type { Clock } from '../core/clock.ts'
import type { ErrorWith } from '../core/errors.ts'
import type { Ids } from '../core/ids.ts'
import { type Check, lazyCheck } from '../schema/check.ts'
import { markImmutable } from '../schema/record.ts'
import { checkWithRules } from '../schema/rules.ts'

/** Where the values come from that a record needs and nobody gave. */
export interface Stamp {
  ids: Ids
  clock: Clock
}

/** A record of any table. */
export type AnyRow = Record<string, unknown>

/** As much of a gateway's record as its tables know. */
export interface Gateway {
  id: string
  project_id?: string
}

/** A kind of record: its name in the state document, its schema and the rules between records. */
export interface Table<Row extends object = AnyRow> {
  name: string
  schema: TObject
  /** One set of records per gateway, or one per server. */
  scope: 'gateway' | 'account'
  /** The field that identifies a record. */
  key: string
  /** Keys, each of one or several fields, whose values no two records share: for `Rows.by`. */
  unique: readonly (readonly string[])[]
  /** Field → the table whose record it names: a record is deleted along with its owner. */
  belongsTo: Readonly<Record<string, Table>>
  /** Field → the table whose record it names, and the error that refuses that one's deletion. */
  keeps: Readonly<Record<string, readonly [Table, ErrorWith<'id'>]>>
  /** Field → the table whose record it names, and values that name none. Documents are checked. */
  refers: Readonly<Record<string, readonly [Table, ...exceptions: string[]]>>
  /** The fields that `Rows.where` and `Rows.count` look up, those of belongsTo and keeps included. */
  index: readonly string[]
  /** The names of all fields. */
  fields: readonly string[]
  /** Whether this is a whole record. */
  accepts: Check
  /** Whether this is one but for fields that it lacks. */
  acceptsPart: Check
  /** Makes a whole record of the fields given, as a create does: new ids, keys and times. */
  complete(given: object, stamp: Stamp): AnyRow
  /** The records of a state document that does not mention the table, to be completed. */
  builtIn: readonly object[]
  /** The records that every gateway has from birth, to be completed. */
  birth(stamp: Stamp, gateway: Gateway): readonly object[]
  /** Only for the compiler: the type of a record. */
  row?: Row
}

type Field<S extends TObject> = keyof Static<S> & string

interface TableOptions<S extends TObject, Given> {
  /** Without it the table is a gateway's. */
  scope?: 'account'
  /** `id` if absent. */
  key?: Field<S>
  /**
   * Keys that no two records of the table share: `['name', ['group_id', 'path']]`. A record in
   * which a field of the key is absent is not compared.
   */
  unique?: (Field<S> | readonly Field<S>[])[]
  /** `{ app_id: apps }`: deleted along with the app, and found by `rows.where('app_id', id)`. */
  belongsTo?: { [F in Field<S>]?: Table }
  /**
   * `{ acl_id: [acls, 'APIG.3447'] }`: `State.remove` refuses with that error to delete an ACL
   * that a record of this table names. `rows.where('acl_id', id)` finds those records.
   */
  keeps?: { [F in Field<S>]?: readonly [Table, ErrorWith<'id'>] }
  /**
   * `{ user_id: users }`: a state document must have that user; `[projects, '*']` makes an
   * exception of a value. Nothing else follows from it.
   */
  refers?: { [F in Field<S>]?: Table | readonly [Table, ...exceptions: string[]] }
  /** Further fields by which `rows.where` and `rows.count` find records, in constant time. */
  index?: Field<S>[]
  complete?: (given: Given, stamp: Stamp) => Static<S>
  /** Of an account-wide table: its records in a state document that does not mention it. */
  builtIn?: Given[]
  /**
   * Of a gateway's table: the records that every gateway has and nobody can delete. `addGateway`
   * makes them, and so does a state document that lacks them.
   */
  birth?: (stamp: Stamp, gateway: Gateway) => Given[]
}

/**
 * Declares a table. The schema is that of the records as kept; times in it are numbers. In the list
 * of all tables one that names records of another comes after it: the list is the order in which
 * documents are written and read, and in which a gateway gets the records of its birth.
 */
export function table<S extends TObject, Given extends Partial<Static<S>>>(
  name: string,
  schema: S,
  options: TableOptions<S, Given>,
): Table<Static<S>> {
  const { scope = 'gateway', key = 'id', unique = [], complete, builtIn = [], birth } = options
  markImmutable(schema)
  const belongsTo = given(options.belongsTo)
  const keeps = given(options.keeps)
  const indexed = [...Object.keys(belongsTo), ...Object.keys(keeps), ...(options.index ?? [])]
  return {
    name,
    schema,
    scope,
    key,
    unique: unique.map((fields) => (typeof fields === 'string' ? [fields] : fields)),
    belongsTo,
    keeps,
    refers: Object.fromEntries(
      Object.entries(given(options.refers)).map(([field, to]) => [field, 'name' in to ? [to] : to]),
    ),
    index: [...new Set(indexed)],
    fields: Object.keys(schema.properties),
    accepts: checkWithRules(() => schema),
    acceptsPart: lazyCheck(() => Type.Partial(schema)),
    complete: (given, stamp) => complete?.(given as Given, stamp) ?? { ...given },
    builtIn,
    birth: (stamp, gateway) => birth?.(stamp, gateway) ?? [],
  }
}

/** The relations that are declared, by field. */
const given = <Relation>(relations: Record<string, Relation | undefined> = {}) =>
  Object.fromEntries(
    Object.entries(relations).filter(
      (entry): entry is [string, Relation] => entry[1] !== undefined,
    ),
  )
