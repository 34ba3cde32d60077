import { type AddressInfo, isIPv6 } from 'node:net'
import type { Logger } from 'pino'
import { refuseBadIdentities } from './auth/permissions.ts'
import { createControlClient, type RemoteMock } from './client/remote.ts'
import type { Config } from './config.ts'
import { type Context, createContext } from './context.ts'
import { apigError } from './core/errors.ts'
import { createHttpServer, type HttpServer } from './http/http-server.ts'
import { readSeedFile } from './seed-file.ts'
import { openDataFile } from './store/data-file/data-file.ts'
import { tables } from './tables.ts'

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

/** A request that is still in flight so many milliseconds after `close` is cut off. */
const GRACE = 1000

/**
 * What `start` and the command line have in common.
 * @param seed the state to start from; without it the file `config.seed` is read
 */
export async function serve(config: Config, log: Logger, seed?: object): Promise<Mock> {
  return serveContext(
    seed === undefined ? await configured(config, log) : await contextOf(config, log, seed),
  )
}

/** Starts the server of a context that nobody serves yet. */
export async function serveContext(ctx: Context): Promise<Mock> {
  const { config } = ctx
  if (config.data !== '') await keepInFile(ctx)
  const http = createHttpServer(ctx)
  await listen(http, config)
  const { port } = http.server.address() as AddressInfo
  return {
    ...createControlClient(urlOf({ host: config.host, port })),
    port,
    inject: (request) => http.inject(request),
    async close() {
      const cut = setTimeout(() => http.server.closeAllConnections(), GRACE)
      await http.close()
      clearTimeout(cut)
    },
  }
}

/** @throws Error of one line */
async function keepInFile(ctx: Context): Promise<void> {
  const { data, idSeed } = ctx.config
  if (idSeed !== '')
    throw new TypeError('--id-seed with --data: a restart would give the same ids again')
  ctx.data = await openDataFile(data, ctx)
}

/** The context that a server of this configuration starts with. */
export function configured(config: Config, log: Logger): Promise<Context> {
  return config.seed === '' ? contextOf(config, log, {}) : contextOfFile(config, log)
}

/** A seed is a state document, beside which it may order faults. */
async function contextOf(config: Config, log: Logger, seed: unknown): Promise<Context> {
  if (typeof seed !== 'object' || seed === null || Array.isArray(seed)) {
    const detail = 'expected an object: { "instances": [{ "id": "…" }] }'
    throw apigError('MOCK.0400', { what: 'seed', path: '/', detail })
  }
  const { faults, ...state } = seed as { faults?: unknown }
  const ctx = createContext(config, log, tables, state)
  await refuseBadIdentities(ctx.seed)
  if (faults !== undefined) {
    const { armFaults } = await import('./control/fault-rules.ts')
    await armFaults(ctx, faults)
    ctx.faults.keep()
  }
  return ctx
}

/** @throws Error of one line, naming the file, the line and what is wrong there */
async function contextOfFile(config: Config, log: Logger): Promise<Context> {
  const { document, located } = await readSeedFile(config.seed)
  try {
    return await contextOf(config, log, document)
  } catch (error) {
    throw await located(error as Error)
  }
}

/** @throws Error with the `code` of the system error and a message that says what to do */
async function listen(http: HttpServer, { host, port }: Config): Promise<void> {
  try {
    await http.listen({ host, port })
  } catch (error) {
    await http.close()
    const { code, message } = error as NodeJS.ErrnoException
    const fault =
      code === 'EADDRINUSE'
        ? `port ${port} of ${host} is taken: choose another with --port (PORT), 0 picks a free one`
        : `cannot listen on port ${port} of ${host}: ${message}`
    throw Object.assign(new Error(fault, { cause: error }), { code })
  }
}

/** What a client calls the address that a server is bound to. */
export function urlOf({ host, port }: Pick<Config, 'host' | 'port'>): string {
  const isAny = host === '0.0.0.0' || host === '::'
  const name = isAny ? '127.0.0.1' : isIPv6(host) ? `[${host}]` : host
  return `http://${name}:${port}`
}
