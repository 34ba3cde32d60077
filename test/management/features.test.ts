import { describe, expect, test } from 'vitest'
import { error, GATEWAY, HEX_ID, invalid, missing, NANOSECONDS, server } from '../helpers.ts'

describe('the features of a gateway', () => {
  test('are listed with their defaults, the same each time', async () => {
    const { call } = server()
    const { body } = await call('GET', '/features?limit=500')
    expect(body.size).toBe(body.total)
    const ratelimit = body.features.find(({ name }: { name: string }) => name === 'ratelimit')
    expect(ratelimit).toEqual({
      id: expect.stringMatching(HEX_ID),
      name: 'ratelimit',
      enable: true,
      config: '{"api_limits":200}',
      instance_id: GATEWAY,
      update_time: expect.stringMatching(NANOSECONDS),
    })
    expect((await call('GET', '/features?limit=500')).body).toEqual(body)
  })

  test('are paged with limit and offset until there are no more', async () => {
    const { call } = server()
    const names: string[] = []
    for (let offset = 0; ; offset += 10) {
      const { body } = await call('GET', `/features?limit=10&offset=${offset}`)
      if (body.size === 0) break
      names.push(...body.features.map(({ name }: { name: string }) => name))
    }
    expect(new Set(names).size).toBe(names.length)
    expect(names).toContain('app_secret')
  })

  test('are configured by name, the text of their config kept byte for byte', async () => {
    const { call } = server()
    const config = '{"api_limits" : 200}'
    const set = async (body: object) => call('POST', '/features', { body })
    const { status, body } = await set({ name: 'ratelimit', enable: true, config })
    expect(status).toBe(201)
    expect(body).toMatchObject({ name: 'ratelimit', enable: true, config, instance_id: GATEWAY })
    const again = await set({ name: 'ratelimit', enable: false })
    expect(again.body).toMatchObject({ id: body.id, enable: false, config })
    const { body: list } = await call('GET', '/features?limit=500')
    const [found] = list.features.filter(({ name }: { name: string }) => name === 'ratelimit')
    expect(found).toMatchObject({ id: body.id, enable: false, config })
  })

  test.each([
    [
      { name: 'app-api-key', enable: true },
      error('APIG.2000', 'Parameter error: unrecognized feature app-api-key'),
    ],
    [{ name: 'ratelimit' }, missing('enable')],
    [{ enable: true }, missing('name')],
    [{ name: 'a'.repeat(65), enable: true }, invalid('name')],
    [{ name: 'ratelimit', enable: 'on' }, invalid('enable')],
  ])('are refused with %j', async (body, expected) => {
    expect(await server().call('POST', '/features', { body })).toMatchObject({
      status: 400,
      body: expected,
    })
  })

  test('that are built in are named apart', async () => {
    const { body } = await server().call('GET', '/instance-features?limit=2')
    expect(body).toEqual({
      total: 8,
      size: 2,
      features: ['health_check_in_instance_etcd', 'shubao_support_add_node'],
    })
  })
})
