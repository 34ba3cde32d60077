import { STATUS_CODES } from 'node:http'
import type { FastifyPluginCallback, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { checkCredential, checkSignature } from '../auth/authentication.ts'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { answerError, serviceError } from '../request/error-handler.ts'
import { answerFault } from '../request/fault.ts'
import { parseJson } from '../request/json-body.ts'
import { nameOperation } from '../request/record.ts'
import { steps } from '../request/steps.ts'
import { projectRoutes } from './projects.ts'
import { temporaryKeyRoutes } from './temporary-keys.ts'
import { tokenRoutes } from './tokens.ts'

/** The IAM plane: the few calls that clients make before their first call of the service. */
export const iam: FastifyPluginCallback<{ ctx: Context }> = (app, { ctx }, done) => {
  app.setErrorHandler(answerIamError)
  app.addHook('onRoute', (route) => addSteps(route, ctx))
  for (const routes of [tokenRoutes, projectRoutes, temporaryKeyRoutes]) {
    app.register(routes, { ctx })
  }
  done()
}

/** As in the management plane, except that whoever asks for a token has no credential yet. */
function addSteps(route: RouteOptions, ctx: Context): void {
  const isOpen = route.method === 'POST' && route.url === '/v3/auth/tokens'
  route.onRequest = steps(
    nameOperation(route, ctx),
    answerFault(ctx),
    (request) => isOpen || checkCredential(ctx, request),
  )
  route.preValidation = steps((request) => checkSignature(ctx, request), parseJson)
}

/**
 * `{"error": {code, message, title}}`: Keystone's shape, which IAM kept. What the front gateway
 * refuses looks as it does everywhere.
 */
function answerIamError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const answer = serviceError(error)
  if (answer.code.startsWith('APIGW.')) {
    answerError(answer, request, reply)
    return
  }
  const { statusCode, message } = answer.code.startsWith('IAM.') ? answer : asIam(answer.statusCode)
  const title = STATUS_CODES[statusCode] ?? ''
  reply.code(statusCode).send({ error: { code: statusCode, message, title } })
}

/** IAM's own words for a refusal by what both planes share. */
function asIam(status: number) {
  if (status === 401) return apigError('IAM.0401')
  if (status >= 500) return apigError('IAM.0500')
  return status === 403 ? apigError('IAM.0403') : apigError('IAM.0400')
}
