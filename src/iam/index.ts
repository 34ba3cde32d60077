import type { FastifyPluginCallback, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { checkCredential, checkSignature } from '../auth/authentication.ts'
import type { Context } from '../context.ts'
import { answerError, reasonText, serviceError } from '../request/error-handler.ts'
import { carryOutFaults } from '../request/fault.ts'
import { asIam, iamErrorBody } from '../request/iam-error.ts'
import { parseJson } from '../request/json-body.ts'
import { nameOperation } from '../request/record.ts'
import { beginShared } from '../request/shared-state.ts'
import { steps } from '../request/steps.ts'
import { answerWithSuccess } from '../request/success.ts'
import { projectRoutes } from './projects.ts'
import { temporaryKeyRoutes } from './temporary-keys.ts'
import { tokenRoutes } from './tokens.ts'

/** The IAM plane: the few calls that clients make before their first call of the service. */
export const iam: FastifyPluginCallback<{ ctx: Context }> = (app, { ctx }, done) => {
  app.setErrorHandler(answerIamError)
  app.addHook('onRoute', (route) => addSteps(route, ctx))
  app.addHook('onRoute', answerWithSuccess)
  for (const routes of [tokenRoutes, projectRoutes, temporaryKeyRoutes]) {
    app.register(routes, { ctx })
  }
  done()
}

/** The routes whose body may say who calls: their handlers look at it, and at the headers if need be. */
const LOGINS = new Set(['/v3/auth/tokens', '/v3.0/OS-CREDENTIAL/securitytokens'])

/** As in the management plane, except that a caller who logs in has no credential yet. */
function addSteps(route: RouteOptions, ctx: Context): void {
  const method = String(route.method)
  const operation = { operationId: route.schema?.operationId ?? '', method }
  const isLogin = method === 'POST' && LOGINS.has(route.url)
  route.onRequest = steps(
    nameOperation(route, ctx),
    carryOutFaults(ctx),
    beginShared(ctx),
    (request) => isLogin || checkCredential(ctx, request, operation),
  )
  route.preValidation = steps((request) => checkSignature(ctx, request, operation), parseJson)
}

/** Answers in IAM's shape; what the front gateway refuses looks as it does everywhere. */
function answerIamError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const answer = serviceError(error)
  if (answer.code.startsWith('APIGW.')) {
    answerError(answer, request, reply)
    return
  }
  if (answer.reason !== undefined) reply.header('X-Mock-Reason', reasonText(answer.reason))
  const refusal = asIam(answer)
  reply.code(refusal.statusCode).send(iamErrorBody(refusal))
}
