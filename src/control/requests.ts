import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import type { Context } from '../context.ts'
import type { Entry } from '../instruments/entry.ts'
import { type View, viewOf } from '../instruments/journal-view.ts'
import { differences, isMeant, type RequestFilter } from '../instruments/request-filter.ts'
import { refuseImpossibleFilter, refuseImpossibleVerification } from './filter.ts'
import { createRequestStream, type RequestStream } from './request-stream.ts'
import {
  ClearRequests,
  ListRequests,
  StreamRequests,
  type Verification,
  VerifyRequests,
} from './requests-schemas.ts'
import { invalid } from './validation.ts'
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
import { waitForEntry } from './wait.ts'

/** The journal: what was asked of the service, and what it answered. */
export const requests: FastifyPluginCallbackTypebox<{ ctx: Context }> = (app, { ctx }, done) => {
  const { journal } = ctx
  const { journalSecrets } = ctx.config
  const view = (entry: Entry): View =>
    viewOf(entry, ctx.named.get(entry.operationId ?? ''), ctx.secrets)
  const show = (entry: Entry) => (journalSecrets ? view(entry).open() : view(entry).masked())

  /** Most verifications have no `where`: then nothing needs to be read of an entry. */
  const differs = (where: object, entry: Entry) =>
    Object.keys(where).length > 0 && differences(where, view(entry).open()).length > 0
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
    const found = entriesOf(filter).filter((entry) => !differs(where, entry))
    const forgotten = forgottenSince(journal.forgotten(filter.instance_id), filter.since)
    return { verdict: verdictOf(rangeOf(times), found.length, forgotten), found }
  }

  /** Waits while more requests may decide it; `within` is in milliseconds. */
  async function waitUntilMet(expected: Verification, signal: AbortSignal): Promise<void> {
    const { where = {}, times, within = 0, ...filter } = expected
    const range = rangeOf(times)
    const deadline = performance.now() + within
    const left = () => deadline - performance.now()
    const isWanted = isMeant(filter)
    // Again, if the journal was cleared meanwhile.
    while (!signal.aborted && left() > 0) {
      const { verdict, found } = verify(expected)
      if (verdict === 'met' || found.length > range.max) return
      let matched = found.length
      const isDecided = (entry: Entry) => {
        if (!isWanted(entry) || differs(where, entry)) return false
        return ++matched >= range.min
      }
      await waitForEntry(journal, isDecided, left(), signal)
    }
  }

  app.post('/requests/verify', { schema: VerifyRequests }, async ({ body }, reply) => {
    await refuseImpossibleVerification(body)
    if (!journal.isOn) return reply.code(409).send(cannotTell(JOURNAL_OFF, 0, []))
    if (body.within !== undefined) await waitUntilMet(body, endOf(reply))
    const { verdict, found } = verify(body)
    if (verdict === 'met') return { matched: found.length, requests: found.map(show) }
    reply.code(409)
    const seen = newest(journal.entries(body.instance_id)).map(view)
    if (verdict === 'refuted') return refutation(body, found.length, seen, journalSecrets)
    const why = whatIsForgotten(journal.forgotten(body.instance_id), body)
    return cannotTell(why, found.length, seen)
  })

  app.get<{ Querystring: RequestFilter; Reply: Readable }>(
    '/requests/stream',
    { schema: StreamRequests },
    async ({ query, headers }, reply) => {
      await refuseImpossibleFilter('querystring', query)
      const stream = createRequestStream(journal, query, show, lastEventId(headers))
      streams.add(stream)
      stream.readable.on('close', () => streams.delete(stream))
      reply.type('text/event-stream').header('Cache-Control', 'no-store').send(stream.readable)
      return reply
    },
  )

  /** Streams and waits would keep the server from closing. */
  const streams = new Set<RequestStream>()
  const closing = new AbortController()
  app.addHook('preClose', (closed) => {
    closing.abort()
    for (const stream of streams) stream.end()
    closed()
  })

  /** Aborted when nobody waits for the response any more: the caller is gone, or the server closes. */
  function endOf(reply: FastifyReply): AbortSignal {
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    return AbortSignal.any([gone.signal, closing.signal])
  }

  done()
}

/**
 * The id of the last event that a reader has, as browsers send it when they connect again.
 * @throws ApigError MOCK.0400
 */
function lastEventId(headers: IncomingHttpHeaders): number | undefined {
  const { 'last-event-id': id } = headers
  if (id === undefined || id === '') return undefined
  if (/^\d{1,15}$/.test(String(id))) return Number(id)
  throw invalid('header', '/Last-Event-ID', 'expected the id of an event')
}
