import { once } from 'node:events'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, test } from 'vitest'
import { type Mock, type StartOptions, start } from '../src/index.ts'

const running: Mock[] = []
afterEach(async () => {
  for (const mock of running.splice(0)) await mock.close()
})

async function started(options: StartOptions = {}): Promise<Mock> {
  const mock = await start({ port: 0, ...options })
  running.push(mock)
  return mock
}

const headers = { 'x-auth-token': 'any' }

const create = (mock: Mock, name: string, gateway = 'gw1') =>
  fetch(`${mock.url}/v2/p1/apigw/instances/${gateway}/apps`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ name }),
  })

async function names(mock: Mock, gateway = 'gw1'): Promise<string[]> {
  const response = await fetch(`${mock.url}/v2/p1/apigw/instances/${gateway}/apps`, { headers })
  const { apps } = (await response.json()) as { apps: { name: string }[] }
  return apps.map((app) => app.name)
}

const seed = { instances: [{ id: 'gw1', apps: [{ name: 'seeded_app' }] }] }

describe('start', () => {
  test('answers where it listens', async () => {
    const mock = await started()
    expect(mock.url).toBe(`http://127.0.0.1:${mock.port}`)
    expect((await create(mock, 'my_app')).status).toBe(201)
  })

  test('picks a free port if it is given none, and has a gateway to begin with', async () => {
    const mocks = [await start(), await start({ strict: true })]
    running.push(...mocks)
    for (const mock of mocks) {
      const url = '/v2/p1/apigw/instances'
      const { statusCode, json } = await mock.inject({
        method: 'GET',
        url,
        headers: { 'x-auth-token': 'mock-token' },
      })
      expect(statusCode).toBe(200)
      expect(json()).toMatchObject({ total: 1, instances: [{ id: 'my-gateway' }] })
    }
  })

  const addresses = Object.values(networkInterfaces()).flat()
  const hasIPv6 = addresses.some((address) => address?.address === '::1')

  const urls: [string, string][] = [
    ['0.0.0.0', 'http://127.0.0.1:'],
    ['localhost', 'http://localhost:'],
  ]
  if (hasIPv6) urls.push(['::1', 'http://[::1]:'])

  test.each(urls)('bound to %s gives a URL that a client can use', async (host, url) => {
    const mock = await started({ host })
    expect(mock.url).toBe(`${url}${mock.port}`)
    expect((await fetch(`${mock.url}/_mock/health`)).status).toBe(200)
  })

  test('refuses a taken port with the code of the system', async () => {
    const { port } = await started()
    await expect(start({ port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: expect.stringContaining(`port ${port} of 127.0.0.1 is taken`),
    })
  })

  test('refuses a bad seed, naming the path of the fault', async () => {
    const bad = { instances: [{ id: 'gw1', apps: [{ name: '1' }] }] }
    await expect(start({ port: 0, seed: bad })).rejects.toThrow('/instances/0/apps/0/name')
    await expect(start({ port: 0, seed: 'no/such.yaml' })).rejects.toThrow('no/such.yaml')
  })

  test('answers without a socket too', async () => {
    const mock = await started()
    const url = '/v2/p1/apigw/instances/gw1/apps'
    const answer = await mock.inject({ method: 'POST', url, headers, body: { name: 'my_app' } })
    expect(answer.statusCode).toBe(201)
    expect(answer.json()).toMatchObject({ name: 'my_app' })
    expect(await names(mock)).toEqual(['my_app'])
  })

  test('two servers of one process share nothing', async () => {
    const [one, two] = [await started(), await started()]
    await create(one, 'my_app')
    expect(await names(two)).toEqual([])
  })
})

describe('a running server', () => {
  test('goes back to its seed, wholly or in one gateway', async () => {
    const mock = await started({ seed })
    await create(mock, 'first_app')
    await create(mock, 'other_app', 'gw2')
    await mock.reset('gw1')
    expect([await names(mock), await names(mock, 'gw2')]).toEqual([['seeded_app'], ['other_app']])
    await mock.reset()
    expect([await names(mock), await names(mock, 'gw2')]).toEqual([['seeded_app'], []])
  })

  test('is restored from a snapshot, which does not change with it', async () => {
    const mock = await started({ seed })
    const snapshot = await mock.snapshot()
    await create(mock, 'later_app')
    await mock.restore(snapshot)
    expect(await names(mock)).toEqual(['seeded_app'])
    expect(await mock.snapshot()).toEqual(snapshot)
  })

  test('keeps its state when what it is to restore is bad', async () => {
    const mock = await started({ seed })
    await expect(mock.restore({ version: 1, apps: [] })).rejects.toThrow('/apps')
    expect(await names(mock)).toEqual(['seeded_app'])
  })

  test('answers what was under way when it is closed, in the words of the service', async () => {
    const mock = await started()
    const socket = connect(mock.port, '127.0.0.1')
    // One whole request, and the next one begun: with the first answer the server has read both.
    socket.write('GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /v2/p1/apigw/instances/')
    await once(socket, 'data')
    socket.write('gw1/apps HTTP/1.1\r\n')
    const closed = mock.close()
    socket.write('Host: localhost\r\n\r\n')
    const answer = String((await once(socket, 'data'))[0])
    expect(answer).toMatch(/^HTTP\/1\.1 401 [\s\S]*"error_code":"APIG\.1002"/)
    await closed
  })
})
