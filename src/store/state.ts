import { Rows, type RowsEvents } from './rows.ts'
import type { Table } from './table.ts'

/** Table name → its `Rows`. */
type RowsByTable = Map<string, unknown>

/** A record that was put: its table, and its gateway unless the table is account-wide. */
export interface Put {
  type: 'put'
  table: Table
  instanceId: string | undefined
  row: object
}

/** A write, as `State.onChange` is told of it. */
export type Change =
  | Put
  | { type: 'delete'; table: Table; instanceId: string | undefined; key: string }
  /** The tables of a gateway, or without one everything, are now those of `by`. */
  | { type: 'adopt'; instanceId: string | undefined; by: State }

/** All records of one server: `state.rows(table, instance_id)` are those of one gateway. */
export class State {
  readonly tables: readonly Table[]
  /** Told of every write after it. All writes pass here, so whatever must follow them hangs on it. */
  onChange: ((change: Change) => void) | undefined
  readonly #account: RowsByTable = new Map()
  readonly #gateways = new Map<string, RowsByTable>()

  constructor(tables: readonly Table[]) {
    this.tables = tables
  }

  /** The records of an account-wide table, or of a table in the gateway `instanceId`. */
  rows<Row extends object>(table: Table<Row>, instanceId?: string): Rows<Row> {
    const tables = table.scope === 'account' ? this.#account : this.#gateway(instanceId ?? '')
    const known = tables.get(table.name)
    if (known !== undefined) return known as Rows<Row>
    const rows = new Rows(table, this.#events(table, instanceId))
    tables.set(table.name, rows)
    return rows
  }

  /** How many records of a table there are, in all gateways. */
  count(table: Table): number {
    if (table.scope === 'account') return this.rows(table).size
    let count = 0
    for (const rowsByTable of this.#gateways.values()) {
      count += (rowsByTable.get(table.name) as Rows<object> | undefined)?.size ?? 0
    }
    return count
  }

  /** All records in the order of their creation, or only those in the tables of a gateway. */
  *records(instanceId?: string): Generator<Put> {
    const scopes: [string | undefined, RowsByTable | undefined][] =
      instanceId === undefined
        ? [[undefined, this.#account], ...this.#gateways]
        : [[instanceId, this.#gateways.get(instanceId)]]
    for (const [gateway, rowsByTable] of scopes) {
      for (const table of this.tables) {
        const rows = rowsByTable?.get(table.name) as Rows<object> | undefined
        for (const row of rows?.values() ?? []) {
          yield { type: 'put', table, instanceId: gateway, row }
        }
      }
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
      this.onChange?.({ type: 'adopt', instanceId, by: other })
      return
    }
    const instances = this.tables.find((table) => table.name === 'instances')
    if (instances !== undefined) {
      const row = other.rows(instances).get(instanceId)
      if (row === undefined) this.rows(instances).delete(instanceId)
      else this.rows(instances).put(row)
    }
    this.#adoptGateway(other, instanceId)
    this.onChange?.({ type: 'adopt', instanceId, by: other })
  }

  /** Empties the tables of a gateway, whose record in `instances` stays. */
  clear(instanceId: string): void {
    this.#gateways.delete(instanceId)
  }

  #adoptGateway(other: State, instanceId: string): void {
    this.clear(instanceId)
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
      put: (row) => this.onChange?.({ type: 'put', table, instanceId, row }),
      delete: (row) => {
        const key = String(row[table.key as keyof Row])
        this.onChange?.({ type: 'delete', table, instanceId, key })
        this.#deleteOwned(table, row, instanceId)
      },
    }
  }

  #gateway(instanceId: string): RowsByTable {
    let tables = this.#gateways.get(instanceId)
    if (tables === undefined) {
      tables = new Map()
      this.#gateways.set(instanceId, tables)
    }
    return tables
  }

  /** Whatever belongs to a record goes with it, however deep. */
  #deleteOwned(owner: Table, row: object, instanceId: string | undefined): void {
    const id = row[owner.key as keyof typeof row] as string
    for (const table of this.tables) {
      for (const [field, of] of Object.entries(table.belongsTo)) {
        if (of !== owner) continue
        const rows = this.rows<Record<string, string>>(
          table as Table<Record<string, string>>,
          instanceId,
        )
        for (const owned of rows.where(field, id)) rows.delete(owned[table.key] as string)
      }
    }
  }
}
