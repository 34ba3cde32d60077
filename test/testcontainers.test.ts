import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ApigMockContainer, type StartedApigMockContainer } from '../src/testcontainers.ts'
import { type FakeDocker, fakeDocker } from './fake-docker.ts'

// Testcontainers itself runs here; what it asks of Docker is answered by processes of the server.
let docker: FakeDocker
beforeAll(async () => {
  docker = await fakeDocker()
  vi.stubEnv('DOCKER_HOST', docker.url)
  // It would be a second container, which stops the first if the tests cannot.
  vi.stubEnv('TESTCONTAINERS_RYUK_DISABLED', 'true')
})
afterAll(async () => {
  await docker.close()
  vi.unstubAllEnvs()
})

const seed = { instances: [{ id: 'my-gateway', apps: [{ name: 'billing' }] }] }

async function names({ control }: StartedApigMockContainer): Promise<string[]> {
  const { body } = await control.client().call('GET', '/apps')
  return body.apps.map(({ name }: { name: string }) => name)
}

describe('a container', () => {
  test('is started, controlled and stopped', async () => {
    const container = await new ApigMockContainer().start()
    expect(docker.created).toMatchObject([{ Image: 'apig-mock:latest' }])
    const { control, url } = container
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)

    const create = { operationId: 'CreateAnAppV2' }
    await control.faults.add({ ...create, error_code: 'APIG.9999', times: 1 })
    const { call } = control.client()
    expect((await call('POST', '/apps', { name: 'my_app' })).status).toBe(500)
    expect((await call('POST', '/apps', { name: 'my_app' })).status).toBe(201)
    expect(await control.requests.verify({ ...create, times: 2 })).toHaveLength(2)

    await control.snapshots.save('one')
    await control.clock.set('2026-01-02T03:04:05Z')
    await control.reset()
    expect(await names(container)).toEqual([])
    await control.snapshots.restore('one')
    expect(await names(container)).toEqual(['my_app'])

    await container.stop()
    await expect(fetch(url)).rejects.toThrow()
    expect(docker.containers()).toEqual([])
  })

  test('takes options and a seed, which it also starts again with', async () => {
    const container = await new ApigMockContainer()
      .withSeed(seed)
      .withStrict()
      .withOptions({ journalSize: 2, idSeed: 'golden' })
      .start()
    expect(await names(container)).toEqual(['billing'])
    const unknown = container.control.client({ token: 'unknown' })
    expect((await unknown.call('GET', '/apps')).status).toBe(401)
    await unknown.call('GET', '/apps')
    expect(await container.control.requests.find()).toHaveLength(2)

    const before = container.url
    await container.restart()
    expect(container.url).not.toBe(before)
    expect(await names(container)).toEqual(['billing'])
    await container.stop()
  })

  test('takes a seed of YAML from a file', async () => {
    const file = join(tmpdir(), `apig-mock-${process.pid}.yaml`)
    writeFileSync(file, 'instances: [{ id: my-gateway, apps: [{ name: from_file }] }]\n')
    const container = await new ApigMockContainer().withSeed(file).start()
    rmSync(file)
    expect(await names(container)).toEqual(['from_file'])
    await container.stop()
  })

  test('that refuses its seed fails the start, with the reason', async () => {
    const bad = new ApigMockContainer().withSeed({ instances: [{ id: 'my gateway' }] })
    await expect(bad.start()).rejects.toThrow('/instances/0/id')
  })
})

describe('what is asked of the engine', () => {
  test('is the image, its one port, and the options as variables', async () => {
    docker.created.length = 0
    const container = await new ApigMockContainer('registry.example.com/apig-mock:1.2')
      .withOptions({ allowedHosts: 'gateway.test', logLevel: 'warn' })
      .withOptions({ logLevel: 'error' })
      .start()
    await container.stop()
    expect(docker.created).toMatchObject([
      {
        Image: 'registry.example.com/apig-mock:1.2',
        ExposedPorts: { '8080/tcp': {} },
        // The engine's own name, as the control plane takes no request for an unknown one.
        Env: ['APIG_MOCK_ALLOWED_HOSTS=gateway.test,127.0.0.1', 'APIG_MOCK_LOG_LEVEL=error'],
      },
    ])
  })

  test('is nothing, if an option is bad', () => {
    const container = new ApigMockContainer()
    expect(() => container.withOptions({ journalSize: -1 })).toThrow('bad value -1 for journalSize')
    // @ts-expect-error: the image decides where it listens
    expect(() => container.withOptions({ prt: 1 })).toThrow('unknown option prt')
  })
})
