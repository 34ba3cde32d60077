/** What a start takes, and the memory after it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { run } from './client.ts'
import { requestOf } from './kinds.ts'
import { bundleOperations } from './many-operations.ts'
import { median } from './numbers.ts'
import { write } from './requests.ts'
import { type Contender, connectSoon, own, spawnServer, startServer, stop } from './servers.ts'

/** As many operations as the service has, and a few. */
const ALL = 220

export interface Start {
  name: string
  /** Milliseconds from the start of the process to the first 201. */
  milliseconds: number
  /** The same in `node -e ''`. */
  ratio: number
  /** MiB, after the first answer. */
  rss: number
}

export interface Starts {
  starts: Start[]
  growth: Growth
}

/** What more operations cost: both are bundles of the same making. */
export interface Growth {
  /** How many are served, and how many with copies of them. */
  few: number
  many: number
  /** The start with many ÷ the start with few. */
  ratio: number
}

export async function measureStarts(rounds: number, peers: Contender[]): Promise<Starts> {
  const few = await bundleOperations(0)
  const many = await bundleOperations(ALL)
  // Names without numbers, which the baseline would not find again.
  const bundled = (name: string, path: string) => ({
    name: `apig-mock, ${name}`,
    args: [path, '--log-level', 'silent', '--port'],
  })
  const bundles = [bundled('bundled anew', few.path), bundled('with copies', many.path)]
  const always = [own('node:http'), own('Fastify'), own('apig-mock')]
  const contenders = [...always, ...bundles, ...peers]
  const rows = await measureRounds(rounds, contenders)
  const starts: Start[] = []
  for (const [i, contender] of contenders.entries()) {
    starts.push({
      name: contender.name,
      milliseconds: median(rows.map(({ times }) => times[i] as number)),
      ratio: median(rows.map(({ times, empty }) => (times[i] as number) / empty)),
      rss: await rssOf(contender),
    })
  }
  const at = always.length
  const ratio = median(rows.map(({ times }) => (times[at + 1] as number) / (times[at] as number)))
  return { starts, growth: { few: few.operations, many: many.operations, ratio } }
}

/** Milliseconds of one round: of an empty process, and to each contender's first answer. */
interface Round {
  empty: number
  times: number[]
}

async function measureRounds(rounds: number, contenders: Contender[]): Promise<Round[]> {
  const rows: Round[] = []
  // The first round only fills the caches of the disk.
  for (let round = 0; round <= rounds; round++) {
    const row: Round = { empty: await emptyProcess(), times: [] }
    for (const contender of contenders) row.times.push(await firstAnswer(contender))
    if (round > 0) rows.push(row)
  }
  return rows
}

async function emptyProcess(): Promise<number> {
  const begin = performance.now()
  await once(spawn(process.execPath, ['-e', '']), 'exit')
  return performance.now() - begin
}

async function firstAnswer(contender: Contender): Promise<number> {
  const begin = performance.now()
  const { process: child, port } = await spawnServer(contender)
  await createOne(contender, port)
  const time = performance.now() - begin
  await stop(child)
  return time
}

async function rssOf(contender: Contender): Promise<number> {
  const server = await startServer(contender)
  await createOne(contender, server.port)
  const { memory } = await server.usage()
  await server.stop()
  return memory.rss / 2 ** 20
}

async function createOne(contender: Contender, port: number): Promise<void> {
  const connections = await connectSoon(port)
  const requests = [write(requestOf('create', '', contender.paths), 1)]
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
