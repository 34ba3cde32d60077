import { describe, expect, test } from 'vitest'
import { error, GATEWAY, HEX_ID, PROJECT, server, stateOf } from '../helpers.ts'

const APPS = `/v2/${PROJECT}/apigw/instances/${GATEWAY}/apps`
const REFUSED = 'API request error: not allowed from a page of another origin'

const foreign: [string, Record<string, string>][] = [
  ['another origin', { host: 'localhost:8080', origin: 'http://example.com' }],
  ['another port', { host: 'localhost:8080', origin: 'http://localhost:3000' }],
  ['another scheme', { host: 'localhost:8080', origin: 'https://localhost:8080' }],
  ['no origin that has a name', { host: 'localhost:8080', origin: 'null' }],
  ['another site', { host: 'localhost:8080', 'sec-fetch-site': 'cross-site' }],
  ['another host of the same site', { host: 'localhost:8080', 'sec-fetch-site': 'same-site' }],
  ['a name that leads here', { host: 'rebind.example:8080', origin: 'http://rebind.example:8080' }],
  ['such a name, by GET', { host: 'rebind.example:8080', 'sec-fetch-site': 'same-origin' }],
]

describe('a web page of', () => {
  test.each(foreign)('%s can do nothing to any plane, and is told why', async (_, headers) => {
    const target = server()
    const before = stateOf(target)
    for (const [method, path, code] of [
      ['POST', APPS, 'APIGW.0201'],
      ['GET', APPS, 'APIGW.0201'],
      ['GET', '/v2/p1/apigw/instances', 'APIGW.0201'],
      ['GET', '/orders/1', 'APIGW.0201'],
      ['POST', '/v3/auth/tokens', 'APIGW.0201'],
      ['POST', '/_mock/reset', 'MOCK.0403'],
      ['GET', '/_mock/state', 'MOCK.0403'],
    ] as const) {
      const url = path.startsWith('/orders') ? `/v2/..${path}` : path
      const answer = await target.call(method, url, {
        headers,
        ...(method === 'POST' && { body: { name: 'my_app' } }),
      })
      expect(answer.status, path).toBe(403)
      expect(answer.body.error_code).toBe(code)
      expect(answer.headers['x-mock-reason']).toMatch(/page/)
    }
    expect(stateOf(target)).toEqual(before)
  })

  test('another origin uses up no fault', async () => {
    const { call } = server()
    await call('POST', '/_mock/faults', { body: { status: 503, times: 1 } })
    const headers = { host: 'localhost', origin: 'http://example.com' }
    const refused = await call('GET', APPS, { headers, token: null })
    expect(refused).toMatchObject({
      status: 403,
      body: { ...error('APIGW.0201', REFUSED), request_id: expect.stringMatching(HEX_ID) },
    })
    expect((await call('GET', APPS)).status).toBe(503)
  })

  test.each([
    [{ host: 'localhost:8080', origin: 'http://localhost:8080' }],
    [{ host: 'LOCALHOST:80', origin: 'http://localhost' }],
    [{ host: '192.168.1.7:8080', origin: 'http://192.168.1.7:8080' }],
    [{ host: 'localhost', 'sec-fetch-site': 'same-origin' }],
    [{ host: 'localhost', 'sec-fetch-site': 'none' }],
  ])('this server itself may use it: %j', async (headers) => {
    const { call } = server()
    expect((await call('GET', APPS, { headers })).status).toBe(200)
    expect((await call('GET', '/_mock/clock', { headers })).status).toBe(200)
  })

  test('a name that is allowed may use it', async () => {
    const { call } = server({ allowedHosts: 'mock.test' })
    const headers = { host: 'mock.test:8080', origin: 'http://mock.test:8080' }
    expect((await call('GET', APPS, { headers })).status).toBe(200)
  })
})
