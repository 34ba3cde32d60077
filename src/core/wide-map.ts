/** Entries up to which one `Map` is enough: copying them takes less than a millisecond. */
const SPLIT = 4096
/** A power of two. */
const PARTS = 64

/**
 * A map of text that is kept in parts once it is large: a `Map` copies itself whenever it doubles,
 * which at half a million entries stalls every request by 100 ms and more. A part does so in a
 * fraction of that, and the parts not all at once.
 */
export class WideMap<Value> {
  #parts = [new Map<string, Value>()]
  #size = 0

  get size(): number {
    return this.#size
  }

  get(key: string): Value | undefined {
    return this.#partOf(key).get(key)
  }

  set(key: string, value: Value): void {
    const part = this.#partOf(key)
    const before = part.size
    part.set(key, value)
    this.#size += part.size - before
    if (this.#size > SPLIT && this.#parts.length === 1) this.#split(part)
  }

  delete(key: string): boolean {
    const isGone = this.#partOf(key).delete(key)
    if (isGone) this.#size--
    return isGone
  }

  copy(): WideMap<Value> {
    const copy = new WideMap<Value>()
    copy.#parts = this.#parts.map((part) => new Map(part))
    copy.#size = this.#size
    return copy
  }

  #split(whole: Map<string, Value>): void {
    this.#parts = Array.from({ length: PARTS }, () => new Map())
    for (const [key, value] of whole) this.#partOf(key).set(key, value)
  }

  #partOf(key: string): Map<string, Value> {
    return this.#parts[this.#parts.length === 1 ? 0 : hash(key) % PARTS] as Map<string, Value>
  }
}

/** FNV-1a over the last characters, in which ids and numbered names differ most. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = Math.max(text.length - 8, 0); i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  }
  // The low bits alone depend on little of the text.
  return (value ^ (value >>> 15)) >>> 0
}
