import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Context } from '../context.ts'
import { readOperations } from '../facts/operations.ts'
import type { Tally } from '../instruments/tallies.ts'
import { managementRoutes } from '../management/index.ts'
import { Coverage } from './coverage-schema.ts'
import { once } from './once.ts'

const ShowCoverage = {
  operationId: 'ShowCoverage',
  summary: 'Every operation of the service: served or not, and how often this process was asked',
  response: { 200: Coverage },
}

/** Which operations there are, which are served, and which a test suite touched. */
export const coverage: FastifyPluginCallbackTypebox<{ ctx: Context }> = (app, { ctx }, done) => {
  const readServed = once(async () => {
    const routes = await managementRoutes(ctx)
    return new Set(routes.map(({ schema }) => schema?.operationId))
  })

  app.get('/coverage', { schema: ShowCoverage }, async () => {
    const untouched: Tally = { hits: 0, errors: 0 }
    const [known, isServed] = await Promise.all([readOperations(), readServed()])
    const operations = known.map((operation) => ({
      ...operation,
      served: isServed.has(operation.operationId),
      ...(ctx.tallies.get(operation.operationId) ?? untouched),
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
