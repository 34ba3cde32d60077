import type { Entry } from './entry.ts'

/** The requests of one gateway, oldest first, in a ring of at most `size`. */
export class JournalQueue {
  readonly gateway: string | undefined
  /** What its entries hold on to. */
  bytes = 0
  /** Its place in `QueuesBySize`. */
  magnitude = -1
  readonly #size: number
  readonly #slots: (Entry | undefined)[] = []
  /** The oldest entry is in the slot of this number modulo the size; numbers count up from 0. */
  #first = 0
  #next = 0

  constructor(gateway: string | undefined, size: number) {
    this.gateway = gateway
    this.#size = size
  }

  get length(): number {
    return this.#next - this.#first
  }

  get isFull(): boolean {
    return this.length === this.#size
  }

  /** To be called only while it is not full. */
  push(entry: Entry): void {
    this.#slots[this.#next++ % this.#size] = entry
    this.bytes += entry.bytes
  }

  /** Takes the oldest out. */
  shift(): Entry | undefined {
    if (this.length === 0) return undefined
    const slot = this.#first++ % this.#size
    const entry = this.#slots[slot]
    this.#slots[slot] = undefined
    this.bytes -= entry?.bytes ?? 0
    return entry
  }

  /** Oldest first. */
  entries(): Entry[] {
    const begin = this.#first % this.#size
    return [...this.#slots.slice(begin), ...this.#slots.slice(0, begin)].filter(
      (entry) => entry !== undefined,
    )
  }
}

/** Queues of one magnitude that are compared; beyond, they count as equally large. */
const COMPARED = 64

/**
 * Queues sorted by the power of two of their bytes, so that neither a change nor the search for a
 * large one costs more with more queues.
 */
export class QueuesBySize {
  readonly #magnitudes = Array.from({ length: 32 }, () => new Set<JournalQueue>())

  /** To be called whenever the bytes of a queue have changed. */
  place(queue: JournalQueue): void {
    const magnitude = queue.length === 0 ? -1 : 31 - Math.clz32(queue.bytes)
    if (magnitude === queue.magnitude) return
    this.#magnitudes[queue.magnitude]?.delete(queue)
    this.#magnitudes[magnitude]?.add(queue)
    queue.magnitude = magnitude
  }

  /** The queue with the most bytes, unless that is `spared`. */
  largest(spared: JournalQueue | undefined): JournalQueue | undefined {
    for (let magnitude = this.#magnitudes.length - 1; magnitude >= 0; magnitude--) {
      let largest: JournalQueue | undefined
      let compared = 0
      for (const queue of this.#magnitudes[magnitude] ?? []) {
        if (compared++ === COMPARED) break
        if (queue !== spared && queue.bytes > (largest?.bytes ?? 0)) largest = queue
      }
      if (largest !== undefined) return largest
    }
    return undefined
  }
}
