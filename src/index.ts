import { readFile } from 'node:fs/promises'
import { type AddressInfo, isIPv6 } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import { buildApp } from './app.ts'
import { type Config, createConfig } from './config.ts'
import { createContext } from './context.ts'
import { exportState, importState, type StateDocument } from './core/document.ts'

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
  const ctx = createContext(config, log, document)
  const app = buildApp(ctx)
  await app.listen({ host: config.host, port: config.port })
  const { port } = app.server.address() as AddressInfo
  return {
    url: `http://${clientHost(config.host)}:${port}`,
    port,
    reset: (instanceId) => ctx.state.adopt(ctx.seed, instanceId),
    snapshot: () => structuredClone(exportState(ctx.state)),
    restore: (state) => ctx.state.adopt(importState(ctx.state.tables, state, ctx)),
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
