import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { bundle } from './bundle.ts'

/** What the checks of a caller cost: microseconds of CPU per call. */
export interface Checks {
  signature: number
  token: number
}

/**
 * Runs signature.ts as what is shipped runs, from a bundle: a helper that tsx calls for each arrow
 * function would add a tenth to a signature.
 */
export async function measureChecks(): Promise<Checks> {
  const path = await bundle('signature', 'bench/signature.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [path])
  return JSON.parse(stdout)
}
