import { execFileSync } from 'node:child_process'
import type { TestProject } from 'vitest/node'

/** Where the command line is that the tests start: see `launch` and `run`. */
const FOLDER = '.cache/test'

/** Bundles it once for all of them: its sources take three times as long to start. */
export default function setup(project: TestProject): void {
  const bundle = () => execFileSync(process.execPath, ['build.js', FOLDER], { stdio: 'inherit' })
  bundle()
  project.onTestsRerun(async () => void bundle())
}
