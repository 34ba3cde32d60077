import { errorAbout } from '../core/errors.ts'
import { type Dependents, dependentsOf } from './dependents.ts'
import { Rows, type RowsEvents } from './rows.ts'
import type { AnyRow, Gateway, Stamp, Table } from './table.ts'

/** Table name → its `Rows`. */
// biome-ignore lint/suspicious/noExplicitAny: each table has records of its own type
type RowsByTable = Map<string, Rows<any>>

/** A record that was put: its table, and its gateway unless the table is account-wide. */
export interface Put {
  type: 'put'
  table: Table
  instanceId: string | undefined
  row: object
}

/** A write, as passed to the listeners of `State.onChange`. */
export type Change =
  | Put
  | { type: 'delete'; table: Table; instanceId: string | undefined; key: string }
  /** The tables of a gateway are empty. */
  | { type: 'clear'; instanceId: string }
  /** The tables of a gateway, or without one everything, are now those of `by`. */
  | { type: 'adopt'; instanceId: string | undefined; by: State }

/** The account-wide table of the gateways: what a gateway's tables hold goes with its record. */
export const GATEWAYS = 'instances'

/** All records of one server: `state.rows(table, instance_id)` are those of one gateway. */
export class State {
  readonly tables: readonly Table[]
  readonly #listeners = new Set<(change: Change) => void>()
  readonly #dependents: Map<string, Dependents>
  readonly #account: RowsByTable = new Map()
  readonly #gateways = new Map<string, RowsByTable>()

  constructor(tables: readonly Table[]) {
    this.tables = tables
    this.#dependents = dependentsOf(tables)
  }

  /**
   * Calls `listener` after every write: all pass here. Listeners are called in the order in which
   * they came, and must not throw.
   * @returns a function that ends it
   */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The records of an account-wide table, or of a table in the gateway `instanceId`. */
  rows<Row extends object>(table: Table<Row>, instanceId?: string): Rows<Row> {
    const tables = table.scope === 'account' ? this.#account : this.#gateway(instanceId ?? '')
    const known = tables.get(table.name)
    if (known !== undefined) return known
    const rows = new Rows(table, this.#events(table, instanceId))
    tables.set(table.name, rows)
    return rows
  }

  /** How many records of a table there are, in all gateways. */
  count(table: Table): number {
    if (table.scope === 'account') return this.rows(table).size
    let count = 0
    for (const instanceId of this.#gateways.keys())
      count += this.#found(table, instanceId)?.size ?? 0
    return count
  }

  /** All records in the order of their creation, or only those in the tables of a gateway. */
  *records(instanceId?: string): Generator<Put> {
    const gateways = instanceId === undefined ? [undefined, ...this.#gateways.keys()] : [instanceId]
    for (const gateway of gateways) {
      for (const table of this.tables) {
        if ((table.scope === 'account') !== (gateway === undefined)) continue
        for (const row of this.#found(table, gateway)?.values() ?? []) {
          yield { type: 'put', table, instanceId: gateway, row }
        }
      }
    }
  }

  /**
   * Deletes a record and what belongs to it, as a delete operation does.
   * @returns whether it was there
   * @throws ApigError as the `keeps` of a table says, while one of its records names this record;
   *   then nothing is deleted
   */
  remove<Row extends object>(table: Table<Row>, key: string, instanceId?: string): boolean {
    this.refuseKept(table, key, instanceId)
    return this.rows(table, instanceId).delete(key)
  }

  /**
   * Refuses to delete a record that is in use.
   * @throws ApigError as `remove` does
   */
  refuseKept<Row extends object>(table: Table<Row>, key: string, instanceId?: string): void {
    const doomed = this.#doomed(this.#named(table.name), key, instanceId)
    for (const { table: named, key } of doomed) {
      for (const { table: keeper, field, code } of this.#dependentsOf(named).keepers) {
        for (const row of this.#found(keeper, instanceId)?.where(field, key) ?? []) {
          const isDoomed = doomed.some(
            (other) => other.table === keeper && other.key === String(row[keeper.key]),
          )
          if (!isDoomed) throw errorAbout<'id'>(code, { id: key })
        }
      }
    }
  }

  /** A record and all that would be deleted along with it. */
  #doomed(table: Table, key: string, instanceId?: string): { table: Table; key: string }[] {
    const doomed = [{ table, key }]
    for (const { table: owner, key: ownerKey } of doomed) {
      for (const { table: owned, field } of this.#dependentsOf(owner).owned) {
        for (const row of this.#found(owned, instanceId)?.where(field, ownerKey) ?? []) {
          doomed.push({ table: owned, key: String(row[owned.key]) })
        }
      }
    }
    return doomed
  }

  /**
   * Adds a gateway with the records that it has from birth. However a gateway comes to be (a state
   * document, its first use, a create), it is here.
   */
  addGateway<Row extends Gateway>(instances: Table<Row>, row: Row, stamp: Stamp): Row {
    this.rows(instances).put(row)
    for (const table of this.tables) this.addBirthRows(table, row, stamp)
    return row
  }

  /** Adds the records that a gateway has from birth in a table, but for those that it has. */
  addBirthRows(table: Table, gateway: Gateway, stamp: Stamp): void {
    if (table.scope === 'account') return
    for (const given of table.birth(stamp, gateway)) {
      this.rows(table, gateway.id).add(table.complete(given, stamp))
    }
  }

  /** Gives every gateway what it lacks of the records from birth: files of older versions do. */
  completeGateways(stamp: Stamp): void {
    const instances = this.tables.find((table) => table.name === GATEWAYS)
    if (instances === undefined) return
    for (const row of this.rows(instances).values()) {
      const gateway = { ...row, id: String(row[instances.key]) }
      for (const table of this.tables) this.addBirthRows(table, gateway, stamp)
    }
  }

  /**
   * Replaces what is here by a copy of `other`: everything, or only the gateway `instanceId`
   * (its tables, and its record in the table `instances`). Copies share the records, and each table
   * is copied no sooner than it is written to.
   */
  adopt(other: State, instanceId?: string): void {
    if (instanceId === undefined) {
      this.#account.clear()
      this.#gateways.clear()
      for (const table of this.tables.filter((table) => table.scope === 'account')) {
        this.#account.set(table.name, this.#copy(table, other.rows(table)))
      }
      for (const id of other.#gateways.keys()) this.#adoptGateway(other, id)
    } else {
      const instances = this.tables.find((table) => table.name === GATEWAYS)
      if (instances !== undefined) {
        const row = other.rows(instances).get(instanceId)
        if (row === undefined) this.rows(instances).delete(instanceId)
        else this.rows(instances).put(row)
      }
      this.#adoptGateway(other, instanceId)
    }
    this.#tell({ type: 'adopt', instanceId, by: other })
  }

  /** Empties the tables of a gateway, whose record in `instances` stays. */
  clear(instanceId: string): void {
    if (this.#gateways.delete(instanceId)) this.#tell({ type: 'clear', instanceId })
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change)
  }

  #adoptGateway(other: State, instanceId: string): void {
    this.#gateways.delete(instanceId)
    for (const name of other.#gateways.get(instanceId)?.keys() ?? []) {
      const table = this.tables.find((table) => table.name === name)
      if (table === undefined) continue
      const rows = this.#copy(table, other.rows(table, instanceId), instanceId)
      this.#gateway(instanceId).set(name, rows)
    }
  }

  #copy<Row extends object>(table: Table<Row>, rows: Rows<Row>, instanceId?: string): Rows<Row> {
    return rows.fork(this.#events(table, instanceId))
  }

  #events<Row extends object>(table: Table<Row>, instanceId?: string): RowsEvents<Row> {
    return {
      put: (row) => this.#tell({ type: 'put', table: this.#named(table.name), instanceId, row }),
      delete: (row) => {
        const key = String(row[table.key as keyof Row])
        this.#tell({ type: 'delete', table: this.#named(table.name), instanceId, key })
        if (table.name === GATEWAYS) this.clear(key)
        this.#deleteOwned(table, key, instanceId)
      },
    }
  }

  /** Whatever belongs to a record goes with it, however deep. */
  #deleteOwned<Row extends object>(table: Table<Row>, key: string, instanceId?: string): void {
    for (const { table: owned, field } of this.#dependentsOf(table).owned) {
      const rows = this.#found(owned, instanceId)
      for (const row of rows?.where(field, key) ?? []) rows?.delete(String(row[owned.key]))
    }
  }

  #dependentsOf({ name }: { name: string }): Dependents {
    const dependents = this.#dependents.get(name)
    if (dependents === undefined) throw new TypeError(`unknown table ${name}`)
    return dependents
  }

  #named(name: string): Table {
    const table = this.tables.find((known) => known.name === name)
    if (table === undefined) throw new TypeError(`unknown table ${name}`)
    return table
  }

  /** The records of a table, unless none was ever asked for: a look that makes nothing. */
  #found({ name, scope }: Table, instanceId: string | undefined): Rows<AnyRow> | undefined {
    const tables = scope === 'account' ? this.#account : this.#gateways.get(instanceId ?? '')
    return tables?.get(name)
  }

  #gateway(instanceId: string): RowsByTable {
    let tables = this.#gateways.get(instanceId)
    if (tables === undefined) {
      tables = new Map()
      this.#gateways.set(instanceId, tables)
    }
    return tables
  }
}
