import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { Context } from '../context.ts'
import { createConnections } from '../request/connection.ts'
import { HEADER_LIMIT } from '../request/limits.ts'
import { WholeResponse } from '../request/whole-response.ts'
import { createDispatcher, type Plane } from './dispatcher.ts'

/** Milliseconds after which a request that is still arriving is cut off. */
const REQUEST_TIMEOUT = 30_000
/** Milliseconds for which an idle connection stays open: longer than load balancers use one. */
const KEEP_ALIVE_TIMEOUT = 72_000

interface Options {
  /** Milliseconds. */
  requestTimeout?: number
  plane?: Plane
}

/** The HTTP server of a context. */
export interface HttpServer {
  server: Server
  /** @throws Error with the `code` of the system error */
  listen(address: { host: string; port: number }): Promise<void>
  /** A request without a socket. */
  inject(request: string | InjectOptions): Promise<LightMyRequestResponse>
  /** Stops accepting, waits for the requests in flight, then closes the data file. */
  close(): Promise<void>
}

/** Makes the HTTP server of a context, which does not listen yet. */
export function createHttpServer(
  ctx: Context,
  { requestTimeout = REQUEST_TIMEOUT, plane }: Options = {},
): HttpServer {
  let isClosed = false
  const { handle, close } = createDispatcher(ctx, plane)
  const server = createServer(
    {
      ServerResponse: WholeResponse,
      maxHeaderSize: HEADER_LIMIT,
      requestTimeout,
      // Node swaps the two if headersTimeout exceeds requestTimeout, as it does by default.
      headersTimeout: requestTimeout,
      connectionsCheckingInterval: requestTimeout / 10,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
      // Node refuses a request without a Host itself, with an empty body: `refuseNoHost` does.
      requireHostHeader: false,
    },
    handle,
  )
  const connections = createConnections(ctx)
  connections.watch(server)
  server.on('clientError', connections.refuse)
  // Node answers an unknown expectation itself, with an empty body; one may as well ignore it.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response))
  return {
    server,
    listen: (address) => listen(server, address),
    async inject(request) {
      if (isClosed) throw new Error('the server is closed')
      const { default: inject } = await import('light-my-request')
      return inject(handle, request)
    },
    async close() {
      isClosed = true
      ctx.faults.close()
      await close()
      await new Promise((resolve) => server.close(resolve))
      await ctx.data?.close()
    },
  }
}

/** Listens on an address; on both, if the host is `localhost` and that is two. */
async function listen(server: Server, { host, port }: { host: string; port: number }) {
  server.listen({ host, port })
  await once(server, 'listening')
  if (host !== 'localhost') return
  const first = server.address() as AddressInfo
  const addresses = await lookup(host, { all: true }).catch(() => [])
  for (const { address } of addresses.filter((other) => other.address !== first.address)) {
    // Its connections are the server's own: the same limits, the same answers.
    const second = createSocketServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
      server.emit('connection', socket),
    )
    second.listen({ host: address, port: first.port })
    server.on('close', () => second.close())
    // The machine may have no such address, or another program the port there: one is enough.
    await once(second, 'listening').catch(() => undefined)
  }
}
