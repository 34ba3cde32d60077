import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const FILE = join(import.meta.dirname, '../../docs/coverage.json')

/** Client → the operations that it was seen to bring to a success, by name. */
export type Evidence = Record<string, string[]>

/** The evidence of the last runs of `npm run test:clients`, as committed. */
export async function readEvidence(): Promise<Evidence> {
  return JSON.parse(await readFile(FILE, 'utf8').catch(() => '{}'))
}

export async function writeEvidence(evidence: Evidence): Promise<void> {
  await writeFile(FILE, `${JSON.stringify(evidence, undefined, 2)}\n`)
}
