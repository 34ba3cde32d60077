import { createReadStream } from 'node:fs'
import type { State } from '../state.ts'
import type { AnyRow, Stamp, Table } from '../table.ts'
import { type Content, type Entry, parseLine, VERSION } from './format.ts'

/** What was found in a data file. */
export interface ReplayResult {
  /** The number of the next commit. */
  commit: number
  lines: number
  /** Bytes up to the end of the last whole commit; what follows is a damaged tail. */
  end: number
  size: number
}

/**
 * Puts the whole commits of a data file into `state`. A damaged tail is dropped: no later commit
 * follows it, so either it was never acknowledged or nobody can tell. Any other damage is refused.
 * @throws Error of one line that names the offset
 */
export async function replay(file: string, state: State, stamp: Stamp): Promise<ReplayResult> {
  const apply = applier(state, stamp)
  const whole: ReplayResult = { commit: 0, lines: 0, end: 0, size: 0 }
  let damage: number | undefined
  let pending: EntryPosition[] = []
  for await (const line of linesIn(file)) {
    whole.size = line.next
    const entry = line.isWhole ? entryOf(line) : undefined
    if (entry === undefined) {
      damage ??= line.offset
      continue
    }
    if (entry[0] !== whole.commit) throw faultAt(damage ?? line.offset, 'damaged')
    // The rest of a damaged commit is dropped with it, if no other one follows.
    if (damage !== undefined) continue
    if (entry[1] !== 'end') {
      pending.push({ offset: line.offset, entry })
      continue
    }
    if (entry[2] !== pending.length) throw faultAt(line.offset, 'damaged before this line')
    if (whole.commit === 0) refuseNoVersion(pending)
    applyAll(pending, apply)
    whole.commit++
    whole.lines += pending.length + 1
    whole.end = line.next
    pending = []
  }
  if (whole.commit === 0) {
    throw faultAt(damage ?? whole.size, 'damaged, or no data file of apig-mock')
  }
  return whole
}

/** An entry and the byte at which its line begins. */
interface EntryPosition {
  offset: number
  entry: Content
}

function entryOf({ offset, bytes }: Line): Entry | undefined {
  try {
    return parseLine(bytes)
  } catch {
    throw faultAt(offset, 'a line with a right checksum that is no JSON')
  }
}

/** The first line of a file says in which format the others are. */
function refuseNoVersion([first]: EntryPosition[]): void {
  if (first?.entry[1] !== 'version') throw faultAt(0, 'no version of the format')
}

function applyAll(entries: EntryPosition[], apply: (entry: Content) => string | undefined): void {
  for (const { offset, entry } of entries) {
    const fault = apply(entry)
    if (fault !== undefined) throw faultAt(offset, fault)
  }
}

const faultAt = (offset: number, fault: string) => new Error(`${fault} at byte ${offset}`)

interface Line {
  offset: number
  /** Without the line feed. */
  bytes: Uint8Array
  /** Where the next line begins. */
  next: number
  /** Whether a line feed ends it. */
  isWhole: boolean
}

async function* linesIn(file: string): AsyncGenerator<Line> {
  let offset = 0
  /** The pieces of the line that begins at `offset`, joined once its end is here. */
  let pieces: Buffer[] = []
  const take = (end: Buffer, isWhole: boolean): Line => {
    const bytes = pieces.length === 0 ? end : Buffer.concat([...pieces, end])
    pieces = []
    const line = { offset, bytes, next: offset + bytes.length + (isWhole ? 1 : 0), isWhole }
    offset = line.next
    return line
  }
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    let start = 0
    for (let feed = chunk.indexOf(10); feed !== -1; feed = chunk.indexOf(10, start)) {
      yield take(chunk.subarray(start, feed), true)
      start = feed + 1
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start))
  }
  if (pieces.length > 0) yield take(Buffer.alloc(0), false)
}

/** A function that does what an entry says, and returns what is wrong with it. */
function applier(state: State, stamp: Stamp): (entry: Content) => string | undefined {
  const tables = new Map(
    state.tables.map((table) => [table.name, { table, isValid: table.accepts }]),
  )
  return (entry) => {
    if (entry[1] === 'version') {
      return entry[2] === VERSION ? undefined : `written in another format, version ${entry[2]}`
    }
    if (entry[1] === 'clear') {
      state.clear(entry[2])
      return
    }
    const [, type, name, instanceId, content] = entry
    const { table, isValid } = tables.get(name) ?? {}
    if (table === undefined || isValid === undefined) return `unknown table ${name}`
    const rows = state.rows(table, instanceId ?? undefined)
    if (type === 'delete') {
      rows.delete(content)
      return
    }
    const row = wholeRecord(table, isValid, content, stamp)
    if (row === undefined) return `no record of the table ${name} in this version`
    if (rows.taken(row) !== undefined)
      return `two records of the table ${name} share a unique value`
    rows.put(row)
  }
}

/** A record of an earlier version may lack what this one would have generated. */
function wholeRecord(
  table: Table,
  isValid: (row: object) => boolean,
  row: unknown,
  stamp: Stamp,
): AnyRow | undefined {
  if (typeof row !== 'object' || row === null) return undefined
  if (isValid(row)) return { ...row }
  const completed = table.complete(row, stamp)
  return isValid(completed) ? completed : undefined
}
