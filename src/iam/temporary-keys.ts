import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Static } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import { acceptToken } from '../auth/authentication.ts'
import { accessKeys, type Caller, newAccessKey } from '../auth/identities.ts'
import { projectOf } from '../auth/permissions.ts'
import { checkToken } from '../auth/token.ts'
import type { Context } from '../context.ts'
import { callerOf, refuseBadAgency } from './agencies.ts'
import { expiry, inheritFrom } from './exchange.ts'
import { CreateTemporaryAccessKey } from './schemas.ts'

/** Seconds for which a temporary key is valid unless the request says otherwise. */
const DEFAULT_DURATION = 900

const operation = { operationId: CreateTemporaryAccessKey.operationId, method: 'POST' }

type Identity = Static<typeof CreateTemporaryAccessKey.body>['auth']['identity']

/**
 * Who asks: the token of the body if it has one, else what the headers have.
 * @throws ApigError for a bad credential in either place
 */
function identify(
  ctx: Context,
  { methods, token, assume_role }: Identity,
  request: FastifyRequest,
): Caller | undefined {
  if (methods.includes('assume_role')) {
    const caller = callerOf(ctx, request, operation)
    refuseBadAgency(ctx, request, assume_role)
    return caller
  }
  if (token?.id === undefined) return callerOf(ctx, request, operation)
  const { authorization, 'x-auth-token': header } = request.headers
  if (authorization !== undefined || header !== undefined) callerOf(ctx, request, operation)
  const known = checkToken(ctx, token.id, 'token.id')
  acceptToken(ctx, request, known, operation)
  return known
}

/** The project that a key may act on: that of the credential it is made with. */
function projectOfKey(from: Caller | undefined) {
  const project_id = from === undefined ? '*' : projectOf(from)
  return project_id === '*' ? {} : { project_id }
}

export const temporaryKeyRoutes: FastifyPluginCallbackTypebox<{ ctx: Context }> = (
  app,
  { ctx },
  done,
) => {
  app.post(
    '/v3.0/OS-CREDENTIAL/securitytokens',
    { schema: CreateTemporaryAccessKey },
    (request) => {
      const { identity } = request.body.auth
      const from = identify(ctx, identity, request)
      const isAgency = identity.methods.includes('assume_role')
      const given = isAgency ? identity.assume_role : identity.token
      const lifetime = (given?.duration_seconds ?? DEFAULT_DURATION) * 1000
      const owner = inheritFrom(ctx, from, request)
      const expires_at = expiry(ctx.clock.now(), lifetime, owner)
      const security_token = ctx.ids.code()
      const key = newAccessKey({ ...owner, ...projectOfKey(from), security_token, expires_at }, ctx)
      ctx.state.rows(accessKeys).put(key)
      const { access, secret } = key
      return { credential: { access, secret, securitytoken: security_token, expires_at } }
    },
  )
  done()
}
