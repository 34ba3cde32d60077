import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { type Token, tokens } from './identities.ts'

/** A token that can be read: visible ASCII, not empty. */
const READABLE = /^[!-~]+$/

/**
 * The token of an X-Auth-Token header, if it is known: lenient mode lets an unknown one through.
 * @throws ApigError APIG.1002 for one that cannot be read or, in strict mode, is unknown;
 *   APIG.1001 for an expired one
 */
export function checkToken(ctx: Context, header: string): Token | undefined {
  const token = ctx.state.rows(tokens).get(header)
  if (token === undefined) {
    if (ctx.config.strict || !READABLE.test(header)) throw apigError('APIG.1002')
    return undefined
  }
  if (token.expires_at <= ctx.clock.now()) throw apigError('APIG.1001')
  return token
}

/**
 * Whether a token may be used on a project's resources.
 * @throws ApigError APIG.1003 for a token of the domain, APIG.1005 for another project's
 */
export function refuseOtherProject({ project_id }: Token, project: string): void {
  if (project_id === undefined) throw apigError('APIG.1003')
  if (project_id !== '*' && project_id !== project) throw apigError('APIG.1005')
}
