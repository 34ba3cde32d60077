import { expect, test } from 'vitest'
import { start } from '../../src/index.ts'
import { createJournal } from '../../src/instruments/journal.ts'
import { server } from '../helpers.ts'
import { entryOf } from '../instruments/entry.ts'

/** As deep as the parser accepts: V8's own recursion ends long before. */
const deep = (depth = 9_990) => `${'['.repeat(depth)}${']'.repeat(depth)}`
const body = (extra: string) => `{"name":"app_demo","x":${extra}}`

test('a deeply nested body is shown, verified and compared like any other', async () => {
  const { call } = server()
  expect((await call('POST', '/apps', { body: body(deep()) })).status).toBe(201)
  const shown = await call('GET', '/_mock/requests')
  expect(shown.status).toBe(200)
  expect(shown.body.requests[0].body.name).toBe('app_demo')
  const verify = (where: string) =>
    call('POST', '/_mock/requests/verify', { body: `{"where":{"body":${where}}}` })
  expect((await verify('{"name":"app_demo"}')).status).toBe(200)
  expect((await verify(body(deep()))).status).toBe(200)
  const refuted = await verify(body(deep(9_980)))
  expect(refuted.status).toBe(409)
  expect(refuted.body.nearest.differences[0]).toMatch(/^body\.x: wanted \[\[/)
  const objects = `${'{"a":'.repeat(9_980)}1${'}'.repeat(9_980)}`
  expect((await verify(objects)).status).toBe(409)
})

test('a deeply nested body of arrays alone is shown', async () => {
  const { call } = server()
  await call('POST', '/apps', { body: `${'['.repeat(9_990)}{}${']'.repeat(9_990)}` })
  expect((await call('GET', '/_mock/requests')).status).toBe(200)
})

test('neither a stream nor a wait disturbs the request with a deeply nested body', async () => {
  const mock = await start({ port: 0, logLevel: 'silent' })
  try {
    const stream = await fetch(`${mock.url}/_mock/requests/stream`)
    const waited = mock.requests.waitFor({ where: { body: { name: 'last' } }, within: 10_000 })
    const url = `${mock.url}/v2/p/apigw/instances/g/apps`
    const headers = { 'X-Auth-Token': 'any' }
    for (const name of ['deep', 'last']) {
      const payload = `{"name":"${name}","x":${deep()}}`
      expect((await fetch(url, { method: 'POST', headers, body: payload })).status).toBe(201)
    }
    expect(await waited).toHaveLength(1)
    await stream.body?.cancel()
  } finally {
    await mock.close()
  }
})

test('a listener of the journal that throws is reported, and stops neither the entry nor others', () => {
  const reported: unknown[] = []
  const journal = createJournal(10, undefined, (error) => reported.push(error))
  const seen: number[] = []
  journal.subscribe(() => {
    throw new Error('broken')
  })
  journal.subscribe(({ id }) => seen.push(id))
  const add = () => journal.add(entryOf('g1'))
  expect(add).not.toThrow()
  expect(seen).toEqual([1])
  expect(reported).toMatchObject([{ message: 'broken' }])
})
