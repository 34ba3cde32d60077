import type { FastifyRequest } from 'fastify'
import { type Caller, LAST_MOMENT, type User, users } from '../auth/identities.ts'
import { boundProject } from '../auth/permissions.ts'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { tolerate } from '../request/record.ts'

/** What a credential has of the one that it was made from: never more than that one has. */
export type Inheritance = Pick<
  Caller,
  'user_id' | 'role' | 'deny' | 'origin_project_id' | 'expires_at'
>

function inherit(from: Caller): Inheritance {
  const { user_id, role, deny, expires_at } = from
  const bound = boundProject(from)
  return {
    user_id,
    ...(role !== undefined && { role }),
    ...(deny !== undefined && { deny }),
    ...(bound !== undefined && { origin_project_id: bound }),
    ...(expires_at !== undefined && { expires_at }),
  }
}

/**
 * When a credential expires that is made at `now` of another one.
 * @param lifetime milliseconds that it lives, unless the other one expires before
 */
export const expiry = (now: number, lifetime: number, { expires_at = LAST_MOMENT }: Inheritance) =>
  Math.min(now + lifetime, expires_at, LAST_MOMENT)

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

/** What a credential has of the caller; in lenient mode that of the first user if nobody knows who calls. */
export const inheritFrom = (
  ctx: Context,
  caller: Caller | undefined,
  request: FastifyRequest,
): Inheritance => (caller === undefined ? { user_id: firstUser(ctx, request).id } : inherit(caller))
