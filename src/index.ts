import { pino } from 'pino'
import { type Config, createConfig } from './config.ts'
import { type Mock, serve } from './server.ts'
import type { StateDocument } from './store/document.ts'

export type { Control, GatewayClient, GatewayOptions } from './client/control.ts'
export { createControlClient, type RemoteMock } from './client/remote.ts'
export type { Coverage } from './control/coverage-schema.ts'
export type { Verification } from './control/requests-schemas.ts'
export type { Fault, FaultRule } from './instruments/fault-rule.ts'
export type { RecordedRequest } from './instruments/journal-view.ts'
export type { RequestFilter } from './instruments/request-filter.ts'
export type { Snapshot } from './instruments/snapshots.ts'
export type { InjectedAnswer, InjectedRequest, Mock } from './server.ts'
export type { Config, StateDocument }

/** The options of the command line, and what only code can give. */
export interface StartOptions extends Partial<Omit<Config, 'seed'>> {
  /** The state to start from and to reset to: a file, or the document itself. */
  seed?: string | object
}

/**
 * Starts a server, silent unless `logLevel` is given, on a free port unless `port` is given.
 * @throws TypeError for a bad option, ApigError for a bad seed, an error with the system's `code`
 *   where it cannot listen (EADDRINUSE: the port is taken)
 */
export async function start(options: StartOptions = {}): Promise<Mock> {
  const { seed = '', ...given } = options
  const file = typeof seed === 'string' ? seed : ''
  const config = createConfig({ logLevel: 'silent', port: 0, ...given, seed: file })
  const log = pino({ level: config.logLevel })
  return serve(config, log, typeof seed === 'string' ? undefined : seed)
}
