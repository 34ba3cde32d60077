import Fastify, { type FastifyInstance } from 'fastify'
import type { Context } from './context.ts'
import { control } from './control/index.ts'
import { planes } from './planes.ts'
import { createConnections } from './request/connection.ts'
import { holdAnswers } from './request/durability.ts'
import { replayEarlyBodies } from './request/early-body.ts'
import { answerError, serviceError } from './request/error-handler.ts'
import { isControl } from './request/foreign-page.ts'
import { frontSteps, readBytes } from './request/front.ts'
import { logAnswer, logAnswers } from './request/log.ts'
import { recorded } from './request/record.ts'
import { WholeResponse } from './request/whole-response.ts'
import { schemaController } from './schema/validation.ts'

/** Bytes: the front gateway takes bodies of up to 12 MB … */
const BODY_LIMIT = 12 * 1024 * 1024
/** … and headers of up to 128 KB in all. */
const HEADER_LIMIT = 128 * 1024
/** Milliseconds after which a request that is still arriving is cut off. */
const REQUEST_TIMEOUT = 30_000

/** The HTTP application of one server, not yet listening. */
export function buildApp(ctx: Context, requestTimeout = REQUEST_TIMEOUT): FastifyInstance {
  const connections = createConnections(ctx)
  const app = Fastify({
    genReqId: ({ url = '' }) => (isControl(url) ? ctx.controlIds : ctx.ids).hex(),
    requestIdHeader: false,
    bodyLimit: BODY_LIMIT,
    requestTimeout,
    // A request that was under way before the shutdown is answered, not refused in Fastify's words.
    return503OnClosing: false,
    http: {
      ServerResponse: WholeResponse,
      maxHeaderSize: HEADER_LIMIT,
      // Were this the longer of the two, as by default, Node would take one for the other.
      headersTimeout: requestTimeout,
      connectionsCheckingInterval: requestTimeout / 10,
      // Node refuses a request without a Host itself, with an empty body: `refuseNoHost` does.
      requireHostHeader: false,
    },
    exposeHeadRoutes: false,
    // A parameter is as long as its path may be: its own rule refuses it, in the service's words.
    routerOptions: { maxParamLength: HEADER_LIMIT },
    schemaController,
    // What the router refuses passes by all hooks.
    frameworkErrors(error, request, reply) {
      reply.header('X-Request-Id', request.id)
      request.reason = serviceError(error).reason
      answerError(error, request, reply)
      logAnswer(ctx, request, reply)
    },
    clientErrorHandler: connections.refuse,
  })
  connections.watch(app.server)
  // Node answers an unknown expectation itself, with an empty body; one may as well ignore it.
  app.server.on('checkExpectation', (request, response) =>
    app.server.emit('request', request, response),
  )
  for (const property of ['signedBy', 'caller', ...recorded]) app.decorateRequest(property)
  app.addHook('onRequest', frontSteps(ctx))
  readBytes(app)
  replayEarlyBodies(app)
  app.addHook('preClose', async () => ctx.faults.close())
  // Before it is written down: an answer that cannot be held becomes another.
  if (ctx.data !== undefined) holdAnswers(app, ctx.data)
  logAnswers(app, ctx)
  app.setErrorHandler(answerError)
  app.register(planes, { ctx })
  app.register(control, { ctx, prefix: '/_mock' })
  return app
}
