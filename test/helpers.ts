import { pino } from 'pino'
import { type Config, createConfig } from '../src/config.ts'
import { type Context, createContext } from '../src/context.ts'
import { createHttpServer } from '../src/http/http-server.ts'
import { exportState } from '../src/store/document.ts'
import { tables } from '../src/tables.ts'
import { closeLater } from './open-apps.ts'

export const PROJECT = 'p1'
export const GATEWAY = 'gw1'

interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  body: any
  headers: Record<string, unknown>
}

interface Call {
  /** Sent as JSON; a string or bytes are sent as they are. */
  body?: unknown
  headers?: Record<string, string>
  /** `null` sends no token. */
  token?: string | null
}

type Request = (method: string, path: string, call?: Call) => Promise<Answer>

/** A server without a socket. `call` takes paths below one gateway, or whole ones from `/v2/` on. */
export interface TestServer {
  ctx: Context
  call: Request
  /** The same below another gateway of the same server. */
  gateway(id: string): Request
}

/** A new server, by default without a gateway, closed after the tests of the file; `seed` is a state document, `ownToken` what `call` sends if not told otherwise. */
export function server(
  options: Partial<Config> = {},
  seed: object = { instances: [] },
  ownToken = 'a-token',
): TestServer {
  const config = createConfig({ logLevel: 'silent', ...options })
  const ctx = createContext(config, pino({ level: 'silent' }), tables, seed)
  const app = createHttpServer(ctx)
  closeLater(app)

  const gateway =
    (id: string): Request =>
    async (method, path, { body, headers = {}, token = ownToken } = {}) => {
      const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array
      const response = await app.inject({
        method: method as 'GET',
        url: /^\/(v\d|_mock)\b/.test(path) ? path : `/v2/${PROJECT}/apigw/instances/${id}${path}`,
        headers: {
          ...(token !== null && { 'x-auth-token': token }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && {
          payload: raw ? Buffer.from(body as string) : JSON.stringify(body),
        }),
      })
      return {
        status: response.statusCode,
        body: response.body === '' ? undefined : JSON.parse(response.body),
        headers: response.headers,
      }
    }

  return { ctx, call: gateway(GATEWAY), gateway }
}

/** A strict server with these gateways of the project; the token of `call` is one it knows. */
export function strictServer(instances: object[] = [{ id: GATEWAY }]): TestServer {
  const ofProject = instances.map((instance) => ({ project_id: PROJECT, ...instance }))
  return server({ strict: true }, { instances: ofProject }, 'mock-token')
}

/** The whole state, to compare with a later one. */
export const stateOf = ({ ctx }: TestServer) => structuredClone(exportState(ctx.state))

export const HEX_ID = /^[0-9a-f]{32}$/
/** `2020-08-03T13:09:13.122211909Z` */
export const NANOSECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/
/** `2020-08-03T13:09:13Z` */
export const SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** The body of an error of the service, word for word. */
export const error = (error_code: string, error_msg: string) => ({ error_code, error_msg })

export const invalid = (parameter: string, code = 'APIG.2011') =>
  error(
    code,
    `Invalid parameter value,parameterName:${parameter}. Please refer to the support documentation`,
  )

export const missing = (parameter: string) =>
  error(
    'APIG.2001',
    `The request parameters must be specified,parameterName:${parameter}. Please refer to the support documentation`,
  )
