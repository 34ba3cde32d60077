/**
 * Kills a server (SIGKILL) while it is written to and looks what it has after a restart, 200 times:
 * `npm run test:crash`. Prints what was found; fails if an answered write is missing or a refused
 * one is there, or if there were too few answered writes for that to mean much.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crashRounds } from './rounds.ts'

const [rounds = '200', seed = '1'] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'apig-mock-crash-'))
const began = performance.now()
/** Answered writes per round, at least: 5,000 in 200. */
const ENOUGH = 25
const { faults, ...counts } = await crashRounds(join(folder, 'data'), Number(rounds), {
  seed: Number(seed),
  command: [process.execPath, 'dist/cli.js'],
})
rmSync(folder, { recursive: true })
console.log({ ...counts, faults: faults.length, seconds: (performance.now() - began) / 1000 })
for (const fault of faults.slice(0, 10)) console.log(fault)
const isEnough = counts.acknowledged >= Number(rounds) * ENOUGH
if (!isEnough) console.log(`expected ${Number(rounds) * ENOUGH} answered writes or more`)
if (faults.length > 0 || !isEnough) process.exitCode = 1
