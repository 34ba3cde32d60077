import type { FastifyReply, RouteOptions } from 'fastify'

/**
 * Gives a route the success status that its schema declares, so that no handler repeats it. A
 * handler of a 204 returns nothing.
 */
export function answerWithSuccess(route: RouteOptions): void {
  const statuses = Object.keys((route.schema?.response ?? {}) as object)
  const status = Number(statuses.find((text) => text.startsWith('2')) ?? 200)
  if (status === 200) return
  const { handler } = route
  route.handler = function answer(request, reply) {
    reply.code(status)
    const result: unknown = handler.call(this, request, reply)
    if (status !== 204) return result
    if (result instanceof Promise) return result.then(() => sendNothing(reply))
    sendNothing(reply)
    return undefined
  }
}

/** A handler may have sent an answer of its own. */
function sendNothing(reply: FastifyReply): FastifyReply {
  return reply.sent ? reply : reply.send(null)
}
