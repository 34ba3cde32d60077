import { SharedList } from './shared-list.ts'
import type { Table } from './table.ts'
import { WideMap } from './wide-map.ts'

/** Slots per chunk: what a page skips in one step, and how far it searches in the last one. */
const CHUNK = 1024

interface Chunk<Row> {
  slots: (Row | undefined)[]
  live: number
}

type Field<Row> = keyof Row & string

/** What a field of a unique key or an index may hold. */
type Value = string | number | boolean

/** What is called after every write. */
export interface RowsEvents<Row> {
  put(row: Row): void
  delete(row: Row): void
}

const NO_EVENTS: RowsEvents<object> = { put() {}, delete() {} }

/**
 * The records of one table in one gateway. Look-ups by key and unique field are O(1), and a page
 * at any offset costs a step per 1,024 records before it. Records are immutable: `put` replaces.
 *
 * Every record keeps the position of its creation: a slot in a list of chunks, which the maps
 * refer to by number.
 */
export class Rows<Row extends object> {
  readonly #table: Table<Row>
  readonly #on: RowsEvents<Row>
  #chunks = new SharedList<Chunk<Row>>(({ slots, live }) => ({ slots: slots.slice(), live }))
  #positions = new WideMap<number>()
  /** Names of the fields → the position of the one record with these values. */
  #unique: Map<string, WideMap<number>>
  /** Name of the field → the positions of the records with this value. */
  #index: Map<string, WideMap<Set<number>>>
  #next = 0

  constructor(table: Table<Row>, on: RowsEvents<Row> = NO_EVENTS) {
    this.#table = table
    this.#on = on
    this.#unique = new Map(table.unique.map((fields) => [fields.join(), new WideMap()]))
    this.#index = new Map(table.index.map((field) => [field, positionSets()]))
  }

  get size(): number {
    return this.#positions.size
  }

  /** What identifies a record in its table. */
  keyOf(row: Row): string {
    return String(row[this.#table.key as keyof Row])
  }

  get(key: string): Row | undefined {
    return this.#at(this.#positions.get(key))
  }

  /**
   * The record with the value of a unique key: `by('name', name)`, or
   * `by(['group_id', 'env_id'], [groupId, envId])` for a key of several fields.
   * @throws TypeError if the table does not declare the key
   */
  by(field: Field<Row>, value: Value): Row | undefined
  by(fields: readonly Field<Row>[], values: readonly Value[]): Row | undefined
  by(field: Field<Row> | readonly Field<Row>[], value: Value | readonly Value[]): Row | undefined {
    const fields = String(field)
    const positions = this.#unique.get(fields)
    if (positions === undefined) throw this.#undeclared('unique', fields)
    const key = keyOf(Array.isArray(value) ? value : [value])
    return key === undefined ? undefined : this.#at(positions.get(key))
  }

  /**
   * The records with this value in a field of `belongsTo`, `keeps` or `index`, newest first.
   * @throws TypeError if the table declares none of them for the field
   */
  where(field: Field<Row>, value: Value): Row[] {
    // In the order of creation, which a record put again keeps.
    const positions = [...(this.#found(field, value) ?? [])].sort((a, b) => b - a)
    return positions.flatMap((position) => this.#at(position) ?? [])
  }

  /** How many records `where` returns. */
  count(field: Field<Row>, value: Value): number {
    return this.#found(field, value)?.size ?? 0
  }

  /** All records, oldest first. */
  *values(): Generator<Row> {
    for (let c = 0; c < this.#chunks.length; c++) {
      for (const row of this.#chunks.at(c).slots) if (row !== undefined) yield row
    }
  }

  /** At most `limit` records from the `offset`th newest on, newest first. */
  newest(offset: number, limit: number): Row[] {
    const found: Row[] = []
    let skip = offset
    for (let c = this.#chunks.length - 1; c >= 0 && found.length < limit; c--) {
      const { slots, live } = this.#chunks.at(c)
      if (skip >= live) {
        skip -= live
        continue
      }
      for (let s = slots.length - 1; s >= 0 && found.length < limit; s--) {
        const row = slots[s]
        if (row === undefined) continue
        if (skip > 0) skip--
        else found.push(row)
      }
    }
    return found
  }

  /** All records that match, newest first. */
  filter(matches: (row: Row) => boolean): Row[] {
    const found: Row[] = []
    for (let c = this.#chunks.length - 1; c >= 0; c--) {
      const { slots } = this.#chunks.at(c)
      for (let s = slots.length - 1; s >= 0; s--) {
        const row = slots[s]
        if (row !== undefined && matches(row)) found.push(row)
      }
    }
    return found
  }

  /**
   * Adds the record unless another has its key or the values of a unique key. Then nothing is
   * changed, and the fields of that key are returned.
   */
  add(row: Row): readonly string[] | undefined {
    const { key } = this.#table
    if (this.get(this.keyOf(row)) !== undefined) return [key]
    const taken = this.taken(row)
    if (taken !== undefined) return taken
    this.#append(this.keyOf(row), row)
    this.#on.put(row)
    return undefined
  }

  /** The fields of the first unique key whose values another record has. */
  taken(row: Row): readonly string[] | undefined {
    const own = this.#positions.get(this.keyOf(row))
    return this.#table.unique.find((fields) => {
      const key = this.#keyOf(row, fields)
      const position = key === undefined ? undefined : this.#unique.get(fields.join())?.get(key)
      return position !== undefined && position !== own
    })
  }

  /** Adds the record, or puts it in the place of the one with the same key. */
  put(row: Row): Row {
    const key = this.keyOf(row)
    const position = this.#positions.get(key)
    if (position === undefined) {
      this.#append(key, row)
    } else {
      this.#removeFromIndexes(this.#at(position) as Row, position)
      this.#ownChunk(position).slots[position % CHUNK] = row
      this.#addToIndexes(row, position)
    }
    this.#on.put(row)
    return row
  }

  /** Removes a record and what belongs to it; false if there is none. */
  delete(key: string): boolean {
    const position = this.#positions.get(key)
    const row = this.#at(position)
    if (position === undefined || row === undefined) return false
    this.#removeFromIndexes(row, position)
    this.#positions.delete(key)
    const chunk = this.#ownChunk(position)
    chunk.slots[position % CHUNK] = undefined
    chunk.live--
    // Nothing is added to a full chunk any more: of one that nobody lives in, nothing is kept.
    if (chunk.live === 0 && chunk.slots.length === CHUNK) chunk.slots = []
    this.#on.delete(row)
    return true
  }

  /** A copy of its own. A write to one of the two costs a copy of the parts that it changes. */
  fork(on: RowsEvents<Row>): Rows<Row> {
    const fork = new Rows(this.#table, on)
    fork.#chunks = this.#chunks.fork()
    fork.#positions = this.#positions.fork()
    fork.#unique = forkAll(this.#unique)
    fork.#index = forkAll(this.#index)
    fork.#next = this.#next
    return fork
  }

  #append(key: string, row: Row): void {
    const position = this.#next++
    if (position % CHUNK === 0) this.#chunks.push({ slots: [], live: 0 })
    const chunk = this.#ownChunk(position)
    chunk.slots.push(row)
    chunk.live++
    this.#positions.set(key, position)
    this.#addToIndexes(row, position)
  }

  #ownChunk(position: number): Chunk<Row> {
    return this.#chunks.own(Math.floor(position / CHUNK))
  }

  #at(position: number | undefined): Row | undefined {
    if (position === undefined) return undefined
    return this.#chunks.at(Math.floor(position / CHUNK)).slots[position % CHUNK]
  }

  #keyOf(row: Row, fields: readonly string[]): string | undefined {
    return keyOf(fields.map((field) => row[field as keyof Row]))
  }

  #found(field: Field<Row>, value: Value): Set<number> | undefined {
    const index = this.#index.get(field)
    if (index === undefined) throw this.#undeclared('index', field)
    return index.get(String(value))
  }

  #undeclared(relation: 'unique' | 'index', fields: string): TypeError {
    return new TypeError(`the table ${this.#table.name} declares no ${relation}: ${fields}`)
  }

  #addToIndexes(row: Row, position: number): void {
    for (const fields of this.#table.unique) {
      const key = this.#keyOf(row, fields)
      if (key !== undefined) this.#unique.get(fields.join())?.set(key, position)
    }
    for (const [field, index] of this.#index) {
      const key = this.#keyOf(row, [field])
      if (key === undefined) continue
      const positions = index.own(key)
      if (positions === undefined) index.set(key, new Set([position]))
      else positions.add(position)
    }
  }

  #removeFromIndexes(row: Row, position: number): void {
    for (const fields of this.#table.unique) {
      const key = this.#keyOf(row, fields)
      if (key !== undefined) this.#unique.get(fields.join())?.delete(key)
    }
    for (const [field, index] of this.#index) {
      const key = this.#keyOf(row, [field])
      if (key === undefined) continue
      const positions = index.own(key)
      positions?.delete(position)
      if (positions?.size === 0) index.delete(key)
    }
  }
}

/** The values of a key as one string; undefined if one is absent: such a record has no key. */
function keyOf(values: readonly unknown[]): string | undefined {
  if (values.some((value) => value === undefined || value === null)) return undefined
  return values.length === 1 ? String(values[0]) : JSON.stringify(values)
}

/** A record is in one set per field, which is changed in place. */
const positionSets = () => new WideMap<Set<number>>((positions) => new Set(positions))

const forkAll = <Value>(maps: Map<string, WideMap<Value>>) =>
  new Map([...maps].map(([field, map]) => [field, map.fork()]))
