import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { accessKeys, newAccessKey } from '../auth/identities.ts'
import type { Context } from '../context.ts'
import { CreateTemporaryAccessKey } from './schemas.ts'

/** Seconds for which a temporary key is valid unless the request says otherwise. */
const DEFAULT_DURATION = 900

export const temporaryKeyRoutes: FastifyPluginCallbackTypebox<{ ctx: Context }> = (
  app,
  { ctx },
  done,
) => {
  app.post(
    '/v3.0/OS-CREDENTIAL/securitytokens',
    { schema: CreateTemporaryAccessKey },
    ({ body, caller }, reply) => {
      const { token, assume_role } = body.auth.identity
      const seconds = (token ?? assume_role)?.duration_seconds ?? DEFAULT_DURATION
      const security_token = ctx.ids.code()
      const expires_at = ctx.clock.now() + seconds * 1000
      const owner = caller && { user_id: caller.user_id }
      const key = newAccessKey({ ...owner, security_token, expires_at }, ctx)
      ctx.state.rows(accessKeys).put(key)
      const { access, secret } = key
      reply.code(201)
      return { credential: { access, secret, securitytoken: security_token, expires_at } }
    },
  )
  done()
}
