import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createRequestStream } from '../../src/control/request-stream.ts'
import { type Mock, start } from '../../src/index.ts'
import type { Entry } from '../../src/instruments/entry.ts'
import { createJournal } from '../../src/instruments/journal.ts'
import { server } from '../helpers.ts'
import { entryOf } from '../instruments/entry.ts'

const show = ({ id, answer }: Entry) => ({ id, answer: String(answer) })

/** All that a stream has for a reader now, as the ids of its events and the counts of the missed. */
function eventsOf({ readable }: ReturnType<typeof createRequestStream>): (number | string)[] {
  let text = ''
  for (let piece = readable.read(); piece !== null; piece = readable.read()) text += piece
  return [...text.matchAll(/^id: (\d+)$|^event: missed\ndata: \{"count":(\d+)\}$/gm)].map(
    ([, id, missed]) => (id === undefined ? `missed ${missed}` : Number(id)),
  )
}

describe('A stream of requests', () => {
  test('has what comes, of its gateway alone', () => {
    const journal = createJournal(10)
    journal.add(entryOf('g1'))
    const stream = createRequestStream(journal, { instance_id: 'g1' }, show)
    expect(eventsOf(stream)).toEqual([])
    journal.add(entryOf('g1'))
    journal.add(entryOf('g2'))
    journal.add(entryOf('g1'))
    expect(eventsOf(stream)).toEqual([2, 4])
  })

  test('begins after the last event that its reader has', () => {
    const journal = createJournal(10)
    for (let i = 0; i < 6; i++) journal.add(entryOf(i % 2 === 0 ? 'g1' : 'g2'))
    expect(eventsOf(createRequestStream(journal, {}, show, 3))).toEqual([4, 5, 6])
    expect(eventsOf(createRequestStream(journal, { instance_id: 'g2' }, show, 3))).toEqual([4, 6])
    expect(eventsOf(createRequestStream(journal, {}, show, 6))).toEqual([])
  })

  test('begins with everything for a reader of another server', () => {
    const journal = createJournal(2)
    for (let i = 0; i < 3; i++) journal.add(entryOf('g1'))
    expect(eventsOf(createRequestStream(journal, {}, show, 500))).toEqual([2, 3])
  })

  test('says how many its reader has missed', () => {
    const journal = createJournal(3)
    for (let i = 0; i < 10; i++) journal.add(entryOf('g1'))
    expect(eventsOf(createRequestStream(journal, {}, show, 4))).toEqual(['missed 3', 8, 9, 10])
    expect(eventsOf(createRequestStream(journal, {}, show, 7))).toEqual([8, 9, 10])
    expect(eventsOf(createRequestStream(journal, {}, show, 8))).toEqual([9, 10])
  })

  test('holds next to nothing for a reader that does not read, and goes on when it does', () => {
    const journal = createJournal(5)
    const stream = createRequestStream(journal, {}, show)
    expect(eventsOf(stream)).toEqual([])
    for (let i = 0; i < 1000; i++) journal.add(entryOf('g1', 'x'.repeat(100_000)))
    expect(stream.readable.readableLength).toBeLessThan(600_000)
    const events = eventsOf(stream)
    const missed = events.filter((event) => typeof event === 'string')
    expect(missed).toHaveLength(1)
    expect(events.slice(-5)).toEqual([996, 997, 998, 999, 1000])
    const count = Number(missed[0]?.toString().split(' ')[1])
    expect(count + events.length - 1).toBe(1000)
  })

  test('is refused with an id that is none', async () => {
    const { call } = server()
    const headers = { 'last-event-id': 'x1' }
    const { status, body } = await call('GET', '/_mock/requests/stream', { headers })
    expect([status, body.error_code]).toEqual([400, 'MOCK.0400'])
  })
})

describe('over a socket', () => {
  let mock: Mock | undefined
  afterEach(() => mock?.close())

  test('a reader that does not read does not keep the server from closing', async () => {
    mock = await start({ port: 0, logLevel: 'silent', journalSize: 5 })
    const socket = connect(mock.port, '127.0.0.1')
    socket.write('GET /_mock/requests/stream HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(socket, 'readable')
    socket.pause()
    const { call } = mock.client()
    for (let i = 0; i < 10; i++) await call('POST', '/apps', { remark: 'x'.repeat(500_000) })
    await mock.close()
    mock = undefined
    socket.destroy()
  })

  test('a reader that comes again gets what it has not seen', async () => {
    mock = await start({ port: 0, logLevel: 'silent' })
    const { call } = mock.client()
    for (const name of ['app_a', 'app_b', 'app_c']) await call('POST', '/apps', { name })
    const response = await fetch(`${mock.url}/_mock/requests/stream`, {
      headers: { 'Last-Event-ID': '1' },
    })
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    let text = ''
    while (!text.includes('id: 3'))
      text += Buffer.from((await reader.read()).value ?? []).toString()
    expect([...text.matchAll(/^id: (\d)$/gm)].map(([, id]) => id)).toEqual(['2', '3'])
    await reader.cancel()
  })
})
