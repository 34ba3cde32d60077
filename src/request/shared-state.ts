import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import type { SharedState } from '../store/shared-state.ts'
import type { Step } from './steps.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Between `begin` and `end` of the state that servers share. */
    hasBegun?: boolean | undefined
  }
}

/** Lets a request read a state that servers share; without one it costs one comparison. */
export function beginShared(ctx: Context): Step {
  return (request) => {
    if (ctx.shared === undefined) return undefined
    return ctx.shared.begin().then(() => {
      request.hasBegun = true
    })
  }
}

/** Holds every response until the other servers can see what its request wrote. */
export function endShared(app: FastifyInstance, shared: SharedState): void {
  app.addHook('onSend', (request, _reply, payload, next) => {
    if (request.hasBegun !== true) {
      next(null, payload)
      return
    }
    // An error of `end` becomes a response too, which passes here again.
    request.hasBegun = false
    shared.end().then(
      () => next(null, payload),
      (error: Error) => next(error),
    )
  })
}
