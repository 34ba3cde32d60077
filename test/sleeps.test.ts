import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const folder = import.meta.dirname

/** What may wait for a clock, and why. */
const allowed: Record<string, string> = {
  'crash/rounds.ts': 'kills a server at some moment, on purpose',
  'crash/run.ts': 'prints how long all rounds took',
  'schemathesis/run.ts': 'prints how long each run took',
}

const sleepers = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .filter((file) =>
    /\bsetTimeout\s*\(|timers\/promises|performance\.now\(/.test(
      readFileSync(join(folder, file), 'utf8'),
    ),
  )

test('no test sleeps or measures time, so a busy machine fails none', () => {
  expect(sleepers.filter((file) => !(file in allowed))).toEqual([])
})

test('every exception is still one', () => {
  expect(Object.keys(allowed).filter((file) => !sleepers.includes(file))).toEqual([])
})
