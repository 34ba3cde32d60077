import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { type TProperties, Type } from '@sinclair/typebox'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { version } from '../version.ts'
import { refusal } from './schemas.ts'

const ShowHealth = (counted: TProperties) => ({
  operationId: 'ShowHealth',
  summary: 'Whether the server is up',
  querystring: Type.Object({}),
  response: {
    400: refusal(
      apigError('MOCK.0400', {
        what: 'querystring',
        path: '/x',
        detail: 'unknown; known here: none',
      }),
    ),
    200: Type.Object({
      status: Type.Literal('ok'),
      version: Type.String(),
      uptime: Type.Number({ description: 'seconds since the start' }),
      mode: Type.Union([Type.Literal('lenient'), Type.Literal('strict')]),
      counts: Type.Object(counted, {
        description: 'records of each kind that there are, in all gateways',
      }),
    }),
  },
})

/** `/_mock/health`: probes call it by any host name, so it is open to everybody. */
export const health: FastifyPluginCallbackTypebox<{ ctx: Context }> = (app, { ctx }, done) => {
  const { tables } = ctx.state
  const counted = Object.fromEntries(
    tables.map((table) => [table.name, Type.Optional(Type.Integer())]),
  )
  app.get('/health', { schema: ShowHealth(counted), config: { isOpen: true } }, () => ({
    status: 'ok' as const,
    version,
    uptime: (ctx.clock.now() - ctx.startedAt) / 1000,
    mode: ctx.config.strict ? ('strict' as const) : ('lenient' as const),
    counts: Object.fromEntries(
      tables
        .map((table) => [table.name, ctx.state.count(table)] as const)
        .filter(([, count]) => count > 0),
    ),
  }))
  done()
}
