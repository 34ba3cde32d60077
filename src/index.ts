import { pino } from 'pino'
import { type Config, createConfig } from './config.ts'
import type { StateDocument } from './core/document.ts'
import { serve } from './server.ts'

export type { Config, StateDocument }

/** A running server. */
export interface Mock {
  /** Where it listens, as a client is given it: `http://127.0.0.1:8080`. */
  url: string
  port: number
  /** Back to the seed: everything, or only one gateway. */
  reset(instanceId?: string): void
  /** The whole state, as `GET /_mock/state` answers it. */
  snapshot(): StateDocument
  /**
   * Replaces the whole state, as `PUT /_mock/state` does.
   * @throws ApigError naming the path of the first fault
   */
  restore(state: StateDocument): void
  /** Stops accepting, finishes what is in flight, then resolves. */
  close(): Promise<void>
}

/** The options of the command line, and what only code can give. */
export interface StartOptions extends Partial<Omit<Config, 'seed'>> {
  /** The state to start from and to reset to: a file, or the document itself. */
  seed?: string | object
}

/**
 * Starts a server, silent unless `logLevel` is given.
 * @throws TypeError for a bad option, ApigError for a bad seed, an error with the system's `code`
 *   where it cannot listen (EADDRINUSE: the port is taken)
 */
export async function start(options: StartOptions = {}): Promise<Mock> {
  const { seed = '', ...given } = options
  const file = typeof seed === 'string' ? seed : ''
  const config = createConfig({ logLevel: 'silent', ...given, seed: file })
  const log = pino({ level: config.logLevel })
  return serve(config, log, typeof seed === 'string' ? undefined : seed)
}
