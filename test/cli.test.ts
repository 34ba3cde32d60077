import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { banner } from '../src/banner.ts'
import { Config } from '../src/config.ts'
import { serveContext } from '../src/server.ts'
import { server } from './helpers.ts'
import { CLI, launch, run } from './process.ts'

const folder = mkdtempSync(join(tmpdir(), 'apig-mock-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A file with this text. */
function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const seed = { instances: [{ id: 'gw1', apps: [{ name: 'seeded_app' }] }] }

/** The names of the apps of the gateway gw1. */
async function appNames(url: string): Promise<string[]> {
  const response = await fetch(`${url}/v2/p1/apigw/instances/gw1/apps`, {
    headers: { 'x-auth-token': 'any' },
  })
  const { apps } = (await response.json()) as { apps: { name: string }[] }
  return apps.map((app) => app.name)
}

test('--help lists every option with its flag, variable and default', async () => {
  const { code, stdout, stderr } = await run(['--help'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  for (const [name, schema] of Object.entries(Config.properties)) {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    const variable = schema.env ?? `APIG_MOCK_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`
    const line = stdout.split('\n').find((text) => text.startsWith(`${flag} `))
    expect(line?.split(/ {2,}/)).toEqual(
      [flag, variable, String(schema.default), schema.description].filter((cell) => cell !== ''),
    )
  }
})

test.each([['-h'], ['help']])('%s is --help', async (argument) => {
  const [short, long] = [await run([argument]), await run(['--help'])]
  expect(short).toEqual(long)
})

test('start is the command that no command means, -v is --version', async () => {
  const mock = await launch(['start', '--port', '0'])
  expect(await mock.stop()).toBe(0)
  expect((await run(['-v'])).stdout).toBe(`${packageJson.version}\n`)
})

test('--version prints the version of the package', async () => {
  expect(await run(['--version'])).toEqual({
    code: 0,
    stdout: `${packageJson.version}\n`,
    stderr: '',
  })
})

describe('what cannot be started is refused with exit code 2 and one line', () => {
  const bad: [string, string[], Record<string, string>, RegExp][] = [
    ['a port that is no number', ['--port', 'abc'], {}, /"abc" for port \(--port, PORT\)/],
    ['a port out of range', [], { PORT: '65536' }, /65536 for port .* from 0 to 65535/],
    ['an empty host', ['--host='], {}, /"" for host \(--host, HOST\)/],
    ['a mode that is no boolean', [], { APIG_MOCK_STRICT: 'maybe' }, /"maybe" for strict/],
    ['an unknown log level', ['--log-level', 'loud'], {}, /"loud" for logLevel .* one of trace,/],
    ['an unknown flag', ['--colour'], {}, /Unknown option '--colour'; --help/],
    ['a misspelt flag', ['--sed', 'x'], {}, /Unknown option '--sed'; did you mean "--seed"/],
    ['a flag without its value', ['--port'], {}, /'--port <value>' argument missing/],
    ['an argument', ['8080'], {}, /Unexpected argument '8080'/],
    ['an address of another machine', ['--host', '203.0.113.7'], {}, /203\.0\.113\.7/],
    ['a seed file that is not there', ['--seed', 'no/such.json'], {}, /no\/such\.json: ENOENT/],
    [
      'a seed file that is no JSON',
      ['--seed', file('a.json', '{\n"a": x\n}')],
      {},
      /a\.json:2: .*x/,
    ],
    ['a seed file that is no YAML', ['--seed', file('b.yaml', '\na: b: c')], {}, /b\.yaml:2: /],
    [
      'a seed file with a fault, naming its path',
      ['--seed', file('c.yml', 'instances: [{ id: gw1, apps: [{ name: ok_name }, { name: 1 }] }]')],
      {},
      /c\.yml:1: Invalid state at \/instances\/0\/apps\/1\/name: /,
    ],
  ]
  test.each(bad)('%s', async (_, args, env, message) => {
    const { code, stdout, stderr } = await run(args, { PORT: '0', ...env })
    expect(stderr).toMatch(/^apig-mock: .+\n$/)
    expect(stderr).toMatch(message)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  test('a port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const { code, stderr } = await run(['--port', String(port)])
    expect(stderr).toMatch(new RegExp(`^apig-mock: port ${port} of 127.0.0.1 is taken: .+\n$`))
    expect(code).toBe(2)
    taken.close()
  })
})

describe('a started server', () => {
  test('prints one line with its real URL; a flag wins over its variable', async () => {
    const env = { PORT: '1', APIG_MOCK_STRICT: 'false', APIG_MOCK_LOG_LEVEL: 'silent' }
    const mock = await launch(['--port', '0', '--strict'], env)
    expect(mock.ready).toMatchObject({ mode: 'strict', msg: `listening on ${mock.url}` })
    const health = await fetch(`${mock.url}/_mock/health`)
    expect(await health.json()).toMatchObject({ status: 'ok', mode: 'strict' })
    expect(await mock.stop()).toBe(0)
    expect(mock.rest()).toEqual([])
  })

  test.each([
    ['JSON', file('seed.json', JSON.stringify(seed))],
    ['YAML', file('seed.yaml', 'instances:\n  - id: gw1\n    apps:\n      - name: seeded_app\n')],
  ])('has what a %s seed holds', async (_, path) => {
    const mock = await launch(['--port', '0'], { APIG_MOCK_SEED: path })
    expect(await appNames(mock.url)).toEqual(['seeded_app'])
    expect(await mock.stop()).toBe(0)
  })

  test('is started from its sources by npm start', async () => {
    const [, ...args] = packageJson.scripts.start.split(' ')
    const mock = await launch(['--port', '0'], {}, ['node', '--import', 'tsx', ...args])
    expect(await appNames(mock.url)).toEqual([])
    expect(await mock.stop()).toBe(0)
  })

  test('logs one line per answer, without the token, and none per health check', async () => {
    const mock = await launch(['--port', '0'])
    await fetch(`${mock.url}/_mock/health`)
    await appNames(mock.url)
    await mock.stop()
    const [line, ...more] = mock.rest()
    expect(more).toEqual([])
    expect(JSON.parse(line ?? '')).toMatchObject({ method: 'GET', status: 200 })
    expect(line).not.toContain('any')
  })
})

describe.each(['SIGINT', 'SIGTERM'] as const)('at %s', (signal) => {
  test('what is in flight is finished, the rest is let go, and the server ends', async () => {
    const mock = await launch(['--port', '0'], { APIG_MOCK_LOG_LEVEL: 'silent' })
    const { port } = new URL(mock.url)
    const exit = once(mock.child, 'exit')

    const idle = await connected(port)
    idle.write('GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(idle, 'data')
    const half = await connected(port)
    half.on('error', () => {})
    half.write('POST /v2/p1/apigw/instances/gw1/apps HTTP/1.1\r\nHost: x')
    const inFlight = await connected(port)
    const body = '{"name":"in_flight"}'
    inFlight.write(
      `POST /v2/p1/apigw/instances/gw1/apps HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: any\r\n` +
        `Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`,
    )
    expect(String((await once(inFlight, 'data'))[0])).toMatch(/^HTTP\/1\.1 100 /)

    const ended = once(idle, 'close')
    mock.child.kill(signal)
    // A connection that is kept alive is closed while a request is still under way.
    await ended
    while (await isOpen(port)) expect(mock.child.exitCode).toBeNull()
    inFlight.write(body)
    expect(String((await once(inFlight, 'data'))[0])).toMatch(/^HTTP\/1\.1 201 /)
    expect((await exit)[0]).toBe(0)
  })
})

async function connected(port: string): Promise<Socket> {
  const socket = connect(Number(port), '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

/** Whether something accepts connections there. */
async function isOpen(port: string): Promise<boolean> {
  const socket = connect(Number(port), '127.0.0.1')
  const isAccepted = await new Promise<boolean>((done) => {
    socket.on('connect', () => done(true)).on('error', () => done(false))
  })
  socket.destroy()
  return isAccepted
}

describe('on a terminal', () => {
  test.each([
    [false, 'lenient: any token'],
    [true, 'strict: only known credentials'],
  ])('the banner tells the mode and what to try (strict: %s)', (strict, mode) => {
    const { ctx } = server({ strict }, {})
    const text = banner(ctx, 'http://127.0.0.1:8080')
    expect(text).toContain(`apig-mock ${packageJson.version}, ${mode}`)
    expect(text).toMatch(/curl -i http:..127.0.0.1:8080.v2.[\w-]+.apigw.instances.my-gateway.apps/)
    expect(text).toContain('http://127.0.0.1:8080/_mock/docs')
  })

  test.each([false, true])('its command works as it is printed (strict: %s)', async (strict) => {
    const { ctx } = server({ strict }, {})
    const mock = await serveContext(ctx)
    const [command = ''] = /curl [\s\S]*?-d .*/.exec(banner(ctx, mock.url)) ?? []
    const { stdout } = await run(['-c', command], {}, ['sh'])
    expect(stdout).toMatch(/^HTTP\/1\.1 201 [\s\S]*"name":"my_app"/)
    await mock.close()
  })

  test.each([[[]], [['--strict']]])(
    'so does what env prints for curl, of a server started with %j',
    async (flags) => {
      const mock = await launch(['--port', '0', ...flags], { APIG_MOCK_LOG_LEVEL: 'silent' })
      const { port } = new URL(mock.url)
      const { stdout } = await run(['env', '--client', 'curl', '--port', port, ...flags])
      const [, command] = /^# (curl .*)$/m.exec(stdout) ?? []
      const answer = await run(['-c', `${stdout}\n${command}`], {}, ['sh'])
      expect(JSON.parse(answer.stdout)).toMatchObject({ total: 0, apps: [] })
      await mock.stop()
    },
  )

  const hasTerminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0
  test.skipIf(!hasTerminal && !process.env.CI)(
    'logs are for people, and Ctrl-C ends it',
    async () => {
      // exec: a shell that stays (dash does) gets the signal too, and its death is what script reports.
      const command = `exec ${CLI.join(' ')} --port 0`
      const terminal = spawn('script', ['-qec', command, '/dev/null'])
      let shown = ''
      terminal.stdout.on('data', (chunk) => {
        shown += chunk
      })
      // The banner may overtake the log line, which passes through a stream of its own.
      const listening = /INFO.*listening on (http:\/\/127\.0\.0\.1:\d+)\D/
      while (!(shown.includes('Ctrl-C') && listening.test(shown)))
        await once(terminal.stdout, 'data')
      const [, url] = listening.exec(shown) ?? []
      expect(shown).toMatch(/apig-mock .*lenient/)
      await fetch(`${url}/_mock/state`)
      while (!shown.includes('200 GET /_mock/state')) await once(terminal.stdout, 'data')
      terminal.stdin.write('\x03')
      expect((await once(terminal, 'exit'))[0]).toBe(0)
    },
  )
})
