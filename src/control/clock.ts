import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { Context } from '../context.ts'
import { LAST_PRESENT, parseTime, toNanoseconds, toSeconds } from '../core/clock.ts'
import { apigError } from '../core/errors.ts'
import { MomentText } from '../schema/kinds.ts'

const ClockState = Type.Object({ time: Type.String(), frozen: Type.Boolean() })

const ShowClock = {
  operationId: 'ShowClock',
  summary: "The server's time",
  response: { 200: ClockState },
}

const SetClock = {
  operationId: 'SetClock',
  summary: 'Set, advance, freeze or run the clock; in one call or several',
  body: Type.Object(
    {
      time: Type.Optional(MomentText({ description: 'becomes the present' })),
      advance: Type.Optional(Type.Number({ description: 'milliseconds; back if negative' })),
      frozen: Type.Optional(
        Type.Boolean({ description: 'true stops the clock, false lets it run' }),
      ),
    },
    { additionalProperties: false },
  ),
  response: { 200: ClockState },
}

/** `/_mock/clock`: expiry, signatures' dates, quotas and every timestamp follow it. */
export const clock: FastifyPluginCallbackTypebox<{ ctx: Context }> = (app, { ctx }, done) => {
  const state = () => ({ time: toNanoseconds(ctx.clock.now()), frozen: ctx.clock.isFrozen() })

  app.get('/clock', { schema: ShowClock }, state)

  app.put('/clock', { schema: SetClock }, ({ body }) => {
    const { time, advance = 0, frozen } = body
    const present = time === undefined ? ctx.clock.now() : (parseTime(time) ?? Number.NaN)
    const wanted = present + advance
    if (!(wanted >= 0 && wanted <= LAST_PRESENT)) {
      throw apigError('MOCK.0400', {
        what: 'body',
        path: time === undefined ? '/advance' : '/time',
        detail: `expected a time from 1970 to ${toSeconds(LAST_PRESENT)}`,
      })
    }
    if (frozen === true) ctx.clock.freeze()
    if (wanted !== present || time !== undefined) ctx.clock.set(wanted)
    if (frozen === false) ctx.clock.run()
    return state()
  })

  done()
}
