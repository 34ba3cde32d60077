import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyPluginCallback } from 'fastify'
import type { Context } from '../context.ts'
import { createApp } from './app.ts'

/** What answers the requests that the dispatcher gives it. */
export interface RequestHandler {
  handle(request: IncomingMessage, response: ServerResponse): void
  /** Responses from then on close their connection, and live streams end. */
  close(): Promise<void>
}

type Plugin = FastifyPluginCallback<{ ctx: Context }>

/**
 * A Fastify application that is made for its first request. Requests wait until it is ready; should
 * its code not load, each of them is an unexpected error, which is logged and a 500.
 */
export function createLazyApp(ctx: Context, load: () => Promise<Plugin>): RequestHandler {
  let app: FastifyInstance | undefined
  let loading: Promise<FastifyInstance> | undefined
  let isClosed = false

  async function make(): Promise<FastifyInstance> {
    const made = await load()
      .then((plugin) => readyApp(ctx, plugin))
      .catch((error: Error) => readyApp(ctx, failing(error)))
    if (isClosed) await made.close()
    app = made
    return made
  }

  return {
    handle(request, response) {
      if (app !== undefined) {
        app.routing(request, response)
        return
      }
      loading ??= make()
      loading.then((made) => made.routing(request, response))
    },
    async close() {
      isClosed = true
      await app?.close()
    },
  }
}

async function readyApp(ctx: Context, plugin: Plugin): Promise<FastifyInstance> {
  const app = createApp(ctx, plugin)
  await app.ready()
  return app
}

/** Answers every request with the same error. */
const failing =
  (error: Error): Plugin =>
  (app, _options, done) => {
    app.setNotFoundHandler(() => {
      throw error
    })
    done()
  }
