import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { errors } from '../../src/core/errors.ts'
import { iamOperations } from '../../src/facts/iam-operations.ts'
import { type FaultRule, type Mock, start } from '../../src/index.ts'
import { orderableCodes, orderedError } from '../../src/request/fault-error.ts'
import { error, server } from '../helpers.ts'

async function armed(rule: FaultRule) {
  const mock = server()
  const { status, body } = await mock.call('POST', '/_mock/faults', { body: rule })
  expect(body).toMatchObject(rule)
  expect(status).toBe(201)
  return mock
}

async function served<T>(rule: FaultRule, use: (mock: Mock) => Promise<T>): Promise<T> {
  const mock = await start({ seed: { faults: [rule] } })
  try {
    return await use(mock)
  } finally {
    await mock.close()
  }
}

/** All that a server sends until it ends the connection. */
async function bytesOf(mock: Mock, path: string): Promise<string> {
  const socket = connect(mock.port)
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: t\r\n\r\n`)
  return text(socket)
}

const apps = '/v2/my-project/apigw/instances/my-gateway/apps'
const app = (id: string) => `/apps/${id}`

describe('a code is answered with its status, its message and what is known', () => {
  test.each([
    ['APIG.3004', 'GET', app('a1'), 404, 'App a1 does not exist'],
    ['APIG.3004', 'PUT', '/apps/secret/a1', 404, 'App a1 does not exist'],
    ['APIG.3030', 'GET', '/apps', 404, 'The instance does not exist;id:gw1'],
    ['APIG.3002', 'GET', '/apis/x1', 404, 'API x1 does not exist'],
    ['APIG.3093', 'GET', '/app-quotas/q1', 404, 'App quota q1 does not exist'],
    ['APIG.3002', 'POST', '/apps', 404, 'The API does not exist'],
    ['APIG.2000', 'GET', '/apps', 400, 'Parameter error'],
    [
      'APIGW.0301',
      'GET',
      '/apps',
      401,
      'Incorrect IAM authentication information: decrypt token fail',
    ],
    ['APIGW.0307', 'GET', '/apps', 401, 'The token must be updated'],
    ['APIGW.0201', 'GET', '/apps', 400, 'API request error'],
    ['APIGW.0103', 'GET', '/apps', 404, 'The backend does not exist'],
    ['APIG.0103', 'GET', '/orders', 500, 'The backend does not exist'],
    ['APIG.0201', 'GET', '/orders', 400, 'API request error'],
  ])('%s of %s %s', async (error_code, method, path, status, error_msg) => {
    const { call } = await armed({ error_code })
    const answer = await call(method, path)
    expect(answer).toMatchObject({ status, body: error(error_code, error_msg) })
    const isFront = /^APIG(W|\.0)/.test(error_code)
    expect('request_id' in answer.body).toBe(isFront)
  })

  test('with a status and a message of the tester', async () => {
    const { call } = await armed({
      error_code: 'APIG.0201',
      status: 504,
      error_msg: 'Backend timeout.',
    })
    expect(await call('GET', '/apps')).toMatchObject({
      status: 504,
      body: error('APIG.0201', 'Backend timeout.'),
    })
  })

  test.each([
    [{ error_code: 'IAM.0404' }, 404, 'Could not find resource.'],
    [{ error_code: 'IAM.0401', error_msg: 'no' }, 401, 'no'],
    [
      { error_code: 'APIG.9999' },
      500,
      'An unexpected error prevented the server from fulfilling your request.',
    ],
    [{ error_code: 'IAM.0400', status: 413 }, 413, 'The request body is invalid'],
  ])('in the shape of IAM below /v3: %j', async (rule, code, message) => {
    const { call } = await armed(rule)
    for (const path of ['/v3/projects', '/v3.0/OS-USER/users/u1']) {
      const answer = await call('GET', path)
      expect(answer.status).toBe(code)
      expect(answer.body).toEqual({ error: { code, message, title: expect.any(String) } })
    }
  })

  test('every code that this server itself answers in the name of the service, and its tables', async () => {
    const codes = await orderableCodes()
    for (const key of Object.keys(errors)) {
      const [code = ''] = key.split('/')
      expect(codes.has(code)).toBe(!code.startsWith('MOCK.'))
    }
    expect(codes.size).toBeGreaterThan(380)
    for (const error_code of codes) {
      const found = await orderedError({ error_code }, { operationId: undefined, params: {} })
      expect(found?.message ?? '', error_code).not.toMatch(
        /^$|\{(action|detail|id|parameter|what)\}/,
      )
    }
  })

  test('an operation of IAM by the name that the journal has', async () => {
    const { call, ctx } = server()
    await call('GET', '/v3/projects')
    const served = [...ctx.named.keys()].filter((id) => /Keystone|Temporary/.test(id))
    expect(served.sort()).toEqual([...iamOperations].sort())
  })
})

describe('raw answers', () => {
  test.each([
    [{ raw: { text: '<html>' } }, 200, 'text/plain; charset=utf-8', '<html>'],
    [{ raw: { text: '{"id":' }, status: 502 }, 502, 'text/plain; charset=utf-8', '{"id":'],
    [{ raw: { base64: '/wA=' } }, 200, 'application/octet-stream', '\xff\0'],
    [{ raw: { text: '' }, retry_after: 3 }, 429, 'text/plain; charset=utf-8', ''],
  ])('%j', (rule, status, type, body) =>
    served(rule, async (mock) => {
      const answer = await fetch(mock.url + apps)
      expect(answer.status).toBe(status)
      expect(answer.headers.get('content-type')).toBe(type)
      expect(Buffer.from(await answer.arrayBuffer()).toString('latin1')).toBe(body)
    }),
  )

  test('have any header', async () => {
    const response_headers = {
      'content-type': 'text/html',
      Server: 'proxy',
      'X-Request-Id': 'mine',
    }
    await served({ raw: { text: '<html>' }, response_headers }, async (mock) => {
      const { headers } = await fetch(mock.url + apps)
      for (const [name, value] of Object.entries(response_headers)) {
        expect(headers.get(name)).toBe(value)
      }
      expect(await mock.requests.find()).toMatchObject([{ status: 200, answer: '<html>' }])
    })
  })

  test.each([
    ['3', '<ht'],
    ['10', '<html>'],
  ])('have the length that the tester says: %s', (length, arrives) =>
    served(
      { raw: { text: '<html>' }, response_headers: { 'Content-Length': length } },
      async (mock) => {
        const [head = '', body = ''] = (await bytesOf(mock, apps)).split('\r\n\r\n')
        expect(head).toMatch(new RegExp(`content-length: ${length}\r\n`, 'i'))
        expect(head).toMatch(/connection: close/i)
        expect(body.slice(0, Number(length))).toBe(arrives)
        if (Number(length) > 6)
          await expect(fetch(mock.url + apps).then((a) => a.text())).rejects.toThrow()
        expect(await mock.requests.find({ limit: 1 })).toMatchObject([
          { status: 200, fault: 'fault-1' },
        ])
      },
    ),
  )

  test('arrive slowly, piece by piece, and whole', async () => {
    const rule = { error_code: 'APIG.9999', slow: { bytes: 10, interval: 1 } }
    await served(rule, async (mock) => {
      const answer = await mock.client().call('GET', '/apps')
      expect(answer).toMatchObject({ status: 500, body: error('APIG.9999', 'System error') })
      expect((await mock.coverage()).operations).toContainEqual(
        expect.objectContaining({ operationId: 'ListAppsV2', hits: 1, errors: 1 }),
      )
    })
  })
})

describe('a connection that is cut', () => {
  test.each(['drop', 'reset', 'half'] as const)(
    '%s: no whole answer, over a socket',
    (connection) =>
      served({ operationId: 'CreateAnAppV2', connection, times: 1 }, async (mock) => {
        const { call } = mock.client()
        await expect(call('POST', '/apps', { name: 'app_demo' })).rejects.toThrow()
        expect(await mock.requests.find()).toMatchObject([
          { status: 0, fault: 'fault-1', body: { name: 'app_demo' } },
        ])
        expect((await call('POST', '/apps', { name: 'app_demo' })).status).toBe(201)
      }),
  )

  test.each(['drop', 'reset', 'half'] as const)('%s: inject() rejects', (connection) =>
    served({ connection, times: 1 }, async (mock) => {
      await expect(mock.inject({ method: 'GET', url: apps })).rejects.toThrow('destroyed')
      expect((await mock.inject({ method: 'GET', url: apps })).statusCode).toBe(401)
      expect(await mock.requests.find()).toMatchObject([{ status: 401 }, { status: 0 }])
    }),
  )
})

describe('a delay ends', () => {
  const rule = { operationId: 'CreateAnAppV2', delay: 600_000 }

  test('when the server closes', async () => {
    const mock = await start({ seed: { faults: [rule] } })
    const answer = mock.client().call('POST', '/apps', { name: 'app_demo' })
    await expect.poll(() => mock.faults.list()).toMatchObject([{ hits: 1 }])
    await mock.close()
    expect((await answer).status).toBe(201)
  })

  test('when the client goes, and the request is carried out as a slow service would', () =>
    served(rule, async (mock) => {
      const leave = new AbortController()
      const answer = fetch(mock.url + apps, {
        method: 'POST',
        headers: { 'X-Auth-Token': 't' },
        body: '{"name":"app_demo"}',
        signal: leave.signal,
      })
      await expect.poll(() => mock.faults.list()).toMatchObject([{ hits: 1 }])
      leave.abort()
      await expect(answer).rejects.toThrow()
      expect(await mock.requests.waitFor({ operationId: 'CreateAnAppV2' })).toMatchObject([
        { status: 201, body: { name: 'app_demo' } },
      ])
    }))
})

describe('Prefer', () => {
  test.each([
    ['GET', '/apps/a1'],
    ['PUT', '/apps/a1'],
    ['DELETE', '/apps/a1'],
    ['PUT', '/apps/secret/a1'],
    ['GET', '/apps/validation/a1'],
    ['GET', '/apps/a1/bound-quota'],
  ])('code=404 of %s %s has the code of a missing app', async (method, path) => {
    const { call } = server()
    const { body } = await call(method, path, { headers: { prefer: 'code=404' } })
    expect(body.error_code).toBe('APIG.3004')
  })

  test('code=429 points to the fault that can', async () => {
    const { call } = server()
    const { body } = await call('GET', '/apps', { headers: { prefer: 'code=429' } })
    expect(body.error_msg).toMatch(/order a fault with retry_after$/)
    expect(body.error_msg.length).toBeLessThan(200)
  })
})
