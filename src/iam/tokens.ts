import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Static } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import {
  domains,
  LAST_MOMENT,
  newToken,
  projects,
  type Token,
  tokens,
  users,
} from '../auth/identities.ts'
import { checkToken, expiryText } from '../auth/token.ts'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { callerOf, refuseBadAgency } from './agencies.ts'
import { nearestText, referenceText, refuseOtherDomain } from './domains.ts'
import { expiry, firstUser, type Inheritance, inheritFrom } from './exchange.ts'
import { KeystoneCreateUserToken, KeystoneValidateToken } from './schemas.ts'
import { scopeOf } from './scopes.ts'

/** Milliseconds for which IAM issues a token. */
const TOKEN_LIFETIME = 24 * 3_600_000

type TokenRequest = Static<typeof KeystoneCreateUserToken.body>['auth']
type Password = NonNullable<TokenRequest['identity']['password']>

/** Who asks for a token, as what the token will have of them. */
interface Login extends Inheritance {
  method: 'password' | 'token' | 'assume_role'
}

/**
 * Who asks for a token, by the first of the methods that the request has what it needs for. A token
 * or key gives no more than it has; logging in is open to every role.
 * @throws ApigError IAM.0401, or what a bad credential is refused with
 */
function identify(
  ctx: Context,
  { methods, password, token, assume_role }: TokenRequest['identity'],
  request: FastifyRequest,
): Login {
  if (methods.includes('password') && password !== undefined) {
    return { method: 'password', user_id: userOf(ctx, password.user, request).id }
  }
  if (methods.includes('token') && token !== undefined) {
    const known = checkToken(ctx, token.id, 'auth.identity.token.id')
    return { method: 'token', ...inheritFrom(ctx, known, request) }
  }
  if (methods.includes('assume_role')) {
    const caller = callerOf(ctx, request)
    refuseBadAgency(ctx, request, assume_role)
    return { method: 'assume_role', ...inheritFrom(ctx, caller, request) }
  }
  const known = 'password, token or assume_role, each with an object of that name'
  throw apigError('IAM.0401').because(`auth.identity.methods has none that is served: ${known}`)
}

/**
 * The user of this name or id, password and domain. Lenient mode takes the first user for one that
 * it does not know.
 * @throws ApigError IAM.0401
 */
function userOf(
  ctx: Context,
  { id = '', name = '', password, domain }: Password['user'],
  request: FastifyRequest,
) {
  const rows = ctx.state.rows(users)
  const user = rows.get(id) ?? rows.by('name', name)
  if (user === undefined) {
    if (!ctx.config.strict) return firstUser(ctx, request)
    const given = name === '' ? { id } : { name }
    const why = `there is no user ${referenceText(given)}${nearestText(given, rows.values())}`
    throw apigError('IAM.0401/password').because(why)
  }
  const owner = `user ${user.name}`
  const { domain_id } = user
  const place = 'password.user.domain'
  if (domain !== undefined) {
    refuseOtherDomain(ctx, domain, { owner, domain_id, place }, 'IAM.0401/password')
  }
  if (user.password !== password) {
    throw apigError('IAM.0401/password').because(`${owner} exists, but with another password`)
  }
  return user
}

function tokenInfo(ctx: Context, token: Token) {
  const user = ctx.state.rows(users).get(token.user_id)
  const domain = ctx.state.rows(domains).get(user?.domain_id ?? '') ?? { id: '', name: '' }
  const { project_id, issued_at, expires_at = LAST_MOMENT, methods = ['password'] } = token
  const project = ctx.state.rows(projects).get(project_id ?? '')
  return {
    token: {
      issued_at,
      expires_at,
      methods,
      catalog: [],
      roles: [{ id: '0', name: token.role ?? user?.role ?? 'none' }],
      ...(project_id === undefined
        ? { domain }
        : { project: { id: project_id, name: project?.name ?? project_id, domain } }),
      user: { id: token.user_id, name: user?.name ?? '', domain, password_expires_at: '' },
    },
  }
}

export const tokenRoutes: FastifyPluginCallbackTypebox<{ ctx: Context }> = (app, { ctx }, done) => {
  app.post('/v3/auth/tokens', { schema: KeystoneCreateUserToken }, (request, reply) => {
    const { identity, scope = {} } = request.body.auth
    const { method, ...owner } = identify(ctx, identity, request)
    const project = scopeOf(ctx, scope, owner, request)
    const issued_at = ctx.clock.now()
    const expires_at = expiry(issued_at, TOKEN_LIFETIME, owner)
    const token = newToken({ ...owner, ...project, methods: [method], issued_at, expires_at }, ctx)
    ctx.state.rows(tokens).put(token)
    reply.header('X-Subject-Token', token.id)
    return tokenInfo(ctx, token)
  })

  app.get('/v3/auth/tokens', { schema: KeystoneValidateToken }, ({ headers }, reply) => {
    const subject = String(headers['x-subject-token'] ?? '')
    const token = ctx.state.rows(tokens).get(subject)
    if (token === undefined) {
      const what = subject === '' ? 'there is no X-Subject-Token' : 'X-Subject-Token is unknown'
      throw apigError('IAM.0404', { what: 'token' }).because(what)
    }
    const { expires_at = LAST_MOMENT } = token
    if (expires_at <= ctx.clock.now()) {
      const why = `X-Subject-Token ${expiryText(ctx.clock, expires_at)}`
      throw apigError('IAM.0404', { what: 'token' }).because(why)
    }
    reply.header('X-Subject-Token', subject)
    return tokenInfo(ctx, token)
  })

  done()
}
