import { execFileSync } from 'node:child_process'
import type { TestProject } from 'vitest/node'

/** Where the command line is that the tests start: see `launch` and `run`. */
const FOLDER = '.cache/test'

/** Bundles the command line: its sources take three times as long to start. */
export const bundle = (): void => {
  execFileSync(process.execPath, ['build.js', FOLDER], { stdio: 'inherit' })
}

/** Bundles it once for all tests. */
export default function setup(project: TestProject): void {
  bundle()
  project.onTestsRerun(async () => bundle())
}
