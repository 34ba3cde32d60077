import { crc32 } from 'node:zlib'
import type { Change, Put } from '../state.ts'

/**
 * The lines of a data file. Each has a checksum and a JSON array:
 *
 *     1f0c8a3e [7,"put","apps","my-gateway",{"id":"…","name":"billing"}]
 *     a9d1f4c2 [7,"end",1]
 *
 * The array begins with the number of the commit that the line belongs to. A commit counts once its
 * "end" is there, with the number of lines before it: it was wholly written, or it never happened.
 * Commit 0 is the state that the file was begun with.
 */
export type Entry = Content | [commit: number, 'end', lines: number]

export type Content =
  | [commit: number, 'version', number]
  | [commit: number, 'put', table: string, instanceId: string | null, row: object]
  | [commit: number, 'delete', table: string, instanceId: string | null, key: string]
  | [commit: number, 'clear', instanceId: string]

/** Of the format; a file with another one is refused. */
export const VERSION = 1

const checksum = (json: string | Uint8Array) => crc32(json).toString(16).padStart(8, '0')

function line(entry: Entry): string {
  const json = JSON.stringify(entry)
  return `${checksum(json)} ${json}\n`
}

/** Commit 0: the lines that a file begins with. */
export const baseLines = (records: Iterable<Put>): Generator<string> =>
  ended(0, [line([0, 'version', VERSION])], putLines(0, records))

export const commitLines = (commit: number, changes: Iterable<Change>): Generator<string> =>
  ended(commit, changeLines(commit, changes))

function* ended(commit: number, ...parts: Iterable<string>[]): Generator<string> {
  let count = 0
  for (const part of parts) {
    for (const text of part) {
      count++
      yield text
    }
  }
  yield line([commit, 'end', count])
}

function* changeLines(commit: number, changes: Iterable<Change>): Generator<string> {
  for (const change of changes) {
    if (change.type === 'put') {
      yield* putLines(commit, [change])
    } else if (change.type === 'delete') {
      yield line([commit, 'delete', change.table.name, change.instanceId ?? null, change.key])
    } else if (change.instanceId !== undefined) {
      yield line([commit, 'clear', change.instanceId])
      if (change.type === 'adopt') yield* putLines(commit, change.by.records(change.instanceId))
    }
  }
}

function* putLines(commit: number, records: Iterable<Put>): Generator<string> {
  for (const { table, instanceId, row } of records) {
    yield line([commit, 'put', table.name, instanceId ?? null, row])
  }
}

/** Checksum and a space. */
const PREFIX = 9

/** What a line says; undefined if it is damaged. */
export function parseLine(bytes: Uint8Array): Entry | undefined {
  const json = bytes.subarray(PREFIX)
  const prefix = Buffer.from(bytes.subarray(0, PREFIX)).toString('latin1')
  if (prefix !== `${checksum(json)} `) return undefined
  const entry: unknown = JSON.parse(Buffer.from(json).toString())
  return Array.isArray(entry) ? (entry as Entry) : undefined
}
