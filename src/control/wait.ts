import type { Entry } from '../instruments/entry.ts'
import type { Journal } from '../instruments/journal.ts'

/**
 * Waits for an entry of which `isEnough` returns true. It sees new entries only, each once.
 * @param within milliseconds to wait at most; the timer does not keep the process alive
 * @param signal ends the wait
 */
export async function waitForEntry(
  journal: Journal,
  isEnough: (entry: Entry) => boolean,
  within: number,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      unsubscribe()
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, within).unref()
    const unsubscribe = journal.subscribe((entry) => {
      if (isEnough(entry)) finish()
    })
    signal.addEventListener('abort', finish)
  })
}
