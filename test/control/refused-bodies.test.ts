import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type Mock, start } from '../../src/index.ts'
import { server, strictServer } from '../helpers.ts'

const body = { name: 'app_demo' }

describe('The journal has the body of a request', () => {
  test.each([
    ['without a credential', 401, { token: null }],
    ['of a token that may not', 403, { token: 'mock-no-permission-token' }],
    ['with an answer of its own choice', 500, { headers: { prefer: 'code=500' } }],
    ['of another page', 403, { headers: { origin: 'http://evil.example.com' } }],
  ])('%s: %i', async (_, status, call) => {
    const mock = server()
    expect((await mock.call('POST', '/apps', { body, ...call })).status).toBe(status)
    const where = { body }
    const expected = { body: { status, where } }
    expect((await mock.call('POST', '/_mock/requests/verify', expected)).status).toBe(200)
  })

  test.each([
    ['nothing', '/v2/p1/nowhere', 404],
    ['no operation of IAM', '/v3/nowhere', 404],
  ])('for %s', async (_, path, status) => {
    const mock = server()
    expect((await mock.call('POST', path, { body })).status).toBe(status)
    const { requests } = (await mock.call('GET', '/_mock/requests')).body
    expect(requests).toMatchObject([{ status, body }])
  })

  test('in strict mode, too', async () => {
    const mock = strictServer()
    await mock.call('POST', '/apps', { body, token: 'nobody' })
    const { requests } = (await mock.call('GET', '/_mock/requests')).body
    expect(requests).toMatchObject([{ status: 401, body }])
  })
})

describe('The journal has', () => {
  test('body, gateway and project of an operation that is not served', async () => {
    const mock = server()
    const { operations } = (await mock.call('GET', '/_mock/coverage')).body
    const { operationId, path } = operations.find(
      (one: { served: boolean; method: string; path: string }) =>
        !one.served && one.method === 'POST' && /instance_id\}\/[\w-]+$/.test(one.path),
    )
    const url = path.replace('{project_id}', 'p1').replace('{instance_id}', 'gw1')
    await mock.call('POST', url, { body })
    const of = (query: string) => mock.call('GET', `/_mock/requests?${query}`)
    const { requests } = (await of('instance_id=gw1')).body
    expect(requests).toMatchObject([
      { operationId, status: 501, instance_id: 'gw1', project_id: 'p1', body },
    ])
    await mock.call('POST', '/_mock/reset?instance_id=gw1')
    expect((await of('limit=1')).body.total).toBe(0)
  })

  test('what the router refuses', async () => {
    const mock = server()
    expect((await mock.call('GET', '/v2/%zz')).status).toBe(400)
    const { requests } = (await mock.call('GET', '/_mock/requests')).body
    expect(requests).toMatchObject(
      [{ path: '/v2/%zz', status: 400, error_code: 'APIGW.0201', reason: /%/ }].map(
        ({ reason, ...rest }) => ({ ...rest, reason: expect.stringMatching(reason) }),
      ),
    )
  })

  test('repeated parameters and headers as they were sent', async () => {
    const mock = await start({ port: 0, logLevel: 'silent' })
    const socket = connect(mock.port, '127.0.0.1')
    const path = '/v2/p/apigw/instances/g/apps?limit=1&limit=2&offset=0'
    const headers = 'Host: localhost\r\nX-Auth-Token: any\r\nX-Two: a\r\nx-two: b\r\n'
    socket.write(`GET ${path} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`)
    await once(socket.resume(), 'close')
    const [shown] = await mock.requests.find()
    expect(shown).toMatchObject({
      query: { limit: ['1', '2'], offset: '0' },
      headers: { 'x-two': ['a', 'b'], host: 'localhost' },
    })
    await mock.requests.verify({ where: { query: { limit: ['1', '2'] } } })
    await mock.close()
  })
})

describe('A request that is refused before its body', () => {
  let mock: Mock | undefined
  afterEach(() => mock?.close())

  const PATH = '/v2/p/apigw/instances/g/apps'

  /** Sends the parts over one connection, and returns all that comes back until it closes. */
  async function exchange(...parts: string[]): Promise<string> {
    mock = await start({ port: 0, logLevel: 'silent' })
    const socket = connect(mock.port, '127.0.0.1')
    let text = ''
    socket.on('data', (data) => {
      text += data
    })
    for (const [i, part] of parts.entries()) {
      if (i > 0) while (!text.includes('HTTP/1.1')) await once(socket, 'data')
      socket.write(part)
    }
    await once(socket, 'close')
    return text
  }

  const refused = (length: number) =>
    `POST ${PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`
  const last = `GET ${PATH} HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: any\r\nConnection: close\r\n\r\n`

  test('is refused also when the body does not come, and the connection goes on', async () => {
    const text = await exchange(`${refused(21)}{"name"`, `:"app_demo!!"}${last}`)
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200'])
    expect(await mock?.requests.find()).toMatchObject([{ status: 200 }, { status: 401 }])
  })

  test('leaves a connection that can be used again', async () => {
    const text = await exchange(`${refused(19)}{"name":"app_demo"}${last}`)
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200'])
    const [shown] = (await mock?.requests.find({ status: 401 })) ?? []
    expect(shown).toMatchObject({ body: { name: 'app_demo' } })
  })

  test('is not waited for by a client that asks first', async () => {
    const asking = refused(19).replace('\r\n\r\n', '\r\nExpect: 200-ok\r\n\r\n')
    const text = await exchange(asking, `{"name":"app_demo"}${last}`)
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200'])
  })

  test('has no body in the journal if that is longer than any may be', async () => {
    const length = 13_000_000
    const text = await exchange(`${refused(length)}${' '.repeat(length)}${last}`)
    expect(text).toMatch(/^HTTP\/1\.1 4(01|13)/)
    expect((await mock?.requests.find())?.at(-1)).not.toHaveProperty('body')
  })
})
