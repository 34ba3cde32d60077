import { createReadStream } from 'node:fs'
import type { State } from '../state.ts'
import type { Stamp, Table } from '../table.ts'
import { type Content, parseLine, VERSION } from './format.ts'

/** What was found in a data file. */
export interface Replayed {
  /** The number of the next commit. */
  commit: number
  lines: number
  /** Bytes up to the end of the last whole commit; what follows is a damaged tail. */
  end: number
  size: number
}

/**
 * Puts into `state` what the whole commits of a data file say. A commit is on disk before the next
 * one begins, so that damage which nothing of a later commit follows was never answered, or is
 * nothing that could be told from it: that tail does not count. Any other damage is refused.
 * @throws Error of one line that names the offset
 */
export async function replay(file: string, state: State, stamp: Stamp): Promise<Replayed> {
  const apply = applier(state, stamp)
  let commit = 0
  let lines = 0
  let end = 0
  let size = 0
  let damage: number | undefined
  let pending: { offset: number; entry: Content }[] = []
  for await (const { offset, bytes, isWhole } of linesIn(file)) {
    size = offset + bytes.length + (isWhole ? 1 : 0)
    const entry = isWhole ? parseLine(bytes) : undefined
    if (entry === undefined) {
      damage ??= offset
      continue
    }
    if (entry[0] !== commit) throw faultAt(damage ?? offset, 'damaged')
    if (damage !== undefined) continue
    if (entry[1] !== 'end') {
      pending.push({ offset, entry })
      continue
    }
    if (entry[2] !== pending.length) throw faultAt(offset, 'damaged before this line')
    for (const each of pending) {
      const fault = apply(each.entry)
      if (fault !== undefined) throw faultAt(each.offset, fault)
    }
    lines += pending.length + 1
    pending = []
    commit++
    end = size
  }
  if (commit === 0) throw faultAt(damage ?? size, 'damaged, or no data file of apig-mock')
  return { commit, lines, end, size }
}

const faultAt = (offset: number, fault: string) => new Error(`${fault} at byte ${offset}`)

interface Line {
  offset: number
  /** Without the line feed. */
  bytes: Uint8Array
  /** Whether a line feed ends it. */
  isWhole: boolean
}

async function* linesIn(file: string): AsyncGenerator<Line> {
  let offset = 0
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let start = 0
    for (let feed = bytes.indexOf(10); feed !== -1; feed = bytes.indexOf(10, start)) {
      yield { offset: offset + start, bytes: bytes.subarray(start, feed), isWhole: true }
      start = feed + 1
    }
    rest = bytes.subarray(start)
    offset += start
  }
  if (rest.length > 0) yield { offset, bytes: rest, isWhole: false }
}

/** A function that does what an entry says, and answers what is wrong with it. */
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
    rows.put(row)
  }
}

/** A record of an earlier version may lack what this one would have generated. */
function wholeRecord(
  table: Table,
  isValid: (row: object) => boolean,
  row: object,
  stamp: Stamp,
): object | undefined {
  if (isValid(row)) return row
  const completed = table.complete(row, stamp)
  return isValid(completed) ? completed : undefined
}
