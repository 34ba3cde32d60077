/** What a journal has evicted: the answer to "could there have been more?". */
export interface Forgotten {
  count: number
  /** The highest id among them. */
  id: number
  /** The latest time among them, in milliseconds since 1970. */
  time: number
}

interface Counted extends Forgotten {
  /** Whether nothing of its gateway was counted elsewhere before. */
  isWhole: boolean
}

/** Gateways that are counted one by one. */
const GATEWAYS = 10_000
/** Characters of a gateway's id; those of longer ones are not kept. */
const ID_LENGTH = 64

const nothing = (): Forgotten => ({ count: 0, id: 0, time: Number.NEGATIVE_INFINITY })

function addTo(sum: Forgotten, { count, id, time }: Forgotten): void {
  sum.count += count
  sum.id = Math.max(sum.id, id)
  sum.time = Math.max(sum.time, time)
}

/**
 * Counts evicted requests by gateway. Of more than 10,000 gateways the longest known are counted
 * together, and from then on every gateway that has no count of its own may be one of them.
 */
export class ForgottenRequests {
  readonly #byGateway = new Map<string | undefined, Counted>()
  #others = nothing()

  add(gateway: string | undefined, entry: { id: number; time: number }): void {
    addTo(this.#countOf(gateway), { count: 1, id: entry.id, time: entry.time })
  }

  /** Of one gateway or, without one, of all requests. It may count too many, never too few. */
  of(gateway?: string): Forgotten {
    const sum = nothing()
    if (gateway === undefined) {
      for (const counted of this.#byGateway.values()) addTo(sum, counted)
      addTo(sum, this.#others)
      return sum
    }
    const own = this.#byGateway.get(gateway)
    if (own !== undefined) addTo(sum, own)
    if (own?.isWhole !== true) addTo(sum, this.#others)
    return sum
  }

  /** Starts anew, for one gateway or for all. */
  clear(gateway?: string): void {
    if (gateway === undefined) {
      this.#byGateway.clear()
      this.#others = nothing()
      return
    }
    this.#byGateway.delete(gateway)
    if (this.#others.count > 0 && gateway.length <= ID_LENGTH) this.#insert(gateway, true)
  }

  #countOf(gateway: string | undefined): Forgotten {
    if (gateway !== undefined && gateway.length > ID_LENGTH) return this.#others
    return this.#byGateway.get(gateway) ?? this.#insert(gateway, this.#others.count === 0)
  }

  #insert(gateway: string | undefined, isWhole: boolean): Counted {
    const counted = { ...nothing(), isWhole }
    // A copy: an id that is a part of a URL would hold on to all of it.
    this.#byGateway.set(gateway && Buffer.from(gateway).toString(), counted)
    if (this.#byGateway.size > GATEWAYS) {
      const [[oldest, count] = []] = this.#byGateway
      this.#byGateway.delete(oldest)
      if (count !== undefined) addTo(this.#others, count)
    }
    return counted
  }
}
