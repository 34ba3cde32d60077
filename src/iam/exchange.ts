import type { FastifyRequest } from 'fastify'
import { type Caller, LAST_MOMENT, type User, users } from '../auth/identities.ts'
import { boundProject } from '../auth/permissions.ts'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { tolerate } from '../request/record.ts'

/** What a credential has of the one that it was made from: never more than that one has. */
export type Inherited = Pick<
  Caller,
  'user_id' | 'role' | 'deny' | 'origin_project_id' | 'expires_at'
>

/**
 * @param lifetime milliseconds that such a credential lives, unless the other one expires before
 */
export function inherit(ctx: Context, from: Caller, lifetime: number): Inherited {
  const { user_id, role, deny, expires_at = LAST_MOMENT } = from
  const bound = boundProject(from)
  return {
    user_id,
    ...(role !== undefined && { role }),
    ...(deny !== undefined && { deny }),
    ...(bound !== undefined && { origin_project_id: bound }),
    expires_at: Math.min(expires_at, expiry(ctx, lifetime)),
  }
}

/** The end of a lifetime of milliseconds that begins now, as far as it can be written. */
export const expiry = (ctx: Context, lifetime: number): number =>
  Math.min(ctx.clock.now() + lifetime, LAST_MOMENT)

/**
 * In place of one who is unknown, in lenient mode: the first user.
 * @throws ApigError IAM.0401 if there is none
 */
export function firstUser(ctx: Context, request: FastifyRequest): User {
  for (const user of ctx.state.rows(users).values()) {
    tolerate(request, `an unknown user, taken for ${user.name}`)
    return user
  }
  throw apigError('IAM.0401').because('there is no user: the state has none')
}
