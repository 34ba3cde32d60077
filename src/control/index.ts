import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { steps } from '../request/steps.ts'
import { answerWithSuccess } from '../request/success.ts'
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
import { snapshots } from './snapshots.ts'
import { state } from './state.ts'
import { checkQueries, compileStrict } from './validation.ts'

/** The control plane, `/_mock/…`: for the tester, never part of the real service. */
export const control: FastifyPluginCallbackTypebox<{ ctx: Context }> = (app, { ctx }, done) => {
  app.addHook('onRequest', steps(forbidFrames, guard(ctx.config.allowedHosts, ctx.config.host)))
  app.addHook('preValidation', steps(parseControlJson))
  checkQueries(app)
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

  app.addHook('onRoute', answerWithSuccess)
  for (const routes of [health, state, reset, snapshots, faults, requests, clock, coverage]) {
    app.register(routes, { ctx })
  }
  app.register(docs, { ctx, plane: control })
  done()
}
