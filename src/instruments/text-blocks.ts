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

/** Bytes of blocks that may be held for nothing, besides as many as are in use. */
const SPARED = 8 * BLOCK

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

  copyTo(bytes: Buffer, start: number): void {
    this.block.bytes.copy(bytes, start, this.#start, this.#start + this.length)
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
  /** Bytes of the texts in blocks. */
  #live = 0
  /** Bytes of the blocks. */
  #held = 0

  /**
   * Whether most of what is held is of texts that are forgotten, as when a few texts live long among
   * many: to be moved to new blocks then, by `adopt`.
   */
  get isWasteful(): boolean {
    return this.#held > 2 * this.#live + SPARED
  }

  /** @returns what `String` makes the text of again; in UTF-8, like the text of an answer */
  keep(text: string): string | BlockText {
    if (text.length < SHORT || text.length > LONG) return text
    const block = this.#blockFor(text)
    const start = block.used
    const length = block.bytes.write(text, start)
    return this.#added(block, start, length)
  }

  /** Keeps a text of other blocks, which may then be dropped. */
  adopt(kept: string | BlockText): string | BlockText {
    if (typeof kept === 'string') return kept
    const current = this.#current
    const hasPlace = current !== undefined && hasRoom(current, kept.length)
    const block = hasPlace ? current : this.#nextBlock()
    kept.copyTo(block.bytes, block.used)
    return this.#added(block, block.used, kept.length)
  }

  forget(kept: string | BlockText): void {
    if (typeof kept === 'string') return
    const { block } = kept
    this.#live -= kept.length
    block.live--
    if (block.live > 0) return
    block.used = 0
    if (block === this.#current) return
    if (this.#spare !== undefined) this.#held -= BLOCK
    this.#spare = block
  }

  #added(block: Block, start: number, length: number): BlockText {
    block.used += length
    block.live++
    this.#live += length
    return new BlockText(block, start, length)
  }

  #blockFor(text: string): Block {
    const current = this.#current
    // A unit of text is at most three bytes: mostly, they need not be counted.
    if (current !== undefined && hasRoom(current, 3 * text.length)) return current
    if (current !== undefined && hasRoom(current, Buffer.byteLength(text))) return current
    return this.#nextBlock()
  }

  #nextBlock(): Block {
    const next = this.#spare ?? newBlock()
    if (this.#spare === undefined) this.#held += BLOCK
    this.#spare = undefined
    this.#current = next
    return next
  }
}
