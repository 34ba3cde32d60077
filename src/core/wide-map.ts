/** A power of two. */
const PARTS = 32

/**
 * A map of text, kept in parts: a `Map` copies itself whenever it doubles, which at half a million
 * entries stalls every request by 100 ms and more. A part does so in a fraction of that, and the
 * parts not all at once. The parts are made as they are needed: most maps are small.
 */
export class WideMap<Value> {
  readonly #parts: Map<string, Value>[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  get(key: string): Value | undefined {
    return this.#parts[partOf(key)]?.get(key)
  }

  set(key: string, value: Value): void {
    const index = partOf(key)
    const part = this.#parts[index] ?? new Map<string, Value>()
    this.#parts[index] = part
    const before = part.size
    part.set(key, value)
    this.#size += part.size - before
  }

  delete(key: string): boolean {
    const isGone = this.#parts[partOf(key)]?.delete(key) ?? false
    if (isGone) this.#size--
    return isGone
  }

  copy(): WideMap<Value> {
    const copy = new WideMap<Value>()
    // For each, which passes by parts that were never made.
    this.#parts.forEach((part, index) => {
      copy.#parts[index] = new Map(part)
    })
    copy.#size = this.#size
    return copy
  }
}

/** From the end of a text, where ids and numbered names differ most. */
function partOf(text: string): number {
  const { length } = text
  if (length < 3) return 0
  const hash =
    text.charCodeAt(length - 1) * 7 +
    text.charCodeAt(length - 2) * 31 +
    text.charCodeAt(length - 3) * 101
  return (hash ^ (hash >> 5)) & (PARTS - 1)
}
