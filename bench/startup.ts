/** What a start takes, and the memory after it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { run } from './client.ts'
import { requestOf } from './kinds.ts'
import { median } from './numbers.ts'
import { write } from './requests.ts'
import { connectSoon, type Name, spawnServer, startServer, stop } from './servers.ts'

const names: Name[] = ['node:http', 'Fastify', 'apig-mock']

export interface Start {
  name: Name
  /** Milliseconds from the start of the process to the first 201. */
  milliseconds: number
  /** The same in `node -e ''`. */
  ratio: number
  /** MiB, after the first answer. */
  rss: number
}

export async function measureStarts(rounds: number): Promise<Start[]> {
  const empty: number[] = []
  const times = new Map<Name, number[]>(names.map((name) => [name, []]))
  // The first round only fills the caches of the disk.
  for (let round = 0; round <= rounds; round++) {
    const bare = await emptyProcess()
    if (round > 0) empty.push(bare)
    for (const name of names) {
      const time = await firstAnswer(name)
      if (round > 0) times.get(name)?.push(time)
    }
  }
  const starts: Start[] = []
  for (const [name, own] of times) {
    const ratio = median(own.map((time, round) => time / (empty[round] as number)))
    starts.push({ name, milliseconds: median(own), ratio, rss: await rssOf(name) })
  }
  return starts
}

async function emptyProcess(): Promise<number> {
  const begin = performance.now()
  await once(spawn(process.execPath, ['-e', '']), 'exit')
  return performance.now() - begin
}

async function firstAnswer(name: Name): Promise<number> {
  const begin = performance.now()
  const { process: child, port } = await spawnServer(name)
  await createOne(port)
  const time = performance.now() - begin
  await stop(child)
  return time
}

async function rssOf(name: Name): Promise<number> {
  const server = await startServer(name)
  await createOne(server.port)
  const { memory } = await server.usage()
  await server.stop()
  return memory.rss / 2 ** 20
}

async function createOne(port: number): Promise<void> {
  const connections = await connectSoon(port)
  const requests = [write(requestOf('create', ''), 1)]
  await run(connections, () => requests.pop(), 201)
  for (const { socket } of connections) socket.removeAllListeners('close').destroy()
}

/** Milliseconds of a further `start()` in a process that has made one. */
export async function measureSecondStart(rounds: number): Promise<number> {
  // Through a variable: there is no dist/ when the types are checked.
  const library = '../dist/index.js'
  const { start } = await import(library)
  const times: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const begin = performance.now()
    const mock = await start({ port: 0 })
    if (round > 0) times.push(performance.now() - begin)
    await mock.close()
  }
  return median(times)
}
