import { setImmediate } from 'node:timers/promises'

/** Runs one write at a time. */
export interface WriteQueue {
  /** Asks for a write: at the end of this turn of the event loop, or after the one under way. */
  schedule(): void
  /** The last write that was asked for, while it is not done; rejects for good once one failed. */
  pending(): Promise<void> | undefined
}

/** @param onFailure gets the error of the first write that fails, and again of each after it */
export function writeQueue(
  write: () => Promise<void>,
  onFailure: (error: Error) => void,
): WriteQueue {
  let last: Promise<void> | undefined
  return {
    schedule() {
      const turn = (last ?? setImmediate()).then(write)
      last = turn
      turn.then(() => {
        if (last === turn) last = undefined
      }, onFailure)
    },
    pending: () => last,
  }
}
