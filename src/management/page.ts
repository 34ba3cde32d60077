import type { Static, TObject } from '@sinclair/typebox'
import type { Rows } from '../store/rows.ts'
import type { pageFields } from './schemas.ts'

/** `offset` and `limit` as the query has them. */
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

/** One page of a list. */
export function pageOf<Item>(list: Item[], query: Page): PageOf<Item> {
  const { offset, limit } = bounds(query)
  const items = list.slice(offset, offset + limit)
  return { total: list.length, size: items.length, items }
}

type FieldOf<Row> = keyof Row & string

/**
 * The filters of a list as one condition, or undefined when the query has none of them.
 * @param partly fields of which a part is enough, unless `precise_search` names them
 * @param wholly fields that must be equal
 */
export function matching<Row extends object>(
  query: { precise_search?: string } & Partial<Record<string, unknown>>,
  partly: readonly FieldOf<Row>[],
  wholly: readonly FieldOf<Row>[] = [],
): ((row: Row) => boolean) | undefined {
  const precise = query.precise_search?.split(',') ?? []
  const given = [...partly, ...wholly].filter((field) => query[field] !== undefined)
  if (given.length === 0) return undefined
  const isPart = (field: FieldOf<Row>) => partly.includes(field) && !precise.includes(field)
  const parts = given.filter(isPart)
  const wholes = given.filter((field) => !isPart(field))
  return (row) =>
    wholes.every((field) => row[field] === query[field]) &&
    parts.every((field) => String(row[field] ?? '').includes(String(query[field])))
}
