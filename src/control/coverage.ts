import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { RouteOptions } from 'fastify'
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

/** Counts the answers of a route as those of its operation, which is thereby a served one. */
export function tallyRoute(route: RouteOptions, ctx: Context): void {
  const tally = tallyOf(ctx, route.schema?.operationId ?? route.url)
  tally.served = true
  // Before the answer leaves, so that whoever has it finds it counted.
  route.onSend = (_request, reply, payload, done) => {
    tally.hits++
    if (reply.statusCode >= 400) tally.errors++
    done(null, payload)
  }
}

/** Counts a request for an operation that is not served. */
export function tallyUnserved(ctx: Context, operationId: string): void {
  const tally = tallyOf(ctx, operationId)
  tally.hits++
  tally.errors++
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
