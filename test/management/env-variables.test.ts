import { describe, expect, test } from 'vitest'
import { error, HEX_ID, invalid, missing, server, strictServer } from '../helpers.ts'

const RELEASE = 'DEFAULT_ENVIRONMENT_RELEASE_ID'

async function variables(target = server()) {
  const { call } = target
  const { body: group } = await call('POST', '/api-groups', { body: { name: 'group_one' } })
  const { body: env } = await call('POST', '/envs', { body: { name: 'DEV' } })
  const given = { group_id: group.id, env_id: RELEASE, variable_name: 'host', variable_value: 'a' }
  const create = async (fields: object = {}) =>
    call('POST', '/env-variables', { body: { ...given, ...fields } })
  return { call, group, env, given, create }
}

describe('a variable of an environment', () => {
  test('is created, shown and listed', async () => {
    const { call, create, given } = await variables()
    const { status, body } = await create()
    expect(status).toBe(201)
    expect(body).toEqual({ id: expect.stringMatching(HEX_ID), ...given })
    expect((await call('GET', `/env-variables/${body.id}`)).body).toEqual(body)
    expect((await call('GET', `/env-variables?group_id=${given.group_id}`)).body).toEqual({
      total: 1,
      size: 1,
      variables: [body],
    })
  })

  test('has one value per group and environment; its name is case-sensitive', async () => {
    const { create, env } = await variables()
    await create()
    expect(await create()).toMatchObject({
      status: 400,
      body: error('APIG.3303', 'The environment variable already exists'),
    })
    expect((await create({ env_id: env.id })).status).toBe(201)
    expect((await create({ variable_name: 'HOST' })).status).toBe(201)
  })

  test('changes its value only', async () => {
    const { call, create, given } = await variables()
    const { body } = await create()
    const path = `/env-variables/${body.id}`
    expect(
      await call('PUT', path, { body: { variable_value: 'b', variable_name: 'x' } }),
    ).toMatchObject({ status: 200, body: { ...given, variable_value: 'b' } })
  })

  test('is deleted, and goes with its group', async () => {
    const { call, create, group } = await variables()
    const { body } = await create()
    expect((await call('DELETE', `/env-variables/${body.id}`)).status).toBe(204)
    await create()
    expect((await call('DELETE', `/api-groups/${group.id}`)).status).toBe(204)
    const { body: list } = await call('GET', `/env-variables?group_id=${group.id}`)
    expect(list.total).toBe(0)
  })

  test.each([
    [{ group_id: 'gone' }, 404, error('APIG.3001', 'API group gone does not exist')],
    [{ env_id: 'gone' }, 404, error('APIG.3003', 'Environment gone does not exist')],
    [{ variable_name: 'ab' }, 400, invalid('variable_name')],
    [{ variable_name: '1ab' }, 400, invalid('variable_name')],
    [{ variable_name: 'a'.repeat(33) }, 400, invalid('variable_name')],
    [{ variable_value: '' }, 400, invalid('variable_value')],
    [{ variable_value: 'a b' }, 400, invalid('variable_value')],
    [{ variable_value: 'a'.repeat(256) }, 400, invalid('variable_value')],
    [{ variable_value: null }, 400, missing('variable_value')],
  ])('is refused with %j', async (fields, status, body) => {
    const { create } = await variables()
    expect(await create(fields)).toMatchObject({ status, body })
  })

  test.each([
    ['', ['port', 'host_2', 'host']],
    ['&variable_name=host', ['host_2', 'host']],
    ['&variable_name=host&precise_search=variable_name', ['host']],
    ['&variable_name=host&precise_search=name', ['host']],
    [`&env_id=${RELEASE}`, ['port', 'host_2', 'host']],
    ['&env_id=other', []],
  ])('is listed by group%s', async (query, names) => {
    const { call, create, given } = await variables()
    for (const variable_name of ['host', 'host_2', 'port']) await create({ variable_name })
    const { body } = await call('GET', `/env-variables?group_id=${given.group_id}${query}`)
    expect(body.variables.map((row: typeof given) => row.variable_name)).toEqual(names)
  })

  test('is not listed without a group', async () => {
    expect(await server().call('GET', '/env-variables')).toMatchObject({
      status: 400,
      body: invalid('group_id', 'APIG.2012'),
    })
  })

  test.each([
    ['GET', undefined],
    ['PUT', { variable_value: 'a' }],
    ['DELETE', undefined],
  ])('that does not exist is 404 for %s', async (method, body) => {
    expect(await server().call(method, '/env-variables/gone', { body })).toMatchObject({
      status: 404,
      body: error('APIG.3011', 'The environment variable does not exist, id: gone'),
    })
  })

  test('is one of fifty at most in strict mode', async () => {
    const { create } = await variables(strictServer())
    for (let i = 0; i < 50; i++)
      expect((await create({ variable_name: `var${i}` })).status).toBe(201)
    expect(await create({ variable_name: 'more' })).toMatchObject({
      status: 403,
      body: { error_code: 'APIG.3106' },
    })
  })
})
