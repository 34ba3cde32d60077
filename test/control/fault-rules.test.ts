import { describe, expect, test } from 'vitest'
import { start } from '../../src/index.ts'
import { server } from '../helpers.ts'

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))

const refused: [rule: unknown, message: string | RegExp][] = [
  [
    { operationId: 'CreateApp', status: 500 },
    '/operationId: no operation "CreateApp"; did you mean "CreateAnAppV2"?',
  ],
  [
    { operationId: 'KeystoneListProject', status: 500 },
    'no operation "KeystoneListProject"; did you mean "KeystoneListProjects"?',
  ],
  [
    { operationId: 'x'.repeat(5000), status: 500 },
    /no operation "x+…"; GET \/_mock\/coverage lists/,
  ],
  [{ error_code: 'APIG.3013O' }, /\/error_code: no code "APIG.3013O"; did you mean "APIG.30/],
  [{ error_code: 'MOCK.0501' }, /\/error_code: no code "MOCK.0501"/],
  [
    { error_code: 'NOTHING' },
    '/error_code: no code "NOTHING"; known: the error codes of the service',
  ],
  [
    { operationId: 'ListAppsV2', error_code: 'IAM.0401' },
    "IAM.0401 is IAM's, and ListAppsV2 is not",
  ],
  [{ method: 'get', status: 500 }, '/method: no method "get"; did you mean "GET"?'],
  [{ method: 'NOPE', status: 500 }, '/method: no method "NOPE"'],
  [{ operationId: 'ListAppsV2', method: 'POST', status: 500 }, '/method: ListAppsV2 is a GET'],
  [
    { operationId: 'ListInstancesV2', instance_id: 'gw1', status: 500 },
    '/instance_id: ListInstancesV2 is about no gateway: leave it out',
  ],
  [
    { operationId: 'KeystoneListProjects', project_id: 'p1', status: 500 },
    '/project_id: KeystoneListProjects has no project in its path: leave it out',
  ],
  [{ path: '/_mock/health', status: 500 }, '/path: a fault never meets the control plane'],
  [{ path: 'v2/apps', status: 500 }, '/path: no path begins so'],
  [{ path: '/v2/*?limit=1', status: 500 }, '/path: a path has no ?: name parameters in query'],
  [{ path: '*a'.repeat(17), status: 500 }, '/path: more than 16 *'],
  [{ path: '/'.repeat(1025), status: 500 }, /\/path: expected/],
  [{ path: '', status: 500 }, /\/path: expected/],
  [{ instance_id: '', status: 500 }, /\/instance_id: expected/],
  [{ headers: { '': 'x' }, status: 500 }, '/headers: no header can be ": x"'],
  [{ headers: { 'a b': 'x' }, status: 500 }, '/headers: no header can be "a b: x"'],
  [
    { status: 500, response_headers: { A: 'x\ny' } },
    '/response_headers: no header can be "A: x\\ny"',
  ],
  [{}, 'a fault needs an effect: error_code, status, raw, retry_after, delay or connection'],
  [{ status: 500, probability: 0.5 }, '/seed: a probability needs a seed'],
  [{ status: 500, probability: 0, seed: 'a' }, /\/probability: expected/],
  [{ delay: { min: 10, max: 5 } }, '/delay: min is above max'],
  [{ delay: -1 }, '/delay: expected milliseconds from 0 to 600000'],
  [{ status: 99 }, '/status: expected an integer of 200 to 599'],
  [{ status: 500, times: 0 }, /\/times: expected an integer of 1 to/],
  [{ status: 500, tims: 1 }, '/tims: unknown; did you mean "times"?'],
  [{ retry_after: 1e21 }, '/retry_after: expected an integer of 0 to 31536000'],
  [{ connection: 'timeout' }, '/connection: expected drop (closed without an answer), reset'],
  [{ connection: 'drop', status: 500 }, '/status: a connection that is cut has no answer'],
  [{ status: 500, error_msg: 'x' }, '/error_msg: needs error_code'],
  [{ delay: 1, body: {} }, '/body: needs status'],
  [{ status: 500, body: {}, raw: { text: '' } }, '/body: beside error_code or raw'],
  [{ error_code: 'APIG.9999', raw: { text: '' } }, '/raw: beside error_code'],
  [{ raw: {} }, '/raw: expected either text or base64'],
  [{ raw: { text: '', base64: '' } }, '/raw: expected either text or base64'],
  [{ raw: { base64: 'ä' } }, '/raw/base64: not base64'],
  [{ delay: 1, response_headers: { A: 'b' } }, '/response_headers: needs an answer'],
  [{ delay: 1, slow: { bytes: 1, interval: 1 } }, '/slow: needs an answer'],
  [{ status: 500, body: nested(501) }, '/body: nested deeper than 500: send it as raw'],
  [{ status: 500, where: { body: nested(501) } }, '/where/body: nested deeper than 500'],
  ['[]', /expected an object/i],
  ['{', /unexpected end of JSON/],
]

describe('a rule that can never apply is refused in one short line', () => {
  test.each(refused)('%j', async (body, message) => {
    const { call } = server()
    const answer = await call('POST', '/_mock/faults', { body })
    expect(answer.status).toBe(400)
    expect(answer.body.error_code).toBe('MOCK.0400')
    if (typeof message === 'string') expect(answer.body.error_msg).toContain(message)
    else expect(answer.body.error_msg).toMatch(message)
    expect(answer.body.error_msg.length).toBeLessThan(200)
    expect((await call('GET', '/_mock/faults')).body.faults).toEqual([])
  })

  test('in a seed with its place', async () => {
    const seed = { faults: [{ status: 500 }, { method: 'get', status: 500 }] }
    await expect(start({ seed })).rejects.toThrow(
      'Invalid seed at /faults/1/method: no method "get"',
    )
  })
})

describe('the rules in PUT /_mock/state', () => {
  const rule = { operationId: 'ListAppsV2', status: 503 }

  test('take the place of those that are armed', async () => {
    const { call } = server()
    await call('POST', '/_mock/faults', { body: { status: 500 } })
    expect((await call('PUT', '/_mock/state', { body: { faults: [rule] } })).status).toBe(204)
    expect((await call('GET', '/_mock/faults')).body.faults).toMatchObject([rule])
    expect((await call('GET', '/apps')).status).toBe(503)
    await call('PUT', '/_mock/state', { body: {} })
    expect((await call('GET', '/apps')).status).toBe(503)
    await call('PUT', '/_mock/state', { body: { faults: [] } })
    expect((await call('GET', '/apps')).status).toBe(200)
  })

  test.each([
    [{ faults: [rule, { status: 1 }] }, '/faults/1/status'],
    [{ faults: {} }, '/faults: expected an array'],
    [{ faults: [rule], instances: [{ id: '' }] }, '/instances/0/id'],
  ])('change nothing when refused: %j', async (body, message) => {
    const { call } = server()
    await call('POST', '/apps', { body: { name: 'app_a' } })
    await call('POST', '/_mock/faults', { body: { ...rule, times: 9 } })
    const answer = await call('PUT', '/_mock/state', { body })
    expect(answer.status).toBe(400)
    expect(answer.body.error_msg).toContain(message)
    expect((await call('GET', '/_mock/faults')).body.faults).toMatchObject([{ times: 9 }])
    expect((await call('GET', '/_mock/state')).body.instances[0].apps).toHaveLength(1)
  })
})

test('more than 1,000 rules are refused, and those before them remain', async () => {
  const { call, ctx } = server()
  for (let i = 0; i < 1000; i++) ctx.faults.add({ operationId: 'ListEnvironmentsV2', status: 500 })
  const answer = await call('POST', '/_mock/faults', { body: { status: 500 } })
  expect(answer.status).toBe(409)
  expect(answer.body).toEqual({
    error_code: 'MOCK.0409',
    error_msg: expect.stringMatching(/^Too many faults: up to 1000/),
  })
  const many = Array(1001).fill({ status: 500 })
  expect((await call('PUT', '/_mock/state', { body: { faults: many } })).status).toBe(409)
  expect((await call('GET', '/_mock/faults')).body.faults).toHaveLength(1000)
})
