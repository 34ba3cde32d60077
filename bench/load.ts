/** The load generator: a process of its own, which is told over IPC what to send where. */
import { type Connection, connect, run } from './client.ts'
import { type Request, write } from './requests.ts'

/** One burst: `count` requests, numbered from `first` on. */
export interface Burst {
  request: Request
  first: number
  count: number
  /** Whether to keep the processor from sleeping: see `poll`. */
  polls?: boolean
}

export type Order = { connect: number } | { burst: Burst } | 'disconnect'

export interface Result {
  requests: number
  /** Requests per second. */
  rate: number
  /** Milliseconds. */
  p99: number
  worst: number
}

const CONNECTIONS = 64

let connections: Connection[] = []

process.on('message', (order: Order) => {
  obey(order).then(
    (result) => process.send?.({ result }),
    (error: Error) => process.send?.({ error: error.message }),
  )
})

async function obey(order: Order): Promise<Result | undefined> {
  if (order === 'disconnect') {
    for (const { socket } of connections) socket.removeAllListeners('close').destroy()
    connections = []
  } else if ('connect' in order) {
    connections = await connect(order.connect, CONNECTIONS)
  } else {
    return send(order.burst)
  }
  return undefined
}

async function send({ request, first, count, polls = false }: Burst): Promise<Result> {
  // Written before the clock runs: what is measured is the server.
  const texts = Array.from({ length: count }, (_, i) => write(request, first + i))
  let sent = 0
  const stopPolling = polls ? poll() : undefined
  const { milliseconds, latencies } = await run(connections, () => texts[sent++], request.status)
  stopPolling?.()
  const sorted = Float64Array.from(latencies).sort()
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
  return {
    requests: sorted.length,
    rate: (sorted.length / milliseconds) * 1000,
    p99: at(0.99),
    worst: at(1),
  }
}

/**
 * Keeps the process from sleeping. A sleeping generator has to be woken by the answer, within the
 * server's own system call: 15 µs more for each, and only for a server that is slower than it. But
 * the server's collector of garbage, which works beside it, may have wanted the processor.
 */
function poll(): () => void {
  let isOver = false
  const again = () => {
    if (!isOver) setImmediate(again)
  }
  again()
  return () => {
    isOver = true
  }
}
