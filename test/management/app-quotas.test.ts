import { beforeEach, describe, expect, test } from 'vitest'
import {
  error,
  GATEWAY,
  HEX_ID,
  invalid,
  missing,
  NANOSECONDS,
  SECONDS,
  server,
  type TestServer,
} from '../helpers.ts'

const QUOTA = { name: 'quota_demo', call_limits: 1000, time_unit: 'MINUTE', time_interval: 1 }
const GONE = { status: 404, body: error('APIG.3093', 'App quota gone does not exist') }
const GONE_BINDING = { status: 404, body: error('APIG.3093', 'The App quota gone does not exist') }
const NAME_TAKEN = error('APIG.3325', 'The API quota name already exists')

let target: TestServer
let call: TestServer['call']

beforeEach(() => {
  target = server()
  call = target.call
})

const create = (fields: object = {}) =>
  call('POST', '/app-quotas', { body: { ...QUOTA, ...fields } })
const quotaId = async (fields: object = {}): Promise<string> =>
  (await create(fields)).body.app_quota_id
const appId = async (name: string): Promise<string> =>
  (await call('POST', '/apps', { body: { name } })).body.id
const bind = (quota: string, ...app_ids: unknown[]) =>
  call('POST', `/app-quotas/${quota}/binding-apps`, { body: { app_ids } })

describe('CreateAppQuota', () => {
  test('answers 201 with the quota, its time in China Standard Time, and exactly these fields', async () => {
    const before = Date.now()
    const given = { ...QUOTA, reset_time: '2020-09-20 00:00:00', remark: 'r' }
    const { status, body } = await create(given)
    expect(status).toBe(201)
    expect(body).toEqual({
      ...given,
      app_quota_id: expect.stringMatching(HEX_ID),
      create_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}\+08:00$/),
      bound_app_num: 0,
    })
    expect(Math.abs(Date.parse(body.create_time) - before)).toBeLessThan(10_000)
  })

  test('leaves out what was not sent', async () => {
    const { body } = await create({ remark: null, reset_time: null })
    expect(body).not.toHaveProperty('remark')
    expect(body).not.toHaveProperty('reset_time')
  })

  test.each([
    ['name', 'abc'],
    ['name', 'a'.repeat(255)],
    ['name', 'Z_9'],
    ['call_limits', 1],
    ['call_limits', 2_147_483_647],
    ['time_unit', 'SECOND'],
    ['time_unit', 'MINUTE'],
    ['time_unit', 'HOUR'],
    ['time_unit', 'DAY'],
    ['time_interval', 1],
    ['time_interval', 2_147_483_647],
    ['reset_time', '2020-12-31 23:59:59'],
    ['remark', ''],
    ['remark', '😀'.repeat(255)],
  ])('takes %s %j', async (field, value) => {
    const { status, body } = await create({ [field]: value })
    expect(status).toBe(201)
    expect(body[field]).toBe(value)
  })

  test.each([
    ['name', 'ab'],
    ['name', 'a'.repeat(256)],
    ['name', '1bc'],
    ['name', 'a-c'],
    ['name', 'abé'],
    ['name', 123],
    ['call_limits', 0],
    ['call_limits', -1],
    ['call_limits', 2_147_483_648],
    ['call_limits', 1.5],
    ['call_limits', '1000'],
    ['time_unit', 'minute'],
    ['time_unit', 'WEEK'],
    ['time_unit', ''],
    ['time_interval', 0],
    ['time_interval', 2_147_483_648],
    ['time_interval', true],
    ['reset_time', ''],
    ['reset_time', '2020-09-20T00:00:00Z'],
    ['reset_time', '2020-09-20'],
    ['reset_time', '2020-13-20 00:00:00'],
    ['reset_time', '2020-09-32 00:00:00'],
    ['reset_time', '2020-09-20 24:00:00'],
    ['remark', '😀'.repeat(256)],
    ['remark', 'a<b'],
    ['remark', 'a>b'],
    ['remark', 1],
  ])('refuses %s %j', async (field, value) => {
    expect(await create({ [field]: value })).toMatchObject({ status: 400, body: invalid(field) })
  })

  test.each(['name', 'call_limits', 'time_unit', 'time_interval'])('needs %s', async (field) => {
    for (const absent of [undefined, null]) {
      expect(await create({ [field]: absent })).toMatchObject({ status: 400, body: missing(field) })
    }
  })

  test('refuses the name of another quota of the gateway', async () => {
    await create()
    expect(await create()).toMatchObject({ status: 400, body: NAME_TAKEN })
    expect((await target.gateway('gw2')('POST', '/app-quotas', { body: QUOTA })).status).toBe(201)
  })
})

describe('ListAppQuotas and ShowAppQuota', () => {
  test('answer whole seconds, and the reset time with its zone', async () => {
    const { body } = await create({ reset_time: '2020-09-20 00:00:00', remark: 'r' })
    const shown = {
      ...body,
      create_time: expect.stringMatching(SECONDS),
      reset_time: '2020-09-20 00:00:00 +0000 +0000',
    }
    const one = await call('GET', `/app-quotas/${body.app_quota_id}`)
    expect(one.status).toBe(200)
    expect(one.body).toEqual(shown)
    expect(Math.abs(Date.parse(one.body.create_time) - Date.parse(body.create_time))).toBeLessThan(
      1000,
    )
    const list = await call('GET', '/app-quotas')
    expect(list.status).toBe(200)
    expect(list.body).toEqual({ total: 1, size: 1, quotas: [shown] })
  })

  test('list newest first, in pages, by a part of the name', async () => {
    for (const name of ['alpha', 'alphabet', 'beta']) await create({ name })
    const names = async (query: string) =>
      (await call('GET', `/app-quotas${query}`)).body.quotas.map((q: { name: string }) => q.name)
    expect(await names('')).toEqual(['beta', 'alphabet', 'alpha'])
    expect(await names('?name=lph')).toEqual(['alphabet', 'alpha'])
    expect(await names('?name=omega')).toEqual([])
    expect(await names('?name=')).toEqual(['beta', 'alphabet', 'alpha'])
    expect(await names('?limit=1&offset=1')).toEqual(['alphabet'])
    const { body } = await call('GET', '/app-quotas?name=alpha&limit=1')
    expect(body).toMatchObject({ total: 2, size: 1 })
  })
})

describe('UpdateAppQuota', () => {
  test('replaces what is sent and keeps the rest, whole seconds and the reset time as sent', async () => {
    const { body: quota } = await create({ remark: 'kept' })
    const fields = {
      name: 'renamed',
      call_limits: 5,
      time_unit: 'DAY',
      time_interval: 2,
      reset_time: '2021-01-01 00:00:00',
    }
    const { status, body } = await call('PUT', `/app-quotas/${quota.app_quota_id}`, {
      body: fields,
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      ...quota,
      ...fields,
      create_time: expect.stringMatching(SECONDS),
    })
    const { body: shown } = await call('GET', `/app-quotas/${quota.app_quota_id}`)
    expect(shown).toMatchObject({ ...fields, reset_time: '2021-01-01 00:00:00 +0000 +0000' })
  })

  test('does not collide with its own name, but with that of another', async () => {
    await create({ name: 'taken' })
    const path = `/app-quotas/${await quotaId()}`
    expect((await call('PUT', path, { body: QUOTA })).status).toBe(200)
    expect(await call('PUT', path, { body: { ...QUOTA, name: 'taken' } })).toMatchObject({
      status: 400,
      body: NAME_TAKEN,
    })
    expect((await call('GET', path)).body.name).toBe(QUOTA.name)
  })

  test('has the rules of a create', async () => {
    const path = `/app-quotas/${await quotaId()}`
    expect(await call('PUT', path, { body: { name: 'only' } })).toMatchObject({
      status: 400,
      body: missing('call_limits'),
    })
    expect(await call('PUT', path, { body: { ...QUOTA, call_limits: 0 } })).toMatchObject({
      status: 400,
      body: invalid('call_limits'),
    })
  })
})

describe('DeleteAppQuota', () => {
  test('answers 204, takes the bindings along and leaves the apps', async () => {
    const [quota, app] = [await quotaId(), await appId('app_demo')]
    await bind(quota, app)
    const path = `/app-quotas/${quota}`
    expect(await call('DELETE', path)).toMatchObject({ status: 204, body: undefined })
    expect((await call('GET', path)).status).toBe(404)
    expect((await call('DELETE', path)).status).toBe(404)
    expect((await call('GET', `/apps/${app}/bound-quota`)).body).toEqual({})
    expect((await call('GET', `/apps/${app}`)).status).toBe(200)
    // The name is free again, and the app for another quota.
    const next = await quotaId()
    expect((await call('GET', `/app-quotas/${next}/bindable-apps`)).body.total).toBe(1)
  })
})

describe('the apps of a quota', () => {
  let quota: string
  let one: string
  let two: string
  let three: string

  beforeEach(async () => {
    quota = await quotaId()
    one = await appId('app_one')
    two = await appId('app_two')
    three = await appId('other_three')
  })

  const ids = async (list: string) => {
    const { status, body } = await call('GET', `/app-quotas/${quota}/${list}`)
    expect(status).toBe(200)
    return body.apps.map((app: { app_id: string }) => app.app_id)
  }

  test('are bound with 201, each with the time', async () => {
    const { status, body } = await bind(quota, one, two)
    expect(status).toBe(201)
    const bound_time = expect.stringMatching(NANOSECONDS)
    expect(body).toEqual({
      applies: [
        { app_quota_id: quota, app_id: one, bound_time },
        { app_quota_id: quota, app_id: two, bound_time },
      ],
    })
  })

  test('are counted by every answer about the quota', async () => {
    await bind(quota, one, two)
    const path = `/app-quotas/${quota}`
    expect((await call('GET', path)).body.bound_app_num).toBe(2)
    expect((await call('GET', '/app-quotas')).body.quotas[0].bound_app_num).toBe(2)
    expect((await call('PUT', path, { body: QUOTA })).body.bound_app_num).toBe(2)
    expect((await call('GET', `/apps/${one}/bound-quota`)).body.bound_app_num).toBe(2)
  })

  test('are listed as bindable until they are bound, to whatever quota, newest first', async () => {
    const other = await quotaId({ name: 'other_quota' })
    expect(await ids('bindable-apps')).toEqual([three, two, one])
    await bind(quota, two)
    await bind(other, one)
    expect(await ids('bindable-apps')).toEqual([three])
    expect(await ids('bound-apps')).toEqual([two])
  })

  test('that are bindable are shown whole, without a quota', async () => {
    const { body: app } = await call('GET', `/apps/${three}`)
    const { body } = await call('GET', `/app-quotas/${quota}/bindable-apps?app_name=three`)
    expect(body).toEqual({
      total: 1,
      size: 1,
      apps: [
        {
          app_id: three,
          name: 'other_three',
          status: 1,
          app_key: app.app_key,
          register_time: app.register_time,
          update_time: app.update_time,
          bound_time: '0001-01-01T00:00:00Z',
        },
      ],
    })
  })

  test('that are bound are shown with the quota and the time, newest binding first', async () => {
    await bind(quota, three)
    await bind(quota, one)
    const { body: app } = await call('GET', `/apps/${one}`)
    const { body } = await call('GET', `/app-quotas/${quota}/bound-apps`)
    expect(body).toMatchObject({ total: 2, size: 2 })
    expect(body.apps[0]).toEqual({
      app_id: one,
      name: 'app_one',
      status: 1,
      app_key: app.app_key,
      register_time: app.register_time,
      update_time: app.update_time,
      app_quota_id: quota,
      app_quota_name: QUOTA.name,
      bound_time: expect.stringMatching(SECONDS),
    })
    expect(body.apps[1].app_id).toBe(three)
  })

  test.each(['bindable-apps', 'bound-apps'])(
    'are listed by %s in pages and by a part of the name',
    async (list) => {
      if (list === 'bound-apps') for (const app of [one, two, three]) await bind(quota, app)
      expect(await ids(`${list}?app_name=app_`)).toEqual([two, one])
      expect(await ids(`${list}?app_name=nobody`)).toEqual([])
      expect(await ids(`${list}?limit=1&offset=1`)).toEqual([two])
      expect(await ids(`${list}?offset=3`)).toEqual([])
      const { body } = await call('GET', `/app-quotas/${quota}/${list}?app_name=app_&limit=1`)
      expect(body).toMatchObject({ total: 2, size: 1 })
    },
  )

  test('named twice are bound once', async () => {
    expect((await bind(quota, one, one)).body.applies).toHaveLength(1)
    expect(await ids('bound-apps')).toEqual([one])
  })

  test('bound again keep their first time', async () => {
    const first = await bind(quota, one)
    expect((await bind(quota, one)).body).toEqual(first.body)
  })

  test('bound to another quota move to it', async () => {
    const other = await quotaId({ name: 'other_quota' })
    await bind(quota, one)
    expect((await bind(other, one)).status).toBe(201)
    expect(await ids('bound-apps')).toEqual([])
    expect((await call('GET', `/apps/${one}/bound-quota`)).body.app_quota_id).toBe(other)
  })

  test('moved to a quota are its newest, also in a state that is put back', async () => {
    const other = await quotaId({ name: 'other_quota' })
    await bind(other, one)
    await bind(quota, two)
    await bind(quota, one)
    expect(await ids('bound-apps')).toEqual([one, two])
    await call('PUT', '/_mock/state', { body: (await call('GET', '/_mock/state')).body })
    expect(await ids('bound-apps')).toEqual([one, two])
  })

  test('that do not all exist are not bound at all', async () => {
    expect(await bind(quota, one, 'gone')).toMatchObject({
      status: 404,
      body: error('APIG.3004', 'App gone does not exist'),
    })
    expect(await ids('bound-apps')).toEqual([])
  })

  test.each([
    [undefined, missing('app_ids')],
    [{}, missing('app_ids')],
    [{ app_ids: null }, missing('app_ids')],
    [{ app_ids: [] }, invalid('app_ids')],
    [{ app_ids: 'one' }, invalid('app_ids')],
    [{ app_ids: [1] }, invalid('app_ids')],
  ])('are not bound by %j', async (body, refusal) => {
    expect(await call('POST', `/app-quotas/${quota}/binding-apps`, { body })).toMatchObject({
      status: 400,
      body: refusal,
    })
  })

  test('are unbound with 204, once', async () => {
    await bind(quota, one, two)
    const path = `/app-quotas/${quota}/bound-apps/${one}`
    expect(await call('DELETE', path)).toMatchObject({ status: 204, body: undefined })
    expect(await ids('bound-apps')).toEqual([two])
    expect(await call('DELETE', path)).toMatchObject({
      status: 404,
      body: error('APIG.3004', `App ${one} does not exist`),
    })
  })

  test('are not unbound through another quota', async () => {
    const other = await quotaId({ name: 'other_quota' })
    await bind(quota, one)
    expect((await call('DELETE', `/app-quotas/${other}/bound-apps/${one}`)).status).toBe(404)
    expect(await ids('bound-apps')).toEqual([one])
  })
})

describe('ShowAppBoundAppQuota', () => {
  test('answers the quota of an app as a show of the quota does', async () => {
    const [quota, app] = [
      await quotaId({ reset_time: '2020-09-20 00:00:00', remark: 'r' }),
      await appId('app_demo'),
    ]
    await bind(quota, app)
    const { status, body } = await call('GET', `/apps/${app}/bound-quota`)
    expect(status).toBe(200)
    expect(body).toEqual((await call('GET', `/app-quotas/${quota}`)).body)
    expect(body).toMatchObject({ reset_time: '2020-09-20 00:00:00 +0000 +0000', bound_app_num: 1 })
  })

  test('answers {} for an app without a quota and 404 for an app that is not there', async () => {
    const app = await appId('app_demo')
    expect(await call('GET', `/apps/${app}/bound-quota`)).toMatchObject({ status: 200 })
    expect((await call('GET', `/apps/${app}/bound-quota`)).body).toEqual({})
    expect(await call('GET', '/apps/gone/bound-quota')).toMatchObject({
      status: 404,
      body: error('APIG.3004', 'App gone does not exist'),
    })
  })
})

test.each([
  ['GET', '', undefined, GONE],
  ['PUT', '', QUOTA, GONE],
  ['DELETE', '', undefined, GONE],
  ['GET', '/bindable-apps', undefined, GONE_BINDING],
  ['GET', '/bound-apps', undefined, GONE_BINDING],
  ['POST', '/binding-apps', { app_ids: ['a'] }, GONE_BINDING],
  ['DELETE', '/bound-apps/a', undefined, GONE_BINDING],
])('%s of a quota that is not there%s answers 404', async (method, below, body, answer) => {
  expect(await call(method, `/app-quotas/gone${below}`, { body })).toMatchObject(answer)
})

test('quotas may be seeded, with whatever is bound to them', async () => {
  const seeded = server(
    {},
    {
      instances: [
        {
          id: GATEWAY,
          apps: [{ id: 'a', name: 'app_demo' }],
          app_quotas: [{ app_quota_id: 'q', ...QUOTA }],
          app_quota_bindings: [{ app_quota_id: 'q', app_id: 'a' }],
        },
      ],
    },
  )
  expect((await seeded.call('GET', '/apps/a/bound-quota')).body).toMatchObject({
    app_quota_id: 'q',
    bound_app_num: 1,
  })
})
