import { Writable } from 'node:stream'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import operations from '../openapi/operations.json' with { type: 'json' }
import { createConfig } from '../src/config.ts'
import { createContext } from '../src/context.ts'
import { createApp } from '../src/http/app.ts'
import { createHttpServer } from '../src/http/http-server.ts'
import { tables } from '../src/tables.ts'
import { GATEWAY, HEX_ID, PROJECT } from './helpers.ts'

/** An application that logs everything, and what it has logged. */
function loggedApplication() {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(...String(chunk).trimEnd().split('\n'))
      done()
    },
  })
  const log = pino({ level: 'trace' }, stream)
  const ctx = createContext(createConfig({ logLevel: 'trace' }), log, tables)
  const app = createHttpServer(ctx)
  const records = () => lines.map((line) => JSON.parse(line))
  const answered = () => records().filter(({ msg }) => msg === 'answered')
  return { ctx, app, log, lines, records, answered }
}

const APPS = `/v2/${PROJECT}/apigw/instances/${GATEWAY}/apps`

describe('the log', () => {
  test('has one line for every answered request: what, with which answer, in what time', async () => {
    const { app, answered } = loggedApplication()
    const headers = { 'x-auth-token': 'a-token' }
    const requests = [
      ['GET', APPS, 200],
      ['GET', `${APPS}/gone`, 404],
      ['GET', '/nowhere', 404],
      ['GET', `/v2/${PROJECT}/apigw/instances/${GATEWAY}/throttles`, 501],
      ['GET', '/%zz', 400],
      ['GET', '/_mock/health', 200],
      ['GET', '/_mock/nothing', 404],
    ] as const
    const ids: unknown[] = []
    for (const [method, url] of requests) {
      ids.push((await app.inject({ method, url, headers })).headers['x-request-id'])
    }
    expect(answered().map(({ method, path, status }) => [method, path, status])).toEqual(requests)
    expect(answered().map(({ request_id }) => request_id)).toEqual(ids)
    for (const { request_id, ms } of answered()) {
      expect(request_id).toMatch(HEX_ID)
      expect(ms).toBeGreaterThanOrEqual(0)
    }
  })

  test('has a line for a live stream of the journal, when it begins', async () => {
    const { app, answered } = loggedApplication()
    const url = '/_mock/requests/stream'
    const { headers } = await app.inject({ url, payloadAsStream: true })
    expect(headers['x-request-id']).toMatch(HEX_ID)
    expect(answered()).toMatchObject([{ method: 'GET', path: url, status: 200 }])
    await app.close()
  })

  test('has nothing that a terminal would act upon', async () => {
    const { app, lines } = loggedApplication()
    await app.inject({ url: '/\u001b[31m%1b[31m\u0007\u009b', headers: { 'x-auth-token': 't' } })
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.join('')).toMatch(/^[ -~]*$/)
  })

  test('has no secret in any line, whatever operation is called and whatever it answers', async () => {
    const { app, log, lines } = loggedApplication()
    // Each is valid where it stands, and found if it shows up, whole or in part.
    const SECRET = 'S3cretMarker'
    const mark = (length: number) => `${SECRET.repeat(20)}`.slice(0, length)
    const headers = {
      'x-auth-token': mark(40),
      cookie: `session=${mark(20)}`,
      'x-security-token': mark(30),
    }
    const authorization = `SDK-HMAC-SHA256 Access=${mark(20)}, SignedHeaders=host, Signature=${mark(64)}`
    const bodies = [
      { name: 'app_demo', app_secret: mark(100), app_code: mark(100), ai_api_key: mark(100) },
      { app_secret: `-${mark(20)}`, app_code: `-${mark(20)}`, ai_api_key: `!${mark(20)}` },
      { app_secret: { app_secret: mark(20) }, name: [mark(20)] },
      `{"app_secret":"${mark(20)}"`,
      `${mark(20)}`,
      `"${mark(20)}"`,
      `app_secret=${mark(20)}`,
      `{"app_secret":"${mark(20)}\u0000"}`,
      undefined,
    ]
    const call = (method: string, url: string, body: unknown, more = {}) =>
      app.inject({
        method: method as 'GET',
        url: `${url}?app_secret=${mark(20)}&token=${mark(20)}&signature=${mark(20)}`,
        headers: { ...headers, ...more },
        ...(body !== undefined && {
          payload: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      })

    const { id } = (
      await app.inject({
        method: 'POST',
        url: APPS,
        headers,
        payload: JSON.stringify({ name: 'my_app', app_secret: mark(90) }),
      })
    ).json()
    const values: Record<string, string> = {
      project_id: PROJECT,
      instance_id: GATEWAY,
      app_id: id,
    }
    const statuses = new Set<number>()
    for (const operation of operations) {
      const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? `some-${name}`)
      // A DELETE of the app comes last: the operations below it need it.
      if (operation.operationId === 'DeleteAppV2') continue
      for (const body of bodies) {
        statuses.add((await call(operation.method, path, body)).statusCode)
      }
      await call(operation.method, path, bodies[0], { authorization, 'x-auth-token': '' })
      for (const code of [201, 400, 401, 500]) {
        await call(operation.method, path, bodies[0], { prefer: `code=${code}; x=${mark(9)}` })
      }
    }
    statuses.add((await call('DELETE', `${APPS}/${id}`, undefined)).statusCode)
    for (const [method, path] of [
      ['GET', '/_mock/health'],
      ['GET', '/_mock/state'],
      ['PUT', '/_mock/state'],
      ['POST', '/_mock/reset'],
      ['GET', '/_mock/nothing'],
      ['GET', '/nowhere'],
      ['GET', '/%zz'],
      ['POST', '/v3/auth/tokens'],
    ] as const) {
      for (const body of bodies) await call(method, path, body)
    }

    // The calls came through to where a secret is handled, and were logged.
    for (const status of [200, 201, 204, 400, 404, 501]) expect(statuses).toContain(status)
    expect(lines.length).toBeGreaterThan(operations.length)
    expect(lines.filter((line) => /S3cret|Marker/i.test(line))).toEqual([])
    // Nor was it left out by chance: this log shows what it is told.
    log.trace({ app_secret: mark(20) }, 'told')
    expect(lines.at(-1)).toContain(SECRET)
  })

  test('has the cause of an unexpected error, which its answer does not have', async () => {
    const { ctx, records, answered } = loggedApplication()
    const app = createApp(ctx, (routes, _options, done) => {
      routes.get('/broken', () => {
        throw new Error('the inside of the server')
      })
      done()
    })
    const response = await app.inject('/broken')
    expect(response.statusCode).toBe(500)
    expect(response.json()).toEqual({ error_code: 'APIG.9999', error_msg: 'System error' })
    expect(records().find(({ level }) => level === 50)).toMatchObject({
      request_id: response.headers['x-request-id'],
      err: { message: 'the inside of the server', stack: expect.any(String) },
    })
    expect(answered()).toMatchObject([{ status: 500, path: '/broken' }])
  })
})
