import type { Table } from './table.ts'
import { WideMap } from './wide-map.ts'

/** Slots per chunk: what a page skips in one step, and how far it searches in the last one. */
const CHUNK = 1024

interface Chunk<Row> {
  slots: (Row | undefined)[]
  live: number
}

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
  #chunks: Chunk<Row>[] = []
  #positions = new WideMap<number>()
  #unique: Map<string, WideMap<number>>
  #owners: Map<string, Map<unknown, Set<number>>>
  #next = 0
  /** Whether a fork looks at the same records: the first of the two that writes takes a copy. */
  #isShared = false

  constructor(table: Table<Row>, on: RowsEvents<Row> = NO_EVENTS) {
    this.#table = table
    this.#on = on
    this.#unique = new Map(table.unique.map((field) => [field, new WideMap()]))
    this.#owners = new Map(Object.keys(table.belongsTo).map((field) => [field, new Map()]))
  }

  get size(): number {
    return this.#positions.size
  }

  get(key: string): Row | undefined {
    return this.#at(this.#positions.get(key))
  }

  /** The record whose unique `field` has this value. */
  by(field: keyof Row & string, value: string): Row | undefined {
    return this.#at(this.#unique.get(field)?.get(value))
  }

  /** The records that belong to `owner` through `field`, newest first. */
  where(field: keyof Row & string, owner: string): Row[] {
    // In the order of creation, which a record put again keeps.
    const positions = [...(this.#owners.get(field)?.get(owner) ?? [])].sort((a, b) => b - a)
    return positions.flatMap((position) => this.#at(position) ?? [])
  }

  /** How many records belong to `owner` through `field`. */
  count(field: keyof Row & string, owner: string): number {
    return this.#owners.get(field)?.get(owner)?.size ?? 0
  }

  /** All records, oldest first. */
  *values(): Generator<Row> {
    for (const chunk of this.#chunks) {
      for (const row of chunk.slots) if (row !== undefined) yield row
    }
  }

  /** At most `limit` records from the `offset`th newest on, newest first. */
  newest(offset: number, limit: number): Row[] {
    const found: Row[] = []
    let skip = offset
    for (let c = this.#chunks.length - 1; c >= 0 && found.length < limit; c--) {
      const { slots, live } = this.#chunks[c] as Chunk<Row>
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
      const { slots } = this.#chunks[c] as Chunk<Row>
      for (let s = slots.length - 1; s >= 0; s--) {
        const row = slots[s]
        if (row !== undefined && matches(row)) found.push(row)
      }
    }
    return found
  }

  /** Adds the record, or puts it in the place of the one with the same key. */
  put(row: Row): Row {
    if (this.#isShared) this.#unshare()
    const key = this.#value(row, this.#table.key) as string
    const position = this.#positions.get(key)
    if (position === undefined) {
      this.#append(key, row)
    } else {
      this.#unindex(this.#at(position) as Row, position)
      this.#slotOf(position).slots[position % CHUNK] = row
      this.#index(row, position)
    }
    this.#on.put(row)
    return row
  }

  /** Removes a record and what belongs to it; false if there is none. */
  delete(key: string): boolean {
    const position = this.#positions.get(key)
    const row = this.#at(position)
    if (position === undefined || row === undefined) return false
    if (this.#isShared) this.#unshare()
    this.#unindex(row, position)
    this.#positions.delete(key)
    const chunk = this.#slotOf(position)
    chunk.slots[position % CHUNK] = undefined
    chunk.live--
    this.#on.delete(row)
    return true
  }

  /** A copy of its own. It costs nothing until one of the two is written to. */
  fork(on: RowsEvents<Row>): Rows<Row> {
    const copy = new Rows(this.#table, on)
    copy.#chunks = this.#chunks
    copy.#positions = this.#positions
    copy.#unique = this.#unique
    copy.#owners = this.#owners
    copy.#next = this.#next
    copy.#isShared = this.#isShared = true
    return copy
  }

  #unshare(): void {
    this.#chunks = this.#chunks.map(({ slots, live }) => ({ slots: slots.slice(), live }))
    this.#positions = this.#positions.copy()
    this.#unique = mapValues(this.#unique, (positions) => positions.copy())
    this.#owners = mapValues(this.#owners, (owned) =>
      mapValues(owned, (positions) => new Set(positions)),
    )
    this.#isShared = false
  }

  #append(key: string, row: Row): void {
    const position = this.#next++
    if (position % CHUNK === 0) this.#chunks.push({ slots: [], live: 0 })
    const chunk = this.#slotOf(position)
    chunk.slots.push(row)
    chunk.live++
    this.#positions.set(key, position)
    this.#index(row, position)
  }

  #slotOf(position: number): Chunk<Row> {
    return this.#chunks[Math.floor(position / CHUNK)] as Chunk<Row>
  }

  #at(position: number | undefined): Row | undefined {
    return position === undefined ? undefined : this.#slotOf(position).slots[position % CHUNK]
  }

  #value(row: Row, field: string): unknown {
    return row[field as keyof Row]
  }

  #index(row: Row, position: number): void {
    for (const [field, positions] of this.#unique) {
      positions.set(this.#value(row, field) as string, position)
    }
    for (const [field, owned] of this.#owners) {
      const owner = this.#value(row, field)
      const positions = owned.get(owner)
      if (positions === undefined) owned.set(owner, new Set([position]))
      else positions.add(position)
    }
  }

  #unindex(row: Row, position: number): void {
    for (const [field, positions] of this.#unique) {
      positions.delete(this.#value(row, field) as string)
    }
    for (const [field, owned] of this.#owners) {
      const owner = this.#value(row, field)
      const positions = owned.get(owner)
      positions?.delete(position)
      if (positions?.size === 0) owned.delete(owner)
    }
  }
}

function mapValues<Key, Value>(map: Map<Key, Value>, copy: (value: Value) => Value) {
  const copies = new Map<Key, Value>()
  for (const [key, value] of map) copies.set(key, copy(value))
  return copies
}
