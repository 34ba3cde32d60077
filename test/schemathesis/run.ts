/**
 * `npm run test:schemathesis`: sends requests made of both OpenAPI documents to a lenient and to a
 * strict server that have records, and compares the answers with the documents. Fails for what is
 * no intended failure, and for an intended one that none of the runs had.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start } from '../../src/index.ts'
import { failuresIn } from './failures.ts'
import { INTENDED } from './intended.ts'
import seed from './seed.json' with { type: 'json' }

const VERSION = '4.32.5'
const here = import.meta.dirname
const root = join(here, '../..')
const venv = join(root, '.cache/schemathesis', VERSION)
const program = join(venv, 'bin/schemathesis')

// The stream of requests has no end.
const control = { document: 'control.json', args: ['--exclude-operation-id', 'StreamRequests'] }
const service = { document: 'apig-mock.json' }
const RUNS: Run[] = [
  // A lenient server accepts any credential, and none as well.
  { name: 'service, lenient', ...service, args: ['--exclude-checks', 'ignored_auth'] },
  { name: 'service, strict', ...service, strict: true },
  { name: 'control plane, lenient', ...control },
  { name: 'control plane, strict', ...control, strict: true },
]

interface Run {
  name: string
  document: string
  strict?: boolean
  /** Arguments beside those that all runs share. */
  args?: string[]
}

const folder = mkdtempSync(join(tmpdir(), 'apig-mock-schemathesis-'))
try {
  install()
  const failures: string[] = []
  for (const each of RUNS) failures.push(...(await check(each)))
  report(failures)
} finally {
  rmSync(folder, { recursive: true })
}

function install(): void {
  if (existsSync(program)) return
  execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' })
  const pip = ['-m', 'pip', 'install', '--quiet', `schemathesis==${VERSION}`]
  execFileSync(join(venv, 'bin/python'), pip, { stdio: 'inherit' })
}

/** @returns the failures of one run */
async function check({ name, document, strict = false, args = [] }: Run): Promise<string[]> {
  const mock = await start({ seed, strict, idSeed: 'schemathesis', clock: '2026-01-02T03:04:05Z' })
  const events = join(folder, `${name}.ndjson`)
  const began = performance.now()
  const common = ['--seed', '1', '--max-examples', '10', '--phases', 'examples,coverage,fuzzing']
  const quiet = ['--no-color', '--no-shrink', '--continue-on-failure', '--warnings', 'off']
  const child = spawn(
    program,
    [
      ...['--config-file', join(here, 'config.toml'), 'run', prepared(document), '--url', mock.url],
      ...['--header', 'X-Auth-Token: mock-token', '--generation-database', 'none'],
      ...['--report', 'ndjson', '--report-ndjson-path', events, ...common, ...quiet, ...args],
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const output: Buffer[] = []
  child.stdout.on('data', (chunk) => output.push(chunk))
  const [code] = await once(child, 'exit')
  await mock.close()
  const text = Buffer.concat(output).toString()
  const [cases] = /\d+ generated/.exec(text) ?? []
  // 0 without and 1 with failures; all else is a run that did not come to its end.
  if (cases === undefined || (code !== 0 && code !== 1)) throw new Error(`${name}:\n${text}`)
  const failures = await failuresIn(events)
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  console.log(`${name}: ${cases} cases, ${failures.length} kinds of failures, ${seconds} s`)
  return failures.map((failure) => `${name}: ${failure}`)
}

/** A copy of the document in which no verification waits, for up to a minute. */
function prepared(document: string): string {
  const { paths, ...others } = JSON.parse(readFileSync(join(root, 'openapi', document), 'utf8'))
  const verify = paths['/_mock/requests/verify']?.post.requestBody.content['application/json']
  delete verify?.schema.properties.within
  const file = join(folder, document)
  writeFileSync(file, JSON.stringify({ ...others, paths }))
  return file
}

function report(failures: string[]): void {
  const unknown = failures.filter((line) => !INTENDED.some(({ failure }) => failure.test(line)))
  const stale = INTENDED.filter(({ failure }) => !failures.some((line) => failure.test(line)))
  for (const line of unknown) console.error(`not intended: ${line}`)
  for (const { failure, reason } of stale) console.error(`did not fail: ${failure} (${reason})`)
  if (unknown.length + stale.length > 0) process.exitCode = 1
}
