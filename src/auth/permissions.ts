import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { readOperations } from '../facts/operations.ts'
import type { State } from '../store/state.ts'
import { type AccessKey, accessKeys, type Token, tokens, users } from './identities.ts'

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

/**
 * Refuses a state in which nobody could call, and a denial that names no operation: it would deny
 * nothing, and nobody would notice.
 * @throws ApigError MOCK.0400 naming the first fault
 */
export async function refuseBadIdentities(state: State): Promise<void> {
  if (state.rows(users).size === 0) {
    const detail = 'no user is left: the built-in one belongs to a domain that is not here'
    throw apigError('MOCK.0400', { what: 'state', path: '/users', detail })
  }
  const denials = [users, accessKeys, tokens].flatMap((table) =>
    [...state.rows<{ deny?: string[] }>(table).values()].flatMap(({ deny = [] }, index) =>
      deny.map((name) => ({ path: `/${table.name}/${index}/deny`, name })),
    ),
  )
  if (denials.length === 0) return
  const known = new Set((await readOperations()).map(({ operationId }) => operationId))
  const unknown = denials.find(({ name }) => !known.has(name))
  if (unknown === undefined) return
  const detail = `${unknown.name} is no operation of the service`
  throw apigError('MOCK.0400', { what: 'state', path: unknown.path, detail })
}
