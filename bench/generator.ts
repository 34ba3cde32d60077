/** The load generator's process, seen from the one that measures. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Burst, Order, Result } from './load.ts'

export interface Generator {
  /** Sends one burst to a port, over connections of its own. */
  burst(port: number, burst: Burst): Promise<Result>
  stop(): void
}

export function startGenerator(): Generator {
  const child = fork('bench/load.ts', { execArgv: ['--import', 'tsx'] })
  async function order(what: Order): Promise<Result | undefined> {
    child.send(what)
    const [{ result, error }] = await once(child, 'message')
    if (error !== undefined) throw new Error(error)
    return result
  }
  return {
    async burst(port, burst) {
      await order({ connect: port })
      const result = await order({ burst })
      await order('disconnect')
      return result as Result
    },
    stop: () => void child.kill(),
  }
}
