import { expect, test } from 'vitest'
import { error, GATEWAY, server, strictServer } from '../helpers.ts'
import { seededApis } from './api-helpers.ts'

const OUTLINE = '/resources/outline/apps'

test('a gateway without apps has none of either kind', async () => {
  const { status, body } = await server().call('GET', OUTLINE)
  expect(status).toBe(200)
  expect(body).toEqual({ authed_nums: 0, unauthed_nums: 0 })
})

test('an app counts once as authorized, for however many APIs, else as not authorized', async () => {
  const { call, gateway } = server(
    {},
    {
      instances: [
        {
          id: GATEWAY,
          apps: ['a', 'b', 'c'].map((id) => ({ id, name: `app_${id}` })),
          ...seededApis('api1', 'api2'),
          app_auths: [
            { app_id: 'a', api_id: 'api1' },
            { app_id: 'a', api_id: 'api2' },
            { app_id: 'b', api_id: 'api1' },
          ],
        },
        { id: 'gw2', apps: [{ name: 'other' }] },
      ],
    },
  )
  expect((await call('GET', OUTLINE)).body).toEqual({ authed_nums: 2, unauthed_nums: 1 })
  expect((await gateway('gw2')('GET', OUTLINE)).body).toEqual({ authed_nums: 0, unauthed_nums: 1 })

  await call('DELETE', '/apps/a')
  expect((await call('GET', OUTLINE)).body).toEqual({ authed_nums: 1, unauthed_nums: 1 })
  await call('POST', '/apps', { body: { name: 'app_new' } })
  expect((await call('GET', OUTLINE)).body).toEqual({ authed_nums: 1, unauthed_nums: 2 })
})

test('strict mode knows no apps of a gateway that does not exist', async () => {
  expect(await strictServer().gateway('gone')('GET', OUTLINE)).toMatchObject({
    status: 404,
    body: error('APIG.3030', 'The instance does not exist;id:gone'),
  })
})
