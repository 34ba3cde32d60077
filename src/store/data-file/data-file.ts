import { existsSync, realpathSync, rmSync } from 'node:fs'
import { truncate } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Clock } from '../../core/clock.ts'
import type { Ids } from '../../core/ids.ts'
import { type Change, State } from '../state.ts'
import { baseLines, commitLines } from './format.ts'
import { takeLock } from './lock-file.ts'
import { logFile } from './log-file.ts'
import { replay } from './replay.ts'

/** Keeps a state in a file, across restarts and crashes. */
export interface DataFile {
  /**
   * Resolves when all that the state holds now is on disk, rejects when that cannot be had.
   * Undefined: it is there already.
   */
  written(): Promise<void> | undefined
  close(): Promise<void>
}

/** What `openDataFile` needs of a server. */
interface Owner {
  clock: Clock
  ids: Ids
  log: Logger
  state: State
}

/** Lines that a file may have beyond two per record before it is written anew. */
const SLACK = 10_000

/**
 * Fills the state from the file, or begins the file with the state if there is none. From then on
 * the file follows the state.
 * @throws Error of one line that names the file
 */
export async function openDataFile(file: string, owner: Owner, slack = SLACK): Promise<DataFile> {
  let release = () => {}
  try {
    const isThere = existsSync(file)
    const path = isThere ? realpathSync(file) : file
    release = takeLock(`${path}.lock`)
    // What a crash left of a file that was to take the place of this one.
    rmSync(`${path}.new`, { force: true })
    const found = isThere ? await load(path, owner) : undefined
    const data = follow(path, owner, slack, found)
    await data.written()
    return {
      written: data.written,
      close: () => data.close().finally(release),
    }
  } catch (error) {
    release()
    throw new Error(`data file ${file}: ${(error as Error).message}`, { cause: error })
  }
}

interface Found {
  /** The number of the next commit. */
  commit: number
  lines: number
}

async function load(path: string, { clock, ids, log, state }: Owner): Promise<Found> {
  const kept = new State(state.tables)
  const { commit, lines, end, size } = await replay(path, kept, { clock, ids })
  if (end < size) {
    await truncate(path, end)
    log.warn({ file: path, offset: end, bytes: size - end }, 'cut a damaged tail off the data file')
  }
  state.adopt(kept)
  return { commit, lines }
}

/**
 * Writes that come together are one commit, with one sync: while one is being written, the next
 * gathers.
 */
function follow(path: string, { log, state }: Owner, slack: number, found?: Found): DataFile {
  const file = logFile(path)
  let { commit, lines } = found ?? { commit: 0, lines: 0 }
  let gathered: Change[] = []
  let isToBeginAnew = found === undefined
  /** The last commit that is under way. */
  let last: Promise<void> | undefined

  let hasFailed = false

  const unsubscribe = state.onChange((change) => {
    gathered.push(change)
    if (change.type === 'adopt' && change.instanceId === undefined) isToBeginAnew = true
    if (gathered.length === 1) schedule()
  })
  if (isToBeginAnew) schedule()

  function schedule(): void {
    const turn = (last ?? setImmediate()).then(write)
    last = turn
    turn.then(() => {
      if (last === turn) last = undefined
    }, fail)
  }

  async function write(): Promise<void> {
    const changes = gathered
    gathered = []
    if (isToBeginAnew || isTooLong()) {
      isToBeginAnew = false
      // The state goes on while it is written.
      const copy = new State(state.tables)
      copy.adopt(state)
      lines = 0
      await file.replace(counted(baseLines(copy.records())))
      commit = 1
    } else if (changes.length > 0) {
      await file.append(counted(commitLines(commit, changes)))
      commit++
    }
  }

  function* counted(source: Iterable<string>): Generator<string> {
    for (const line of source) {
      lines++
      yield line
    }
  }

  let limit = 0
  function isTooLong(): boolean {
    if (lines <= limit) return false
    const records = state.tables.reduce((sum, table) => sum + state.count(table), 0)
    limit = 2 * records + slack
    return lines > limit
  }

  /** The state is now ahead of the file for good: `written` rejects from here on. */
  function fail(error: Error): void {
    if (hasFailed) return
    hasFailed = true
    unsubscribe()
    gathered = []
    log.fatal(
      { file: path, err: error },
      'cannot write the data file: every request is answered 500 until the server is started again',
    )
  }

  return {
    written: () => last,
    async close() {
      unsubscribe()
      await last?.catch(() => {})
      await file.close()
    },
  }
}
