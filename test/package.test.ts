import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { launch, run } from './process.ts'

const folder = mkdtempSync(join(tmpdir(), 'apig-mock-package-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The paths in the packed file. */
let packed: string[]

/** An empty project that has installed the packed file. */
beforeAll(() => {
  const npm = (args: string[], cwd: string) =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const answer = npm(['pack', '--json', '--silent', '--pack-destination', folder], '.')
  const [tarball] = JSON.parse(answer.slice(answer.indexOf('[')))
  packed = tarball.files.map((file: { path: string }) => file.path)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  // It depends on no other package, so that nothing is fetched.
  npm(['install', '--offline', '--no-audit', '--no-fund', tarball.filename], folder)
}, 60_000)

/** Writes a file into the project. */
function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

test('the oldest Node that the package asks for is the first that CI runs it on', () => {
  const [oldest] = readFileSync('.ci/node-versions', 'utf8').split('\n')
  expect(oldest?.replace(/\.0$/, '')).toBe(packageJson.engines.node.replace('>=', ''))
})

describe('the package', () => {
  test('holds what runs, its types and the licences, and no sources', () => {
    expect(packed).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'dist/index.d.ts', 'dist/LICENSES.txt']),
    )
    expect(packed).toEqual(
      expect.arrayContaining(['openapi/apig-mock.json', 'openapi/control.json']),
    )
    const allowed =
      /^(dist|docs)\/|^openapi\/(apig-mock|control)\.json$|^[^/]+\.(md|json)$|^LICENSE$/
    expect(packed.filter((path) => !allowed.test(path))).toEqual([])
    expect(packed.filter((path) => /node_modules|(?<!\.d)\.ts$/.test(path))).toEqual([])
    expect(packageJson).not.toHaveProperty('dependencies')
  })

  test('names the licence of what it bundles', () => {
    const text = readFileSync(join(folder, 'node_modules/apig-mock/dist/LICENSES.txt'), 'utf8')
    for (const name of ['fastify', 'pino', '@sinclair/typebox', 'yaml', '@fastify/swagger-ui']) {
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(.+\\)$`, 'm'))
    }
  })

  test('is imported, and its server creates an app', async () => {
    const script = file(
      'use.js',
      `import { start } from 'apig-mock'
       const mock = await start({ port: 0, seed: 'seed.yaml' })
       const response = await fetch(mock.url + '/v2/p/apigw/instances/gw1/apps', {
         method: 'POST', headers: { 'x-auth-token': 'any' }, body: '{"name":"my_app"}' })
       const { instances: [gateway] } = await mock.snapshot()
       console.log(response.status, gateway.apps.map((app) => app.name).join())
       await mock.close()`,
    )
    file('seed.yaml', 'instances: [{ id: gw1, apps: [{ name: seeded_app }] }]\n')
    const output = execFileSync(process.execPath, [script], { cwd: folder, encoding: 'utf8' })
    expect(output).toBe('201 seeded_app,my_app\n')
  })

  test("is used from Node's own test runner as docs/recipes.md says, and from CommonJS", () => {
    const [, code = ''] = /^```js\n(.*?)^```$/ms.exec(readFileSync('docs/recipes.md', 'utf8')) ?? []
    const node = (...args: string[]) =>
      execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
    const output = node('--test', '--test-reporter=tap', file('recipe.mjs', code))
    expect(output).toMatch(/^# pass 1$/m)
    const script = "require('apig-mock').start().then((mock) => mock.close())"
    node('--no-warnings', file('use.cjs', script))
  })

  test("has fixtures for the project's own Vitest", () => {
    symlinkSync(resolve('node_modules/vitest'), join(folder, 'node_modules/vitest'))
    file(
      'fixture.test.js',
      `import { test } from 'apig-mock/vitest'
       test('a gateway', async ({ gateway, expect }) => {
         expect((await gateway.call('GET', '/apps')).body.total).toBe(0)
       })`,
    )
    const vitest = join(folder, 'node_modules/vitest/vitest.mjs')
    const output = execFileSync(process.execPath, [vitest, 'run', '--reporter=json'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(JSON.parse(output)).toMatchObject({ numPassedTests: 1, success: true })
  })

  test("is a container for the project's own Testcontainers", () => {
    symlinkSync(resolve('node_modules/testcontainers'), join(folder, 'node_modules/testcontainers'))
    const script = file(
      'container.js',
      `import { ApigMockContainer } from 'apig-mock/testcontainers'
       import { GenericContainer } from 'testcontainers'
       const container = new ApigMockContainer().withStrict().withSeed({})
       console.log(container instanceof GenericContainer)`,
    )
    const output = execFileSync(process.execPath, [script], { cwd: folder, encoding: 'utf8' })
    expect(output).toBe('true\n')
  })

  test('has types for a strict compiler that checks them too', () => {
    file(
      'use.ts',
      `import { type Mock, type StartOptions, start } from 'apig-mock'
       const options: StartOptions = { port: 0, strict: true, logLevel: 'warn', seed: {} }
       const mock: Mock = await start(options)
       const url: string = mock.url
       await mock.restore(await mock.snapshot())
       // @ts-expect-error: no such option
       await start({ prot: 0 })
       // @ts-expect-error: no such level
       await start({ logLevel: 'loud' })
       export { url }`,
    )
    expect(() => compile('use.ts', { skipLibCheck: false, types: [] })).not.toThrow()
  })

  test('has types for the container, beside those of Testcontainers', () => {
    symlinkSync(resolve('node_modules/@types'), join(folder, 'node_modules/@types'))
    file(
      'container.ts',
      `import {
         ApigMockContainer,
         type ContainerOptions,
         type StartedApigMockContainer,
       } from 'apig-mock/testcontainers'
       const options: ContainerOptions = { strict: true, idSeed: 'golden' }
       const image = new ApigMockContainer().withOptions(options).withSeed('seed.yaml')
       const container: StartedApigMockContainer = await image.withStartupTimeout(10_000).start()
       const [fault] = await container.control.faults.list()
       const hits: number | undefined = fault?.hits
       // @ts-expect-error: the image decides where it listens
       image.withOptions({ port: 1 })
       export { hits }`,
    )
    expect(() => compile('container.ts', { skipLibCheck: false, types: ['node'] })).not.toThrow()
  })
})

/** @throws Error if the strict compiler finds a fault in a file of the project */
function compile(source: string, options: object): void {
  const strict = { target: 'ES2022', module: 'NodeNext', strict: true, noEmit: true }
  const compilerOptions = { ...strict, exactOptionalPropertyTypes: true, ...options }
  const project = file('tsconfig.json', JSON.stringify({ compilerOptions, include: [source] }))
  const tsc = resolve('node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8', stdio: 'pipe' })
}

describe('its command', () => {
  const command = [join(folder, 'node_modules/.bin/apig-mock')]

  test('tells its version', async () => {
    const { stdout } = await run(['--version'], {}, command)
    expect(stdout).toBe(`${packageJson.version}\n`)
  })

  test('serves, with all that is loaded on first use', async () => {
    const mock = await launch(['--port', '0'], { APIG_MOCK_LOG_LEVEL: 'silent' }, command)
    const get = async (path: string) => {
      const response = await fetch(new URL(path, mock.url), { headers: { 'x-auth-token': 'any' } })
      return { status: response.status, body: await response.text(), url: response.url }
    }
    const instance = '/v2/p1/apigw/instances/gw1'
    expect((await get(`${instance}/apps`)).status).toBe(200)
    expect(await get(`${instance}/throttles`)).toMatchObject({
      status: 501,
      body: expect.stringContaining('ListRequestThrottlingPolicyV2'),
    })
    expect((await get('/_mock/openapi.json')).status).toBe(200)
    expect((await get('/_mock/openapi/control.json')).status).toBe(200)

    const page = await get('/_mock/docs')
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining('swagger-ui') })
    const assets = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path)
    expect(assets.length).toBeGreaterThan(4)
    for (const path of assets) {
      const asset = await get(new URL(path ?? '', page.url).pathname)
      expect([path, asset.status]).toEqual([path, 200])
    }
    expect(await mock.stop()).toBe(0)
  })
})
