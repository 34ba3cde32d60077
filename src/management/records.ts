import type { FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { ApigError, apigError, type ErrorWith, errorAbout } from '../core/errors.ts'
import { tolerate } from '../request/record.ts'
import type { Rows } from '../store/rows.ts'

/** The gateway of a path, whose tables a handler works on. */
export interface Gateway {
  instance_id: string
}

/**
 * The record with this key.
 * @param code of the 404, whose text names the id
 */
export function mustFind<Row extends object>(
  rows: Rows<Row>,
  id: string,
  code: ErrorWith<'id'>,
): Row {
  const found = rows.get(id)
  if (found === undefined) {
    const others = rows.size === 0 ? 'it has none of its kind' : `it has ${rows.size} of its kind`
    throw errorAbout<'id'>(code, { id }).because(`not in this gateway: ${others}`)
  }
  return found
}

/**
 * Refuses a value of a unique field that another record has.
 * @param self the record that is being changed, which does not collide with itself
 */
export function refuseTaken<Row extends object>(
  rows: Rows<Row>,
  [field, value]: [field: keyof Row & string, value: string | undefined],
  code: ErrorWith,
  self?: Row,
): void {
  if (value === undefined) return
  const taken = rows.by(field, value)
  if (taken !== undefined && taken !== self) {
    throw apigError(code).because(`the ${field} is that of ${rows.keyOf(taken)}`)
  }
}

/** Refuses, in strict mode, one record more than a quota allows; lenient mode notes it. */
export function refuseOver(
  ctx: Context,
  request: FastifyRequest,
  { count, limit, what }: { count: number; limit: number; what: string },
  code: ErrorWith,
): void {
  if (count < limit) return
  if (ctx.config.strict) throw apigError(code).because(`a gateway has at most ${limit} ${what}`)
  tolerate(request, `more than ${limit} ${what}`)
}

/** The service writes batches as `PUT …?action=delete`; any other action is refused. */
export function refuseOtherAction(given: string | undefined, action: string): void {
  if (given !== action) throw apigError('APIG.2011/action', { action })
}

/** What became of a batch: the items that failed, each with its error. */
export interface BatchResult<Item> {
  success_count: number
  failure: (Item & { error_code: string; error_msg: string })[]
}

/**
 * Does the same for each of several records; one that is refused does not stop the others.
 * @param describe what `failure` says of an item beside its error
 */
export function batch<Item extends object>(
  ids: readonly string[],
  act: (id: string) => void,
  describe: (id: string) => Item,
): BatchResult<Item> {
  const failure: BatchResult<Item>['failure'] = []
  for (const id of ids) {
    const item = describe(id)
    try {
      act(id)
    } catch (error) {
      if (!(error instanceof ApigError)) throw error
      failure.push({ ...item, error_code: error.code, error_msg: error.message })
    }
  }
  return { success_count: ids.length - failure.length, failure }
}
