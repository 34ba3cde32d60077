import { Readable } from 'node:stream'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { refuseUnknownDenials } from '../auth/permissions.ts'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { steps } from '../request/steps.ts'
import { documentPieces, exportState, importState } from '../store/document.ts'
import { clock } from './clock.ts'
import { coverage } from './coverage.ts'
import { docs } from './docs.ts'
import { faults } from './faults.ts'
import { forbidFrames, guard } from './guard.ts'
import { health } from './health.ts'
import { parseControlJson } from './json.ts'
import { collectMethods } from './methods.ts'
import { requests } from './requests.ts'
import { reset } from './reset.ts'
import * as schemas from './schemas.ts'
import { snapshots } from './snapshots.ts'
import { compileStrict } from './validation.ts'

/** Bytes: a state may be far larger than a request of the service. */
const STATE_LIMIT = 1024 ** 3

/** The control plane, `/_mock/…`: for the tester, never part of the real service. */
export const control: FastifyPluginCallbackTypebox<{ ctx: Context }> = (app, { ctx }, done) => {
  app.addHook('onRequest', steps(forbidFrames, guard(ctx.config.allowedHosts, ctx.config.host)))
  app.addHook('preValidation', steps(parseControlJson))
  const methodsOf = collectMethods(app)
  app.setValidatorCompiler(compileStrict)
  app.setNotFoundHandler((request) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const methods = methodsOf(path)
    if (methods.length === 0) throw apigError('MOCK.0404', { path })
    throw apigError('MOCK.0404/method', {
      method: request.method,
      path,
      methods: methods.join(', '),
    })
  })

  const { tables } = ctx.state

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

  for (const routes of [health, reset, snapshots, faults, requests, clock, coverage]) {
    app.register(routes, { ctx })
  }
  app.register(docs, { ctx, plane: control })
  done()
}
