import { Readable } from 'node:stream'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { refuseUnknownDenials } from '../auth/permissions.ts'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { parseJson } from '../request/json-body.ts'
import { steps } from '../request/steps.ts'
import { documentPieces, exportState, importState } from '../store/document.ts'
import { version } from '../version.ts'
import { clock } from './clock.ts'
import { coverage } from './coverage.ts'
import { docs } from './docs.ts'
import { faults } from './faults.ts'
import { guard } from './guard.ts'
import { requests } from './requests.ts'
import * as schemas from './schemas.ts'
import { snapshots } from './snapshots.ts'
import { compileStrict } from './validation.ts'

/** Bytes: a state may be far larger than a request of the service. */
const STATE_LIMIT = 1024 ** 3

/** The control plane, `/_mock/…`: for the tester, never part of the real service. */
export const control: FastifyPluginCallbackTypebox<{ ctx: Context }> = (app, { ctx }, done) => {
  app.addHook('onRequest', steps(guard(ctx.config.allowedHosts.split(','), ctx.config.host)))
  app.addHook('preValidation', steps(parseJson))
  app.setValidatorCompiler(compileStrict)
  app.setNotFoundHandler((request) => {
    throw apigError('MOCK.0404', { path: request.url.split('?', 1)[0] ?? '' })
  })

  const { tables } = ctx.state
  const started = ctx.clock.now()
  const counted = Object.fromEntries(tables.map((table) => [table.name, Type.Integer()]))

  app.get('/health', { schema: schemas.ShowHealth(counted) }, () => ({
    status: 'ok' as const,
    version,
    uptime: (ctx.clock.now() - started) / 1000,
    mode: ctx.config.strict ? ('strict' as const) : ('lenient' as const),
    counts: Object.fromEntries(tables.map((table) => [table.name, ctx.state.count(table)])),
  }))

  app.get('/state', { schema: schemas.ExportState }, (_request, reply) => {
    const pieces = documentPieces(exportState(ctx.state))
    reply
      .type('application/json; charset=utf-8')
      .header(
        'Content-Length',
        pieces.reduce((sum, piece) => sum + piece.length, 0),
      )
      .send(Readable.from(pieces))
    return reply
  })

  app.put(
    '/state',
    { schema: schemas.ReplaceState, bodyLimit: STATE_LIMIT },
    async (request, reply) => {
      const state = importState(tables, request.body, ctx)
      await refuseUnknownDenials(state)
      ctx.state.adopt(state)
      return reply.code(204).send(null)
    },
  )

  app.post('/reset', { schema: schemas.Reset }, ({ query }, reply) => {
    ctx.reset(query.instance_id)
    reply.code(204).send(null)
  })

  for (const routes of [snapshots, faults, requests, clock, coverage]) app.register(routes, { ctx })
  app.register(docs, { ctx, plane: control })
  done()
}
