import type { FastifyRequest } from 'fastify'
import { checkCredential, checkSignature } from '../auth/authentication.ts'
import type { Caller } from '../auth/identities.ts'
import type { Operation } from '../auth/permissions.ts'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { refuseUnknownDomain } from './domains.ts'

/** What `assume_role` names: an agency, in the domain that made it. */
export interface Agency {
  domain_id?: string
  domain_name?: string
  agency_name?: string
  xrole_name?: string
}

/**
 * Refuses an agency that is not named, or whose domain does not exist. Agencies themselves are not
 * kept: any name is one, and who assumes it stays the user that they are.
 * @throws ApigError IAM.0400, IAM.0401
 */
export function refuseBadAgency(
  ctx: Context,
  request: FastifyRequest,
  { domain_id: id, domain_name: name, agency_name, xrole_name }: Agency = {},
): void {
  if ((agency_name ?? xrole_name ?? '') === '') {
    throw apigError('IAM.0400').because('assume_role has no agency_name')
  }
  if (id === undefined && name === undefined) {
    throw apigError('IAM.0400').because('assume_role has neither domain_name nor domain_id')
  }
  const domain = { ...(id !== undefined && { id }), ...(name !== undefined && { name }) }
  refuseUnknownDomain(ctx, request, domain, 'assume_role')
}

/**
 * Who calls by the headers, where the body says whether these count. Undefined in lenient mode for a
 * credential that is unknown.
 * @throws ApigError as `checkCredential` and `checkSignature`
 */
export function callerOf(
  ctx: Context,
  request: FastifyRequest,
  operation?: Operation,
): Caller | undefined {
  checkCredential(ctx, request, operation)
  checkSignature(ctx, request, operation)
  return request.caller
}
