import type { ErrorWith } from '../core/errors.ts'
import type { Table } from './table.ts'

/** A table whose records name those of another, by one of their fields. */
export interface Dependent {
  table: Table
  field: string
}

/** What hangs on the records of a table. */
export interface Dependents {
  /** Deleted along with the record they name. */
  owned: Dependent[]
  /** They refuse its deletion, each with its error. */
  keepers: (Dependent & { code: ErrorWith<'id'> })[]
}

/** Table → what hangs on it: the relations that the tables declare, the other way round. */
export function dependentsOf(tables: readonly Table[]): Map<string, Dependents> {
  const dependents = new Map<string, Dependents>(
    tables.map(({ name }) => [name, { owned: [], keepers: [] }]),
  )
  for (const table of tables) {
    for (const [field, owner] of Object.entries(table.belongsTo)) {
      dependents.get(owner.name)?.owned.push({ table, field })
    }
    for (const [field, [named, code]] of Object.entries(table.keeps)) {
      dependents.get(named.name)?.keepers.push({ table, field, code })
    }
  }
  return dependents
}
