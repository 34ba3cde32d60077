import type { Context } from '../context.ts'
import { type Clock, toSeconds } from '../core/clock.ts'
import { apigError } from '../core/errors.ts'
import { type Token, tokens } from './identities.ts'
import { nameOf } from './permissions.ts'

/** A token that can be read: visible ASCII, not empty. */
const READABLE = /^[!-~]+$/

/**
 * The token of this text, if it is known: lenient mode lets an unknown one through.
 * @param place where the text was found, for the reason
 * @throws ApigError APIG.1002 for one that cannot be read or, in strict mode, is unknown;
 *   APIG.1001 for an expired one
 */
export function checkToken(ctx: Context, text: string, place = 'X-Auth-Token'): Token | undefined {
  const token = ctx.state.rows(tokens).get(text)
  if (token === undefined) {
    if (!READABLE.test(text)) {
      throw apigError('APIG.1002').because(`${place} is not of visible ASCII characters alone`)
    }
    if (!ctx.config.strict) return undefined
    const advice = 'neither the seed has it nor was it issued since the last reset'
    throw apigError('APIG.1002').because(`the token of ${place} is unknown: ${advice}`)
  }
  const { expires_at } = token
  if (expires_at !== undefined && expires_at <= ctx.clock.now()) {
    const when = expiryText(ctx.clock, expires_at)
    throw apigError('APIG.1001').because(`${nameOf(ctx, token)} ${when}`)
  }
  return token
}

/** When something expired, and by which clock. */
export function expiryText(clock: Clock, expiredAt: number): string {
  return `expired at ${toSeconds(expiredAt)}; ${nowText(clock)}`
}

/** What the server's clock says, and whether it was tampered with: a test may have forgotten. */
export function nowText(clock: Clock): string {
  const now = toSeconds(clock.now())
  if (clock.isFrozen()) return `the server's clock stands still at ${now}`
  return clock.isReal() ? `it is ${now}` : `the server's clock was set and says ${now}`
}
