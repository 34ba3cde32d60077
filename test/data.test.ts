import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Mock, type StartOptions, start } from '../src/index.ts'
import { crashRounds } from './crash/rounds.ts'
import { run } from './process.ts'

const root = mkdtempSync(join(tmpdir(), 'apig-mock-data-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(root, 'test-'))
  file = join(folder, 'data')
})

const running = new Set<Mock>()
afterEach(async () => {
  for (const mock of running) await mock.close()
  running.clear()
})

async function started(options: StartOptions = {}): Promise<Mock> {
  const mock = await start({ port: 0, data: file, ...options })
  running.add(mock)
  return mock
}

async function restarted(mock: Mock, options: StartOptions = {}): Promise<Mock> {
  await mock.close()
  running.delete(mock)
  return started(options)
}

const create = (mock: Mock, name: string, instance_id = 'gw1') =>
  mock.client({ instance_id }).call('POST', '/apps', { name })

async function names(mock: Mock, instance_id = 'gw1'): Promise<string[]> {
  const { body } = await mock.client({ instance_id }).call('GET', '/apps')
  return body.apps.map((app: { name: string }) => app.name)
}

const seed = { instances: [{ id: 'gw1', apps: [{ name: 'seeded_app' }] }] }

test('kill -9 at any moment loses nothing that was answered, and keeps nothing that was refused', {
  timeout: 120_000,
}, async () => {
  const { faults, acknowledged } = await crashRounds(file, 4)
  expect(faults).toEqual([])
  // On a busy machine a round may acknowledge little; all of `npm run test:crash` are counted.
  expect(acknowledged).toBeGreaterThan(3)
})

describe('with --data', () => {
  test('a restart finds everything: apps, gateways, tokens, projects', async () => {
    const first = await started()
    await create(first, 'app_a')
    await create(first, 'app_b', 'gw2')
    const token = await first.inject({
      method: 'POST',
      url: '/v3/auth/tokens',
      body: {
        auth: {
          identity: { methods: ['password'], password: { user: { name: 'me', password: 'x' } } },
          scope: { project: { name: 'eu-west-101' } },
        },
      },
    })
    expect(token.statusCode).toBe(201)
    const before = await first.snapshot()
    expect(JSON.stringify(before)).toContain(token.headers['x-subject-token'])
    expect(await (await restarted(first)).snapshot()).toEqual(before)
  })

  test('an answer that creates a gateway and then refuses is held as well', async () => {
    const mock = await started()
    const { status } = await mock.client({ instance_id: 'new' }).call('GET', '/apps/nothing')
    expect(status).toBe(404)
    expect(readFileSync(file, 'utf8')).toContain('"put","instances",null,{"id":"new"')
  })

  test('the seed applies to a new file only, and a reset goes back to it for good', async () => {
    const first = await started({ seed })
    expect(await names(first)).toEqual(['seeded_app'])
    await create(first, 'my_app')
    const second = await restarted(first, { seed })
    expect(await names(second)).toEqual(['my_app', 'seeded_app'])
    await create(second, 'other_app', 'gw2')
    await second.reset('gw1')
    const third = await restarted(second, { seed })
    expect(await names(third)).toEqual(['seeded_app'])
    expect(await names(third, 'gw2')).toEqual(['other_app'])
    await third.reset()
    const fourth = await restarted(third, { seed })
    expect(await names(fourth)).toEqual(['seeded_app'])
    expect(await names(fourth, 'gw2')).toEqual([])
  })

  test('a restored state is there after a restart', async () => {
    const mock = await started()
    await mock.restore(seed)
    expect(await names(await restarted(mock))).toEqual(['seeded_app'])
  })

  test('a second server on the file is refused, in this process or another', async () => {
    const mock = await started()
    await expect(start({ port: 0, data: file })).rejects.toThrow(`data file ${file}: in use by`)
    const { code, stderr } = await run(['--port', '0', '--data', file])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^apig-mock: data file .*: in use by the process \d+; .*\n$/)
    expect((await create(mock, 'app_a')).status).toBe(201)
  })

  test('a server that cannot listen gives the file back', async () => {
    const { port } = await started()
    const other = join(folder, 'other')
    await expect(start({ port, data: other })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    expect(existsSync(`${other}.lock`)).toBe(false)
    await started({ data: other })
  })

  test('a damaged middle is exit code 2 and one line with file and offset', async () => {
    const mock = await started()
    const { size } = statSync(file)
    await create(mock, 'app_a')
    await create(mock, 'app_b')
    await mock.close()
    running.clear()
    const bytes = readFileSync(file)
    bytes[size + 30] = 0
    writeFileSync(file, bytes)
    const { code, stdout, stderr } = await run(['--port', '0', '--data', file])
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: `apig-mock: data file ${file}: damaged at byte ${size}\n`,
    })
  })

  test('a seed of ids is refused: they would come again', async () => {
    await expect(started({ idSeed: 'a' })).rejects.toThrow(/^--id-seed with --data/)
    expect(existsSync(file)).toBe(false)
  })

  test('env does not touch the file', async () => {
    const { code } = await run(['env', '--client', 'curl', '--data', file])
    expect(code).toBe(0)
    expect(existsSync(file)).toBe(false)
  })
})

describe('when the file cannot be written', () => {
  /** A server whose file is gone with its folder: the next file cannot be begun. */
  async function broken(): Promise<Mock> {
    const mock = await started({ seed })
    rmSync(folder, { recursive: true })
    await mock.inject({ method: 'POST', url: '/_mock/reset' })
    return mock
  }

  test('the write that failed is a 500, and says why', async () => {
    const mock = await started()
    rmSync(folder, { recursive: true })
    const answer = await mock.inject({ method: 'PUT', url: '/_mock/state', body: seed })
    expect(answer.statusCode).toBe(500)
    expect(answer.json()).toEqual({ error_code: 'APIG.9999', error_msg: 'System error' })
    expect(answer.headers['x-mock-reason']).toMatch(/^the data file cannot be written: ENOENT/)
  })

  const system = { error_code: 'APIG.9999', error_msg: 'System error' }
  const gateways = '/v2/p1/apigw/instances'
  const planes: [string, 'GET' | 'POST', string, object][] = [
    ['a read', 'GET', `${gateways}/gw1/apps`, system],
    ['a write', 'POST', `${gateways}/gw1/apps`, system],
    ['a refusal', 'GET', `${gateways}/gw1/apps/nothing`, system],
    ['an unknown path', 'GET', '/nothing', system],
    [
      'an operation on gateways',
      'GET',
      `${gateways}/gw1`,
      { error_code: 'APIC.9000', error_msg: 'Failed to request internal service' },
    ],
    [
      'IAM',
      'GET',
      '/v3/projects',
      {
        error: {
          code: 500,
          message: 'An unexpected error prevented the server from fulfilling your request.',
          title: 'Internal Server Error',
        },
      },
    ],
    ['the control plane', 'GET', '/_mock/health', system],
  ]

  test.each(planes)(
    '%s is a 500 in the shape of its plane from then on',
    async (_, method, url, body) => {
      const mock = await broken()
      const answer = await mock.inject({
        method,
        url,
        headers: { 'x-auth-token': 'any' },
        ...(method === 'POST' && { body: { name: 'my_app' } }),
      })
      expect(answer.statusCode).toBe(500)
      expect(answer.json()).toEqual(body)
      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/)
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    },
  )
})
