import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Context } from '../context.ts'
import { readOperations } from '../facts/operations.ts'
import type { Tally } from '../instruments/tallies.ts'
import { Coverage } from './coverage-schema.ts'

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
