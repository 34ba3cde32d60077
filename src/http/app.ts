import Fastify, { type FastifyInstance, type FastifyPluginCallback } from 'fastify'
import type { Context } from '../context.ts'
import { holdAnswers } from '../request/durability.ts'
import { replayEarlyBodies } from '../request/early-body.ts'
import { answerError, errorBody, serviceError } from '../request/error-handler.ts'
import { isControl } from '../request/foreign-page.ts'
import { frontSteps, readBytes } from '../request/front.ts'
import { HEADER_LIMIT } from '../request/limits.ts'
import { explain, logAnswer, logAnswers } from '../request/log.ts'
import { record, recorded } from '../request/record.ts'
import { endShared } from '../request/shared-state.ts'
import { schemaController } from '../schema/validation.ts'

/** Bytes: the front gateway accepts bodies of up to 12 MB. */
const BODY_LIMIT = 12 * 1024 * 1024

/**
 * One of the Fastify applications that a server consists of: what is common to the requests of all
 * planes, and the routes of `plugin`. It never listens (http-server.ts does).
 */
export function createApp(
  ctx: Context,
  plugin: FastifyPluginCallback<{ ctx: Context }>,
): FastifyInstance {
  const app = Fastify({
    genReqId: ({ url = '' }) => (isControl(url) ? ctx.controlIds : ctx.ids).hex(),
    requestIdHeader: false,
    bodyLimit: BODY_LIMIT,
    // A request that was under way before the shutdown is answered, not refused in Fastify's words.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    // A parameter is as long as its path may be: its own rule refuses it, in the service's words.
    routerOptions: { maxParamLength: HEADER_LIMIT },
    schemaController,
    // What the router refuses passes by all hooks.
    frameworkErrors(error, request, reply) {
      reply.header('X-Request-Id', request.id)
      const refusal = serviceError(error)
      explain(ctx, request, refusal.reason)
      if (!isControl(request.url)) {
        const answer = JSON.stringify(errorBody(refusal, request.id))
        record(ctx, request, { status: refusal.statusCode, answer })
      }
      answerError(error, request, reply)
      logAnswer(ctx, request, reply)
    },
  })
  for (const property of ['signedBy', 'caller', 'hasBegun', ...recorded])
    app.decorateRequest(property)
  app.addHook('onRequest', frontSteps(ctx))
  readBytes(app)
  replayEarlyBodies(app)
  // Must come before logging: if the data file fails, the response turns into a 500.
  if (ctx.shared !== undefined) endShared(app, ctx.shared)
  if (ctx.data !== undefined) holdAnswers(app, ctx.data)
  logAnswers(app, ctx)
  app.setErrorHandler(answerError)
  app.register(plugin, { ctx })
  return app
}
