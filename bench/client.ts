import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'

/** A keep-alive connection on which one request at a time is under way. */
export interface Connection {
  socket: Socket
  /** Called with each piece of what comes back. */
  receive: (bytes: Buffer) => void
}

/** Opens `count` connections to a local port. */
export async function connect(port: number, count: number): Promise<Connection[]> {
  const connections: Connection[] = []
  for (let i = 0; i < count; i++) {
    // One buffer that is used again and again: cheaper than a stream of new ones.
    const buffer = Buffer.alloc(64 * 1024)
    const receive = (length: number) => {
      connection.receive(buffer.subarray(0, length))
      return true
    }
    const socket = createConnection({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer, callback: receive },
    })
    const connection: Connection = { socket, receive() {} }
    connections.push(connection)
  }
  await Promise.all(connections.map(({ socket }) => once(socket, 'connect')))
  return connections
}

/** What a run of requests took: milliseconds in all, and of each request. */
export interface Run {
  milliseconds: number
  latencies: number[]
}

/**
 * Sends the requests over the connections, on each the next as soon as an answer is complete.
 * @param next makes the next request; undefined when there is none
 * @param status what every answer must have
 */
export function run(
  connections: Connection[],
  next: () => string | undefined,
  status: number,
): Promise<Run> {
  const latencies: number[] = []
  const begin = performance.now()
  let open = connections.length
  return new Promise((resolve, reject) => {
    const finish = () => {
      open--
      if (open === 0) resolve({ milliseconds: performance.now() - begin, latencies })
    }
    for (const connection of connections)
      drive(connection, next, status, latencies).then(finish, reject)
  })
}

function drive(
  connection: Connection,
  next: () => string | undefined,
  status: number,
  latencies: number[],
): Promise<void> {
  const { socket } = connection
  return new Promise((resolve, reject) => {
    let sent = 0
    const send = () => {
      const request = next()
      if (request === undefined) return resolve()
      sent = performance.now()
      socket.write(request, 'latin1')
    }
    const answer = answerReader(status, () => {
      latencies.push(performance.now() - sent)
      send()
    })
    connection.receive = (bytes) => {
      try {
        answer(bytes)
      } catch (error) {
        reject(error)
      }
    }
    socket.once('close', () => reject(new Error('The server closed a connection')))
    send()
  })
}

/** Sends one request. @returns the body of its answer, one character per byte */
export function ask(connection: Connection, request: string, status: number): Promise<string> {
  const { socket } = connection
  return new Promise((resolve, reject) => {
    const closed = () => reject(new Error('The server closed a connection'))
    let text = ''
    const answer = answerReader(status, () => {
      socket.off('close', closed)
      resolve(text.slice(text.indexOf('\r\n\r\n') + 4))
    })
    connection.receive = (bytes) => {
      text += bytes.toString('latin1')
      try {
        answer(bytes)
      } catch (error) {
        reject(error)
      }
    }
    socket.once('close', closed)
    socket.write(request, 'latin1')
  })
}

/** Takes the bytes of answers as they come, and calls `done` at the end of each. */
function answerReader(status: number, done: () => void): (bytes: Buffer) => void {
  const expected = `HTTP/1.1 ${status} `
  let head = ''
  /** Bytes of the body still to come; NaN before the head is complete, Infinity for chunks. */
  let missing = Number.NaN
  return (bytes) => {
    let body = bytes
    if (Number.isNaN(missing)) {
      const end = bytes.indexOf('\r\n\r\n')
      head += bytes.toString('latin1', 0, end < 0 ? bytes.length : end)
      if (end < 0) return
      if (!head.startsWith(expected))
        throw new Error(`Not ${status}: ${bytes.toString('latin1', 0, 2000)}`)
      body = bytes.subarray(end + 4)
      missing = bodyLength(head)
    }
    missing -= body.length
    if (
      missing === Number.POSITIVE_INFINITY &&
      body.subarray(-5).toString('latin1') === '0\r\n\r\n'
    ) {
      missing = 0
    }
    if (missing > 0) return
    head = ''
    missing = Number.NaN
    done()
  }
}

function bodyLength(head: string): number {
  const length = /\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) return Number(length)
  return /\ntransfer-encoding: *chunked/i.test(head) ? Number.POSITIVE_INFINITY : 0
}
