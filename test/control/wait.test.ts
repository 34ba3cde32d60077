import { describe, expect, test, vi } from 'vitest'
import { waitForEntry } from '../../src/control/wait.ts'
import { start } from '../../src/index.ts'
import { createJournal } from '../../src/instruments/journal.ts'
import { server } from '../helpers.ts'
import { entryOf } from '../instruments/entry.ts'

describe('A waiting verification', () => {
  test('ends with the server, and then says what is missing', async () => {
    const mock = await start({ port: 0, logLevel: 'silent' })
    // The verification goes over the connection that this leaves open …
    await mock.requests.find()
    const waited = mock.requests.waitFor({ operationId: 'ListAppsV2', within: 60_000 })
    const refused = expect(waited).rejects.toThrow(/found none/)
    // … and has arrived before two whole requests over one that is yet to be made.
    for (let i = 0; i < 2; i++) expect(await mock.requests.find()).toEqual([])
    await mock.close()
    await refused
  })

  test('ends with its caller', async () => {
    const journal = createJournal(10)
    const asked = vi.fn(() => false)
    const gone = new AbortController()
    const waited = waitForEntry(journal, asked, 60_000, gone.signal)
    gone.abort()
    await waited
    journal.add(entryOf('g1'))
    expect(asked).not.toHaveBeenCalled()
  })

  test('looks at what is new alone', async () => {
    const { ctx, call } = server()
    for (let i = 0; i < 20; i++) await call('GET', '/apps')
    const entries = vi.spyOn(ctx.journal, 'entries')
    const expected = { operationId: 'CreateAnAppV2', within: 10_000 }
    const verified = call('POST', '/_mock/requests/verify', { body: expected })
    await vi.waitFor(() => expect(entries).toHaveBeenCalled())
    entries.mockClear()
    for (let i = 0; i < 20; i++) await call('GET', '/apps')
    expect(entries).not.toHaveBeenCalled()
    await call('POST', '/apps', { body: { name: 'app_demo' } })
    expect(await verified).toMatchObject({ status: 200, body: { matched: 1 } })
  })

  test('counts what was there, and is met by the rest', async () => {
    const { call } = server()
    await call('GET', '/apps')
    const body = { operationId: 'ListAppsV2', times: 3, within: 10_000 }
    const verified = call('POST', '/_mock/requests/verify', { body })
    await call('GET', '/apps')
    await call('GET', '/apps')
    expect(await verified).toMatchObject({ status: 200, body: { matched: 3 } })
  })

  test('does not wait for what can no longer become true', async () => {
    const { call } = server()
    await call('GET', '/apps')
    const body = { operationId: 'ListAppsV2', times: 0, within: 60_000 }
    expect((await call('POST', '/_mock/requests/verify', { body })).status).toBe(409)
  })
})
