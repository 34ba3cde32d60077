/** Starts the servers that are measured, each a process of its own with `probe.js` in it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { type Connection, connect } from './client.ts'
import type { Paths } from './kinds.ts'

const CLI = 'dist/cli.js'

/** A server that is measured. */
export interface Contender {
  name: string
  /** Node unless given. */
  program?: string
  /** The command line, less the port that ends it. */
  args: readonly string[]
  /** Makes what the command line names, as before the first start. */
  prepare?(): void
  /** A peer's; ours unless given. */
  paths?: Paths
  /** How many requests it gets for one of ours: fewer if they take long. */
  share?: number
}

const commands = {
  'node:http': ['bench/servers/node-http.js'],
  'node:http, texts ready': ['bench/servers/node-http.js', '--ready'],
  Fastify: ['bench/servers/bare-fastify.js'],
  'apig-mock': [CLI, '--log-level', 'silent', '--port'],
  'apig-mock, logs': [CLI, '--port'],
  'apig-mock, no journal': [CLI, '--log-level', 'silent', '--journal-size', '0', '--port'],
} as const satisfies Record<string, readonly string[]>

export type Name = keyof typeof commands

/** What is measured always. */
export const own = (name: Name): Contender => ({ name, args: commands[name] })

/** How much a process has used: microseconds of CPU, bytes of memory. */
export interface Usage {
  cpu: { user: number; system: number }
  /** The heap is known of Node alone. */
  memory: { rss: number; heapUsed: number }
}

export interface Server {
  port: number
  /** @param collected after a collection of garbage */
  usage(collected?: boolean): Promise<Usage>
  stop(): Promise<void>
}

/** Starts a server and waits until it listens. */
export async function startServer(contender: Contender, ...nodeOptions: string[]): Promise<Server> {
  const isNode = contender.program === undefined
  const probe = isNode ? ['--import', './bench/probe.js', ...nodeOptions] : []
  const { process: child, port } = await spawnServer(contender, ...probe)
  const [connection] = await connectSoon(port)
  connection?.socket.removeAllListeners('close').destroy()
  return {
    port,
    async usage(collected = false) {
      if (!isNode) return systemUsage(child.pid as number)
      child.send(collected ? 'collected' : 'usage')
      for (;;) {
        const [message] = await once(child, 'message')
        // Some peers have something to say too.
        if (message?.cpu !== undefined) return message
      }
    },
    stop: () => stop(child),
  }
}

/** What Linux knows of a process: times in hundredths of a second, memory in pages of 4 KiB. */
function systemUsage(pid: number): Usage {
  // The fields after the name of the command, which may have any characters but ends in `)`.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /s, '').split(' ')
  const [user = 0, system = 0, pages = 0] = [fields[11], fields[12], fields[21]].map(Number)
  return {
    cpu: { user: user * 10_000, system: system * 10_000 },
    memory: { rss: pages * 4096, heapUsed: Number.NaN },
  }
}

/** Those that run: none outlives the benchmark, however it ends. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts a server and does not wait for it. */
export async function spawnServer(contender: Contender, ...options: string[]) {
  const { program = process.execPath, args, prepare } = contender
  prepare?.()
  const port = await freePort()
  // Log lines are written, and read by nobody.
  const child = spawn(program, [...options, ...args, String(port)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return { process: child, port }
}

export async function stop(child: ChildProcess): Promise<void> {
  const isOver = child.exitCode !== null || child.signalCode !== null
  if (child.pid === undefined || isOver) return
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
