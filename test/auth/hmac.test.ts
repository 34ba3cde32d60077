import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hmacSha256 } from '../../src/auth/hmac.ts'

const text = fc.string({ unit: 'binary', maxLength: 300 })
const key = fc.oneof(text, fc.uint8Array({ maxLength: 200 }))

test('An HMAC is what Node makes it, whatever the key and the text', () => {
  fc.assert(
    fc.property(key, text, (key, text) => {
      const expected = createHmac('sha256', key).update(text).digest('hex')
      expect(hmacSha256(key, text).toString('hex')).toBe(expected)
    }),
    { examples: [63, 64, 65].map((length): [string, string] => ['k'.repeat(length), '']) },
  )
})
