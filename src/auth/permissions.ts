import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { readOperations } from '../facts/operations.ts'
import type { State } from '../store/state.ts'
import { accessKeys, type Caller, tokens, users } from './identities.ts'

/** What is asked for: the vendor's name of the operation, and its method. */
export interface Operation {
  operationId: string
  method: string
}

/** A caller in words, for a reason: the text of a token is a secret. */
export function nameOf(ctx: Context, caller: Caller): string {
  const user = ctx.state.rows(users).get(caller.user_id)?.name ?? caller.user_id
  return `${'access' in caller ? `access key ${caller.access}` : 'the token'} of user ${user}`
}

/**
 * Refuses what the caller may not do. A credential's own role and denials replace those of its
 * user's.
 * @throws ApigError APIG.1005
 */
export function refuseForbidden(
  ctx: Context,
  caller: Caller,
  { operationId, method }: Operation,
): void {
  const user = ctx.state.rows(users).get(caller.user_id)
  const role = caller.role ?? user?.role ?? 'none'
  const deny = caller.deny ?? user?.deny ?? []
  if (role === 'none') {
    throw apigError('APIG.1005').because(`${nameOf(ctx, caller)} may do nothing: its role is none`)
  }
  if (role === 'read-only' && method !== 'GET') {
    const what = `${operationId} is a ${method}`
    throw apigError('APIG.1005').because(`${nameOf(ctx, caller)} is read-only; ${what}`)
  }
  if (deny.includes(operationId)) {
    throw apigError('APIG.1005').because(`${nameOf(ctx, caller)} is denied ${operationId}`)
  }
}

/** The project that a credential acts on: `*` for any, empty for none. */
export function projectOf(caller: Caller): string {
  return caller.project_id ?? ('access' in caller ? '*' : '')
}

/** The only project that a credential may be exchanged for, if it is bound to one. */
export function boundProject(caller: Caller): string | undefined {
  const project = projectOf(caller)
  return project === '' || project === '*' ? caller.origin_project_id : project
}

/**
 * Whether a credential may be used on a project's resources.
 * @throws ApigError APIG.1003 for one of the domain, APIG.1005 for another project's
 */
export function refuseOtherProject(ctx: Context, caller: Caller, project: string): void {
  const own = projectOf(caller)
  if (own === '*' || own === project) return
  const name = nameOf(ctx, caller)
  if (own !== '') {
    throw apigError('APIG.1005').because(`${name} is for project ${own}, the path has ${project}`)
  }
  const advice = 'get a token with "scope": {"project": {"id": "..."}}'
  throw apigError('APIG.1003').because(`${name} is of the domain and has no project: ${advice}`)
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
