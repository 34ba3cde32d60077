import { describe, expect, test } from 'vitest'
import { error, invalid, missing } from '../helpers.ts'
import { apiServer, HTTP_API } from './api-helpers.ts'

const CALL = { method: 'GET', mode: 'DEVELOPER', path: '/demo', scheme: 'HTTPS' }

async function debugServer(fields: object = {}) {
  const target = apiServer()
  const { id } = await target.create(fields)
  const debug = (sent: object = {}) =>
    target.call('POST', `/apis/debug/${id}`, { body: { ...CALL, ...sent } })
  return { ...target, id, debug }
}

describe('debugging an API', () => {
  test('answers the request and the raw response of a Mock backend', async () => {
    const { debug } = await debugServer()
    const { status, body } = await debug({
      query: { a: ['1', '2'] },
      header: { 'X-A': ['b'] },
      body: 'c',
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      request:
        'GET /demo?a=1&a=2 HTTP/1.1\r\nHost: group1.apic.localhost\r\nUser-Agent: APIGatewayDebugClient/1.0\r\nX-Apig-Mode: debug\r\nX-A: b\r\n\r\nc',
      response: expect.stringMatching(
        /^HTTP\/1\.1 200\r\nContent-Length: 5\r\nContent-Type: application\/json\r\nX-Request-Id: [0-9a-f]{32}\r\n\r\nhello$/,
      ),
      latency: expect.any(Number),
      log: '',
    })
  })

  test('answers the status and headers of the mock', async () => {
    const mock_info = { status_code: 503, header: [{ key: 'X-B', value: 'c' }] }
    const { response } = (await (await debugServer({ mock_info })).debug()).body
    expect(response).toMatch(/^HTTP\/1\.1 503\r\n[\s\S]*\r\nX-B: c\r\n\r\n$/)
  })

  test('runs the draft as developer, and what is published as consumer', async () => {
    const { debug, id, publish } = await debugServer()
    const status = async (sent: object) => (await debug(sent)).body.response.slice(9, 12)
    expect(await status({})).toBe('200')
    expect(await status({ mode: 'CONSUMER' })).toBe('404')
    await publish(id, 'env1')
    expect(await status({ mode: 'CONSUMER' })).toBe('404')
    expect(await status({ mode: 'CONSUMER', stage: 'DEV' })).toBe('200')
    expect(await status({ mode: 'CONSUMER', stage: 'gone' })).toBe('404')
  })

  test.each([
    [{ path: '/other' }, '404'],
    [{ path: '/demo/more' }, '404'],
    [{ method: 'POST' }, '404'],
    [{ path: '/demo?a=b' }, '200'],
  ])('of %j is %s', async (sent, status) => {
    const { debug } = await debugServer()
    expect((await debug(sent)).body.response.slice(9, 12)).toBe(status)
  })

  test('tells of a backend that cannot be reached inside the response', async () => {
    const { debug } = await debugServer(HTTP_API)
    const { status, body } = await debug({ path: '/users/eve' })
    expect(status).toBe(200)
    expect(body.response).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n[\s\S]*"APIG\.0202"/)
  })

  test.each([
    ['mode', invalid('mode'), { mode: 'X' }],
    ['mode', missing('mode'), { mode: undefined }],
    ['method', invalid('method'), { method: 'ANY' }],
    ['path', invalid('path'), { path: 'demo' }],
    ['path', invalid('path'), { path: `/${'a'.repeat(1024)}` }],
    ['scheme', invalid('scheme'), { scheme: 'FTP' }],
    ['stage', invalid('stage'), { stage: 'RELEASE' }],
    ['header', invalid('header'), { header: { 'X-Stage': ['a'] } }],
    ['header', invalid('header'), { header: { 'x-apig-mode': ['a'] } }],
    ['header', invalid('header'), { header: { a_b: ['a'] } }],
    ['header', invalid('header'), { mode: 'CONSUMER', header: { Authorization: ['a'] } }],
    ['query', invalid('query'), { query: { 'X-Sdk-Date': ['a'] } }],
    ['body', invalid('body'), { body: 'a'.repeat(2_097_153) }],
  ])('is refused for a bad %s: %j', async (_, body, sent) => {
    const { debug } = await debugServer()
    expect(await debug(sent)).toMatchObject({ status: 400, body })
  })

  test('is refused for a gRPC API and for one that does not exist', async () => {
    const { call, create } = apiServer()
    const grpc = { req_protocol: 'GRPCS', req_method: 'POST' }
    const { id } = await create({
      ...grpc,
      backend_type: 'GRPC',
      backend_api: { ...HTTP_API.backend_api, ...grpc, req_uri: '/' },
    })
    expect(await call('POST', `/apis/debug/${id}`, { body: CALL })).toMatchObject({
      status: 400,
      body: error('APIG.2030', 'Bad request for debugging the API'),
    })
    expect(await call('POST', '/apis/debug/gone', { body: CALL })).toMatchObject({
      status: 404,
      body: error('APIG.3002', 'API gone does not exist'),
    })
  })
})
