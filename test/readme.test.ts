import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createConfig } from '../src/config.ts'
import { type Mock, start } from '../src/index.ts'
import { fakeDocker } from './fake-docker.ts'
import { run } from './process.ts'

const readme = readFileSync('README.md', 'utf8')
const controlApi = readFileSync('docs/control-api.md', 'utf8')
const recipes = readFileSync('docs/recipes.md', 'utf8')

/** The code blocks of one language, in order. */
const blocks = (language: string, text = readme): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, block]) => block ?? '',
  )

const folder = mkdtempSync(join(tmpdir(), 'apig-mock-readme-'))
let mock: Mock
beforeAll(async () => {
  mock = await start({ port: 0 })
})
afterAll(async () => {
  await mock.close()
  rmSync(folder, { recursive: true })
})

/** Status and body of an answer, without what differs from run to run. */
function comparable(answer: string): { status: string | undefined; body: unknown } {
  const status = /^HTTP\/1\.1 (.*)/.exec(answer)?.[1]
  const [, ...body] = answer.split('\n\n')
  const steady = body
    .join('')
    .trim()
    .replace(/\b[0-9a-f]{32}\b/g, 'an id')
    .replace(/\b[0-9A-Za-z]{64}\b/g, 'an AppCode')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{9})?Z/g, (_, fraction) =>
      fraction === undefined ? 'a time' : 'a time with nine digits',
    )
    .replace(/("uptime":\s*)[\d.]+/, '$10')
  return { status, body: steady === '' ? undefined : JSON.parse(steady) }
}

const hasCurl = spawnSync('curl', ['--version']).status === 0

/** What the commands of a page answer, run in one shell against a server as it starts. */
async function answersTo(commands: string[]) {
  const fresh = await start()
  const MARK = '--- next ---'
  const script = commands
    .map((command) => command.replaceAll('127.0.0.1:8080', `127.0.0.1:${fresh.port}`))
    .map((command) => command.replaceAll('curl -i', 'curl -sS -i'))
    .join(`\nprintf '\n${MARK}\n'\n`)
  const { stdout, stderr } = await run(['-c', script], {}, ['bash']).finally(fresh.close)
  expect(stderr).toBe('')
  const answers = stdout.replaceAll('\r', '').split(MARK)
  return answers.map((text) => comparable(text.trim()))
}

test.skipIf(!hasCurl && !process.env.CI).each([
  ['README.md', readme],
  ['docs/recipes.md', recipes],
])('the curl commands of %s answer what stands below them', async (_, text) => {
  expect(await answersTo(blocks('sh', text))).toEqual(blocks('http', text).map(comparable))
})

// Starts a compiler and a run of Vitest: what all other tests need is no measure for it.
test('the tests that use the library pass, and compile', { timeout: 300_000 }, async () => {
  const names = ['apig-mock', 'apig-mock/testcontainers', 'apig-mock/vitest']
  const entries = names.map((name) => {
    const file = name.split('/')[1] ?? 'index'
    return [name, resolve(`src/${file}.ts`)] as const
  })
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  write('package.json', '{ "type": "module" }')
  const alias = entries.map(
    ([name, path]) => `{ find: /^${name.replace('/', '\\/')}$/, replacement: '${path}' }`,
  )
  write('vitest.config.js', `export default { test: { alias: [${alias}] } }`)
  write(
    'tsconfig.json',
    JSON.stringify({
      extends: resolve('tsconfig.json'),
      compilerOptions: {
        paths: Object.fromEntries(entries.map(([name, path]) => [name, [path]])),
      },
      include: ['*.test.ts'],
    }),
  )
  const snippets = [...blocks('ts'), ...blocks('ts', controlApi)]
  for (const [index, snippet] of snippets.entries()) write(`${index}.test.ts`, snippet)
  const docker = await fakeDocker()
  const env = { ...process.env, DOCKER_HOST: docker.url, TESTCONTAINERS_RYUK_DISABLED: 'true' }
  const node = (args: string[]) => promisify(execFile)(process.execPath, args, { cwd: folder, env })
  try {
    await node([resolve('node_modules/typescript/bin/tsc'), '-p', '.'])
    const vitest = resolve('node_modules/vitest/vitest.mjs')
    const { stdout } = await node([vitest, 'run', '--reporter=json'])
    expect(JSON.parse(stdout)).toMatchObject({ numPassedTests: snippets.length, success: true })
  } finally {
    await docker.close()
  }
})

test('the first seed is one', async () => {
  const seeded = await start({ port: 0, seed: parse(blocks('yaml')[0] ?? '') })
  expect(await seeded.snapshot()).toMatchObject({
    instances: [{ id: 'my-gateway', apps: [{ name: 'billing' }] }],
  })
  await seeded.close()
})

test('the seed of identities lets its auditor list apps, but neither show nor create one', async () => {
  const seeded = await start({ port: 0, seed: parse(blocks('yaml')[1] ?? '') })
  const { call } = seeded.client({ token: 'auditor-token' })
  const statuses = [
    await call('GET', '/apps'),
    await call('GET', '/apps/some-app'),
    await call('POST', '/apps', { name: 'my_app' }),
  ].map(({ status }) => status)
  expect(statuses).toEqual([200, 403, 403])
  await seeded.close()
})

test('the table of built-in credentials says what each is answered', async () => {
  const rows = [
    ...readme.matchAll(
      /^\| `(mock-[\w-]+-token)`.*\| (\d{3}|GET only, else \d{3}) `(APIG\.\d+)`/gm,
    ),
  ]
  expect(rows).toHaveLength(5)
  for (const [, token = '', answer, error_code] of rows) {
    const status = Number(answer?.slice(-3))
    const { call } = mock.client({ token })
    expect(await call('POST', '/apps', { name: 'x' }), token).toMatchObject({
      status,
      body: { error_code },
    })
  }
})

test('the address is that of a server without options', () => {
  const { host, port } = createConfig()
  expect(readme).toContain(`It listens on http://${host}:${port}.`)
})

test('what docs/control-api.md shows as bodies is taken', async () => {
  const [state, fault, verification] = blocks('json', controlApi).map((json) => JSON.parse(json))
  await mock.restore(state)
  expect(await mock.snapshot()).toMatchObject(state)
  expect(await mock.faults.add(fault)).toMatchObject(fault)
  await mock.faults.clear()
  await mock.client().call('POST', '/apps', { name: 'billing' })
  expect(await mock.requests.verify(verification)).toHaveLength(1)
  await mock.reset()
})
