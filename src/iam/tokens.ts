import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Static } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import {
  domains,
  newToken,
  projects,
  type Token,
  tokens,
  type User,
  users,
} from '../auth/identities.ts'
import { checkToken } from '../auth/token.ts'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { tolerate } from '../request/record.ts'
import { projectNamed } from './projects.ts'
import { KeystoneCreateUserToken, KeystoneValidateToken } from './schemas.ts'

type TokenRequest = Static<typeof KeystoneCreateUserToken.body>['auth']

/**
 * The user who identifies themselves, by password or by an earlier token. Lenient mode takes a
 * name that it does not know for the built-in user.
 * @throws ApigError IAM.0401
 */
function identify(
  ctx: Context,
  { methods, password, token }: TokenRequest['identity'],
  request: FastifyRequest,
): User {
  const rows = ctx.state.rows(users)
  if (methods.includes('password') && password !== undefined) {
    const { id = '', name = '', password: given } = password.user
    const user = rows.get(id) ?? rows.by('name', name) ?? lenientUser(ctx, request)
    const isKnown = user !== undefined && (user.id === id || user.name === name)
    if (user === undefined || (isKnown && user.password !== given)) {
      throw apigError('IAM.0401/password')
    }
    return user
  }
  if (methods.includes('token') && token !== undefined) {
    const known = checkToken(ctx, token.id)
    const user = known === undefined ? lenientUser(ctx, request) : rows.get(known.user_id)
    if (user !== undefined) return user
  }
  throw apigError('IAM.0401')
}

function lenientUser(ctx: Context, request: FastifyRequest): User | undefined {
  if (ctx.config.strict) return undefined
  const [user] = ctx.state.rows(users).newest(0, 1)
  if (user !== undefined) tolerate(request, `an unknown user, taken for ${user.name}`)
  return user
}

/** The scope of a token: a project, or the domain when none is named. */
function scopeOf(
  ctx: Context,
  scope: TokenRequest['scope'],
  request: FastifyRequest,
): Pick<Token, 'project_id'> {
  if (scope?.project === undefined) return {}
  const { id, name } = scope.project
  const project =
    id === undefined ? projectNamed(ctx, name ?? '', request) : ctx.state.rows(projects).get(id)
  if (project !== undefined) return { project_id: project.id }
  if (ctx.config.strict || id === undefined) throw apigError('IAM.0401')
  tolerate(request, 'an unknown project')
  return { project_id: id }
}

function tokenInfo(ctx: Context, token: Token, methods: string[]) {
  const user = ctx.state.rows(users).get(token.user_id)
  const domain = ctx.state.rows(domains).get(user?.domain_id ?? '') ?? { id: '', name: '' }
  const { project_id } = token
  const project = ctx.state.rows(projects).get(project_id ?? '')
  return {
    token: {
      issued_at: token.issued_at,
      expires_at: token.expires_at,
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
    const { identity, scope } = request.body.auth
    const user = identify(ctx, identity, request)
    const token = newToken({ user_id: user.id, ...scopeOf(ctx, scope, request) }, ctx)
    ctx.state.rows(tokens).put(token)
    reply.code(201).header('X-Subject-Token', token.id)
    return tokenInfo(ctx, token, identity.methods)
  })

  app.get('/v3/auth/tokens', { schema: KeystoneValidateToken }, ({ headers }, reply) => {
    const subject = String(headers['x-subject-token'] ?? '')
    const token = ctx.state.rows(tokens).get(subject)
    if (token === undefined || token.expires_at <= ctx.clock.now()) {
      throw apigError('IAM.0404', { what: 'token' })
    }
    reply.header('X-Subject-Token', subject)
    return tokenInfo(ctx, token, ['password'])
  })

  done()
}
