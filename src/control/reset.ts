import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { Context } from '../context.ts'
import { NoContent } from '../schema/kinds.ts'

const Reset = {
  operationId: 'Reset',
  summary: 'Go back to the seed: state, faults, clock and ids, with an empty journal',
  querystring: Type.Object({
    instance_id: Type.Optional(
      Type.String({ description: 'only the state, faults and journal of this gateway' }),
    ),
  }),
  response: { 204: NoContent },
}

/** `/_mock/reset`: snapshots survive it. */
export const reset: FastifyPluginCallbackTypebox<{ ctx: Context }> = (app, { ctx }, done) => {
  app.post('/reset', { schema: Reset }, ({ query }) => {
    ctx.reset(query.instance_id)
  })
  done()
}
