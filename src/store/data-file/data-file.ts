import { existsSync, realpathSync, rmSync, statSync } from 'node:fs'
import { truncate } from 'node:fs/promises'
import type { Logger } from 'pino'
import type { Clock } from '../../core/clock.ts'
import type { Ids } from '../../core/ids.ts'
import { type Change, State } from '../state.ts'
import { takeLock } from './lock-file.ts'
import { replay } from './replay.ts'
import { type LogEnd, stateLog } from './state-log.ts'
import { writeQueue } from './write-queue.ts'

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
    if (isThere) refuseOtherNames(path)
    release = takeLock(`${path}.lock`)
    // What a crash left of a file that was to take the place of this one.
    rmSync(`${path}.new`, { force: true })
    const found = isThere ? await load(path, owner) : undefined
    const data = follow(path, owner, slack, found)
    owner.state.completeGateways(owner)
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

/** The lock belongs to a name: under another name of the same file a second server would start. */
function refuseOtherNames(path: string): void {
  const { nlink } = statSync(path)
  if (nlink > 1) throw new Error(`${nlink} hard links to one file: copy it in place of linking it`)
}

async function load(path: string, { clock, ids, log, state }: Owner): Promise<LogEnd> {
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
function follow(path: string, { log, state }: Owner, slack: number, found?: LogEnd): DataFile {
  const file = stateLog(path, state, slack, found)
  const queue = writeQueue(write, fail)
  let gathered: Change[] = []
  let isToBegin = found === undefined
  let hasFailed = false

  const unsubscribe = state.onChange((change) => {
    gathered.push(change)
    if (change.type === 'adopt' && change.instanceId === undefined) isToBegin = true
    if (gathered.length === 1) queue.schedule()
  })
  if (isToBegin) queue.schedule()

  async function write(): Promise<void> {
    const changes = gathered
    gathered = []
    if (isToBegin || file.isTooLong()) {
      isToBegin = false
      await file.begin()
    } else if (changes.length > 0) {
      await file.append(changes)
    }
  }

  /** The state is now ahead of the file for good: `written` rejects from here on. */
  function fail(error: Error): void {
    if (hasFailed) return
    hasFailed = true
    unsubscribe()
    gathered = []
    log.fatal(
      { file: path, err: error },
      'cannot write the data file: every request gets 500 until restart',
    )
  }

  return {
    written: queue.pending,
    async close() {
      unsubscribe()
      await queue.pending()?.catch(() => {})
      await file.close()
    },
  }
}
