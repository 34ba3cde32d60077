import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const SRC = new URL('../../src/', import.meta.url)
const FORBIDDEN = /\bDate\.now\b|\bnew Date\(|\bMath\.random\b|\brandomUUID\b/

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
)
const isCore = (file: string) => /^core[\\/]/.test(file)
const uses = (file: string) => FORBIDDEN.test(readFileSync(new URL(file, SRC), 'utf8'))

describe('time and chance', () => {
  test.each(files.filter((file) => !isCore(file)))('are not made in %s', (file) => {
    expect(uses(file)).toBe(false)
  })

  test('are made in core/, where this test finds them', () => {
    expect(files.filter((file) => isCore(file) && uses(file))).not.toEqual([])
  })
})
