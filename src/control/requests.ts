import { PassThrough, type Readable } from 'node:stream'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Context } from '../context.ts'
import type { Entry } from '../instruments/entry.ts'
import { shown } from '../instruments/journal-view.ts'
import { differences, isMeant, type RequestFilter } from '../instruments/request-filter.ts'
import { refuseImpossibleFilter, refuseImpossibleVerification } from './filter.ts'
import {
  ClearRequests,
  ListRequests,
  StreamRequests,
  type Verification,
  VerifyRequests,
} from './requests-schemas.ts'
import {
  cannotTell,
  forgottenSince,
  JOURNAL_OFF,
  newest,
  rangeOf,
  refutation,
  verdictOf,
  whatIsForgotten,
} from './verification.ts'

/** The journal: what was asked of the service, and what it answered. */
export const requests: FastifyPluginCallbackTypebox<{ ctx: Context }> = (app, { ctx }, done) => {
  const { journal } = ctx
  const show = (entry: Entry) =>
    shown(entry, ctx.named.get(entry.operationId ?? ''), ctx.config.journalSecrets)

  const entriesOf = (filter: RequestFilter) =>
    journal.entries(filter.instance_id).filter(isMeant(filter))

  app.get('/requests', { schema: ListRequests }, async ({ query }) => {
    const { limit, ...filter } = query
    await refuseImpossibleFilter('querystring', filter)
    const found = entriesOf(filter).reverse()
    const page = found.slice(0, limit)
    return { total: found.length, size: page.length, requests: page.map(show) }
  })

  app.delete('/requests', { schema: ClearRequests }, ({ query }, reply) => {
    journal.clear(query.instance_id)
    reply.code(204).send(null)
  })

  function verify({ where = {}, times, within, ...filter }: Verification) {
    const found = entriesOf(filter)
      .map(show)
      .filter((request) => differences(where, request).length === 0)
    const forgotten = forgottenSince(journal.forgotten(filter.instance_id), filter.since)
    return { verdict: verdictOf(rangeOf(times), found.length, forgotten), found }
  }

  app.post('/requests/verify', { schema: VerifyRequests }, async ({ body }, reply) => {
    await refuseImpossibleVerification(body)
    if (!journal.isOn) return reply.code(409).send(cannotTell(JOURNAL_OFF, 0, []))
    await waitFor(ctx, () => verify(body).verdict === 'met', body.within ?? 0)
    const { verdict, found } = verify(body)
    if (verdict === 'met') return { matched: found.length, requests: found }
    reply.code(409)
    const seen = newest(journal.entries(body.instance_id)).map(show)
    if (verdict === 'refuted') return refutation(body, found.length, seen)
    const why = whatIsForgotten(journal.forgotten(body.instance_id), body)
    return cannotTell(why, found.length, seen)
  })

  app.get<{ Querystring: RequestFilter; Reply: Readable }>(
    '/requests/stream',
    { schema: StreamRequests },
    async ({ query }, reply) => {
      await refuseImpossibleFilter('querystring', query)
      const isWanted = isMeant(query)
      const stream = new PassThrough()
      // A comment, so that the client has its answer before the first entry.
      stream.write(':\n\n')
      const unsubscribe = journal.subscribe((entry) => {
        if (!isWanted(entry)) return
        stream.write(`id: ${entry.id}\ndata: ${JSON.stringify(show(entry))}\n\n`)
      })
      streams.add(stream)
      stream.on('close', () => {
        unsubscribe()
        streams.delete(stream)
      })
      reply.type('text/event-stream').header('Cache-Control', 'no-store').send(stream)
      return reply
    },
  )

  /** Streams would keep the server from closing. */
  const streams = new Set<PassThrough>()
  app.addHook('preClose', (closed) => {
    for (const stream of streams) stream.end()
    closed()
  })
  done()
}

/** Waits until the journal meets a condition, or the time is up. */
async function waitFor(ctx: Context, isMet: () => boolean, within: number): Promise<void> {
  if (within === 0 || isMet()) return
  await new Promise<void>((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      unsubscribe()
      resolve()
    }
    const timer = setTimeout(finish, within)
    const unsubscribe = ctx.journal.subscribe(() => {
      if (isMet()) finish()
    })
  })
}
