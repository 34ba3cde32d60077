import { type BlockText, TextBlocks } from './text-blocks.ts'

/** Bytes that a journal may hold on to, beside its number of requests. */
const BYTES = 64 * 1024 * 1024
/** What an entry costs beside its texts; a rough figure. */
const ENTRY_BYTES = 1024

/** One answered request, as it was: what is shown of it is made when somebody looks. */
export interface Entry {
  /** Counts up from 1 and never repeats; the journal gives it. */
  id: number
  /** Milliseconds since 1970, on the server's clock. */
  time: number
  request_id: string
  operationId: string | undefined
  method: string
  url: string
  instance_id: string | undefined
  rawHeaders: readonly string[]
  body: Uint8Array | undefined
  /** The user for whom a known credential called. */
  user_id: string | undefined
  /** What lenient mode let pass. */
  tolerated: readonly string[]
  /** The fault that answered, if one did. */
  fault: string | undefined
  /** For the tester: why it was refused. */
  reason: string | undefined
  /** 0: the connection was cut instead. */
  status: number
  /** What `String` makes the text of, for as long as the entry is in the journal. */
  answer: string | BlockText
  /** Milliseconds that the answer took. */
  ms: number
}

/** The last requests, bounded in number and in bytes. */
export interface Journal {
  readonly isOn: boolean
  /** Takes the entry over. */
  add(entry: Entry): void
  /** Oldest first. */
  entries(): Entry[]
  /** Forgets all, or what was asked of one gateway. */
  clear(instanceId?: string): void
  /** Calls `listener` with every new entry until the answer is called. */
  subscribe(listener: (entry: Entry) => void): () => void
}

/**
 * @param size how many requests to keep; with 0 nothing is recorded
 * @param room bytes that it may hold on to; the last request is kept whatever its size
 */
export function createJournal(size: number, room = BYTES): Journal {
  /** An entry stands at its id modulo the size, and so in the place of the one `size` before it. */
  const slots: (Entry | undefined)[] = []
  let last = 0
  /** No entry has a lower id. */
  let oldest = 1
  let bytes = 0
  let texts = new TextBlocks()
  const listeners = new Set<(entry: Entry) => void>()
  const weigh = ({ url, body, answer }: Entry) =>
    ENTRY_BYTES + url.length + (body?.length ?? 0) + answer.length

  function forget(slot: number): void {
    const entry = slots[slot]
    if (entry === undefined) return
    slots[slot] = undefined
    bytes -= weigh(entry)
    texts.forget(entry.answer)
  }

  /** Oldest first. */
  function entries(): Entry[] {
    const begin = (last + 1) % size
    return [...slots.slice(begin), ...slots.slice(0, begin)].filter((entry) => entry !== undefined)
  }

  return {
    isOn: size > 0,
    add(entry) {
      entry.id = ++last
      entry.answer = texts.keep(String(entry.answer))
      const slot = last % size
      forget(slot)
      slots[slot] = entry
      bytes += weigh(entry)
      oldest = Math.max(oldest, last - size + 1)
      while (bytes > room && oldest < last) forget(oldest++ % size)
      for (const listener of listeners) listener(entry)
    },
    entries,
    clear(instanceId) {
      // What remains is kept anew: of a block that has one text left, all is held.
      const remaining = new TextBlocks()
      for (const [slot, entry] of slots.entries()) {
        if (instanceId === undefined || entry?.instance_id === instanceId) forget(slot)
        else if (entry !== undefined) entry.answer = remaining.keep(String(entry.answer))
      }
      texts = remaining
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
