import { describe, expect, test } from 'vitest'
import { sign } from '../auth/sign.ts'
import { server, strictServer, type TestServer } from '../helpers.ts'

const SPRANG = 'an unknown gateway, created'
const FOREIGN = 'a gateway of another project'
const KNOWN_PROJECT = 'a0000000000000000000000000000001'
const GATEWAYS = '/v2/p1/apigw/instances'

/** What one request, by default with a token that is known, was let through with. */
async function afterOne(
  { call }: TestServer,
  method: string,
  path: string,
  more: Parameters<TestServer['call']>[2] = {},
): Promise<string[]> {
  await call(method, path, { token: 'mock-token', ...more })
  const { requests } = (await call('GET', '/_mock/requests?limit=1')).body
  return requests[0].tolerated
}

describe('the journal tells what lenient mode let pass', () => {
  test.each(['/apps', `${GATEWAYS}/gw1`, `${GATEWAYS}?instance_id=gw1`])(
    'a gateway that is not there, once: GET %s',
    async (path) => {
      const mock = server()
      expect(await afterOne(mock, 'GET', path)).toEqual([SPRANG])
      expect(await afterOne(mock, 'GET', path)).toEqual([])
    },
  )

  test('no gateway, if the request is refused and none sprang into being', async () => {
    expect(await afterOne(server(), 'POST', '/apps', { body: { name: '1' } })).toEqual([])
  })

  test('a gateway of another project', async () => {
    const mock = server({}, { instances: [{ id: 'gw1', project_id: 'p2' }] })
    expect(await afterOne(mock, 'GET', '/apps')).toEqual([FOREIGN])
    expect(await afterOne(mock, 'GET', '/v2/p2/apigw/instances/gw1/apps')).toEqual([])
  })

  test('a token and an access key that nobody knows', async () => {
    const mock = server({}, { instances: [{ id: 'gw1' }] })
    expect(await afterOne(mock, 'GET', '/apps', { token: 'other' })).toEqual(['an unknown token'])
    const path = `${GATEWAYS}/gw1/apps`
    const headers = sign({ method: 'GET', path, access: 'OTHER', now: mock.ctx.clock.now() })
    expect(await afterOne(mock, 'GET', path, { token: null, headers })).toEqual([
      'an unknown access key, not verified',
    ])
  })

  test('a project that nobody knows, of a signed request', async () => {
    const mock = server({}, { instances: [{ id: 'gw1' }] })
    for (const [project, expected] of [
      ['unknown', ['an unknown project']],
      [KNOWN_PROJECT, []],
    ] as const) {
      const path = `/v2/${project}/apigw/instances/gw1/apps`
      const headers = sign({ method: 'GET', path, now: mock.ctx.clock.now() })
      expect(await afterOne(mock, 'GET', path, { token: null, headers })).toEqual(expected)
    }
  })

  test('the app above the quota', async () => {
    const apps = Array.from({ length: 49 }, (_, i) => ({ name: `app_${i}` }))
    const mock = server({}, { instances: [{ id: 'gw1', apps }] })
    expect(await afterOne(mock, 'POST', '/apps', { body: { name: 'the_50th' } })).toEqual([])
    expect(await afterOne(mock, 'POST', '/apps', { body: { name: 'the_51st' } })).toEqual([
      'more than 50 apps',
    ])
  })

  test('a project of IAM that is looked up by the name of a region', async () => {
    const mock = server()
    const path = '/v3/projects?name=eu-nowhere-1'
    expect(await afterOne(mock, 'GET', path)).toEqual(['an unknown project, created'])
    expect(await afterOne(mock, 'GET', path)).toEqual([])
  })

  test('a user and a project that IAM does not know', async () => {
    const login = (user: object, project: object) => ({
      body: {
        auth: {
          identity: { methods: ['password'], password: { user } },
          scope: { project },
        },
      },
    })
    const someone = { name: 'someone', password: 'x', domain: { name: 'd' } }
    const own = { name: 'mock-user', password: 'mock-password', domain: { name: 'd' } }
    const mock = server()
    const tolerated = (user: object, project: object) =>
      afterOne(mock, 'POST', '/v3/auth/tokens', login(user, project))
    expect(await tolerated(someone, { id: 'unknown' })).toEqual([
      'an unknown user, taken for mock-user',
      'an unknown project',
    ])
    expect(await tolerated(own, { id: KNOWN_PROJECT })).toEqual([])
  })

  test('nothing in strict mode, which lets nothing pass', async () => {
    const mock = strictServer()
    for (const path of ['/apps', `${GATEWAYS}/gw2/apps`]) {
      expect(await afterOne(mock, 'GET', path)).toEqual([])
    }
  })
})
