import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { type AccessKey, type Token, users } from '../iam/identities.ts'

/** What is asked for: the vendor's name of the operation, and its method. */
export interface Operation {
  operationId: string
  method: string
}

/**
 * Refuses what the caller may not do. A credential's own role and denials stand in place of its
 * user's.
 * @throws ApigError APIG.1005
 */
export function refuseForbidden(
  ctx: Context,
  caller: Token | AccessKey,
  { operationId, method }: Operation,
): void {
  const user = ctx.state.rows(users).get(caller.user_id)
  const role = caller.role ?? user?.role ?? 'none'
  const deny = caller.deny ?? user?.deny ?? []
  const mayDo = role === 'administrator' || (role === 'read-only' && method === 'GET')
  if (!mayDo || deny.includes(operationId)) throw apigError('APIG.1005')
}
