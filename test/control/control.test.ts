import { pino } from 'pino'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Config, createConfig } from '../../src/config.ts'
import { createContext } from '../../src/context.ts'
import { createHttpServer } from '../../src/http/http-server.ts'
import { start } from '../../src/index.ts'
import { tables } from '../../src/tables.ts'
import { version } from '../../src/version.ts'
import { error, GATEWAY, HEX_ID, PROJECT, server, stateOf, type TestServer } from '../helpers.ts'

/** A bare application, for what is not JSON and for headers of every kind. */
const application = (options: Partial<Config> = {}) =>
  createHttpServer(
    createContext(
      createConfig({ logLevel: 'silent', ...options }),
      pino({ level: 'silent' }),
      tables,
    ),
  )

const SEED = {
  instances: [
    { id: GATEWAY, apps: [{ name: 'seeded' }], app_quotas: [] },
    { id: 'gw2', apps: [{ name: 'seeded_2' }] },
  ],
}

const namesIn = async (target: TestServer, gateway: string) => {
  const { body } = await target.gateway(gateway)('GET', '/apps')
  return body.apps.map((app: { name: string }) => app.name)
}

describe('GET /_mock/health', () => {
  test('answers without a token what the server is and holds', async () => {
    const { call } = server({}, SEED)
    const { status, body } = await call('GET', '/_mock/health', { token: null })
    expect(status).toBe(200)
    expect(body).toEqual({
      status: 'ok',
      version,
      uptime: expect.any(Number),
      mode: 'lenient',
      counts: {
        domains: 1,
        projects: 2,
        users: 1,
        access_keys: 1,
        tokens: 6,
        instances: 2,
        envs: 2,
        api_groups: 2,
        apps: 2,
      },
    })
    expect(body.uptime).toBeGreaterThanOrEqual(0)
    expect(body.uptime).toBeLessThan(60)
  })

  test('counts the records of all gateways as they come and go', async () => {
    const { call, gateway } = server()
    const appsCounted = async () => (await call('GET', '/_mock/health')).body.counts.apps
    const { body } = await call('POST', '/apps', { body: { name: 'app_demo' } })
    await gateway('gw2')('POST', '/apps', { body: { name: 'app_demo' } })
    expect(await appsCounted()).toBe(2)
    await call('DELETE', `/apps/${body.id}`)
    expect(await appsCounted()).toBe(1)
  })

  test('names the mode and needs no token in strict mode either', async () => {
    const { call } = server({ strict: true })
    const answer = await call('GET', '/_mock/health', { token: null })
    expect(answer).toMatchObject({ status: 200, body: { mode: 'strict' } })
  })
})

describe('GET and PUT /_mock/state', () => {
  let target: TestServer
  beforeEach(() => {
    target = server({}, SEED)
  })

  test('bring back all that there was', async () => {
    const { call } = target
    const { body: app } = await call('POST', '/apps', { body: { name: 'app_demo', remark: 'é😀' } })
    await call('PUT', `/apps/${app.id}/app-codes`)
    const saved = await call('GET', '/_mock/state')
    expect(saved.status).toBe(200)
    await call('DELETE', `/apps/${app.id}`)
    await call('POST', '/apps', { body: { name: 'later' } })

    expect(await call('PUT', '/_mock/state', { body: saved.body })).toMatchObject({
      status: 204,
      body: undefined,
    })
    expect((await call('GET', '/_mock/state')).body).toEqual(saved.body)
    expect(await namesIn(target, GATEWAY)).toEqual(['app_demo', 'seeded'])
    expect((await call('GET', `/apps/${app.id}/app-codes`)).body.total).toBe(1)
    // What is put back is in force: its names are taken.
    expect((await call('POST', '/apps', { body: { name: 'app_demo' } })).status).toBe(400)
  })

  test('carry a state to another server', async () => {
    const { body } = await target.call('GET', '/_mock/state')
    const other = server()
    await other.call('PUT', '/_mock/state', { body })
    expect(stateOf(other)).toEqual(stateOf(target))
  })

  test('complete what a put leaves out', async () => {
    const { call } = target
    await call('PUT', '/_mock/state', {
      body: { instances: [{ id: 'gw3', apps: [{ name: 'new' }] }] },
    })
    const { body } = await target.gateway('gw3')('GET', '/apps')
    expect(body.apps).toMatchObject([{ name: 'new', id: expect.stringMatching(HEX_ID) }])
    expect(await namesIn(target, GATEWAY)).toEqual([])
  })

  test.each([
    [
      'a wrong name',
      { instances: [{ id: 'a', apps: [{ name: 'abc' }, { name: '1' }] }] },
      '/instances/0/apps/1/name',
    ],
    ['an unknown table', { apps: [] }, '/apps'],
    ['an array', [], '/'],
    ['nothing', undefined, '/'],
  ])('refuse %s with the path of the fault and keep the state', async (_, body, path) => {
    const before = stateOf(target)
    const answer = await target.call('PUT', '/_mock/state', { body })
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual(
      error('MOCK.0400', expect.stringContaining(`Invalid state at ${path}: `)),
    )
    expect(stateOf(target)).toEqual(before)
  })

  test('refuse what is no JSON', async () => {
    const before = stateOf(target)
    const answer = await target.call('PUT', '/_mock/state', { body: '{' })
    expect(answer).toMatchObject({ status: 400, body: { error_code: 'MOCK.0400' } })
    expect(stateOf(target)).toEqual(before)
  })

  test('take a state larger than a request of the service may be', async () => {
    const body = `{"instances":[]${' '.repeat(13_000_000)}}`
    expect((await target.call('PUT', '/_mock/state', { body })).status).toBe(204)
  })

  test('need no token', async () => {
    expect((await target.call('GET', '/_mock/state', { token: null })).status).toBe(200)
    expect((await target.call('PUT', '/_mock/state', { token: null, body: {} })).status).toBe(204)
  })

  test('a state of more than a mebibyte comes whole, with the length it has in bytes', async () => {
    const remark = 'ä€😀'.repeat(60)
    const apps = Array.from({ length: 3000 }, (_, i) => ({ name: `app_${i}`, remark }))
    const target = server({}, { instances: [{ id: 'gw1', apps }] })
    const { body, headers } = await target.call('GET', '/_mock/state')
    expect(body.instances[0].apps).toEqual(apps.map((app) => expect.objectContaining(app)))
    const bytes = Buffer.byteLength(JSON.stringify(body))
    expect(bytes).toBeGreaterThan(2 * 1024 * 1024)
    expect(headers['content-length']).toBe(String(bytes))
  })
})

describe('POST /_mock/reset', () => {
  const reset = (target: TestServer, query = '') => target.call('POST', `/_mock/reset${query}`)

  test('goes back to the seed, generated ids, keys and times included', async () => {
    const target = server({}, SEED)
    const seeded = stateOf(target)
    const { body } = await target.call('GET', '/apps')
    const [app] = body.apps
    await target.call('PUT', `/apps/${app.id}`, { body: { name: 'renamed' } })
    await target.call('PUT', `/apps/${app.id}/app-codes`)
    await target.gateway('gw2')('DELETE', `/apps/${app.id}`)
    await target.gateway('gw3')('POST', '/apps', { body: { name: 'app_demo' } })

    expect(await reset(target)).toMatchObject({ status: 204, body: undefined })
    expect(stateOf(target)).toEqual(seeded)
    expect((await target.call('GET', '/apps')).body).toEqual(body)
  })

  test('empties a server without a seed', async () => {
    const target = server()
    const empty = stateOf(target)
    await target.call('POST', '/apps', { body: { name: 'app_demo' } })
    await reset(target)
    expect(stateOf(target)).toEqual(empty)
    expect((await target.call('POST', '/apps', { body: { name: 'app_demo' } })).status).toBe(201)
  })

  test('goes back also from a state that was put', async () => {
    const target = server({}, SEED)
    const seeded = stateOf(target)
    await target.call('PUT', '/_mock/state', { body: {} })
    await reset(target)
    expect(stateOf(target)).toEqual(seeded)
  })

  test('may be done again and again: what follows does not change the seed', async () => {
    const target = server({}, SEED)
    const seeded = stateOf(target)
    for (let i = 0; i < 3; i++) {
      const { body } = await target.call('GET', '/apps')
      await target.call('DELETE', `/apps/${body.apps[0].id}`)
      await target.call('POST', '/apps', { body: { name: 'another' } })
      await reset(target)
      expect(stateOf(target)).toEqual(seeded)
    }
  })

  test('of one gateway leaves the others as they are', async () => {
    const target = server({}, SEED)
    for (const id of [GATEWAY, 'gw2', 'gw3']) {
      await target.gateway(id)('POST', '/apps', { body: { name: 'app_demo' } })
    }
    expect((await reset(target, `?instance_id=${GATEWAY}`)).status).toBe(204)
    expect(await namesIn(target, GATEWAY)).toEqual(['seeded'])
    expect(await namesIn(target, 'gw2')).toEqual(['app_demo', 'seeded_2'])
    expect(await namesIn(target, 'gw3')).toEqual(['app_demo'])
    // The names and keys of what is gone are free.
    expect((await target.call('POST', '/apps', { body: { name: 'app_demo' } })).status).toBe(201)
  })

  test('of a gateway that the seed does not have removes it', async () => {
    const target = server({}, SEED)
    const seeded = stateOf(target)
    await target.gateway('gw3')('POST', '/apps', { body: { name: 'app_demo' } })
    await reset(target, '?instance_id=gw3')
    expect(stateOf(target)).toEqual(seeded)
  })

  test('of a gateway that there is not changes nothing', async () => {
    const target = server({}, SEED)
    const seeded = stateOf(target)
    expect((await reset(target, '?instance_id=gone')).status).toBe(204)
    expect(stateOf(target)).toEqual(seeded)
  })
})

describe('the same from code', () => {
  test('start answers where it listens, and can reset, snapshot and restore', async () => {
    const mock = await start({ port: 0, seed: SEED })
    expect(mock.url).toBe(`http://127.0.0.1:${mock.port}`)
    expect(await (await fetch(`${mock.url}/_mock/health`)).json()).toMatchObject({ status: 'ok' })
    const seeded = await mock.snapshot()
    const create = (gateway: string) =>
      fetch(`${mock.url}/v2/${PROJECT}/apigw/instances/${gateway}/apps`, {
        method: 'POST',
        headers: { 'X-Auth-Token': 'a-token' },
        body: '{"name":"app_demo"}',
      })
    expect((await create(GATEWAY)).status).toBe(201)
    expect((await create('gw2')).status).toBe(201)
    const changed = await mock.snapshot()
    expect(await (await fetch(`${mock.url}/_mock/state`)).json()).toEqual(changed)

    await mock.reset('gw2')
    expect((await create(GATEWAY)).status).toBe(400)
    await mock.reset()
    expect(await mock.snapshot()).toEqual(seeded)
    await mock.restore(changed)
    expect(await mock.snapshot()).toEqual(changed)
    const restoreBroken = async () => mock.restore({ version: 1, apps: [] })
    await expect(restoreBroken()).rejects.toThrow('Invalid state at /apps: ')
    expect(await mock.snapshot()).toEqual(changed)
    await mock.close()
    await expect(fetch(mock.url)).rejects.toThrow()
  })

  test('a snapshot is a copy: changing it changes nothing', async () => {
    const mock = await start({ port: 0, seed: SEED })
    const before = await mock.snapshot()
    for (const instance of (await mock.snapshot()).instances as { apps: { name: string }[] }[]) {
      for (const app of instance.apps) app.name = 'changed'
    }
    expect(await mock.snapshot()).toEqual(before)
    await mock.close()
  })

  test('two servers in one process share nothing', async () => {
    const [one, two] = [server(), server()]
    const before = stateOf(two)
    await one.call('POST', '/apps', { body: { name: 'app_demo' } })
    expect(stateOf(two)).toEqual(before)
    expect((await two.call('POST', '/apps', { body: { name: 'app_demo' } })).status).toBe(201)
  })
})

describe('the guard of /_mock', () => {
  const ask = async (
    headers: Record<string, string>,
    options: Partial<Config> = {},
    url = '/_mock/clock',
  ) => {
    const { statusCode, body } = await application(options).inject({ url, headers })
    if (statusCode === 403) {
      expect(JSON.parse(body)).toEqual(error('MOCK.0403', expect.any(String)))
    }
    return statusCode
  }

  test.each([
    'localhost',
    'localhost:8080',
    'LOCALHOST:8080',
    '127.0.0.1',
    '127.0.0.1:8080',
    '127.1.2.3:80',
    '[::1]',
    '[::1]:8080',
    '10.0.0.1',
    '192.168.1.6:8080',
    '[::2]',
    '[fe80::1]:8080',
  ])('lets in the host %s', async (host) => {
    expect(await ask({ host })).toBe(200)
  })

  test.each([
    'example.com',
    'example.com:8080',
    'localhost.example.com',
    'example.com.localhost',
    'notlocalhost',
    '127.0.0.1.example.com',
    '127.0.0.1.',
    '1127.0.0.1',
    '::1',
    'localhost@example.com',
    'evil://127.0.0.1',
    'apig-mock',
    '256.1.1.1',
    ':8080',
    ' ',
  ])('refuses the host %j', async (host) => {
    expect(await ask({ host })).toBe(403)
  })

  test.each([
    ['mock.test', 'mock.test', 200],
    ['mock.test', 'MOCK.test:80', 200],
    [' mock.test , other.test', 'other.test', 200],
    ['http://mock.test:8080', 'mock.test', 200],
    ['mock.test', 'other.test', 403],
    ['mock.test', 'sub.mock.test', 403],
    ['mock.test', ':80', 403],
    ['', ':80', 403],
    ['*', 'anything.example', 200],
  ])(
    'with the allowed hosts %j answers the host %j with %i',
    async (allowedHosts, host, status) => {
      expect(await ask({ host }, { allowedHosts })).toBe(status)
    },
  )

  test('lets in the address that the server is bound to', async () => {
    expect(await ask({ host: 'apig-mock:8080' }, { host: 'apig-mock' })).toBe(200)
    expect(await ask({ host: 'other:8080' }, { host: 'apig-mock' })).toBe(403)
  })

  test.each([
    ['http://localhost:8080', 200],
    ['https://localhost:8080', 403],
    ['http://LOCALHOST:8080', 200],
    ['http://localhost', 403],
    ['http://localhost:8081', 403],
    ['http://127.0.0.1:8080', 403],
    ['http://example.com', 403],
    ['http://localhost:8080.example.com', 403],
    ['null', 403],
    ['', 403],
    ['file://', 403],
  ])('answers the origin %j on localhost:8080 with %i', async (origin, status) => {
    expect(await ask({ host: 'localhost:8080', origin })).toBe(status)
  })

  test('refuses another origin even where every host is allowed', async () => {
    const headers = { host: 'mock.test', origin: 'http://example.com' }
    expect(await ask(headers, { allowedHosts: '*' })).toBe(403)
  })

  test.each([
    '/clock',
    '/state',
    '/openapi.json',
    '/docs',
    '/docs/static/index.html',
    '/nothing',
    '',
  ])('stands before /_mock%s', async (path) => {
    expect(await ask({ host: 'example.com' }, {}, `/_mock${path}`)).toBe(403)
  })

  test.each([
    ['PUT', '/_mock/state'],
    ['POST', '/_mock/reset'],
  ] as const)('stands before %s %s, which then does nothing', async (method, path) => {
    const target = server({}, SEED)
    await target.call('POST', '/apps', { body: { name: 'app_demo' } })
    const before = stateOf(target)
    for (const headers of [
      { host: 'example.com' },
      { host: 'localhost:80', origin: 'http://example.com' },
    ]) {
      expect((await target.call(method, path, { headers, body: {} })).status).toBe(403)
    }
    expect(stateOf(target)).toEqual(before)
  })

  test.each(['GET', 'HEAD'] as const)('lets everybody %s /_mock/health', async (method) => {
    for (const headers of [
      { host: 'apig-mock:8080' },
      { host: 'localhost', origin: 'http://example.com', 'sec-fetch-site': 'cross-site' },
    ]) {
      const { statusCode } = await application().inject({ method, url: '/_mock/health', headers })
      expect(statusCode).toBe(200)
    }
  })

  test('does not stand before the service itself, whose clients are no web pages', async () => {
    const headers = { host: 'apig.example.com' }
    expect((await server().call('GET', '/apps', { headers })).status).toBe(200)
  })
})

describe('the pages below /_mock', () => {
  test.each(['/_mock/docs', '/_mock/docs/static/index.html', '/_mock/nothing'])(
    'cannot be put into a frame: %s',
    async (url) => {
      const app = application()
      const { headers } = await app.inject(url)
      expect(headers).toMatchObject({
        'content-security-policy': "frame-ancestors 'none'",
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
      })
      await app.close()
    },
  )

  test.each([
    '/_mock/health',
    '/_mock/state',
    '/_mock/faults',
    '/_mock/requests',
    '/_mock/requests/stream',
    '/_mock/coverage',
    '/_mock/openapi.json',
    '/_mock/docs',
    '/_mock/docs/static/swagger-ui.css',
  ])('answer HEAD with the head of GET alone: %s', async (url) => {
    const mock = await start({ port: 0 })
    const answer = await fetch(mock.url + url, { method: 'HEAD' })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('')
    const aborted = new AbortController()
    const { headers } = await fetch(mock.url + url, { signal: aborted.signal })
    expect(answer.headers.get('content-type')).toBe(headers.get('content-type'))
    aborted.abort()
    await mock.close()
  })

  test('answer what is missing in their own shape', async () => {
    const app = application()
    for (const path of ['/_mock/docs/static/no.css', '/_mock/docs/static/.env', '/_mock/docs/x']) {
      const answer = await app.inject(path)
      expect(answer.statusCode).toBe(404)
      expect(answer.json()).toEqual(error('MOCK.0404', expect.stringContaining(path)))
    }
    await app.close()
  })
})

describe('a body that is no JSON', () => {
  test.each([
    ['{', '(unexpected end of JSON input)'],
    ['{"time": x}', '(line 1, column 10: unexpected "x")'],
    ['{\n  "time": 1,\n}', '(line 3, column 1: unexpected "}")'],
    ['[1 2]', '(line 1, column 4: unexpected "2")'],
    ['{"a":1}}', '(line 1, column 8: unexpected "}")'],
    ["{'a':1}", `(line 1, column 2: unexpected "'")`],
  ])('is refused with the place of the fault: %j', async (body, place) => {
    const answer = await server().call('PUT', '/_mock/clock', { body })
    expect(answer.status).toBe(400)
    expect(answer.body.error_code).toBe('MOCK.0400')
    expect(answer.body.error_msg).toContain(place)
  })
})

describe('the documentation', () => {
  test('is an OpenAPI document of every operation that is served', async () => {
    const { call } = server()
    const { status, body } = await call('GET', '/_mock/openapi.json', { token: null })
    expect(status).toBe(200)
    expect(body.openapi).toMatch(/^3\.1\./)
    const create = body.paths[`/v2/{project_id}/apigw/instances/{instance_id}/apps`].post
    expect(create.operationId).toBe('CreateAnAppV2')
    expect(Object.keys(create.responses).sort()).toEqual(['201', '400', '401', '403', '404', '500'])
    const { properties, required } = create.requestBody.content['application/json'].schema
    expect(required).toEqual(['name'])
    expect(properties.remark).toMatchObject({ type: 'string', maxLength: 255 })
    expect(Object.keys(body.paths).filter((path) => !path.startsWith('/v2/'))).toEqual([])
  })

  test('is a page whose every part comes from this server', async () => {
    const app = application()
    const page = await app.inject('/_mock/docs')
    expect(page.statusCode).toBe(200)
    expect(page.headers['content-type']).toMatch(/^text\/html/)
    const parts = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path)
    expect(parts.length).toBeGreaterThan(2)
    for (const part of parts) {
      const url = new URL(String(part), 'http://localhost/_mock/docs')
      expect(url.host).toBe('localhost')
      expect((await app.inject(url.pathname)).statusCode, url.pathname).toBe(200)
    }
    const script = await app.inject('/_mock/docs/static/swagger-initializer.js')
    const offered = [...script.body.matchAll(/"?url"?:\s*"([^"]+)"/g)].map(([, path]) => path)
    expect(offered).toEqual(['/_mock/openapi.json', '/_mock/openapi/control.json'])
    await app.close()
  })
})

describe('a control operation that there is not', () => {
  test.each([
    ['GET', '/_mock'],
    ['GET', '/_mock/'],
    ['GET', '/_mock/nothing'],
    ['GET', '/_mock/state/'],
  ])('%s %s is 404 and says so, without the query', async (method, path) => {
    const { status, body, headers } = await server().call(method, `${path}?secret=1`)
    expect(status).toBe(404)
    expect(body).toEqual(error('MOCK.0404', `No such control operation: ${path}`))
    expect(headers['x-request-id']).toMatch(HEX_ID)
  })

  test.each([
    ['DELETE', '/_mock/state', 'GET, HEAD, PUT'],
    ['POST', '/_mock/clock', 'GET, HEAD, PUT'],
    ['GET', '/_mock/reset', 'POST'],
    ['PUT', '/_mock/faults/fault-1', 'DELETE'],
  ])('%s %s names the methods that there are', async (method, path, methods) => {
    const { status, body } = await server().call(method, path)
    expect(status).toBe(404)
    expect(body).toEqual(error('MOCK.0404', `No ${method} of ${path}: it has ${methods}`))
  })
})
