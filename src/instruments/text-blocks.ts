/** Bytes of a block. */
const BLOCK = 256 * 1024
/** Characters: shorter texts stay what they are, they cost little. */
const SHORT = 1024
/** Longer ones too, or blocks would have a large part left over. */
const LONG = BLOCK / 8

interface Block {
  bytes: Buffer
  /** Bytes from the beginning on. */
  used: number
  /** Texts that are not forgotten. */
  live: number
}

const newBlock = (): Block => ({ bytes: Buffer.allocUnsafeSlow(BLOCK), used: 0, live: 0 })
const hasRoom = ({ used }: Block, bytes: number) => BLOCK - used >= bytes

/** A string stored in a block; it must be read before it is forgotten. */
export class BlockText {
  readonly block: Block
  readonly #start: number
  /** In bytes. */
  readonly length: number

  constructor(block: Block, start: number, length: number) {
    this.block = block
    this.#start = start
    this.length = length
  }

  toString(): string {
    return this.block.bytes.toString('utf8', this.#start, this.#start + this.length)
  }
}

/**
 * Strings that live for some hundred requests; the oldest is forgotten first. The garbage collector
 * would copy them twice before they die; as bytes in reused blocks they are copied once and cost the
 * collector nothing. A block is kept until its last string is forgotten.
 */
export class TextBlocks {
  #current: Block | undefined
  #spare: Block | undefined

  /** @returns what `String` makes the text of again; in UTF-8, like the text of an answer */
  keep(text: string): string | BlockText {
    if (text.length < SHORT || text.length > LONG) return text
    const block = this.#blockFor(text)
    const start = block.used
    const length = block.bytes.write(text, start)
    block.used += length
    block.live++
    return new BlockText(block, start, length)
  }

  forget(kept: string | BlockText): void {
    if (typeof kept === 'string') return
    const { block } = kept
    block.live--
    if (block.live > 0) return
    block.used = 0
    if (block !== this.#current) this.#spare = block
  }

  #blockFor(text: string): Block {
    const current = this.#current
    // A unit of text is at most three bytes: mostly, they need not be counted.
    if (current !== undefined && hasRoom(current, 3 * text.length)) return current
    if (current !== undefined && hasRoom(current, Buffer.byteLength(text))) return current
    const next = this.#spare ?? newBlock()
    this.#spare = undefined
    this.#current = next
    return next
  }
}
