import { pino } from 'pino'
import { type Config, createConfig } from './config.ts'
import type { RemoteMock } from './control/connect.ts'
import type { StateDocument } from './core/document.ts'
import { serve } from './server.ts'

export type { Control, GatewayClient, GatewayOptions } from './control/client.ts'
export { createControlClient, type RemoteMock } from './control/connect.ts'
export type { Fault, FaultRule } from './control/faults.ts'
export type { RequestFilter } from './control/find.ts'
export type { Verification } from './control/requests-schemas.ts'
export type { RecordedRequest } from './control/shown.ts'
export type { Snapshot } from './control/snapshots.ts'
export type { Config, StateDocument }

/** A running server, and all that a tester can do to it. */
export interface Mock extends RemoteMock {
  port: number
  /** A request without a socket. */
  inject(request: InjectedRequest): Promise<InjectedAnswer>
  /** Stops accepting, finishes what is in flight, then resolves. */
  close(): Promise<void>
}

export interface InjectedRequest {
  method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT'
  /** Path and query. */
  url: string
  headers?: Record<string, string>
  /** Sent as JSON unless it is text or bytes. */
  body?: string | Uint8Array | object
}

export interface InjectedAnswer {
  statusCode: number
  headers: Record<string, number | string | string[] | undefined>
  body: string
  // biome-ignore lint/suspicious/noExplicitAny: the body is the service's JSON, of many shapes
  json(): any
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
