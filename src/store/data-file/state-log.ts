import { type Change, State } from '../state.ts'
import { baseLines, commitLines } from './format.ts'
import { logFile } from './log-file.ts'

/** Where a data file ends. */
export interface LogEnd {
  /** The number of the next commit. */
  commit: number
  lines: number
}

/** The commits of a state, in a file. */
export interface StateLog {
  /** Begins the file anew with the whole state as it is now. */
  begin(): Promise<void>
  /** Appends the changes as one commit. */
  append(changes: Change[]): Promise<void>
  /** Whether it has far more lines than the state has records. */
  isTooLong(): boolean
  close(): Promise<void>
}

/**
 * @param slack lines that the file may have beyond two per record
 * @param end undefined: there is no file, it has to begin first
 */
export function stateLog(path: string, state: State, slack: number, end?: LogEnd): StateLog {
  const file = logFile(path)
  let { commit, lines } = end ?? { commit: 0, lines: 0 }
  /** The length allowed when it was last reckoned: counting the records takes a walk. */
  let limit = 0

  function* counted(source: Iterable<string>): Generator<string> {
    for (const line of source) {
      lines++
      yield line
    }
  }

  return {
    async begin() {
      // The state goes on while it is written.
      const copy = new State(state.tables)
      copy.adopt(state)
      lines = 0
      await file.replace(counted(baseLines(copy.records())))
      commit = 1
    },
    async append(changes) {
      await file.append(counted(commitLines(commit, changes)))
      commit++
    },
    isTooLong() {
      if (lines <= limit) return false
      const records = state.tables.reduce((sum, table) => sum + state.count(table), 0)
      limit = 2 * records + slack
      return lines > limit
    },
    close: () => file.close(),
  }
}
