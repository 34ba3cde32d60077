import { describe, expect, test } from 'vitest'
import { newToken, tokens } from '../../src/auth/identities.ts'
import type { SharedState } from '../../src/store/shared-state.ts'
import { GATEWAY, PROJECT, strictServer, type TestServer } from '../helpers.ts'

/** A strict server whose state others share, and what was asked of them. */
function sharedServer(shared: Partial<SharedState> = {}) {
  const calls: string[] = []
  const target: TestServer = strictServer()
  target.ctx.shared = {
    async begin() {
      calls.push('begin')
      await shared.begin?.()
    },
    async end() {
      calls.push('end')
      await shared.end?.()
    },
  }
  return { ...target, calls }
}

describe('a state that several servers share', () => {
  test('has caught up before the caller is looked up in it', async () => {
    const target = sharedServer({
      async begin() {
        const token = newToken({ id: 'token-of-another-server', project_id: PROJECT }, target.ctx)
        target.ctx.state.rows(tokens).put(token)
      },
    })
    const answer = await target.call('GET', '/apps', { token: 'token-of-another-server' })
    expect(answer).toMatchObject({ status: 200, body: { total: 0 } })
  })

  test('has the response wait until the other servers can see what was written', async () => {
    let isVisible = () => {}
    const visible = new Promise<void>((resolve) => {
      isVisible = resolve
    })
    const { call, calls } = sharedServer({ end: () => visible })
    const order: string[] = []
    const answer = call('POST', '/apps', { body: { name: 'app_demo' } }).then(({ status }) => {
      order.push(`answered ${status}`)
    })
    await expect.poll(() => calls).toEqual(['begin', 'end'])
    order.push('visible')
    isVisible()
    await answer
    expect(order).toEqual(['visible', 'answered 201'])
  })

  test.each([
    ['that is carried out', 'GET', '/apps', {}],
    ['of an unknown caller', 'GET', '/apps', { token: 'unknown' }],
    ['with a malformed body', 'POST', '/apps', { body: '{' }],
    ['in a gateway that does not exist', 'GET', `/v2/${PROJECT}/apigw/instances/gone/apps`, {}],
    ['for IAM', 'GET', '/v3/projects', {}],
  ])('is left as often as it was entered: a request %s', async (_, method, path, request) => {
    const { call, calls } = sharedServer()
    await call(method, path, request)
    expect(calls).toEqual(['begin', 'end'])
  })

  test.each([
    ['that a fault answers', { headers: {} }],
    ['that asks for an example', { headers: { prefer: 'code=200' } }],
  ])('is not entered by a request %s', async (title, request) => {
    const { call, calls, ctx } = sharedServer()
    if (title === 'that a fault answers') ctx.faults.add({ status: 503 })
    expect([200, 503]).toContain((await call('GET', '/apps', request)).status)
    expect(calls).toEqual([])
  })

  test.each(['begin', 'end'] as const)('that fails at its %s is a 500', async (at) => {
    const { call, calls } = sharedServer({ [at]: () => Promise.reject(new Error('no lock')) })
    const answer = await call('GET', '/apps')
    expect(answer).toMatchObject({ status: 500, body: { error_code: 'APIG.9999' } })
    expect(calls).toEqual(at === 'begin' ? ['begin'] : ['begin', 'end'])
  })
})

test('a server with a state of its own waits for nobody', async () => {
  expect(strictServer().ctx.shared).toBeUndefined()
  expect((await strictServer().gateway(GATEWAY)('GET', '/apps')).status).toBe(200)
})
