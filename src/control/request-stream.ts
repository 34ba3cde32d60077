import { Readable } from 'node:stream'
import type { Entry } from '../instruments/entry.ts'
import type { Journal } from '../instruments/journal.ts'
import { isMeant, type RequestFilter } from '../instruments/request-filter.ts'
import { writeJson } from '../schema/json.ts'

/** Bytes that wait for a reader; what does not fit stays in the journal until it reads on. */
const WAITING = 256 * 1024

/** Server-sent events, and how to end them. */
export interface RequestStream {
  readable: Readable
  end(): void
}

/**
 * The requests of a journal as server-sent events: those that come and, with the id of the last one
 * that its reader has, first those since. The events are read from the journal when their turn
 * comes, so that a reader that does not read costs nothing; if the journal forgets what it has not
 * read, it is sent `event: missed` with a count.
 * @param show the JSON value of an event
 */
export function createRequestStream(
  journal: Journal,
  filter: RequestFilter,
  show: (entry: Entry) => unknown,
  lastEventId?: number,
): RequestStream {
  const isWanted = isMeant(filter)
  // Of a higher id than there is, another server was asked before: all here is new.
  const isOfAnother = lastEventId !== undefined && lastEventId > journal.lastId
  let cursor = isOfAnother ? 0 : (lastEventId ?? journal.lastId)
  /** Wanted entries that were not sent; some may be forgotten by now. */
  let pending = lastEventId === undefined ? 0 : unsent().length + forgottenAfter(cursor)
  let isStarted = false
  /** Whether the reader has all, and wants more. */
  let isWaiting = false

  function unsent(): Entry[] {
    return journal
      .entries(filter.instance_id)
      .filter(({ id }) => id > cursor)
      .filter(isWanted)
  }

  /** At most so many: the journal counts what it forgets by gateway alone. */
  function forgottenAfter(id: number): number {
    const forgotten = journal.forgotten(filter.instance_id)
    if (isOfAnother || forgotten.id <= id) return 0
    const since = journal.entries().filter((entry) => entry.id > id)
    return Math.min(forgotten.count, journal.lastId - id - since.length)
  }

  function send(entry: Entry): boolean {
    cursor = entry.id
    return readable.push(`id: ${entry.id}\ndata: ${writeJson(show(entry))}\n\n`)
  }

  function sendUnsent(): void {
    const found = unsent()
    const missed = pending - found.length
    pending = found.length
    if (missed > 0) readable.push(`event: missed\ndata: ${JSON.stringify({ count: missed })}\n\n`)
    for (const entry of found) {
      pending--
      if (!send(entry)) return
    }
  }

  const unsubscribe = journal.subscribe((entry) => {
    if (!isWanted(entry)) return
    if (isWaiting) isWaiting = send(entry)
    else pending++
  })

  const readable = new Readable({
    highWaterMark: WAITING,
    read() {
      // A comment, so that the client has its answer before the first entry.
      if (!isStarted) this.push(':\n\n')
      isStarted = true
      if (pending > 0) sendUnsent()
      isWaiting = pending === 0
    },
    destroy(error, done) {
      unsubscribe()
      done(error)
    },
  })

  return {
    readable,
    end() {
      unsubscribe()
      if (isWaiting) readable.push(null)
      // Its reader is behind, and may never read again.
      else readable.destroy()
    },
  }
}
