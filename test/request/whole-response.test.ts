import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { WholeResponse } from '../../src/request/whole-response.ts'

/** What comes over one connection for these requests, sent at once; the last one closes it. */
async function answersTo(
  requests: string[],
  answer: (response: WholeResponse, path: string) => void,
): Promise<string> {
  const server = createServer({ ServerResponse: WholeResponse }, (request, response) =>
    answer(response, request.url ?? ''),
  ).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const last = requests.length - 1
  socket.write(
    requests
      .map(
        (line, i) =>
          `${line} HTTP/1.1\r\nHost: h\r\n${i === last ? 'Connection: close\r\n' : ''}\r\n`,
      )
      .join(''),
  )
  return text(socket)
}

const bodiesOf = (answers: string) =>
  answers
    .split('HTTP/1.1 200 OK\r\n')
    .slice(1)
    .map((answer) => answer.slice(answer.indexOf('\r\n\r\n') + 4))

/** As Fastify does it. */
function send(response: WholeResponse, body: string): void {
  response.writeHead(200, { 'content-length': Buffer.byteLength(body) })
  response.end(body, 'utf8')
}

describe('An answer that leaves in one piece', () => {
  test.each([
    ['ASCII', '{"a":1}'],
    ['Latin-1, which is two bytes in UTF-8', 'Müller ÿ'],
    ['more', '名字 😀'],
    ['long', `${'x'.repeat(100_000)}ü`],
  ])('is the text that was given: %s', async (_, body) => {
    const answers = await answersTo(['GET /', 'GET /'], (response) => send(response, body))
    expect(bodiesOf(answers)).toEqual([body, body])
  })

  test('keeps the order of requests that came at once, and is none for HEAD', async () => {
    const answers = await answersTo(['GET /1', 'HEAD /2', 'GET /3'], (response, path) => {
      // The first is the last to be answered.
      if (path === '/1') setImmediate(() => send(response, path))
      else send(response, path)
    })
    expect(bodiesOf(answers)).toEqual(['/1', '', '/3'])
  })

  test('may be without a head of its own, without a length, or empty', async () => {
    const answers = await answersTo(
      ['GET /plain', 'GET /chunked', 'GET /empty'],
      (response, path) => {
        if (path === '/chunked') response.writeHead(200).end('abc')
        else if (path === '/plain') response.end('plain')
        else response.writeHead(200, { 'content-length': 0 }).end('')
      },
    )
    expect(bodiesOf(answers)).toEqual(['plain', '3\r\nabc\r\n0\r\n\r\n', ''])
    expect(answers).toContain('\r\nContent-Length: 5\r\n\r\nplain')
  })

  test('leaves in one piece', async () => {
    const pieces: [way: string, text: string][] = []
    await answersTo(['GET /'], (response) => {
      const socket = response.socket as Socket
      vi.spyOn(socket, '_write').mockImplementation((text, _, done) => {
        pieces.push(['_write', String(text)])
        done()
      })
      vi.spyOn(socket, '_writev').mockImplementation((_, done) => {
        pieces.push(['_writev', ''])
        done()
      })
      send(response, 'ok')
    })
    expect(pieces).toEqual([['_write', expect.stringMatching(/^HTTP.*\r\n\r\nok$/s)]])
  })

  test('may be text that stands for bytes', async () => {
    const answers = await answersTo(['GET /'], (response) => {
      response.writeHead(200, { 'content-length': 2 }).end('b2s=', 'base64')
    })
    expect(bodiesOf(answers)).toEqual(['ok'])
  })

  test('calls back and finishes like any other', async () => {
    const events: string[] = []
    await answersTo(['GET /'], (response) => {
      response.on('finish', () => events.push('finish'))
      response.writeHead(200, { 'content-length': 2 }).end('ok', 'utf8', () => events.push('done'))
    })
    expect(events.sort()).toEqual(['done', 'finish'])
  })
})
