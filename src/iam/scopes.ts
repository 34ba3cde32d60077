import type { Static } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import { type Project, projects, type Token, users } from '../auth/identities.ts'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { tolerate } from '../request/record.ts'
import {
  names,
  nearestText,
  type Reference,
  referenceText,
  refuseBadDomain,
  refuseUnknownDomain,
} from './domains.ts'
import type { Inheritance } from './exchange.ts'
import { projectNamed } from './projects.ts'
import type { Scope } from './schemas.ts'

type ScopedProject = NonNullable<Static<typeof Scope>['project']>

/**
 * What a token is for: a project, or the domain when none is named.
 * @throws ApigError IAM.0401 for what does not exist, IAM.0403 for another project than the one
 *   that the earlier credential is bound to
 */
export function scopeOf(
  ctx: Context,
  { project, domain }: Static<typeof Scope>,
  { user_id, origin_project_id }: Inheritance,
  request: FastifyRequest,
): Pick<Token, 'project_id'> {
  if (project !== undefined) {
    if (origin_project_id !== undefined) refuseUnboundProject(ctx, project, origin_project_id)
    return { project_id: projectOfScope(ctx, project, request) }
  }
  const user = ctx.state.rows(users).get(user_id)
  if (domain !== undefined && user !== undefined) {
    const { name, domain_id } = user
    const owner = `user ${name}`
    refuseBadDomain(ctx, request, domain, { owner, domain_id, place: 'scope.domain' })
  }
  return {}
}

/** @throws ApigError IAM.0403 */
function refuseUnboundProject(ctx: Context, project: Reference, bound: string): void {
  const own = ctx.state.rows(projects).get(bound) ?? { id: bound, name: bound }
  if (names(project, own)) return
  const why = `the credential is for project ${bound} and cannot be exchanged for another`
  throw apigError('IAM.0403').because(why)
}

/**
 * The id of the project that a scope names.
 * @throws ApigError IAM.0401
 */
function projectOfScope(ctx: Context, given: ScopedProject, request: FastifyRequest): string {
  const { id, domain } = given
  const place = 'scope.project.domain'
  const known = projectNamedBy(ctx, given, request)
  if (known !== undefined) {
    const { name, domain_id } = known
    const owner = `project ${name}`
    if (domain !== undefined) {
      refuseBadDomain(ctx, request, domain, { owner, domain_id, place })
    }
    return known.id
  }
  if (ctx.config.strict || id === undefined || id === '') {
    const hint = nearestText(given, ctx.state.rows(projects).values())
    const why = `scope.project: there is no project ${referenceText(given)}${hint}`
    throw apigError('IAM.0401').because(why)
  }
  if (domain !== undefined) refuseUnknownDomain(ctx, request, domain, place)
  tolerate(request, 'an unknown project')
  return id
}

const projectNamedBy = (
  ctx: Context,
  { id, name = '' }: ScopedProject,
  request: FastifyRequest,
): Project | undefined =>
  id === undefined ? projectNamed(ctx, name, request) : ctx.state.rows(projects).get(id)
