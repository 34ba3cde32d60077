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
  stateOf,
  type TestServer,
} from '../helpers.ts'
import { seededApis } from './api-helpers.ts'

const GONE = { status: 404, body: error('APIG.3004', 'App gone does not exist') }

let target: TestServer
let call: TestServer['call']

beforeEach(() => {
  target = server()
  call = target.call
})

const create = async (fields: object) => (await call('POST', '/apps', { body: fields })).body

/** What a list or a show prints of an app whose create answered `app`. */
const shown = (app: object) => ({
  ...app,
  register_time: expect.stringMatching(SECONDS),
  update_time: expect.stringMatching(SECONDS),
})

/** The names of a list, in its order. */
const namesOf = async (query: string) => {
  const { status, body } = await call('GET', `/apps${query}`)
  expect(status).toBe(200)
  expect(body.size).toBe(body.apps.length)
  return body.apps.map((app: { name: string }) => app.name)
}

describe('ListAppsV2', () => {
  test('answers whole apps with the number of APIs bound to them, whole seconds, and no more', async () => {
    const app = await create({ name: 'app_demo', remark: 'r' })
    expect(await call('GET', '/apps')).toMatchObject({ status: 200 })
    const { body } = await call('GET', '/apps')
    expect(body).toEqual({ total: 1, size: 1, apps: [{ ...shown(app), bind_num: 0 }] })
  })

  test('answers an empty list for a gateway without apps', async () => {
    const { status, body } = await call('GET', '/apps')
    expect(status).toBe(200)
    expect(body).toEqual({ total: 0, size: 0, apps: [] })
  })

  test('is newest first, and an update does not move an app', async () => {
    const first = await create({ name: 'first' })
    await create({ name: 'second' })
    await create({ name: 'third' })
    await call('PUT', `/apps/${first.id}`, { body: { name: 'renamed' } })
    expect(await namesOf('')).toEqual(['third', 'second', 'renamed'])
  })

  test('shows the apps of its gateway only', async () => {
    await create({ name: 'here' })
    await target.gateway('gw2')('POST', '/apps', { body: { name: 'there' } })
    expect(await namesOf('')).toEqual(['here'])
  })

  describe('filters', () => {
    const fields = {
      related: { related_domain_id: 'd1', related_project_id: 'p9' },
      key: { app_key: 'key-of-alpha' },
    }
    let alpha: { id: string }

    beforeEach(async () => {
      alpha = await create({ name: 'alpha', ...fields.key, ...fields.related })
      await create({ name: 'alphabet' })
      await create({ name: 'beta_alpha' })
      await create({ name: 'gamma' })
    })

    const all = ['gamma', 'beta_alpha', 'alphabet', 'alpha']
    const alphas = ['beta_alpha', 'alphabet', 'alpha']

    test.each([
      ['a part of the name', '?name=alpha', alphas],
      ['a part in the middle', '?name=eta_al', ['beta_alpha']],
      ['no name', '?name=omega', []],
      ['an empty name, which is none', '?name=', all],
      ['a whole name with precise_search', '?name=alpha&precise_search=name', ['alpha']],
      ['a part with precise_search', '?name=alph&precise_search=name', []],
      ['precise_search among others', '?name=alpha&precise_search=id,name', ['alpha']],
      ['precise_search of another field', '?name=alpha&precise_search=app_key', alphas],
      ['precise_search without the name', '?precise_search=name', all],
      ['precise_search with another filter', '?precise_search=name&status=1', all],
      ['precise_search and an empty name', '?name=&precise_search=name', all],
      ['the key', '?app_key=key-of-alpha', ['alpha']],
      ['a part of the key, which is none', '?app_key=key-of', []],
      ['the status', '?status=1', all],
      ['a status that no app has', '?status=2', []],
      ['the creator', '?creator=USER', all],
      ['a creator that no app has', '?creator=MARKET', []],
      ['the related domain', '?related_domain_id=d1', ['alpha']],
      ['the related project', '?related_project_id=p9', ['alpha']],
      ['a related project that no app has', '?related_project_id=d1', []],
      ['several filters, all of which must match', '?name=alpha&app_key=key-of-alpha', ['alpha']],
      ['several filters that match none', '?name=gamma&app_key=key-of-alpha', []],
      ['a filter given twice, of which the first counts', '?name=gamma&name=alpha', ['gamma']],
      ['a filter that does not exist', '?colour=red', all],
      ['an id that no app has', '?id=gone', []],
    ])('by %s', async (_, query, expected) => {
      expect(await namesOf(query)).toEqual(expected)
    })

    test('by the id', async () => {
      expect(await namesOf(`?id=${alpha.id}`)).toEqual(['alpha'])
      expect(await namesOf(`?id=${alpha.id.slice(1)}`)).toEqual([])
    })

    test('count all matches in total and the page in size', async () => {
      const { body } = await call('GET', '/apps?name=alpha&limit=2')
      expect(body).toMatchObject({ total: 3, size: 2 })
      const rest = await call('GET', '/apps?name=alpha&limit=2&offset=2')
      expect(rest.body).toMatchObject({ total: 3, size: 1, apps: [{ name: 'alpha' }] })
    })

    test('refuse a status that is no number', async () => {
      expect(await call('GET', '/apps?status=one')).toMatchObject({
        status: 400,
        body: invalid('status', 'APIG.2012'),
      })
    })
  })

  describe('pages', () => {
    const COUNT = 501
    const nameAt = (index: number) => `app_${COUNT - 1 - index}`
    const apps = Array.from({ length: COUNT }, (_, i) => ({ name: `app_${i}` }))

    beforeEach(() => {
      call = server({}, { instances: [{ id: GATEWAY, apps }] }).call
    })

    // [query, number of apps, index of the first, where 0 is the newest]
    test.each([
      ['', 20, 0],
      ['?limit=1', 1, 0],
      ['?limit=499', 499, 0],
      ['?limit=500', 500, 0],
      ['?limit=501', 500, 0],
      ['?limit=9223372036854775807', 500, 0],
      [`?limit=${'9'.repeat(40)}`, 500, 0],
      ['?limit=0', 20, 0],
      ['?limit=-1', 20, 0],
      ['?limit=-9223372036854775808', 20, 0],
      ['?limit=', 20, 0],
      ['?limit=007', 7, 0],
      ['?limit=%2B7', 7, 0],
      ['?offset=0', 20, 0],
      ['?offset=-1', 20, 0],
      ['?name=app_&offset=-1&limit=3', 3, 0],
      ['?offset=', 20, 0],
      ['?offset=1', 20, 1],
      ['?offset=481', 20, 481],
      ['?offset=482', 19, 482],
      ['?offset=500', 1, 500],
      ['?offset=501', 0, 501],
      ['?offset=9223372036854775807', 0, 501],
      ['?offset=100&limit=3', 3, 100],
      ['?offset=1&limit=500', 500, 1],
      ['?offset=2&limit=500', 499, 2],
    ])('%j has %i apps from the one at %i on', async (query, size, first) => {
      const { status, body } = await call('GET', `/apps${query}`)
      expect(status).toBe(200)
      expect(body).toMatchObject({ total: COUNT, size })
      const expected = Array.from({ length: size }, (_, i) => nameAt(first + i))
      expect(body.apps.map((app: { name: string }) => app.name)).toEqual(expected)
    })

    test.each([
      ['limit', 'x'],
      ['limit', '1.5'],
      ['limit', '1e2'],
      ['limit', '0x10'],
      ['offset', 'x'],
      ['offset', '--1'],
      ['offset', '%20'],
    ])('of %s=%s are refused', async (name, value) => {
      expect(await call('GET', `/apps?${name}=${value}`)).toMatchObject({
        status: 400,
        body: invalid(name, 'APIG.2012'),
      })
    })

    test('together hold every app once', async () => {
      const seen: string[] = []
      for (let offset = 0; ; offset += 100) {
        const names = await namesOf(`?limit=100&offset=${offset}`)
        if (names.length === 0) break
        seen.push(...names)
      }
      expect(seen).toEqual(apps.map((app) => app.name).reverse())
    })
  })

  test('counts the APIs that an app is authorized for', async () => {
    const auth = (app_id: string, api_id: string) => ({ app_id, api_id })
    call = server(
      {},
      {
        instances: [
          {
            id: GATEWAY,
            apps: [
              { id: 'a', name: 'with_two' },
              { id: 'b', name: 'with_none' },
            ],
            ...seededApis('api1', 'api2'),
            app_auths: [auth('a', 'api1'), auth('a', 'api2')],
          },
          {
            id: 'gw2',
            ...seededApis('api1'),
            apps: [{ id: 'b', name: 'other' }],
            app_auths: [auth('b', 'api1')],
          },
        ],
      },
    ).call
    const { body } = await call('GET', '/apps')
    expect(body.apps).toMatchObject([
      { name: 'with_none', bind_num: 0 },
      { name: 'with_two', bind_num: 2 },
    ])
  })
})

describe('ShowDetailsOfAppV2', () => {
  test('answers the whole app, secret included, with whole seconds and no bind_num', async () => {
    const app = await create({ name: 'app_demo', remark: 'r' })
    const { status, body } = await call('GET', `/apps/${app.id}`)
    expect(status).toBe(200)
    expect(body).toEqual(shown(app))
  })

  test('does not find an app of another gateway', async () => {
    const app = await create({ name: 'app_demo' })
    const answer = await target.gateway('gw2')('GET', `/apps/${app.id}`)
    expect(answer).toMatchObject({
      status: 404,
      body: error('APIG.3004', `App ${app.id} does not exist`),
    })
  })
})

describe('UpdateAppV2', () => {
  test('replaces what is sent, answers the app and the new time', async () => {
    const app = await create({ name: 'app_demo', remark: 'old' })
    const fields = {
      name: 'renamed',
      remark: 'new',
      app_key: 'another-key',
      app_secret: 'another-secret',
    }
    const { status, body } = await call('PUT', `/apps/${app.id}`, { body: fields })
    expect(status).toBe(200)
    expect(body).toEqual({
      ...app,
      ...fields,
      register_time: expect.stringMatching(SECONDS),
      update_time: expect.stringMatching(NANOSECONDS),
    })
    expect(body.update_time > app.update_time).toBe(true)
    expect((await call('GET', `/apps/${app.id}`)).body).toEqual(shown({ ...app, ...fields }))
  })

  test('keeps what is not sent', async () => {
    const app = await create({ name: 'app_demo', remark: 'kept' })
    await call('PUT', `/apps/${app.id}`, { body: { name: 'renamed', remark: null } })
    expect((await call('GET', `/apps/${app.id}`)).body).toEqual(shown({ ...app, name: 'renamed' }))
  })

  test('cannot empty the remark', async () => {
    const app = await create({ name: 'app_demo', remark: 'old' })
    const { body } = await call('PUT', `/apps/${app.id}`, {
      body: { name: 'app_demo', remark: '' },
    })
    expect(body.remark).toBe('old')
  })

  test('does not collide with its own name and key', async () => {
    const app = await create({ name: 'app_demo', app_key: 'my-app-key' })
    const { name, app_key, app_secret } = app
    const answer = await call('PUT', `/apps/${app.id}`, { body: { name, app_key, app_secret } })
    expect(answer).toMatchObject({ status: 200, body: { app_key, app_secret } })
  })

  test.each([
    [{ name: 'taken' }, 'APIG.3203', 'The app name already exists'],
    [{ name: 'mine', app_key: 'taken-key' }, 'APIG.3310', 'The AppKey already exists'],
    [{ name: 'taken', app_key: 'taken-key' }, 'APIG.3203', 'The app name already exists'],
  ])('refuses what another app has: %j', async (body, code, message) => {
    await create({ name: 'taken', app_key: 'taken-key' })
    const { id } = await create({ name: 'mine' })
    const before = stateOf(target)
    expect(await call('PUT', `/apps/${id}`, { body })).toMatchObject({
      status: 400,
      body: error(code, message),
    })
    expect(stateOf(target)).toEqual(before)
  })

  test('frees the old name and key', async () => {
    const { id } = await create({ name: 'old_name', app_key: 'old-app-key' })
    await call('PUT', `/apps/${id}`, { body: { name: 'new_name', app_key: 'new-app-key' } })
    const again = { name: 'old_name', app_key: 'old-app-key' }
    expect((await call('POST', '/apps', { body: again })).status).toBe(201)
  })

  test.each([
    [{}, missing('name')],
    [{ remark: 'only' }, missing('name')],
    [{ name: '1bc' }, invalid('name')],
    [{ name: 'app_demo', remark: '😀'.repeat(256) }, invalid('remark')],
    [{ name: 'app_demo', app_key: 'short' }, invalid('app_key')],
    [{ name: 'app_demo', app_secret: '-bcdefgh' }, invalid('app_secret')],
    [{ name: 'app_demo', app_secret: 12345678 }, invalid('app_secret')],
  ])('has the rules of a create: %j', async (body, refusal) => {
    const { id } = await create({ name: 'app_demo' })
    expect(await call('PUT', `/apps/${id}`, { body })).toMatchObject({ status: 400, body: refusal })
  })
})

describe('DeleteAppV2', () => {
  test('answers 204 without a body, after which the app is gone and its name and key are free', async () => {
    const fields = { name: 'app_demo', app_key: 'my-app-key' }
    const { id } = await create(fields)
    expect(await call('DELETE', `/apps/${id}`)).toMatchObject({ status: 204, body: undefined })
    const gone = { status: 404, body: error('APIG.3004', `App ${id} does not exist`) }
    expect(await call('GET', `/apps/${id}`)).toMatchObject(gone)
    expect(await call('DELETE', `/apps/${id}`)).toMatchObject(gone)
    expect(await namesOf('')).toEqual([])
    expect((await call('POST', '/apps', { body: fields })).status).toBe(201)
  })

  test('may come with a JSON content type and no body, as the SDKs send it', async () => {
    const { id } = await create({ name: 'app_demo' })
    const headers = { 'content-type': 'application/json' }
    expect((await call('DELETE', `/apps/${id}`, { headers })).status).toBe(204)
  })

  test('takes along what belongs to the app, and nothing else', async () => {
    const [kept, doomed] = [await create({ name: 'kept' }), await create({ name: 'doomed' })]
    const { body: quota } = await call('POST', '/app-quotas', {
      body: { name: 'quota', call_limits: 1, time_unit: 'DAY', time_interval: 1 },
    })
    const equip = async ({ id }: { id: string }) => {
      await call('PUT', `/apps/${id}/app-codes`)
      await call('PUT', `/apps/${id}/app-codes`)
      await call('PUT', `/apps/${id}/app-acl`, {
        body: { app_acl_type: 'DENY', app_acl_values: ['10.0.0.1'] },
      })
      await call('POST', `/apps/${id}/ai-api-keys`, { body: {} })
      await call('POST', `/app-quotas/${quota.app_quota_id}/binding-apps`, {
        body: { app_ids: [id] },
      })
    }
    await equip(kept)
    const before = stateOf(target)
    await equip(doomed)
    await call('DELETE', `/apps/${doomed.id}`)

    // What is left is what was there before the doomed app was equipped, without that app.
    const [gateway] = before.instances as [{ apps: { id: string }[] }]
    gateway.apps = gateway.apps.filter(({ id }) => id !== doomed.id)
    expect(stateOf(target)).toEqual(before)
    expect((await call('GET', `/app-quotas/${quota.app_quota_id}`)).body.bound_app_num).toBe(1)
  })

  test('takes along the authorizations', async () => {
    const seeded = server(
      {},
      {
        instances: [
          {
            id: GATEWAY,
            apps: [{ id: 'a', name: 'app_demo' }],
            ...seededApis('api1'),
            app_auths: [{ app_id: 'a', api_id: 'api1' }],
          },
        ],
      },
    )
    await seeded.call('DELETE', '/apps/a')
    expect(stateOf(seeded).instances).toMatchObject([{ apps: [], app_auths: [] }])
  })
})

describe('ResettingAppSecretV2', () => {
  test.each([
    ['an empty body', {}],
    ['no body', undefined],
    ['a secret that is null', { app_secret: null }],
  ])('generates a secret for %s', async (_, body) => {
    const app = await create({ name: 'app_demo' })
    const answer = await call('PUT', `/apps/secret/${app.id}`, { body })
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      ...app,
      app_secret: expect.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_\-!@#$%]{7,127}$/),
      register_time: expect.stringMatching(SECONDS),
      update_time: expect.stringMatching(NANOSECONDS),
    })
    expect(answer.body.app_secret).not.toBe(app.app_secret)
    const found = await call('GET', `/apps/${app.id}`)
    expect(found.body.app_secret).toBe(answer.body.app_secret)
  })

  test('takes the secret that is given', async () => {
    const app = await create({ name: 'app_demo' })
    const body = { app_secret: 'my-secret_!@#$%' }
    expect((await call('PUT', `/apps/secret/${app.id}`, { body })).body).toMatchObject(body)
    expect((await call('GET', `/apps/${app.id}`)).body).toEqual(shown({ ...app, ...body }))
  })

  test.each(['abcdefg', '', '-abcdefgh', 'abcdefg&', 's'.repeat(129), 12345678])(
    'refuses the secret %j and keeps the old one',
    async (app_secret) => {
      const app = await create({ name: 'app_demo' })
      expect(await call('PUT', `/apps/secret/${app.id}`, { body: { app_secret } })).toMatchObject({
        status: 400,
        body: invalid('app_secret'),
      })
      expect((await call('GET', `/apps/${app.id}`)).body.app_secret).toBe(app.app_secret)
    },
  )
})

describe('CheckAppV2', () => {
  test('answers id, name and remark of an app, and no more', async () => {
    const { id } = await create({ name: 'app_demo', remark: 'r' })
    const { status, body } = await call('GET', `/apps/validation/${id}`)
    expect(status).toBe(200)
    expect(body).toEqual({ id, name: 'app_demo', remark: 'r' })
  })

  test('leaves out a remark that there is not', async () => {
    const { id } = await create({ name: 'app_demo' })
    expect((await call('GET', `/apps/validation/${id}`)).body).toEqual({ id, name: 'app_demo' })
  })
})

describe('an operation on one app', () => {
  const operations: [method: string, path: (id: string) => string, body?: object][] = [
    ['GET', (id) => `/apps/${id}`],
    ['PUT', (id) => `/apps/${id}`, { name: 'app_demo' }],
    ['DELETE', (id) => `/apps/${id}`],
    ['PUT', (id) => `/apps/secret/${id}`, {}],
    ['GET', (id) => `/apps/validation/${id}`],
  ]

  test.each(operations)(
    '%s %s answers 404 for an app that is not there',
    async (method, path, body) => {
      expect(await call(method, path('gone'), { body })).toMatchObject(GONE)
    },
  )

  test.each(operations)('%s %s answers 400 for what can be no id', async (method, path, body) => {
    for (const id of ['a'.repeat(65), 'a%20b', '%C3%A9', '%00', 'a%0A']) {
      expect(await call(method, path(id), { body })).toMatchObject({
        status: 400,
        body: invalid('id', 'APIG.2012'),
      })
    }
  })

  test.each(operations)('%s %s answers 401 without a token', async (method, path, body) => {
    expect(await call(method, path('gone'), { body, token: null })).toMatchObject({
      status: 401,
      body: error('APIG.1002', 'Incorrect token or token resolution failed'),
    })
  })

  test('takes an id of 64 characters for one that is not there', async () => {
    const id = '~'.repeat(64)
    expect((await call('GET', `/apps/${id}`)).body.error_code).toBe('APIG.3004')
  })

  test('ids of apps are 32 hex digits', async () => {
    expect((await create({ name: 'app_demo' })).id).toMatch(HEX_ID)
  })
})
