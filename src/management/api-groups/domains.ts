import { Type } from '@sinclair/typebox'
import { apigError } from '../../core/errors.ts'
import { NoContent } from '../../schema/kinds.ts'
import type { Routes } from '../family.ts'
import { type Gateway, refuseOver } from '../records.ts'
import { Id, instancePath } from '../schemas.ts'
import { groupPath, mustFindGroup } from './rules.ts'
import { newUrlDomain, UrlDomain, UrlDomainSettings, urlDomains } from './tables.ts'

/** Own domains of one group: the default quota. */
const LIMIT = 5

const domainPath = instancePath({ group_id: Id(), domain_id: Id() })

/**
 * Labels of letters, digits, - and _, at least one dot, an alphabetic top label; `*.` for any
 * subdomain. A trailing dot is kept and compared (the Terraform provider's tests use one). Source:
 * the Go SDK's comment.
 */
const URL_DOMAIN =
  /^(?:([a-zA-Z0-9]([a-zA-Z0-9-_]{0,61}[a-zA-Z0-9_])?\.){1,7}[a-zA-Z]{2,64}\.?|[*](\.[a-zA-Z0-9_]([a-zA-Z0-9-_]{0,61}[a-zA-Z0-9_])?){1,6}\.[a-zA-Z]{2,64}\.?)$/

const UrlDomainInfo = Type.Omit(UrlDomain, ['group_id'])

/**
 * Ports other than the usual ones must be custom ingress ports, which are not served yet.
 * @throws ApigError APIG.2011 for a number that cannot be, APIG.2049 for a port that is not there
 */
function refuseBadPort(parameter: string, port: number | undefined, usual: number): void {
  if (port === undefined || port === -1 || port === usual) return
  if (port < 1024) {
    throw apigError('APIG.2011', { parameter }).because(
      `${parameter}: -1, ${usual} or 1024 to 49151`,
    )
  }
  throw apigError('APIG.2049').because(
    `${parameter}: the gateway has no custom ingress port ${port}`,
  )
}

function refuseBadPorts(ports: { ingress_http_port?: number; ingress_https_port?: number }): void {
  refuseBadPort('ingress_http_port', ports.ingress_http_port, 80)
  refuseBadPort('ingress_https_port', ports.ingress_https_port, 443)
}

export const urlDomainRoutes: Routes = (app, { ctx }, done) => {
  const rowsOf = ({ instance_id }: Gateway) => ctx.state.rows(urlDomains, instance_id)

  /** @throws ApigError APIG.3020 for a domain that is not there, APIG.3474 for another group's */
  function mustFindDomain(params: Gateway & { group_id: string; domain_id: string }): UrlDomain {
    const found = rowsOf(params).get(params.domain_id)
    if (found === undefined) throw apigError('APIG.3020')
    if (found.group_id !== params.group_id) throw apigError('APIG.3474')
    return found
  }

  app.post(
    '/api-groups/:group_id/domains',
    {
      schema: {
        operationId: 'AssociateDomainV2',
        params: groupPath,
        body: Type.Object({
          url_domain: Type.String({ maxLength: 255, examples: ['www.example.com'] }),
          ...Type.Partial(Type.Omit(UrlDomainSettings, ['verified_client_certificate_enabled']))
            .properties,
        }),
        response: { 201: UrlDomainInfo },
      },
    },
    (request) => {
      const { params, body } = request
      const { id: group_id } = mustFindGroup(ctx, params)
      if (!URL_DOMAIN.test(body.url_domain)) {
        throw apigError('APIG.2024').because('url_domain: labels of letters, digits, - and _')
      }
      refuseBadPorts(body)
      const rows = rowsOf(params)
      if (rows.by('url_domain', body.url_domain) !== undefined) throw apigError('APIG.3305')
      const quota = { count: rows.count('group_id', group_id), limit: LIMIT, what: 'own domains' }
      refuseOver(ctx, request, quota, 'APIG.3108')
      return rows.put(newUrlDomain({ group_id, ...body }, ctx))
    },
  )

  app.put(
    '/api-groups/:group_id/domains/:domain_id',
    {
      schema: {
        operationId: 'UpdateDomainV2',
        params: domainPath,
        body: Type.Object({
          ...Type.Partial(UrlDomainSettings).properties,
          min_ssl_version: UrlDomainSettings.properties.min_ssl_version,
        }),
        // 201 although it is a PUT: the API reference says so.
        response: { 201: UrlDomainInfo },
      },
    },
    ({ params, body }) => {
      mustFindGroup(ctx, params)
      const found = mustFindDomain(params)
      refuseBadPorts(body)
      return rowsOf(params).put({ ...found, is_http_redirect_to_https: false, ...body })
    },
  )

  app.delete(
    '/api-groups/:group_id/domains/:domain_id',
    {
      schema: {
        operationId: 'DisassociateDomainV2',
        params: domainPath,
        response: { 204: NoContent },
      },
    },
    ({ params }) => {
      mustFindGroup(ctx, params)
      rowsOf(params).delete(mustFindDomain(params).id)
    },
  )

  done()
}
