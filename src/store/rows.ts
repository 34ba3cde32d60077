import { SharedList } from './shared-list.ts'
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
  #chunks = new SharedList<Chunk<Row>>(({ slots, live }) => ({ slots: slots.slice(), live }))
  #positions = new WideMap<number>()
  #unique: Map<string, WideMap<number>>
  #owners: Map<string, WideMap<Set<number>>>
  #next = 0

  constructor(table: Table<Row>, on: RowsEvents<Row> = NO_EVENTS) {
    this.#table = table
    this.#on = on
    this.#unique = new Map(table.unique.map((field) => [field, new WideMap()]))
    this.#owners = new Map(Object.keys(table.belongsTo).map((field) => [field, ownerMap()]))
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
   * Adds the record, unless another has its key or the value of a unique field: then nothing is
   * changed, and the answer is the name of the field.
   */
  add(row: Row): string | undefined {
    const key = this.#value(row, this.#table.key) as string
    if (this.#positions.get(key) !== undefined) return this.#table.key
    for (const [field, positions] of this.#unique) {
      if (positions.get(this.#value(row, field) as string) !== undefined) return field
    }
    this.#append(key, row)
    this.#on.put(row)
    return undefined
  }

  /** Adds the record, or puts it in the place of the one with the same key. */
  put(row: Row): Row {
    const key = this.#value(row, this.#table.key) as string
    const position = this.#positions.get(key)
    if (position === undefined) {
      this.#append(key, row)
    } else {
      this.#unindex(this.#at(position) as Row, position)
      this.#ownChunk(position).slots[position % CHUNK] = row
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
    this.#unindex(row, position)
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
    fork.#owners = forkAll(this.#owners)
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
    this.#index(row, position)
  }

  #ownChunk(position: number): Chunk<Row> {
    return this.#chunks.own(Math.floor(position / CHUNK))
  }

  #at(position: number | undefined): Row | undefined {
    if (position === undefined) return undefined
    return this.#chunks.at(Math.floor(position / CHUNK)).slots[position % CHUNK]
  }

  #value(row: Row, field: string): unknown {
    return row[field as keyof Row]
  }

  #index(row: Row, position: number): void {
    for (const [field, positions] of this.#unique) {
      positions.set(this.#value(row, field) as string, position)
    }
    for (const [field, owned] of this.#owners) {
      const owner = this.#value(row, field) as string
      const positions = owned.own(owner)
      if (positions === undefined) owned.set(owner, new Set([position]))
      else positions.add(position)
    }
  }

  #unindex(row: Row, position: number): void {
    for (const [field, positions] of this.#unique) {
      positions.delete(this.#value(row, field) as string)
    }
    for (const [field, owned] of this.#owners) {
      const owner = this.#value(row, field) as string
      const positions = owned.own(owner)
      positions?.delete(position)
      if (positions?.size === 0) owned.delete(owner)
    }
  }
}

/** A record belongs to one owner, whose set is changed in place. */
const ownerMap = () => new WideMap<Set<number>>((positions) => new Set(positions))

const forkAll = <Value>(maps: Map<string, WideMap<Value>>) =>
  new Map([...maps].map(([field, map]) => [field, map.fork()]))
