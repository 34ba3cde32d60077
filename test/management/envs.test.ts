import { describe, expect, test } from 'vitest'
import {
  error,
  HEX_ID,
  invalid,
  missing,
  NANOSECONDS,
  SECONDS,
  server,
  strictServer,
} from '../helpers.ts'

const RELEASE = { id: 'DEFAULT_ENVIRONMENT_RELEASE_ID', name: 'RELEASE', remark: '' }

const names = (body: { envs: { name: string }[] }) => body.envs.map(({ name }) => name)

describe('environments', () => {
  test('are RELEASE alone in every gateway, however it came to be', async () => {
    for (const { call } of [server(), strictServer(), server({}, {})]) {
      const { body } = await call('GET', '/envs')
      expect(body).toEqual({
        total: 1,
        size: 1,
        envs: [{ ...RELEASE, create_time: expect.stringMatching(SECONDS) }],
      })
    }
  })

  test('are created with nanoseconds and listed oldest first', async () => {
    const { call } = server()
    const { status, body } = await call('POST', '/envs', { body: { name: 'DEV', remark: 'r' } })
    expect(status).toBe(201)
    expect(body).toEqual({
      id: expect.stringMatching(HEX_ID),
      name: 'DEV',
      remark: 'r',
      create_time: expect.stringMatching(NANOSECONDS),
    })
    await call('POST', '/envs', { body: { name: 'DEV_2' } })
    expect(names((await call('GET', '/envs')).body)).toEqual(['RELEASE', 'DEV', 'DEV_2'])
    expect(names((await call('GET', '/envs?limit=1&offset=1')).body)).toEqual(['DEV'])
  })

  test('are found by a part of their name, an exact match first', async () => {
    const { call } = server()
    for (const name of ['DEV_2', 'DEV', 'TEST']) await call('POST', '/envs', { body: { name } })
    expect(names((await call('GET', '/envs?name=DEV')).body)).toEqual(['DEV', 'DEV_2'])
  })

  test('are changed as a whole: a remark that is not sent is emptied', async () => {
    const { call } = server()
    const { body } = await call('POST', '/envs', { body: { name: 'DEV', remark: 'r' } })
    expect(await call('PUT', `/envs/${body.id}`, { body: { name: 'DEV_2' } })).toMatchObject({
      status: 200,
      body: { id: body.id, name: 'DEV_2', remark: '' },
    })
  })

  test('have names of their own, which they may keep', async () => {
    const { call } = server()
    const { body } = await call('POST', '/envs', { body: { name: 'DEV' } })
    const taken = { status: 400, body: error('APIG.3205', 'The environment name already exists') }
    expect(await call('POST', '/envs', { body: { name: 'DEV' } })).toMatchObject(taken)
    expect(await call('PUT', `/envs/${body.id}`, { body: { name: 'RELEASE' } })).toMatchObject(
      taken,
    )
    expect((await call('PUT', `/envs/${body.id}`, { body: { name: 'DEV' } })).status).toBe(200)
  })

  test('are deleted with their variables', async () => {
    const { call } = server()
    const { body: env } = await call('POST', '/envs', { body: { name: 'DEV' } })
    const { body } = await call('GET', '/api-groups')
    const given = { env_id: env.id, group_id: body.groups[0].id, variable_name: 'host' }
    await call('POST', '/env-variables', { body: { ...given, variable_value: 'a' } })
    expect((await call('DELETE', `/envs/${env.id}`)).status).toBe(204)
    const list = await call('GET', `/env-variables?group_id=${given.group_id}`)
    expect(list.body.total).toBe(0)
  })

  test('include a RELEASE that can be neither renamed nor deleted', async () => {
    const { call } = server()
    const path = `/envs/${RELEASE.id}`
    expect(await call('PUT', path, { body: { name: 'OTHER' } })).toMatchObject({
      status: 400,
      body: invalid('name'),
    })
    expect((await call('PUT', path, { body: { name: 'RELEASE', remark: 'r' } })).status).toBe(200)
    expect(await call('DELETE', path)).toMatchObject({
      status: 403,
      body: error('APIG.1103', 'No permissions to perform operations on this environment'),
    })
  })

  test.each([
    ['PUT', { name: 'DEV' }],
    ['DELETE', undefined],
  ])('that do not exist are 404 for %s', async (method, body) => {
    expect(await server().call(method, '/envs/gone', { body })).toMatchObject({
      status: 404,
      body: error('APIG.3003', 'Environment gone does not exist'),
    })
  })

  test.each([
    [{}, missing('name')],
    [{ name: 'ab' }, invalid('name')],
    [{ name: '1ab' }, invalid('name')],
    [{ name: 'a'.repeat(65) }, invalid('name')],
    [{ name: 'abc', remark: 'r'.repeat(256) }, invalid('remark')],
  ])('are refused when %j', async (body, expected) => {
    expect(await server().call('POST', '/envs', { body })).toMatchObject({
      status: 400,
      body: expected,
    })
  })

  test('are ten beside RELEASE in strict mode, any number in lenient mode', async () => {
    for (const [{ call }, status] of [
      [strictServer(), 403],
      [server(), 201],
    ] as const) {
      for (let i = 0; i < 10; i++) {
        expect((await call('POST', '/envs', { body: { name: `ENV_${i}` } })).status).toBe(201)
      }
      expect((await call('POST', '/envs', { body: { name: 'ONE_MORE' } })).status).toBe(status)
    }
  })
})
