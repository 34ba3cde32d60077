/**
 * `node counts.js FOLDER` adds up the reports of Vitest in a folder and prints how many tests
 * passed, failed and were skipped.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder] = process.argv.slice(2)
const sum = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0 }
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const report = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  for (const name of Object.keys(sum)) sum[name] += report[name]
}
const { numPassedTests, numFailedTests, numPendingTests } = sum
console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`)
