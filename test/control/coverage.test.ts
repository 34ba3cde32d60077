import { beforeEach, describe, expect, test } from 'vitest'
import { PROJECT, server, type TestServer } from '../helpers.ts'

let call: TestServer['call']

beforeEach(() => {
  call = server().call
})

async function coverageOf(operationId: string) {
  const { body } = await call('GET', '/_mock/coverage')
  return body.operations.find((row: { operationId: string }) => row.operationId === operationId)
}

describe('GET /_mock/coverage', () => {
  test('names every operation of the service and says which are served', async () => {
    const { status, body } = await call('GET', '/_mock/coverage')
    expect(status).toBe(200)
    expect(body).toMatchObject({ total: 216, hit: 0 })
    expect(body.operations).toHaveLength(216)
    expect(body.operations.filter((row: { served: boolean }) => row.served)).toHaveLength(
      body.served,
    )
    expect(await coverageOf('ShowDetailsOfAppV2')).toEqual({
      operationId: 'ShowDetailsOfAppV2',
      family: 'credential-management',
      method: 'GET',
      path: '/v2/{project_id}/apigw/instances/{instance_id}/apps/{app_id}',
      served: true,
      hits: 0,
      errors: 0,
    })
  })

  test('counts what was answered, and apart what was refused, at whatever step', async () => {
    await call('POST', '/apps', { body: { name: 'app_demo' } })
    await call('POST', '/apps', { body: { name: 'app_demo' } })
    await call('POST', '/apps', { body: '{' })
    await call('POST', '/apps', { token: null })
    await call('POST', '/apps', { headers: { prefer: 'code=500' } })
    expect(await coverageOf('CreateAnAppV2')).toMatchObject({ hits: 5, errors: 4 })
    expect((await call('GET', '/_mock/coverage')).body.hit).toBe(1)
  })

  test('counts an operation that is not served as refused', async () => {
    await call('GET', '/vpc-channels')
    expect(await coverageOf('ListVpcChannelsV2')).toMatchObject({
      served: false,
      hits: 1,
      errors: 1,
    })
  })

  test('does not count what is no operation of the service', async () => {
    await call('GET', '/nothing')
    await call('GET', `/v2/${PROJECT}`)
    await call('GET', '/_mock/health')
    expect((await call('GET', '/_mock/coverage')).body.hit).toBe(0)
  })

  test('keeps its counts over a reset: they are of the process, not of the state', async () => {
    await call('GET', '/apps')
    await call('POST', '/_mock/reset')
    expect(await coverageOf('ListAppsV2')).toMatchObject({ hits: 1 })
  })
})
