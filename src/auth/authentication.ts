import type { FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { tolerate } from '../request/record.ts'
import { findAccessKey, refuseBadSignature, type SignedBy } from './access-key.ts'
import { type Caller, projects } from './identities.ts'
import { type Operation, refuseForbidden, refuseOtherProject } from './permissions.ts'
import { checkToken } from './token.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set from the header on, until the signature is verified over the body. */
    signedBy?: SignedBy | undefined
    /** Who calls, once verified; lenient mode leaves it open for credentials nobody knows. */
    caller?: Caller | undefined
  }
}

/** The project that a path names, if it names one. */
const projectOfPath = ({ params }: FastifyRequest) => (params as { project_id?: string }).project_id

/**
 * Who calls, and whether they may call `operation` (without one it is open to all who are known).
 * Two halves, since a signature covers the body: this one looks at the headers alone, so that a
 * token is refused before the body arrives.
 * @throws ApigError APIG.1002 without a credential; what a bad one is answered with
 */
export function checkCredential(
  ctx: Context,
  request: FastifyRequest,
  operation?: Operation,
): void {
  const { authorization, 'x-auth-token': token } = request.headers
  if (typeof token === 'string' && token !== '') {
    acceptToken(ctx, request, checkToken(ctx, token), operation)
    return
  }
  if (authorization === undefined || !isSignature(authorization)) {
    throw apigError('APIG.1002').because(whyNone(token, authorization))
  }
  request.signedBy = findAccessKey(ctx, request)
  if (request.signedBy === undefined) tolerate(request, 'an unknown access key, not verified')
}

/**
 * Makes a token's user the caller, if it is one that is known, and the call one they may do.
 * @throws ApigError what `refuseOtherProject` and `refuseForbidden` throw
 */
export function acceptToken(
  ctx: Context,
  request: FastifyRequest,
  token: Caller | undefined,
  operation?: Operation,
): void {
  if (token === undefined) {
    tolerate(request, 'an unknown token')
    return
  }
  request.caller = token
  const project = projectOfPath(request)
  if (project !== undefined) refuseOtherProject(ctx, token, project)
  if (operation !== undefined) refuseForbidden(ctx, token, operation)
}

/** Other schemes (Basic, Bearer) are no credentials of this API. */
const isSignature = (authorization: string) => /^(SDK|V11)-\S*(\s|$)/.test(authorization)

/** Why the headers hold no credential. What they do hold may be a secret of another scheme. */
function whyNone(token: unknown, authorization: string | undefined): string {
  const tokenFault = token === undefined ? 'no X-Auth-Token' : 'an empty X-Auth-Token'
  const fault =
    authorization === undefined
      ? 'no Authorization'
      : 'an Authorization that does not begin with SDK-HMAC-SHA256'
  return `no credential: the request has ${tokenFault} and ${fault}`
}

/**
 * Verifies the signature that `checkCredential` found, now that the body is here.
 * @throws ApigError APIGW.0301, or APIG.1005 for what its user may not do
 */
export function checkSignature(ctx: Context, request: FastifyRequest, operation?: Operation): void {
  const { signedBy } = request
  if (signedBy === undefined) return
  refuseBadSignature(ctx, request, signedBy)
  request.caller = signedBy.key
  const project = projectOfPath(request)
  if (project !== undefined) {
    refuseOtherProject(ctx, signedBy.key, project)
    refuseForeignProject(ctx, request, project)
  }
  if (operation !== undefined) refuseForbidden(ctx, signedBy.key, operation)
}

/** @throws ApigError APIG.1005 if X-Project-Id is another project's, or (strict) nobody's */
function refuseForeignProject(ctx: Context, request: FastifyRequest, project: string): void {
  const named = request.headers['x-project-id']
  if (named !== undefined && named !== project) {
    const why = `X-Project-Id is ${named}, the path has project ${project}`
    throw apigError('APIG.1005').because(why)
  }
  if (ctx.state.rows(projects).get(project) !== undefined) return
  if (ctx.config.strict) {
    const why = `there is no project ${project}; GET /v3/projects lists those that are`
    throw apigError('APIG.1005').because(why)
  }
  tolerate(request, 'an unknown project')
}
