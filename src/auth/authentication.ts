import type { FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { tolerate } from '../request/record.ts'
import { findAccessKey, refuseBadSignature, type SignedBy } from './access-key.ts'
import { type AccessKey, projects, type Token } from './identities.ts'
import { type Operation, refuseForbidden } from './permissions.ts'
import { checkToken, refuseOtherProject } from './token.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set from the header on, until the signature is verified over the body. */
    signedBy?: SignedBy | undefined
    /** Who calls, once verified; lenient mode leaves it open for credentials nobody knows. */
    caller?: AccessKey | Token | undefined
  }
}

/** The project that a path names, if it names one. */
const projectOf = ({ params }: FastifyRequest) => (params as { project_id?: string }).project_id

/**
 * Who calls, and whether they may call `operation` (IAM's own operations are open to all who are
 * known). Two halves, since a signature covers the body: this one looks at the headers alone, so
 * that a token is refused before the body arrives.
 * @throws ApigError APIG.1002 without a credential; what a bad one is answered with
 */
export function checkCredential(
  ctx: Context,
  request: FastifyRequest,
  operation?: Operation,
): void {
  const { authorization, 'x-auth-token': token } = request.headers
  if (typeof token === 'string' && token !== '') {
    const known = checkToken(ctx, token)
    if (known === undefined) {
      tolerate(request, 'an unknown token')
      return
    }
    request.caller = known
    const project = projectOf(request)
    if (project !== undefined) refuseOtherProject(known, project)
    if (operation !== undefined) refuseForbidden(ctx, known, operation)
  } else if (authorization !== undefined && isSignature(authorization)) {
    request.signedBy = findAccessKey(ctx, request)
    if (request.signedBy === undefined) tolerate(request, 'an unknown access key, not verified')
  } else {
    throw apigError('APIG.1002')
  }
}

/** Other schemes (Basic, Bearer) are no credentials of this API. */
const isSignature = (authorization: string) => /^(SDK|V11)-\S*(\s|$)/.test(authorization)

/**
 * Verifies the signature that `checkCredential` found, now that the body is here.
 * @throws ApigError APIGW.0301, or APIG.1005 for what its user may not do
 */
export function checkSignature(ctx: Context, request: FastifyRequest, operation?: Operation): void {
  const { signedBy } = request
  if (signedBy === undefined) return
  refuseBadSignature(ctx, request, signedBy)
  request.caller = signedBy.key
  const project = projectOf(request)
  if (project !== undefined) refuseForeignProject(ctx, request, project)
  if (operation !== undefined) refuseForbidden(ctx, signedBy.key, operation)
}

/** @throws ApigError APIG.1005 if X-Project-Id is another project's, or (strict) nobody's */
function refuseForeignProject(ctx: Context, request: FastifyRequest, project: string): void {
  const named = request.headers['x-project-id']
  if (named !== undefined && named !== project) throw apigError('APIG.1005')
  if (ctx.state.rows(projects).get(project) !== undefined) return
  if (ctx.config.strict) throw apigError('APIG.1005')
  tolerate(request, 'an unknown project')
}
