import type { Entry } from './entry.ts'
import { type Forgotten, ForgottenRequests } from './forgotten.ts'
import { JournalQueue, QueuesBySize } from './journal-queue.ts'
import { TextBlocks } from './text-blocks.ts'

/** Bytes that a journal may hold on to, besides its number of requests. */
const BYTES = 64 * 1024 * 1024
/** What an entry costs besides its strings; a rough figure. */
const ENTRY_BYTES = 1024

/**
 * The last requests of every gateway, and those of none. No gateway's requests evict another's, but
 * for want of bytes: then the largest queue loses its oldest.
 */
export interface Journal {
  readonly isOn: boolean
  /** The id of the newest entry, also if that is forgotten; 0 before the first. */
  readonly lastId: number
  /** Takes the entry over. */
  add(entry: Entry): void
  /** Oldest first: of all, or of one gateway. */
  entries(instanceId?: string): Entry[]
  /** What was evicted since the last `clear`: of all, or of one gateway. */
  forgotten(instanceId?: string): Forgotten
  /** Drops all, or what was asked of one gateway. */
  clear(instanceId?: string): void
  /**
   * Calls `listener` with every new entry until the returned function is called. What it throws is
   * reported, and never reaches the request that was added. An entry may be used during the call.
   */
  subscribe(listener: (entry: Entry) => void): () => void
}

function weigh({ url, rawHeaders, body, reason, answer }: Entry): number {
  let bytes = ENTRY_BYTES + url.length + answer.length
  for (const header of rawHeaders) bytes += header.length
  if (body !== undefined) bytes += body.length
  if (reason !== undefined) bytes += reason.length
  return bytes
}

/**
 * @param size how many requests of each gateway to keep; with 0 nothing is recorded
 * @param room bytes that it may hold on to; the last request is kept whatever its size
 * @param report is given what a listener throws
 */
export function createJournal(
  size: number,
  room = BYTES,
  report: (error: unknown) => void = () => {},
): Journal {
  const queues = new Map<string | undefined, JournalQueue>()
  let bySize = new QueuesBySize()
  const lost = new ForgottenRequests()
  const listeners = new Set<(entry: Entry) => void>()
  let texts = new TextBlocks()
  let last = 0
  let bytes = 0

  function queueOf(gateway: string | undefined): JournalQueue {
    let queue = queues.get(gateway)
    if (queue === undefined) {
      queue = new JournalQueue(gateway, size)
      queues.set(gateway, queue)
    }
    return queue
  }

  function evictOldest(queue: JournalQueue): void {
    const entry = queue.shift()
    if (entry === undefined) return
    bytes -= entry.bytes
    texts.forget(entry.answer)
    lost.add(queue.gateway, entry)
  }

  function makeRoom(added: JournalQueue): void {
    while (bytes > room) {
      const queue = bySize.largest(added.length === 1 ? added : undefined)
      if (queue === undefined) return
      evictOldest(queue)
      bySize.place(queue)
      if (queue.length === 0) queues.delete(queue.gateway)
    }
  }

  /** Of a block that has one text left, all is held. */
  function compactTexts(): void {
    const compact = new TextBlocks()
    for (const queue of queues.values()) {
      for (const entry of queue.entries()) entry.answer = compact.adopt(entry.answer)
    }
    texts = compact
  }

  function drop(instanceId: string): void {
    const queue = queues.get(instanceId)
    if (queue === undefined) return
    bytes -= queue.bytes
    for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) {
      texts.forget(entry.answer)
    }
    bySize.place(queue)
    queues.delete(instanceId)
    if (texts.isWasteful) compactTexts()
  }

  function tell(entry: Entry): void {
    for (const listener of listeners) {
      try {
        listener(entry)
      } catch (error) {
        report(error)
      }
    }
  }

  return {
    isOn: size > 0,
    get lastId() {
      return last
    },
    add(entry) {
      entry.id = ++last
      entry.answer = texts.keep(String(entry.answer))
      entry.bytes = weigh(entry)
      const queue = queueOf(entry.instance_id)
      if (queue.isFull) evictOldest(queue)
      queue.push(entry)
      bytes += entry.bytes
      bySize.place(queue)
      if (bytes > room) makeRoom(queue)
      if (texts.isWasteful) compactTexts()
      if (listeners.size > 0) tell(entry)
    },
    entries(instanceId) {
      if (instanceId !== undefined) return queues.get(instanceId)?.entries() ?? []
      const all = [...queues.values()].map((queue) => queue.entries())
      return all.length === 1 ? (all[0] ?? []) : all.flat().sort((a, b) => a.id - b.id)
    },
    forgotten: (instanceId) => lost.of(instanceId),
    clear(instanceId) {
      lost.clear(instanceId)
      if (instanceId !== undefined) {
        drop(instanceId)
        return
      }
      queues.clear()
      bySize = new QueuesBySize()
      texts = new TextBlocks()
      bytes = 0
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
