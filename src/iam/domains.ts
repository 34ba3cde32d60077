import type { FastifyRequest } from 'fastify'
import { domains } from '../auth/identities.ts'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { didYouMean } from '../core/nearest-name.ts'
import { tolerate } from '../request/record.ts'

/** Something named by its id, its name or both. */
export interface Reference {
  id?: string
  name?: string
}

/** A reference in words. */
export const referenceText = ({ id, name }: Reference): string =>
  name === undefined ? `of id ${id ?? ''}` : `named ${name}`

/** Whether a reference names anything, and this record in particular. */
export const names = (
  { id, name }: Reference,
  record: { id: string; name: string } | undefined,
): boolean =>
  record !== undefined &&
  (id !== undefined || name !== undefined) &&
  (id ?? record.id) === record.id &&
  (name ?? record.name) === record.name

/** The known record that a reference probably means, to be put behind a message. */
export function nearestText(
  { id, name }: Reference,
  records: Iterable<{ id: string; name: string }>,
): string {
  const known = [...records]
  if (name !== undefined)
    return didYouMean(
      name,
      known.map((record) => record.name),
    )
  return didYouMean(
    id ?? '',
    known.map((record) => record.id),
  )
}

/** Whether there is such a domain. */
function isKnown(ctx: Context, given: Reference): boolean {
  const { id, name = '' } = given
  const rows = ctx.state.rows(domains)
  return names(given, id === undefined ? rows.by('name', name) : rows.get(id))
}

/**
 * Refuses a domain that does not exist; lenient mode tolerates it.
 * @param place where it is named, for the reason
 * @throws ApigError IAM.0401
 */
export function refuseUnknownDomain(
  ctx: Context,
  request: FastifyRequest,
  given: Reference,
  place: string,
): void {
  if (isKnown(ctx, given)) return
  if (ctx.config.strict) {
    const hint = nearestText(given, ctx.state.rows(domains).values())
    const why = `${place}: there is no domain ${referenceText(given)}${hint}`
    throw apigError('IAM.0401').because(why)
  }
  tolerate(request, 'an unknown domain')
}

/** What a domain is named for, and the domain that it must be. */
interface DomainOwner {
  /** In words. */
  owner: string
  domain_id: string
  /** Where the domain is named. */
  place: string
}

/**
 * Refuses any domain but the owner's: the most frequent mistake in asking for a token.
 * @throws ApigError IAM.0401, with IAM's text for passwords if `error` says so
 */
export function refuseOtherDomain(
  ctx: Context,
  given: Reference,
  { owner, domain_id, place }: DomainOwner,
  error: 'IAM.0401' | 'IAM.0401/password' = 'IAM.0401',
): void {
  const own = ctx.state.rows(domains).get(domain_id)
  if (names(given, own)) return
  const whose = `${owner} belongs to the one named ${own?.name ?? domain_id}`
  throw apigError(error).because(`${place} is the domain ${referenceText(given)}, but ${whose}`)
}

/**
 * Refuses the domain of a scope if it is known as another one than the owner's or, in strict mode,
 * unknown.
 * @throws ApigError IAM.0401
 */
export function refuseBadDomain(
  ctx: Context,
  request: FastifyRequest,
  given: Reference,
  owned: DomainOwner,
): void {
  refuseUnknownDomain(ctx, request, given, owned.place)
  if (isKnown(ctx, given)) refuseOtherDomain(ctx, given, owned)
}
