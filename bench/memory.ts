/** The memory of a server that works without a pause on a state that does not grow. */
import { ask, type Connection, connect } from './client.ts'
import { appsOf, createIn, get } from './kinds.ts'
import { median } from './numbers.ts'
import { type Request, write } from './requests.ts'
import { own, type Server, startServer } from './servers.ts'

const CONNECTIONS = 64
/** Each connection keeps so many apps, and deletes its oldest for every further one. */
const APPS_EACH = 16
/** The load ends after so many requests if not before: 20 minutes at 25,000 a second. */
const MOST_REQUESTS = 30_000_000
/** Seconds whose median counts: between two large collections of garbage, 50 seconds may pass. */
const WINDOW = 60

const apps = appsOf('gateway-1')

export interface Memory {
  minutes: number
  requests: number
  /** How many apps there are, but for the few on their way. */
  apps: number
  /** MiB of RSS: of the minute after the first, of the last (of less than five: fifths), at most. */
  early: number
  end: number
  largest: number
}

/** With everything at its default: the journal on, log lines written. */
export async function measureMemory(minutes: number): Promise<Memory> {
  const server = await startServer(own('apig-mock, logs'))
  const connections = await connect(server.port, CONNECTIONS)
  const load = { end: performance.now() + minutes * 60_000, requests: 0 }
  const sampled = sampleDuring(load, server)
  await Promise.all(connections.map((connection) => drive(load, connection)))
  const samples = await sampled
  for (const { socket } of connections) socket.removeAllListeners('close').destroy()
  await server.stop()
  const window = Math.min(WINDOW, Math.ceil(samples.length / 5))
  return {
    minutes,
    requests: load.requests,
    apps: CONNECTIONS * APPS_EACH,
    early: median(samples.slice(window, 2 * window)),
    end: median(samples.slice(-window)),
    largest: Math.max(...samples),
  }
}

interface Load {
  /** When it ends, as `performance.now` tells it. */
  end: number
  /** How many requests were sent so far. */
  requests: number
}

const isOver = ({ end, requests }: Load) => performance.now() > end || requests > MOST_REQUESTS

/** MiB of RSS, every second. */
async function sampleDuring(load: Load, server: Server): Promise<number[]> {
  const samples: number[] = []
  while (!isOver(load)) {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    samples.push((await server.usage()).memory.rss / 2 ** 20)
  }
  return samples
}

/** Creates, shows, lists and deletes in turn, each as soon as the answer before it is there. */
async function drive(load: Load, connection: Connection): Promise<void> {
  const send = (request: Request) => {
    load.requests++
    return ask(connection, write(request, load.requests), request.status)
  }
  const ids: string[] = []
  while (!isOver(load)) {
    const { id } = JSON.parse(await send(createIn(apps)))
    ids.push(id)
    await send(get(`${apps}/${id}`))
    await send(get(`${apps}?limit=20`))
    if (ids.length <= APPS_EACH) continue
    await send({ ...get(`${apps}/${ids.shift()}`), method: 'DELETE', status: 204 })
  }
}
