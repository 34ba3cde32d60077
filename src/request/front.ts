import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify'
import type { Context } from '../context.ts'
import { toHttpDate } from '../core/clock.ts'
import { frontError } from './error-handler.ts'
import { refuseForeignPages } from './foreign-page.ts'
import { type Step, steps } from './steps.ts'

/** The steps of every request of every plane, before its route's own. */
export const frontSteps = (ctx: Context): onRequestHookHandler =>
  steps(
    arrive,
    dateAnswer(ctx),
    takeAnyMediaType,
    refuseOtherThanAscii,
    refuseNoHost,
    refuseForeignPages(ctx),
  )

/** Bodies stay bytes until it is known who sends them, whatever their content type says. */
export function readBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  // The Node SDK sends a body with its GETs, and signs it.
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true })
  // The usual type by name as well: Fastify looks for the parser of every other one anew.
  const types = ['application/json', '*']
  app.addContentTypeParser(types, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

/** Every response carries its request id, no matter which plane sends it. */
function arrive(...[request, reply]: Parameters<Step>): void {
  request.arrived = performance.now()
  reply.header('X-Request-Id', request.id)
}

/** The `Date` of an answer is that of its times; Node itself writes the machine's. */
function dateAnswer({ clock }: Context): Step {
  return (_request, reply) => {
    if (!clock.isReal()) reply.header('Date', toHttpDate(clock.now()))
  }
}

/** What Fastify takes for a media type. It answers all else 415; the service does not look at it. */
const MEDIA_TYPE = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/

function takeAnyMediaType({ headers, method }: FastifyRequest): void {
  const type = headers['content-type']
  // Of a QUERY Fastify wants a type before it looks whether there is such a route.
  if (type === undefined ? method === 'QUERY' : !MEDIA_TYPE.test(type)) {
    headers['content-type'] = 'application/octet-stream'
  }
}

/** @throws ApigError APIGW.0201: the parser of Node 20.19.0 lets such a path through, newer ones do not */
function refuseOtherThanAscii({ raw: { url = '' } }: FastifyRequest): void {
  if (!/[^!-~]/.test(url)) return
  throw frontError(400, 'not an HTTP request').because('the path has characters beside ASCII')
}

/** @throws ApigError APIGW.0201: HTTP/1.1 wants one Host, be it an empty one */
function refuseNoHost({ headers, raw }: FastifyRequest): void {
  if (headers.host === undefined && raw.httpVersion === '1.1') {
    throw frontError(400, 'no Host header').because('HTTP/1.1 wants a Host header')
  }
  // Node shows only the first of several; a proxy in front may have used another.
  let hosts = 0
  for (let i = 0; i < raw.rawHeaders.length; i += 2) {
    const name = raw.rawHeaders[i] as string
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  if (hosts > 1) throw frontError(400, 'more than one Host header').because('Host is sent twice')
}
