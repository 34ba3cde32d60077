import { request as send } from 'node:http'
import { Readable } from 'node:stream'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { readEarly, replayEarlyBodies } from '../../src/request/early-body.ts'
import { closeLater } from '../open-apps.ts'

const LIMIT = 100_000

/** A server that reads each body early, and how many bytes it then keeps of it. */
async function early() {
  const app = Fastify({ bodyLimit: LIMIT })
  closeLater(app)
  replayEarlyBodies(app)
  const kept: (number | undefined)[] = []
  app.addHook('onRequest', async (request) => {
    await readEarly(request)
    kept.push(request.earlyBody?.length)
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.post('/', ({ body }) => ({ length: (body as Buffer).length }))
  const url = await app.listen({ port: 0 })
  return { url, kept }
}

/** Sends a body in pieces of 10,000 bytes, of a length that is not announced. */
function post(url: string, pieces: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/octet-stream' }
    const outgoing = send(url, { method: 'POST', headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode))
    })
    outgoing.on('error', reject)
    Readable.from(Array(pieces).fill(Buffer.alloc(10_000))).pipe(outgoing)
  })
}

test('a body that is read early reaches the handler', async () => {
  const { url, kept } = await early()
  expect(await post(url, 10)).toBe(200)
  expect(kept).toEqual([100_000])
})

test('no more is kept of a body that is too long than the piece that passes the limit', async () => {
  const { url, kept } = await early()
  expect(await post(url, 100)).toBe(413)
  expect(kept[0]).toBeGreaterThan(LIMIT)
  expect(kept[0]).toBeLessThanOrEqual(LIMIT + 64 * 1024)
})
