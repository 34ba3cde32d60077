import { setTimeout as sleep } from 'node:timers/promises'

/** Resolves after so many milliseconds, or at the signal; does not keep the process alive. */
export async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal, ref: false })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
