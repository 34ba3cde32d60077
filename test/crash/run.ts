/**
 * Kills a server (SIGKILL) while it is written to and looks what it has after a restart, 200 times:
 * `npm run test:crash`. Prints what was found; fails if an answered write is missing or a refused
 * one is there.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crashRounds } from './rounds.ts'

const [rounds = '200', seed = '1'] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'apig-mock-crash-'))
const began = performance.now()
const { faults, ...counts } = await crashRounds(join(folder, 'data'), Number(rounds), {
  seed: Number(seed),
  command: [process.execPath, 'dist/cli.js'],
})
rmSync(folder, { recursive: true })
console.log({ ...counts, faults: faults.length, seconds: (performance.now() - began) / 1000 })
for (const fault of faults.slice(0, 10)) console.log(fault)
if (faults.length > 0) process.exitCode = 1
