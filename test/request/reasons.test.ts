import { Writable } from 'node:stream'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { createConfig } from '../../src/config.ts'
import { createContext } from '../../src/context.ts'
import { createHttpServer } from '../../src/http/http-server.ts'
import { tables } from '../../src/tables.ts'
import { server } from '../helpers.ts'

const APPS = '/v2/p1/apigw/instances/gw1/apps'

/** An application at log level info, and the lines of its answers. */
function loggedApplication() {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const ctx = createContext(
    createConfig({ logLevel: 'info' }),
    pino({ level: 'info' }, stream),
    tables,
  )
  return { app: createHttpServer(ctx), lines }
}

describe('a refusal says why', () => {
  test.each([
    ['GET', '/orders/1', 404, /calling APIs is not emulated.*a fault with path/],
    ['GET', '/v2/p1/apigw/nothing', 404, /GET on this path is no operation of the management API/],
    ['DELETE', APPS, 404, /DELETE on this path is no operation/],
    ['GET', `${APPS}/`, 404, /empty segment/],
    ['GET', '/v2//apigw/instances', 404, /empty segment/],
    ['GET', '/v2/p1/apigw/instances/gw1/throttles', 501, /GET \/_mock\/coverage.*as a stub/],
    ['GET', '/%zz', 400, /% without two hex digits/],
  ])('%s %s: the same in header, journal and log', async (method, url, status, reason) => {
    const { app, lines } = loggedApplication()
    const answer = await app.inject({
      method: method as 'GET',
      url,
      headers: { 'x-auth-token': 't' },
    })
    expect(answer.statusCode).toBe(status)
    const told = String(answer.headers['x-mock-reason'])
    expect(told).toMatch(reason)
    expect(told.length).toBeLessThan(200)
    expect(lines.map((line) => JSON.parse(line).reason)).toEqual([told])
    const { requests } = (await app.inject('/_mock/requests')).json()
    expect(requests.at(-1)).toMatchObject({ status, reason: told })
  })

  test('by a record that is not there: how many others the gateway has', async () => {
    const { call } = server()
    const reason = async () => (await call('GET', '/apps/gone')).headers['x-mock-reason']
    expect(await reason()).toBe('not in this gateway: it has none of its kind')
    await call('POST', '/apps', { body: { name: 'my_app' } })
    expect(await reason()).toBe('not in this gateway: it has 1 of its kind')
  })

  test('by a value that is taken: whose it is', async () => {
    const { call } = server()
    const { body: app } = await call('POST', '/apps', { body: { name: 'my_app' } })
    for (const [field, body] of [
      ['name', { name: 'my_app' }],
      ['app_key', { name: 'other', app_key: app.app_key }],
    ] as const) {
      const { status, headers } = await call('POST', '/apps', { body })
      expect(status).toBe(400)
      expect(headers['x-mock-reason']).toBe(`the ${field} is that of ${app.id}`)
    }
  })

  test('the gateway-management half keeps the reason under its own code', async () => {
    const { call } = server()
    const answer = await call('GET', '/v2/p1/apigw/instances', {
      token: 'mock-no-permission-token',
    })
    expect(answer.body.error_code).toBe('APIC.7106')
  })

  test('nothing is said of what is no refusal', async () => {
    const { app, lines } = loggedApplication()
    await app.inject({ url: APPS, headers: { 'x-auth-token': 't' } })
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ status: 200 }])
    expect(lines.join('')).not.toContain('reason')
  })
})

test('health checks do not change the ids of a seeded server', async () => {
  const idsAfter = async (checks: number) => {
    const { call } = server({ idSeed: 'seed', clock: '2026-01-02T03:04:05Z' })
    for (let i = 0; i < checks; i++) await call('GET', '/_mock/health')
    const { body, headers } = await call('POST', '/apps', { body: { name: 'my_app' } })
    return { body, request_id: headers['x-request-id'] }
  }
  const none = await idsAfter(0)
  expect(await idsAfter(1)).toEqual(none)
  expect(await idsAfter(3)).toEqual(none)
})
