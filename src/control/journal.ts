import type { AccessKey, Token } from '../iam/identities.ts'

/** Bytes that the journal may hold on to, beside its number of requests. */
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
  caller: AccessKey | Token | undefined
  /** What lenient mode let pass. */
  tolerated: readonly string[]
  /** The fault that answered, if one did. */
  fault: string | undefined
  /** For the tester: why it was refused. */
  reason: string | undefined
  /** 0: the connection was cut instead. */
  status: number
  answer: string
  /** Milliseconds that the answer took. */
  ms: number
}

/** The last requests; a ring, bounded in entries and in bytes. */
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

/** @param size how many requests to keep; with 0 nothing is recorded */
export function createJournal(size: number): Journal {
  let entries: Entry[] = []
  /** Where the oldest entry stands: what is before it is forgotten, and cut off now and then. */
  let first = 0
  let bytes = 0
  let id = 0
  const listeners = new Set<(entry: Entry) => void>()
  const weigh = ({ url, body, answer }: Entry) =>
    ENTRY_BYTES + url.length + (body?.length ?? 0) + answer.length

  function forgetOldest(): void {
    bytes -= weigh(entries[first] as Entry)
    first++
    if (first < size) return
    entries = entries.slice(first)
    first = 0
  }

  return {
    isOn: size > 0,
    add(entry) {
      entry.id = ++id
      entries.push(entry)
      bytes += weigh(entry)
      while (entries.length - first > size || (bytes > BYTES && entries.length - first > 1)) {
        forgetOldest()
      }
      for (const listener of listeners) listener(entry)
    },
    entries: () => entries.slice(first),
    clear(instanceId) {
      entries =
        instanceId === undefined
          ? []
          : entries.slice(first).filter((entry) => entry.instance_id !== instanceId)
      first = 0
      bytes = entries.reduce((sum, entry) => sum + weigh(entry), 0)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
