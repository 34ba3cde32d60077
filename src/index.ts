import { readFile } from 'node:fs/promises'
import { type AddressInfo, isIPv6 } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { buildApp } from './app.ts'
import { type Config, createConfig } from './config.ts'
import { createContext } from './context.ts'
import { armSeeded } from './control/answer-fault.ts'
import { createControlClient, type RemoteMock } from './control/connect.ts'
import type { StateDocument } from './core/document.ts'

export type { Control, GatewayClient, GatewayOptions } from './control/client.ts'
export { createControlClient, type RemoteMock } from './control/connect.ts'
export type { Fault, FaultRule } from './control/faults.ts'
export type { RequestFilter } from './control/find.ts'
export type { Verification } from './control/requests.ts'
export type { RecordedRequest } from './control/shown.ts'
export type { Config, StateDocument }

/** A running server, and all that a tester can do to it. */
export interface Mock extends RemoteMock {
  port: number
  /** Fastify's `inject`: a request without a socket. */
  inject: FastifyInstance['inject']
  /** Stops accepting, finishes what is in flight, then resolves. */
  close(): Promise<void>
}

/** The options of the command line, and what only code can give. */
export interface StartOptions extends Partial<Omit<Config, 'seed'>> {
  /** The state to start from and to reset to: a file, or the document itself. */
  seed?: string | object
}

/**
 * Starts a server. Silent unless `logLevel` is given.
 * @throws TypeError for a bad option, ApigError for a bad seed, a system error (EADDRINUSE) for a
 *   taken port
 */
export async function start(options: StartOptions = {}): Promise<Mock> {
  const { seed = '', ...given } = options
  const file = typeof seed === 'string' ? seed : ''
  const config = createConfig({ logLevel: 'silent', ...given, seed: file })
  return serve(
    config,
    pino({ level: config.logLevel }),
    typeof seed === 'string' ? undefined : seed,
  )
}

/** A request that is still in flight so many milliseconds after `close` is cut off. */
const GRACE = 1500

/** What `start` and the command line have in common. */
export async function serve(config: Config, log: FastifyBaseLogger, seed?: object): Promise<Mock> {
  const document = seed ?? (config.seed === '' ? {} : await readDocument(config.seed))
  const { faults = [], ...state } = (document ?? {}) as { faults?: unknown }
  const ctx = createContext(config, log, state)
  await armSeeded(ctx, faults)
  const app = buildApp(ctx)
  await app.listen({ host: config.host, port: config.port })
  const { port } = app.server.address() as AddressInfo
  const url = `http://${clientHost(config.host)}:${port}`
  return {
    ...createControlClient(url),
    port,
    inject: app.inject.bind(app),
    async close() {
      const cut = setTimeout(() => app.server.closeAllConnections(), GRACE)
      await app.close()
      clearTimeout(cut)
    },
  }
}

/** What a client calls the address that the server is bound to. */
function clientHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return isIPv6(host) ? `[${host}]` : host
}

/** Reads a seed file: YAML by its name, else JSON. */
async function readDocument(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8')
  if (!/\.ya?ml$/i.test(file)) return JSON.parse(text)
  const { parse } = await import('yaml')
  return parse(text)
}
