import { describe, expect, test } from 'vitest'
import { BlockText, TextBlocks } from '../../src/instruments/text-blocks.ts'

const BLOCK = 256 * 1024

/** Keeps a text that is long enough to become bytes. */
function keepBytes(texts: TextBlocks, text: string): BlockText {
  const kept = texts.keep(text)
  if (!(kept instanceof BlockText)) throw new Error('The text stayed a string')
  return kept
}

describe('A text that is kept', () => {
  test.each([
    [1023, false],
    [1024, true],
    [BLOCK / 8, true],
    [BLOCK / 8 + 1, false],
  ])('of %i characters is bytes: %s', (length, isBytes) => {
    const kept = new TextBlocks().keep('x'.repeat(length))
    expect(kept instanceof BlockText).toBe(isBytes)
    expect(String(kept)).toBe('x'.repeat(length))
  })

  test('shares a block with others, up to its last byte', () => {
    const texts = new TextBlocks()
    texts.forget(keepBytes(texts, 'forgotten while its block is being filled'.padEnd(2000)))
    const kept = Array.from({ length: 9 }, (_, i) => keepBytes(texts, String(i).repeat(BLOCK / 8)))
    expect(new Set(kept.map(({ block }) => block)).size).toBe(2)
    expect(kept.map(String)).toEqual(kept.map((_, i) => String(i).repeat(BLOCK / 8)))
  })

  test('stays what it is when its neighbours are forgotten', () => {
    const texts = new TextBlocks()
    const [first, second] = ['a', 'b'].map((letter) => keepBytes(texts, letter.repeat(2000)))
    texts.forget(first as BlockText)
    keepBytes(texts, 'c'.repeat(4000))
    expect(String(second)).toBe('b'.repeat(2000))
  })

  test('goes into another block rather than lose a character', () => {
    const texts = new TextBlocks()
    const kept = Array.from({ length: 6 }, () => keepBytes(texts, '€'.repeat(BLOCK / 8 - 1)))
    for (const text of kept) expect(String(text)).toBe('€'.repeat(BLOCK / 8 - 1))
    expect(new Set(kept.map(({ block }) => block)).size).toBe(3)
  })

  test('leaves its block to others when it is forgotten as the last one there', () => {
    const texts = new TextBlocks()
    const blocks = new Set<unknown>()
    const live: BlockText[] = []
    for (let i = 0; i < 500; i++) {
      const kept = keepBytes(texts, 'x'.repeat(10_000))
      live.push(kept)
      blocks.add(kept.block)
      if (live.length > 50) texts.forget(live.shift() as BlockText)
    }
    // Of 50 texts in two blocks, one that is filled and one to spare.
    expect(blocks.size).toBeLessThanOrEqual(4)
  })
})
