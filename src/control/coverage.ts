import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Context } from '../context.ts'
import { readOperations } from '../management/operations.ts'
import { Coverage } from './coverage-schema.ts'

/** What this process did of one operation. */
interface Tally {
  served: boolean
  hits: number
  /** Of the hits, those answered with an error: 501 for all hits of what is not served. */
  errors: number
}

/** operationId → tally, of every operation that is served or was asked for. */
export type Tallies = Map<string, Tally>

function tallyOf({ tallies }: Context, operationId: string): Tally {
  let tally = tallies.get(operationId)
  if (tally === undefined) {
    tally = { served: false, hits: 0, errors: 0 }
    tallies.set(operationId, tally)
  }
  return tally
}

/** Notes that there is a route for an operation. */
export function markServed(ctx: Context, operationId: string): void {
  tallyOf(ctx, operationId).served = true
}

/** Counts an answer of an operation. */
export function countAnswer(ctx: Context, operationId: string, status: number): void {
  const tally = tallyOf(ctx, operationId)
  tally.hits++
  if (status >= 400) tally.errors++
}

const ShowCoverage = {
  operationId: 'ShowCoverage',
  summary: 'Every operation of the service: served or not, and how often this process was asked',
  response: { 200: Coverage },
}

/** Which operations there are, which are served, and which a test suite touched. */
export const coverage: FastifyPluginCallbackTypebox<{ ctx: Context }> = (app, { ctx }, done) => {
  app.get('/coverage', { schema: ShowCoverage }, async () => {
    const unknown: Tally = { served: false, hits: 0, errors: 0 }
    const operations = (await readOperations()).map((operation) => ({
      ...operation,
      ...(ctx.tallies.get(operation.operationId) ?? unknown),
    }))
    return {
      total: operations.length,
      served: operations.filter(({ served }) => served).length,
      hit: operations.filter(({ hits }) => hits > 0).length,
      operations,
    }
  })
  done()
}
