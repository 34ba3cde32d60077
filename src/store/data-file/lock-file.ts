import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Makes sure that one server at a time uses a file: takes `path`, which names this process.
 * A lock whose process is gone does not count.
 * @returns a function that gives the lock back
 * @throws Error that names the process that has it
 */
export function takeLock(path: string): () => void {
  const mine = identity(process.pid)
  for (;;) {
    if (create(path, mine)) return () => rmSync(path, { force: true })
    const holder = read(path)
    if (holder === undefined) continue
    if (isRunning(holder)) {
      const [pid] = holder.split(' ')
      throw new Error(`in use by the process ${pid}; if that is no apig-mock, delete ${path}`)
    }
    discard(path, holder)
  }
}

function create(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Of several servers that find the same stale lock, one moves it away. */
function discard(path: string, stale: string): void {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
    // Another one was faster, and this is its lock.
    if (read(aside) !== stale) renameSync(aside, path)
    rmSync(aside, { force: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

interface Process {
  /** `Z` and `X`: it has ended, and its parent has not asked for its exit code yet. */
  state: string | undefined
  /** In clock ticks since the system started. */
  began: string | undefined
}

/** What Linux knows of a process; nothing elsewhere. */
function processOf(pid: number): Process {
  // The name of the program comes before, in parentheses, and may itself contain some.
  const fields = read(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ')
  return { state: fields?.[0], began: fields?.[19] }
}

/**
 * A process id, and where the system tells when the process began: ids are used again, and in a
 * container every server has the same one.
 */
const identity = (pid: number): string => `${pid} ${processOf(pid).began ?? ''}`.trim()

function isRunning(holder: string): boolean {
  const [id, since] = holder.split(' ')
  const pid = Number(id)
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const { state, began } = processOf(pid)
  if (state === 'Z' || state === 'X') return false
  return since === undefined || began === undefined || began === since
}
