import { PassThrough, type Readable } from 'node:stream'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Context } from '../context.ts'
import type { Entry } from '../instruments/journal.ts'
import { type RecordedRequest, shown } from '../instruments/journal-view.ts'
import { differences, isMeant, nearest, type RequestFilter } from '../instruments/request-filter.ts'
import {
  ClearRequests,
  ListRequests,
  StreamRequests,
  type Verification,
  VerifyRequests,
} from './requests-schemas.ts'

function isEnough(times: Verification['times'], matched: number): boolean {
  if (times === undefined) return matched > 0
  if (typeof times === 'number') return matched === times
  return matched >= (times.min ?? 0) && matched <= (times.max ?? Number.POSITIVE_INFINITY)
}

/** The journal: what was asked of the service, and what it answered. */
export const requests: FastifyPluginCallbackTypebox<{ ctx: Context }> = (app, { ctx }, done) => {
  const { journal } = ctx
  const show = (entry: Entry) =>
    shown(entry, ctx.named.get(entry.operationId ?? ''), ctx.config.journalSecrets)

  app.get('/requests', { schema: ListRequests }, ({ query }) => {
    const { limit, ...filter } = query
    const found = journal.entries().filter(isMeant(filter)).reverse()
    const page = found.slice(0, limit)
    return { total: found.length, size: page.length, requests: page.map(show) }
  })

  app.delete('/requests', { schema: ClearRequests }, ({ query }, reply) => {
    journal.clear(query.instance_id)
    reply.code(204).send(null)
  })

  function verify({ where = {}, times, within, ...filter }: Verification) {
    const seen = journal.entries().filter(isMeant(filter)).map(show)
    const found = seen.filter((request) => differences(where, request).length === 0)
    return { isMet: isEnough(times, found.length), found, where, filter }
  }

  app.post('/requests/verify', { schema: VerifyRequests }, async ({ body }, reply) => {
    const isMet = () => verify(body).isMet
    await waitFor(ctx, isMet, body.within ?? 0)
    const { found, where, filter, ...result } = verify(body)
    if (result.isMet) return { matched: found.length, requests: found }
    reply.code(409)
    return refutation(body, found.length, where, journal.entries().map(show), filter)
  })

  app.get<{ Querystring: RequestFilter; Reply: Readable }>(
    '/requests/stream',
    { schema: StreamRequests },
    ({ query }, reply) => {
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

/** What was seen instead, and the request that came nearest. */
function refutation(
  { times = { min: 1 } }: Verification,
  matched: number,
  where: object,
  seen: RecordedRequest[],
  filter: RequestFilter,
) {
  const closest = nearest({ ...filter, ...where }, seen)
  return {
    error_code: 'MOCK.0409',
    error_msg: `Wanted ${JSON.stringify(times)} of ${JSON.stringify({ ...filter, ...where })}, found ${matched}`,
    matched,
    seen: seen.map(({ method, path, operationId = '', status }) =>
      `${method} ${path} ${operationId} ${status}`.trim(),
    ),
    ...(closest && { nearest: closest }),
  }
}
