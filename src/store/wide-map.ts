import { SharedList } from './shared-list.ts'

/** Entries up to which one `Map` is enough: copying them takes less than a millisecond. */
const SPLIT = 4096
/** A power of two. */
const PARTS = 64

/**
 * A map of text that is kept in parts once it is large: a `Map` copies itself whenever it doubles,
 * which at half a million entries stalls every request by 100 ms and more. A part does so in a
 * fraction of that, and the parts not all at once. Forks share the parts.
 */
export class WideMap<Value> {
  readonly #copyOf: ((value: Value) => Value) | undefined
  #parts: SharedList<Map<string, Value>>
  #size: number

  /**
   * @param copyOf copies a value that is changed in place, which `own` gives
   * @param original what `fork` makes a fork of
   */
  constructor(copyOf?: (value: Value) => Value, original?: WideMap<Value>) {
    this.#copyOf = copyOf
    this.#parts = original === undefined ? this.#emptyParts(1) : original.#parts.fork()
    this.#size = original?.size ?? 0
  }

  get size(): number {
    return this.#size
  }

  get(key: string): Value | undefined {
    return this.#parts.at(this.#indexOf(key)).get(key)
  }

  /** The value, to be changed in place: no fork has it. */
  own(key: string): Value | undefined {
    return this.#parts.own(this.#indexOf(key)).get(key)
  }

  set(key: string, value: Value): void {
    const part = this.#parts.own(this.#indexOf(key))
    const before = part.size
    part.set(key, value)
    this.#size += part.size - before
    if (this.#size > SPLIT && this.#parts.length === 1) this.#split(part)
  }

  delete(key: string): boolean {
    const isGone = this.#parts.own(this.#indexOf(key)).delete(key)
    if (isGone) this.#size--
    return isGone
  }

  /** A copy of its own, which costs nothing until one of the two is written to. */
  fork(): WideMap<Value> {
    return new WideMap(this.#copyOf, this)
  }

  #emptyParts(count: number): SharedList<Map<string, Value>> {
    const copyOf = this.#copyOf
    const parts = new SharedList((part: Map<string, Value>) =>
      copyOf === undefined
        ? new Map(part)
        : new Map([...part].map(([key, value]) => [key, copyOf(value)])),
    )
    for (let i = 0; i < count; i++) parts.push(new Map())
    return parts
  }

  #split(whole: Map<string, Value>): void {
    this.#parts = this.#emptyParts(PARTS)
    for (const [key, value] of whole) this.#parts.at(this.#indexOf(key)).set(key, value)
  }

  #indexOf(key: string): number {
    return this.#parts.length === 1 ? 0 : hash(key) % PARTS
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
