import {
  type Static,
  type TArray,
  type TInteger,
  type TObject,
  type TProperties,
  type TSchema,
  Type,
} from '@sinclair/typebox'
import type { Rows } from '../store/rows.ts'

/**
 * An id in a path. The service states no rule: up to 64 visible ASCII characters here, so that
 * what can be no id at all is APIG.2012 and the rest is looked up.
 * @param alias the name that the operation's documented APIG.2012 prints, where it is another
 */
export const Id = (alias?: string) =>
  Type.String({
    pattern: '^[!-~]{1,64}$',
    ...(alias === undefined ? {} : { 'x-parameter-name': alias }),
  })

/** `/v2/{project_id}/apigw/instances/{instance_id}`, and what comes below it. */
export const instancePath = <P extends TProperties = Record<never, never>>(below?: P) =>
  Type.Object({
    // A client without a project id sends the literal {project_id}: any text is taken.
    project_id: Type.String({ minLength: 1, maxLength: 64 }),
    instance_id: Id(),
    ...(below as P),
  })

const pageFields = {
  offset: Type.Integer({ default: 0, description: 'a negative one counts as 0' }),
  limit: Type.Integer({ default: 20, description: '0 or less counts as 20, over 500 as 500' }),
}

/** The query of a list: its page, and the filters given. */
export const pageQuery = <P extends TProperties = Record<never, never>>(filters?: P) =>
  Type.Object({ ...pageFields, ...(filters as P) })

/** `{ total, size, <name>: [item] }`, the envelope of every list. */
export const listOf = <N extends string, T extends TSchema>(name: N, item: T) =>
  Type.Object({
    total: Type.Integer({ description: 'of all pages' }),
    size: Type.Integer({ description: 'of this page' }),
    [name]: Type.Array(item),
  } as { total: TInteger; size: TInteger } & Record<N, TArray<T>>)

type Page = Static<TObject<typeof pageFields>>

interface PageOf<Item> {
  total: number
  size: number
  items: Item[]
}

/** A bad offset or limit is moved into its range, not refused. */
function bounds(query: Page): { offset: number; limit: number } {
  return {
    offset: Math.max(query.offset, 0),
    limit: query.limit <= 0 ? 20 : Math.min(query.limit, 500),
  }
}

/**
 * One page of records, newest first, as the service lists them: `total` counts all that match,
 * `size` this page.
 */
export function page<Row extends object>(
  rows: Rows<Row>,
  query: Page,
  matches?: (row: Row) => boolean,
): PageOf<Row> {
  if (matches !== undefined) return pageOf(rows.filter(matches), query)
  const { offset, limit } = bounds(query)
  const items = rows.newest(offset, limit)
  return { total: rows.size, size: items.length, items }
}

/** One page of a list that is at hand. */
export function pageOf<Item>(list: Item[], query: Page): PageOf<Item> {
  const { offset, limit } = bounds(query)
  const items = list.slice(offset, offset + limit)
  return { total: list.length, size: items.length, items }
}
