import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { createConfig } from '../../src/config.ts'
import { createContext } from '../../src/context.ts'
import { createHttpServer, type HttpServer } from '../../src/http/http-server.ts'
import { createLazyApp } from '../../src/http/lazy-app.ts'
import { managementRoutes, managementSegments, segmentOf } from '../../src/management/index.ts'
import { tables } from '../../src/tables.ts'
import { server } from '../helpers.ts'

const context = () => createContext(createConfig(), pino({ level: 'silent' }), tables)

const open: HttpServer[] = []
afterEach(async () => {
  for (const http of open.splice(0)) await http.close()
})

/** A server of its own, for paths as they are sent. */
function httpServer(...options: Parameters<typeof createHttpServer>): HttpServer {
  const http = createHttpServer(...options)
  open.push(http)
  return http
}

const TOKEN = { 'x-auth-token': 'a-token' }
const APPS = '/v2/p1/apigw/instances/gw1/apps'

/** Sends a request target as it is, which `inject` would take apart. */
async function send(target: string) {
  const http = httpServer(context())
  await http.listen({ host: '127.0.0.1', port: 0 })
  const { port } = http.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n`)
  socket.write('X-Auth-Token: a-token\r\n\r\n')
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), body }
}

describe('a path is that of an operation', () => {
  test.each([
    ['/_mock/health'],
    ['/%5Fmock/health'],
    ['http://example.com/_mock/health'],
    ['HTTPS://example.com/_mock/health'],
    [APPS],
    [`${APPS}?x=/../%zz`],
    [`${APPS}#/x`],
    ['/v2/p1/apigw/instances/gw1/%61pps'],
    ['/%762/p1/%61pigw/instances/gw1/apps'],
    ['/v2/p%2F1/apigw/instances/gw1/apps'],
    ['http://example.com/v2/p1/apigw/instances'],
    ['/v2/p1/apigw/instances/gw1'],
    ['/v2/p1/apigw/instances/gw1%2Fapps'],
    ['/v2/p1/apigw/instances/gw1/resources/outline/apps'],
    ['/v3/projects'],
  ])('%s', async (url) => {
    expect((await send(url)).status).toBe(200)
  })
})

describe('a path is that of no operation', () => {
  test.each([
    ['/_mockery', 404],
    ['/_mockery/health', 404],
    ['/_MOCK/health', 404],
    ['//_mock/health', 404],
    ['/v2/p1/apigw/instances%2Fgw1/apps', 404],
    ['/v2/p1/apigw/instances/gw1/%2561pps', 404],
    ['/v2/p1/apigw/instances/gw1/__proto__', 404],
    ['/v2/p1/apigw/instances/gw1/apps%', 400],
    ['/v2/p1/apigw/instances/gw1/%E0%A4%A', 400],
    ['/_mock/%ff', 400],
    ['ftp://example.com/_mock/health', 404],
    ['/v3', 404],
    ['/v3/nothing', 404],
    ['/v30/projects', 404],
  ])('%s: %i', async (url, status) => {
    const answer = await send(url)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body).error_code).toMatch(/^(APIGW|APIG)\./)
  })
})

test('an operation is below the segment under which its family lists it', async () => {
  const routes = await managementRoutes(server().ctx)
  const listed = managementSegments()
  expect(routes.length).toBeGreaterThan(30)
  expect(routes.filter(({ url }) => !listed.has(segmentOf(url)))).toEqual([])
})

describe('an application that is made for its first request', () => {
  test('is made once for all that arrive meanwhile', async () => {
    let made = 0
    const app = createLazyApp(context(), async () => {
      made++
      return (routes, _options, done) => {
        routes.get('/', () => 'here')
        done()
      }
    })
    const http = httpServer(context(), { plane: () => app })
    const answers = await Promise.all([1, 2, 3].map(() => http.inject('/')))
    expect(answers.map(({ body }) => body)).toEqual(['here', 'here', 'here'])
    expect(made).toBe(1)
    await app.close()
  })

  test('answers 500 with a request id when its code cannot be loaded', async () => {
    const lines: string[] = []
    const log = pino({ level: 'info' }, { write: (line) => void lines.push(line) })
    const ctx = createContext(createConfig(), log, tables)
    const app = createLazyApp(ctx, () => Promise.reject(new Error('no such file')))
    const http = httpServer(ctx, { plane: () => app })
    const [first, second] = [await http.inject('/'), await http.inject('/')]
    expect([first.statusCode, second.statusCode]).toEqual([500, 500])
    expect(first.json()).toEqual({ error_code: 'APIG.9999', error_msg: 'System error' })
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      request_id: first.headers['x-request-id'],
      err: { message: 'no such file' },
    })
    await app.close()
  })

  test('closes connections when it is ready only after the server was closed', async () => {
    const ctx = context()
    let load = () => {}
    const loaded = new Promise<void>((resolve) => {
      load = resolve
    })
    const app = createLazyApp(ctx, async () => {
      await loaded
      return (routes, _options, done) => {
        routes.get('/', () => 'late')
        done()
      }
    })
    const http = httpServer(ctx, { plane: () => app })
    const answer = http.inject('/')
    await app.close()
    load()
    expect(await answer).toMatchObject({ body: 'late', headers: { connection: 'close' } })
  })
})

describe('a plane that chooses its requests by more than the path', () => {
  const host = 'api.example.com'

  function withPlane(): HttpServer {
    const ctx = context()
    const calls = createLazyApp(ctx, async () => (routes, _options, done) => {
      routes.get('/*', ({ url }) => ({ called: url }))
      done()
    })
    return httpServer(ctx, { plane: ({ headers }) => (headers.host === host ? calls : undefined) })
  }

  test('is asked before the path is looked at', async () => {
    const http = withPlane()
    for (const url of [APPS, '/_mock/health', '/orders/1']) {
      const answer = await http.inject({ url, headers: { host } })
      expect(answer.json()).toEqual({ called: url })
    }
  })

  test('leaves all other requests to the others', async () => {
    const http = withPlane()
    expect((await http.inject({ url: APPS, headers: TOKEN })).json()).toMatchObject({ total: 0 })
    expect((await http.inject('/orders/1')).statusCode).toBe(404)
  })
})

describe('a server', () => {
  test('is at every address of localhost', async () => {
    const http = httpServer(context())
    await http.listen({ host: 'localhost', port: 0 })
    const { port } = http.server.address() as AddressInfo
    for (const { address } of await lookup('localhost', { all: true })) {
      const socket = connect(port, address)
      socket.write('GET /_mock/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
      expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 OK/)
      socket.destroy()
    }
  })

  test('that is closed takes no request', async () => {
    const http = createHttpServer(context())
    await http.close()
    await expect(http.inject('/_mock/health')).rejects.toThrow('the server is closed')
  })
})
