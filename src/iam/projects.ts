import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { domains, newProject, type Project, projects, users } from '../auth/identities.ts'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { didYouMean } from '../core/nearest-name.ts'
import { tolerate } from '../request/record.ts'
import * as schemas from './schemas.ts'

/**
 * The project of a name. Clients look up the project that is named after their region; in lenient
 * mode there is one for every region.
 */
export function projectNamed(
  ctx: Context,
  name: string,
  request: FastifyRequest,
): Project | undefined {
  const rows = ctx.state.rows(projects)
  const known = rows.by('name', name)
  if (known !== undefined || ctx.config.strict || !/^[\w-]{1,64}$/.test(name)) return known
  tolerate(request, 'an unknown project, created')
  return rows.put(newProject({ name, domain_id: ownDomain(ctx, request) }, ctx))
}

/** The domain of who calls; the first one if nobody knows who that is. */
function ownDomain(ctx: Context, { caller }: FastifyRequest): string {
  const user = ctx.state.rows(users).get(caller?.user_id ?? '')
  const [first] = ctx.state.rows(domains).values()
  const domain_id = user?.domain_id ?? first?.id
  if (domain_id !== undefined) return domain_id
  throw apigError('IAM.0404', { what: 'domain' }).because('there is no domain: the state has none')
}

/** `http://host`, as the caller named this server. */
const origin = ({ headers }: FastifyRequest) => `http://${headers.host ?? ''}`

const listLinks = (request: FastifyRequest) => ({
  self: `${origin(request)}${request.url}`,
  next: null,
  previous: null,
})

/** What every resource of IAM's lists carries beside its own fields. */
const described = (request: FastifyRequest, path: string, id: string) => ({
  enabled: true,
  description: '',
  links: { self: `${origin(request)}/v3/${path}/${id}` },
})

const projectInfo = (request: FastifyRequest, project: Project) => ({
  ...project,
  parent_id: project.domain_id,
  is_domain: false,
  ...described(request, 'projects', project.id),
})

export const projectRoutes: FastifyPluginCallbackTypebox<{ ctx: Context }> = (
  app,
  { ctx },
  done,
) => {
  app.get('/v3/projects', { schema: schemas.KeystoneListProjects }, (request) => {
    const { name, domain_id } = request.query
    if (name !== undefined) projectNamed(ctx, name, request)
    const found = ctx.state
      .rows(projects)
      .filter(
        (row) => (name ?? row.name) === row.name && (domain_id ?? row.domain_id) === row.domain_id,
      )
    return {
      projects: found.map((project) => projectInfo(request, project)),
      links: listLinks(request),
    }
  })

  app.post('/v3/projects', { schema: schemas.KeystoneCreateProject }, (request) => {
    const rows = ctx.state.rows(projects)
    const { project } = request.body
    if (rows.by('name', project.name) !== undefined) {
      throw apigError('IAM.0409', { what: `project ${project.name}` })
    }
    const { name, domain_id = ownDomain(ctx, request) } = project
    if (ctx.state.rows(domains).get(domain_id) === undefined) {
      const hint = didYouMean(
        domain_id,
        [...ctx.state.rows(domains).values()].map(({ id }) => id),
      )
      const why = `project.domain_id: there is no domain of id ${domain_id}${hint}`
      throw apigError('IAM.0404', { what: 'domain' }).because(why)
    }
    return { project: projectInfo(request, rows.put(newProject({ name, domain_id }, ctx))) }
  })

  app.get('/v3/auth/domains', { schema: schemas.KeystoneListAuthDomains }, (request) => ({
    domains: [...ctx.state.rows(domains).values()].map((domain) => ({
      ...domain,
      ...described(request, 'domains', domain.id),
    })),
    links: listLinks(request),
  }))

  app.get('/v3/regions', { schema: schemas.KeystoneListRegions }, (request) => ({
    regions: [...ctx.state.rows(projects).values()].map(({ name }) => ({
      id: name,
      type: 'public',
      parent_region_id: null,
      ...described(request, 'regions', name),
    })),
    links: listLinks(request),
  }))

  app.get('/v3/users', { schema: schemas.KeystoneListUsers }, (request) => {
    const { name, domain_id } = request.query
    const found = ctx.state
      .rows(users)
      .filter(
        (row) => (name ?? row.name) === row.name && (domain_id ?? row.domain_id) === row.domain_id,
      )
    return {
      users: found.map((user) => ({ ...user, ...described(request, 'users', user.id) })),
      links: listLinks(request),
    }
  })

  done()
}
