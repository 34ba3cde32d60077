import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Fastify from 'fastify'
import { CLI } from './process.ts'

/** What an engine is told when it creates a container, as far as it is looked at here. */
interface CreateOptions {
  Image: string
  Env?: string[]
  ExposedPorts: Record<string, object>
  HostConfig: { PortBindings: Record<string, object[]> }
  Labels: Record<string, string>
}

/** As much of a Docker engine as Testcontainers asks for. */
export interface FakeDocker {
  /** For DOCKER_HOST. */
  url: string
  created: CreateOptions[]
  /** Ids of the containers that there are. */
  containers(): string[]
  close(): Promise<void>
}

/** A container is the command of this repository, with a folder of its own as its root. */
class Container {
  readonly root = mkdtempSync(join(tmpdir(), 'apig-mock-container-'))
  log = ''
  port = 0
  isRunning = false
  #child: ChildProcess | undefined
  #proxy: Server | undefined

  readonly options: CreateOptions

  constructor(options: CreateOptions) {
    this.options = options
  }

  /** As an engine, it has its port mapped at once, and the server listens when it is ready. */
  async start(): Promise<void> {
    const variables = Object.fromEntries(
      (this.options.Env ?? []).map((line) => line.split(/=(.*)/s, 2)),
    )
    const seed = variables.APIG_MOCK_SEED
    const child = spawn(CLI[0] ?? '', CLI.slice(1), {
      env: {
        PATH: process.env.PATH,
        ...variables,
        ...(seed && { APIG_MOCK_SEED: join(this.root, seed) }),
        // What the image sets, but this container has no network of its own.
        HOST: '127.0.0.1',
        PORT: '0',
      },
    })
    this.#child = child
    this.isRunning = true
    child.stderr.on('data', (text) => {
      this.log += text
    })
    child.once('exit', () => {
      this.isRunning = false
    })
    const ready = once(createInterface({ input: child.stdout }), 'line').then(([line]) =>
      Number(new URL(JSON.parse(line).url).port),
    )
    const proxy = createServer(async (client) => {
      client.on('error', () => client.destroy())
      const server = connect(await ready, '127.0.0.1', () => client.pipe(server).pipe(client))
      server.on('error', () => client.destroy())
    })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    this.port = (proxy.address() as AddressInfo).port
    // Only now, so that a restart maps another port.
    this.#proxy?.close()
    this.#proxy = proxy
  }

  async restart(): Promise<void> {
    await this.#end()
    await this.start()
  }

  async stop(): Promise<void> {
    this.#proxy?.close()
    await this.#end()
  }

  async #end(): Promise<void> {
    if (!this.isRunning) return
    const exit = once(this.#child as ChildProcess, 'exit')
    this.#child?.kill()
    await exit
  }

  copy(tar: Buffer): void {
    execFileSync('tar', ['-x', '-C', this.root], { input: tar })
  }

  remove(): void {
    rmSync(this.root, { recursive: true })
  }

  inspect(id: string) {
    const { HostConfig, Labels } = this.options
    return {
      Id: id,
      Name: `/${id}`,
      Config: { Hostname: id, Labels },
      HostConfig,
      State: {
        Status: this.isRunning ? 'running' : 'exited',
        Running: this.isRunning,
        StartedAt: new Date(0).toISOString(),
        FinishedAt: new Date(0).toISOString(),
      },
      NetworkSettings: {
        Networks: {},
        Ports: { '8080/tcp': [{ HostIp: '0.0.0.0', HostPort: String(this.port) }] },
      },
    }
  }
}

/** A frame of stderr, as an engine sends the log of a container. */
function frame(text: string): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt8(2)
  head.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([head, Buffer.from(text)])
}

/** Starts an engine that has the image, under whatever name. */
export async function fakeDocker(): Promise<FakeDocker> {
  const containers = new Map<string, Container>()
  const created: CreateOptions[] = []
  const app = Fastify({ forceCloseConnections: true })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  const of = ({ params }: { params: unknown }): [Container, string] => {
    const { id } = params as { id: string }
    return [containers.get(id) as Container, id]
  }

  app.get('/info', () => ({ OperatingSystem: 'fake', ServerVersion: '1' }))
  app.get('/images/*', () => ({ Id: 'apig-mock' }))
  app.get('/containers/json', () => [])
  app.post('/containers/create', (request, reply) => {
    const options = request.body as CreateOptions
    created.push(options)
    const id = `container-${created.length}`
    containers.set(id, new Container(options))
    reply.code(201)
    return { Id: id, Warnings: [] }
  })
  app.put('/containers/:id/archive', (request, reply) => {
    of(request)[0].copy(request.body as Buffer)
    return reply.code(200).send('')
  })
  app.post('/containers/:id/start', async (request, reply) => {
    await of(request)[0].start()
    return reply.code(204).send()
  })
  app.post('/containers/:id/restart', async (request, reply) => {
    await of(request)[0].restart()
    return reply.code(204).send()
  })
  app.get('/containers/:id/json', (request) => {
    const [container, id] = of(request)
    return container.inspect(id)
  })
  app.get('/containers/:id/logs', (request, reply) => reply.send(frame(of(request)[0].log)))
  app.post('/containers/:id/stop', async (request, reply) => {
    await of(request)[0].stop()
    return reply.code(204).send()
  })
  app.delete('/containers/:id', (request, reply) => {
    const [container, id] = of(request)
    container.remove()
    containers.delete(id)
    return reply.code(204).send()
  })

  await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    url: `tcp://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    created,
    containers: () => [...containers.keys()],
    async close() {
      for (const container of containers.values()) await container.stop()
      await app.close()
    },
  }
}
