/** Starts the servers that are measured, each a process of its own with `probe.js` in it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { type Connection, connect } from './client.ts'

const CLI = 'dist/cli.js'

/** What is measured: name → the command line, less the port that ends it. */
export const commands = {
  'node:http': ['bench/servers/node-http.js'],
  Fastify: ['bench/servers/bare-fastify.js'],
  'apig-mock': [CLI, '--log-level', 'silent', '--port'],
  'apig-mock, logs': [CLI, '--port'],
  'apig-mock, no journal': [CLI, '--log-level', 'silent', '--journal-size', '0', '--port'],
} as const satisfies Record<string, readonly string[]>

export type Name = keyof typeof commands

/** How much a process has used: microseconds of CPU, bytes of memory. */
export interface Usage {
  cpu: NodeJS.CpuUsage
  memory: NodeJS.MemoryUsage
}

export interface Server {
  port: number
  /** @param collected after a collection of garbage */
  usage(collected?: boolean): Promise<Usage>
  stop(): Promise<void>
}

/** Starts a server and waits until it listens. */
export async function startServer(name: Name, ...nodeOptions: string[]): Promise<Server> {
  const { process: child, port } = await spawnServer(
    name,
    '--import',
    './bench/probe.js',
    ...nodeOptions,
  )
  const [connection] = await connectSoon(port)
  connection?.socket.removeAllListeners('close').destroy()
  return {
    port,
    async usage(collected = false) {
      child.send(collected ? 'collected' : 'usage')
      const [usage] = await once(child, 'message')
      return usage as Usage
    },
    stop: () => stop(child),
  }
}

/** Starts a server and does not wait for it. */
export async function spawnServer(name: Name, ...nodeOptions: string[]) {
  const port = await freePort()
  const args = [...nodeOptions, ...commands[name], String(port)]
  // Log lines are written, and read by nobody.
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  return { process: child, port }
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** Connects as soon as somebody listens. */
export async function connectSoon(port: number): Promise<Connection[]> {
  const deadline = performance.now() + 60_000
  for (;;) {
    try {
      return await connect(port, 1)
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
