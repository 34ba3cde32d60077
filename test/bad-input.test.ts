import { constants } from 'node:buffer'
import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createConfig } from '../src/config.ts'
import { createContext } from '../src/context.ts'
import { createHttpServer } from '../src/http/http-server.ts'
import { type Mock, type StateDocument, start } from '../src/index.ts'
import { tables } from '../src/tables.ts'
import { error, GATEWAY, HEX_ID, invalid, missing, PROJECT } from './helpers.ts'

const APPS = `/v2/${PROJECT}/apigw/instances/${GATEWAY}/apps`
const HEADERS = 'Host: localhost\r\nX-Auth-Token: a-token\r\n'
const NOT_HTTP = 'API request error: not an HTTP request'
const UNPUBLISHED = 'The API does not exist or has not been published in the environment'

/** One server for all: whatever it is sent, it must go on as before. */
let mock: Mock
let before: StateDocument

beforeAll(async () => {
  mock = await start({ port: 0, seed: { instances: [{ id: GATEWAY, apps: [{ name: 'kept' }] }] } })
  before = await mock.snapshot()
})

afterEach(async () => {
  expect(await mock.snapshot()).toEqual(before)
  const response = await fetch(mock.url + APPS, { headers: { 'X-Auth-Token': 'a-token' } })
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ total: 1, apps: [{ name: 'kept' }] })
})

afterAll(() => mock.close())

interface RawAnswer {
  text: string
  status: number | undefined
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  body: any
  headers: string
}

interface RawRequest {
  port?: number
  /** Says that no more will come, as soon as all is sent. */
  half?: boolean
  /** Hangs up instead. */
  abort?: boolean
}

/** Sends the parts one after the other and resolves when the server has closed the connection. */
function send(parts: (string | Uint8Array)[], options: RawRequest = {}): Promise<RawAnswer> {
  const { port = mock.port, half = false, abort = false } = options
  return new Promise((resolve) => {
    const received: Buffer[] = []
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    socket.on('data', (data) => received.push(data))
    socket.on('end', () => socket.end())
    // The server may close before it has read all: what it said before counts.
    socket.on('error', () => {})
    socket.on('close', () => {
      const text = Buffer.concat(received).toString()
      const [headers = '', body = ''] = text.replace(CONTINUE, '').split('\r\n\r\n')
      const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(headers) ?? []
      resolve({
        text,
        headers,
        status: status === undefined ? undefined : Number(status),
        body: parsed(body),
      })
    })
    socket.on('connect', async () => {
      for (const part of parts) await new Promise((sent) => socket.write(part, sent))
      if (abort) socket.destroy()
      else if (half) socket.end()
    })
  })
}

/** What comes before the answer to a client that waits for it. */
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const post = (body: string, more = '') =>
  `POST ${APPS} HTTP/1.1\r\n${HEADERS}${more}Connection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

const get = (path: string, method = 'GET') =>
  `${method} ${path} HTTP/1.1\r\n${HEADERS}Connection: close\r\n\r\n`

/** What tells of the inside of the server. */
const LEAK = /node_modules|\.[jt]s:\d|\n\s+at |[A-Z]\w*Error:|FST_|ERR_|HPE_/

/** A refusal in the service's shape, with a request id. */
function expectRefusal(answer: RawAnswer, status?: number, error_msg?: string): void {
  expect(answer.text).not.toMatch(LEAK)
  if (status === undefined) expect(String(answer.status)).toMatch(/^4\d\d$/)
  else expect(answer.status).toBe(status)
  expect(answer.headers).toMatch(/^content-type: application\/json; charset=utf-8$/im)
  expect(answer.headers).toMatch(/^x-request-id: [0-9a-f]{32}$/im)
  const [, length] = /^content-length: (\d+)$/im.exec(answer.headers) ?? []
  expect(Number(length)).toBe(Buffer.byteLength(JSON.stringify(answer.body)))
  expect(answer.body).toMatchObject({
    error_code: expect.stringMatching(/^(APIG|APIC|APIGW)\.\d{4}$/),
    error_msg: error_msg ?? expect.any(String),
  })
  if (answer.body.error_code.startsWith('APIGW')) {
    expect(answer.body.request_id).toMatch(HEX_ID)
  }
}

describe('bytes that are no request', () => {
  test.each([
    ['noise', '\x00\x01\x02\xff\r\n\r\n'],
    ['a line of text', 'hello\r\n\r\n'],
    ['a TLS handshake', Buffer.from('16030100a5010000a1030300', 'hex')],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a version that does not exist', `GET ${APPS} HTTP/9.9\r\n${HEADERS}\r\n`],
    ['a path without a slash', get('apps')],
    ['a path that is not ASCII', get('/v2/é')],
    ['a path with a space', get('/v2/a b')],
    ['a header without a colon', `GET ${APPS} HTTP/1.1\r\n${HEADERS}Broken\r\n\r\n`],
    ['a header with a NUL', `GET ${APPS} HTTP/1.1\r\n${HEADERS}X-A: a\0b\r\n\r\n`],
    ['lines without carriage returns', `GET ${APPS} HTTP/1.1\n${HEADERS.replaceAll('\r', '')}\n`],
  ])('are refused with 400: %s', async (_, bytes) => {
    expectRefusal(await send([bytes]), 400, NOT_HTTP)
  })

  test.each(['FETCH', 'get', 'QUERY', 'PROPFIND'])(
    'are refused with 404 where only the method %s is unknown',
    async (method) => {
      const answer = await send([get(APPS, method)])
      expectRefusal(answer, 404, UNPUBLISHED)
      expect(answer.body.error_code).toBe('APIGW.0101')
      expect(answer.headers).toMatch(/^x-mock-reason: .*$/im)
      expect(answer.headers).toContain(`${method} `)
    },
  )

  test('are refused with 404 where they ask for a tunnel', async () => {
    const answer = await send(['CONNECT apig:443 HTTP/1.1\r\nHost: apig:443\r\n\r\n'])
    expectRefusal(answer, 404, UNPUBLISHED)
    expect(answer.headers).toMatch(/^x-mock-reason: .*no proxy/im)
  })

  test('are not answered in the middle of an open answer', async () => {
    const stream = 'GET /_mock/requests/stream HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const socket = connect(mock.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(stream)
    let text = String((await once(socket, 'data'))[0])
    socket.on('data', (data) => {
      text += data
    })
    socket.write('GARBAGE\r\n\r\n')
    await once(socket, 'close')
    expect(text).toMatch(/^HTTP\/1\.1 200 /)
    expect(text).not.toContain('400')
    expect(text).not.toContain('APIGW')
  })

  test('of any kind are refused or hung up on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        const answer = await send([bytes], { half: true })
        if (answer.text !== '') expectRefusal(answer, 400)
      }),
      { numRuns: 100 },
    )
  })

  test('are answered whatever is changed in a good request', async () => {
    const good = Buffer.from(post('{"name":"app_demo"}'))
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: good.length - 1 }), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 3,
        }),
        async (changes) => {
          const bytes = Buffer.from(good)
          for (const [at, byte] of changes) bytes[at] = byte
          const { text, status = 0 } = await send([bytes], { half: true })
          expect(text).not.toMatch(LEAK)
          // A path cut short may be that of an operation that is not served: 501.
          const isExpected = (code: number) => (code >= 200 && code < 500) || code === 501
          if (text !== '') expect(status).toSatisfy(isExpected)
          // Some changes make another good request.
          await mock.restore(before)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('headers', () => {
  test('without a Host are refused by HTTP/1.1 and taken by HTTP/1.0', async () => {
    const answer = await send([
      `GET ${APPS} HTTP/1.1\r\nX-Auth-Token: t\r\nConnection: close\r\n\r\n`,
    ])
    expectRefusal(answer, 400, 'API request error: no Host header')
    expect((await send([`GET ${APPS} HTTP/1.0\r\nX-Auth-Token: t\r\n\r\n`])).status).toBe(200)
  })

  test('without the name of a host do not lead to /_mock', async () => {
    const clock = 'GET /_mock/clock HTTP/1'
    for (const request of [`${clock}.0\r\n`, `${clock}.1\r\nHost:\r\nConnection: close\r\n`]) {
      const answer = await send([`${request}\r\n`])
      expect(answer).toMatchObject({ status: 403, body: { error_code: 'MOCK.0403' } })
    }
  })

  test('with two hosts are refused: each of two servers might believe another', async () => {
    const answer = await send([
      `GET ${APPS} HTTP/1.1\r\n${HEADERS}host: example.com\r\nConnection: close\r\n\r\n`,
    ])
    expectRefusal(answer, 400, 'API request error: more than one Host header')
  })

  test('of more than 128 KB are refused, of less are taken', async () => {
    const large = (size: number) =>
      `GET ${APPS} HTTP/1.1\r\n${HEADERS}Connection: close\r\nX-Large: ${'x'.repeat(size)}\r\n\r\n`
    expect((await send([large(120 * 1024)])).status).toBe(200)
    expectRefusal(
      await send([large(130 * 1024)]),
      400,
      'API request error: Request headers too large',
    )
  })

  test('may be thousands', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => `X-${i}: x\r\n`).join('')
    for (const headers of [`${HEADERS}${many}`, `${many}${HEADERS}`]) {
      const request = `GET ${APPS} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`
      expect((await send([request])).status).toBe(200)
    }
  })

  test('of an unknown expectation are ignored, that of 100-continue is met', async () => {
    expect(await send([post('{}', 'Expect: a-miracle\r\n')])).toMatchObject({
      status: 400,
      body: missing('name'),
    })
    const waiting = await send([post('{}', 'Expect: 100-continue\r\n')])
    expect(waiting.text.startsWith(CONTINUE)).toBe(true)
    expect(waiting).toMatchObject({ status: 400, body: missing('name') })
  })

  test('that want to upgrade are not followed', async () => {
    const request = `GET ${APPS} HTTP/1.1\r\n${HEADERS}Connection: close, Upgrade\r\nUpgrade: websocket\r\n\r\n`
    expect((await send([request])).status).toBe(200)
  })
})

describe('the length of a body', () => {
  const chunked = (...chunks: string[]) => [
    `POST ${APPS} HTTP/1.1\r\n${HEADERS}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n`,
    ...chunks,
  ]
  const withLength = (length: string, body: string) =>
    `POST ${APPS} HTTP/1.1\r\n${HEADERS}Content-Length: ${length}\r\n\r\n${body}`

  test.each([
    ['a chunk without a size', chunked('ZZ\r\n{}\r\n0\r\n\r\n')],
    ['a chunk longer than its size', chunked('2\r\n{"name":"app_demo"}\r\n0\r\n\r\n')],
    ['a chunk of a size beyond all bounds', chunked('ffffffffffffffffff\r\n{}\r\n0\r\n\r\n')],
    ['a length that is no number', [withLength('x', '{}')]],
    ['a negative length', [withLength('-1', '{}')]],
    ['two lengths', [withLength('2\r\nContent-Length: 3', '{}')]],
    ['a length and chunks', [withLength('5\r\nTransfer-Encoding: chunked', '0\r\n\r\n')]],
    ['an encoding without chunks', [withLength('2\r\nTransfer-Encoding: gzip', '{}')]],
  ])('is refused with 400: %s', async (_, parts) => {
    expectRefusal(await send(parts), 400, NOT_HTTP)
  })

  test('that is exceeded is answered for what was announced, and then refused', async () => {
    const { text } = await send([withLength('2', '{}{"name":"app_demo"}')])
    const [first, second, ...more] = text.split(/(?=HTTP\/1\.1 )/)
    expect(first).toContain(JSON.stringify(missing('name')))
    expect(second).toContain(NOT_HTTP)
    expect(more).toEqual([])
  })

  test.each([
    ['a body shorter than its length', [withLength('50', '{"name":"app_demo"}')]],
    ['a body without its last chunk', chunked('13\r\n{"name":"app_demo"}\r\n')],
    ['a chunk shorter than its size', chunked('50\r\n{"name":"app_demo"}')],
    ['no body at all', [withLength('50', '')]],
  ])('is refused with 400 when the client stops: %s', async (_, parts) => {
    expectRefusal(await send(parts, { half: true }), 400, NOT_HTTP)
  })

  test('does not matter to a client that hangs up', async () => {
    for (const parts of [[withLength('50', '{"name"')], chunked('5\r\n{"na'), [get(APPS)]]) {
      expect((await send(parts, { abort: true })).status).toSatisfy(
        (status?: number) => status === undefined || status === 200,
      )
    }
  })

  test('of more than 12 MB is refused with 413, announced or in chunks', async () => {
    const answer = await send([withLength('20000000', '{"name":"app_demo"')])
    expectRefusal(answer, 413, 'API request error: Request entity too large')
    const megabyte = `100000\r\n${' '.repeat(0x100000)}\r\n`
    const inChunks = await send(chunked(...Array(12).fill(megabyte), '2\r\n{}\r\n', '0\r\n\r\n'))
    expectRefusal(inChunks, 413, 'API request error: Request entity too large')
  })

  test('of more than a string can hold is refused with 413 as a state, too', async () => {
    const put = (bytes: number) =>
      `PUT /_mock/state HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${bytes}\r\n\r\n{`
    const answer = await send([put(constants.MAX_STRING_LENGTH + 1)])
    expectRefusal(answer, 413, 'API request error: Request entity too large')
    expect((await send([put(20_000_000)], { half: true })).status).not.toBe(413)
  })

  test('of more than 12 MB is refused in the words of a client, too', async () => {
    const response = await fetch(mock.url + APPS, {
      method: 'POST',
      headers: { 'X-Auth-Token': 'a-token' },
      body: Buffer.alloc(13_000_000, ' '),
    })
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ error_code: 'APIGW.0201' })
  })
})

describe('a request that is too slow', () => {
  test.each([
    ['headers', [`POST ${APPS} HTTP/1.1\r\nHost: local`]],
    ['a body', [`POST ${APPS} HTTP/1.1\r\n${HEADERS}Content-Length: 19\r\n\r\n{"name":`]],
    ['chunks', [`POST ${APPS} HTTP/1.1\r\n${HEADERS}Transfer-Encoding: chunked\r\n\r\n2\r\n{"`]],
  ])('is cut off with 408: %s', async (_, parts) => {
    const ctx = createContext(createConfig(), pino({ level: 'silent' }), tables)
    const app = createHttpServer(ctx, { requestTimeout: 100 })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as { port: number }
    expectRefusal(await send(parts, { port }), 408, 'API request error: Request timeout')
    expect((await send([get(APPS)], { port })).body).toMatchObject({ total: 0 })
    await app.close()
  })
})

test('an answer that came before the body is the only one, however late the body is', async () => {
  const ctx = createContext(createConfig({ logLevel: 'silent' }), pino({ level: 'silent' }), tables)
  const app = createHttpServer(ctx, { requestTimeout: 500 })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as { port: number }
  const { text } = await send(
    [`POST ${APPS} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{`],
    { port },
  )
  expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401'])
  await app.close()
})

describe('a path', () => {
  const long = 'x'.repeat(5000)

  test.each(['/%', '/%zz', '/v2/%e0%a4%a', `${APPS}/%C0%80`, `${APPS}/%`, '/_mock/%ff'])(
    'that is no URL is refused with 400: %s',
    async (path) => {
      expectRefusal(await send([get(path)]), 400, 'API request error: the path is not a valid URL')
    },
  )

  test.each([
    ['project_id', `/v2/${long}/apigw/instances/gw1/apps`],
    ['instance_id', `/v2/p1/apigw/instances/${long}/apps`],
    ['id', `${APPS}/${long}`],
    ['app_id', `${APPS}/${long}/app-codes`],
    ['app_code_id', `${APPS}/some-app/app-codes/${long}`],
    ['app_quota_id', `/v2/p1/apigw/instances/gw1/app-quotas/${long}`],
  ])('with 5,000 characters for the %s is refused with 400', async (name, path) => {
    const answer = await send([get(path)])
    expectRefusal(answer, 400)
    expect(answer.body).toEqual(invalid(name, 'APIG.2012'))
  })

  test.each([
    `/${long}`,
    `/v2/${long}`,
    `/v2${'/x'.repeat(5000)}`,
    '//',
    '/./..//',
    `/${'%41'.repeat(5000)}`,
  ])('that leads nowhere is 404', async (path) => {
    expectRefusal(await send([get(path)]), 404)
  })

  test('of 100,000 characters is refused as a parameter, of more than 128 KB as a header', async () => {
    const answer = await send([get(`${APPS}/${'x'.repeat(100_000)}`)])
    expect(answer).toMatchObject({ status: 400, body: invalid('id', 'APIG.2012') })
    expectRefusal(await send([get(`${APPS}/${'x'.repeat(140_000)}`)]), 400)
  })

  test.each([
    ['PATCH', APPS],
    ['PUT', APPS],
    ['DELETE', APPS],
    ['POST', `${APPS}/some-app`],
    ['OPTIONS', APPS],
    ['TRACE', APPS],
    ['PROPFIND', APPS],
    ['LOCK', APPS],
    ['SEARCH', APPS],
    ['OPTIONS', '*'],
  ])('has no method %s: %s', async (method, path) => {
    expectRefusal(await send([get(path, method)]), 404)
  })

  test('has a HEAD answered without a body', async () => {
    const { text, status } = await send([get(APPS, 'HEAD')])
    expect(status).toBe(404)
    expect(text).toMatch(/\r\n\r\n$/)
  })

  test('with a strange query is answered', async () => {
    for (const query of [
      '?',
      '?&&&',
      '?=',
      '?%',
      '?%zz=%zz',
      '?limit=%ff',
      `?x=${long}`,
      '?__proto__=1&constructor=2',
      `?${'a=1&'.repeat(5000)}`,
    ]) {
      const { text, status } = await send([get(APPS + query)])
      expect(text).not.toMatch(LEAK)
      expect([200, 400]).toContain(status)
    }
  })
})

describe('a body', () => {
  const deep = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000)

  test.each([
    ['cut off', '{"name":"app_demo"', 'APIG.2000'],
    ['with NULs', '\0\0\0', 'APIG.2000'],
    ['of 100,000 open brackets', '['.repeat(100_000), 'APIG.2000'],
    ['an array 100,000 deep', deep('[', ']'), 'APIG.2000'],
    ['an object 100,000 deep', deep('{"name":', '}').replace('}', '1}'), 'APIG.2000'],
    ['with a name 100,000 deep', `{"name":${deep('[', ']')}}`, 'APIG.2000'],
    ['with a remark 100,000 deep', `{"name":"app_demo","remark":${deep('[', ']')}}`, 'APIG.2000'],
    [
      'with a remark 9,900 deep',
      `{"name":"app_demo","remark":${'['.repeat(9900)}${']'.repeat(9900)}}`,
      'APIG.2011',
    ],
    ['with another field 100,000 deep', `{"other":${deep('[', ']')}}`, 'APIG.2000'],
    ['with __proto__', '{"__proto__":{"name":"app_demo"}}', 'APIG.2001'],
    ['with constructor', '{"constructor":{"prototype":{"name":"app_demo"}}}', 'APIG.2001'],
    ['with __proto__ for a name', '{"name":{"__proto__":{"length":5}}}', 'APIG.2011'],
    ['with a number beyond all bounds', '{"name":1e999}', 'APIG.2011'],
    ['with a name twice, of which the last counts', '{"name":"app_demo","name":1}', 'APIG.2011'],
    ['with a name of a million characters', `{"name":"${'x'.repeat(1e6)}"}`, 'APIG.2011'],
    ['with 100,000 fields', `{${Array.from({ length: 1e5 }, (_, i) => `"f${i}":1`)}}`, 'APIG.2001'],
  ])('is refused: %s', async (_, body, code) => {
    const answer = await send([post(body)])
    expectRefusal(answer, 400)
    expect(answer.body.error_code).toBe(code)
  })

  const bytes = (...parts: (string | number[])[]) =>
    Buffer.concat(parts.map((part) => Buffer.from(part as string)))

  test.each([
    ['in a name', bytes('{"name":"app_', [0xc3, 0x28], '"}'), invalid('name')],
    ['in a key', bytes('{"name":"app_demo","app_key":"abcdefgh', [0xff], '"}'), invalid('app_key')],
    ['in the name of a field', bytes('{"na', [0x80], 'me":"app_demo"}'), missing('name')],
    ['alone', bytes([0xff, 0xfe]), error('APIG.2000', expect.any(String))],
    [
      'as UTF-16',
      Buffer.from('{"name":"app_demo"}', 'utf16le'),
      error('APIG.2000', expect.any(String)),
    ],
  ])('that is no UTF-8 is refused: %s', async (_, body, refusal) => {
    const head = `POST ${APPS} HTTP/1.1\r\n${HEADERS}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n`
    const answer = await send([head, body])
    expectRefusal(answer, 400)
    expect(answer.body).toEqual(refusal)
  })

  test('with broken UTF-8 in free text has U+FFFD there, as the service decodes it', async () => {
    const body = bytes('{"name":"app_demo","remark":"', [0xc3, 0x28], '"}')
    const response = await fetch(mock.url + APPS, {
      method: 'POST',
      headers: { 'X-Auth-Token': 'a-token' },
      body: new Uint8Array(body),
    })
    expect(response.status).toBe(201)
    expect(await response.json()).toMatchObject({ remark: '\ufffd(' })
    await mock.restore(before)
  })

  test('with a field twice has the last', async () => {
    const answer = await send([post('{"name":1,"name":"app_first","name":"app_last"}')])
    expect(answer).toMatchObject({ status: 201, body: { name: 'app_last' } })
    await mock.restore(before)
  })

  test('of any bytes is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 100 }), async (body) => {
        const response = await fetch(mock.url + APPS, {
          method: 'POST',
          headers: { 'X-Auth-Token': 'a-token' },
          body: new Uint8Array(body),
        })
        const text = await response.text()
        expect(text).not.toMatch(LEAK)
        expect(response.status).toBe(400)
        expect(JSON.parse(text).error_code).toMatch(/^APIG\.200[01]$/)
      }),
      { numRuns: 200 },
    )
  })

  test('of a state is refused likewise', async () => {
    for (const body of [
      '{',
      '[]',
      deep('[', ']'),
      `{"instances":${deep('[', ']')}}`,
      '{"__proto__":{}}',
      '{"constructor":{}}',
      '\xff',
    ]) {
      const response = await fetch(`${mock.url}/_mock/state`, { method: 'PUT', body })
      const text = await response.text()
      expect(response.status).toBe(400)
      expect(text).not.toMatch(LEAK)
      expect(JSON.parse(text).error_code).toBe('MOCK.0400')
    }
  })
})

test('1,000 connections at the same time are all answered, good ones and bad ones', async () => {
  const requests = Array.from({ length: 1000 }, (_, i) =>
    i % 2 === 0 ? post(`{"name":"app_${i}"}`) : i % 4 === 1 ? 'nonsense\r\n\r\n' : post('{'),
  )
  const answers = await Promise.all(requests.map((request) => send([request])))
  answers.forEach((answer, i) => {
    if (i % 2 === 0) expect(answer).toMatchObject({ status: 201, body: { name: `app_${i}` } })
    else expectRefusal(answer, 400)
  })
  expect(((await mock.snapshot()).instances as { apps: object[] }[])[0]?.apps).toHaveLength(501)
  await mock.restore(before)
})
