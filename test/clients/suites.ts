import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Mock, start } from '../../src/index.ts'
import { type Client, cache, clients, missingTool, run } from './clients.ts'
import { environment, seed } from './environment.ts'
import {
  coverage,
  type Row,
  readEvidence,
  succeeded,
  withDriven,
  writeEvidence,
} from './evidence.ts'

/** The line in which pytest, go test, Surefire and Vitest say how many tests passed. */
const VERDICT = /^(ok .*|.*Tests run: .*|.*Tests {2}.*|\d+ passed.*)$/gm
const GUIDE = join(import.meta.dirname, '../../docs/clients.md')

/** The clients that ran whole, and the operations that each was seen to drive. */
const driven = new Map<string, string[]>()

for (const client of clients) describe(`the ${client.name} client`, () => drive(client))

afterAll(async () => {
  const known = await readEvidence()
  const evidence = withDriven(known, driven)
  // A change that drives more or less brings its evidence along.
  if (process.env.CI) expect(evidence, 'run npm run test:clients').toEqual(known)
  else await writeEvidence(evidence)
})

/** One server for the suite and the snippet of one client. */
function drive(client: Client): void {
  const { name, suite, snippet } = client
  const missing = missingTool(client)
  // In CI what is missing is a failure: the first command cannot run.
  const skip = missing !== undefined && !process.env.CI
  const steps = new Set<string>()
  let mock: Mock

  beforeAll(async () => {
    mock = await start({ port: 0, seed })
  })

  afterAll(async () => {
    const ranWhole = steps.size === (suite === undefined ? 1 : 2)
    if (ranWhole) driven.set(name, succeeded(await coverage(mock)))
    await mock.close()
  })

  test.skipIf(skip)(`is installed${skip ? `: ${missing} is missing` : ''}`, async () => {
    await mkdir(cache, { recursive: true })
    for (const command of client.setUp) await run(client, command)
  })

  if (suite !== undefined) {
    test.skipIf(skip)('drives the service', async () => {
      const output = await run(client, suite, { ...environment, APIG_MOCK_URL: mock.url })
      console.log(`${name}: ${output.match(VERDICT)?.at(-1)?.trim()}`)
      if (name === 'python') expect(unproven(await coverage(mock))).toEqual([])
      steps.add('suite')
    })
  }

  if (name === 'python' && suite !== undefined) {
    test.skipIf(skip)('is known to a strict server, and refused with a wrong secret', async () => {
      const strict = await start({ port: 0, seed, strict: true })
      try {
        const env = { ...environment, APIG_MOCK_URL: strict.url }
        const output = await run(client, [...suite, 'test_client.py'], env)
        console.log(`${name}, strict: ${output.match(VERDICT)?.at(-1)?.trim()}`)
      } finally {
        await strict.close()
      }
    })
  }

  test.skipIf(skip)('runs its snippet of docs/clients.md', async () => {
    await mock.reset()
    const fenced = new RegExp(`^\`\`\`${snippet.language}\\n(.*?)^\`\`\`$`, 'ms')
    const code = fenced.exec(await readFile(GUIDE, 'utf8'))?.[1] ?? ''
    const file = join(cache, snippet.file)
    await writeFile(file, code.replaceAll('http://127.0.0.1:8080', mock.url))
    expect(await run(client, snippet.run(file))).toContain(`${name}_app`)
    steps.add('snippet')
  })
}

/** The served operations that were not brought to both a success and a failure. */
function unproven(rows: Row[]): string[] {
  return rows
    .filter(({ served, hits, errors }) => served && (hits === errors || errors === 0))
    .map((row) => row.operationId)
}
