import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createClock } from '../../src/core/clock.ts'
import type { ApigError } from '../../src/core/errors.ts'
import { createIds, idOf } from '../../src/core/ids.ts'
import { exportState, importState } from '../../src/store/document.ts'
import { tables } from '../../src/tables.ts'
import { HEX_ID } from '../helpers.ts'
import { API } from '../management/api-helpers.ts'

const stamp = { clock: createClock(), ids: createIds() }
const load = (document: unknown) => importState(tables, document, stamp)
const dump = (document: unknown) => exportState(load(document))

/** The JSON of a state, as it leaves the process. */
const overTheWire = (document: unknown) => JSON.parse(JSON.stringify(document))

/** One gateway with these tables. */
const gateway = (rows: object) => ({ instances: [{ id: 'gw1', ...rows }] })

/** The API that authorizations name, in the group that a gateway has from birth. */
const apiOf = (gatewayId: string) => ({
  ...API,
  id: 'api1',
  group_id: idOf(`DEFAULT group of ${gatewayId}`),
})
const APP = { id: 'a', name: 'app_demo' }
const QUOTA = {
  app_quota_id: 'q',
  name: 'quota_demo',
  call_limits: 1,
  time_unit: 'DAY',
  time_interval: 1,
}

describe('a state document', () => {
  const letters = fc.constantFrom('a', 'b', 'c', 'd', 'e')
  const apps = fc
    .uniqueArray(fc.record({ id: letters, remark: fc.string({ unit: 'binary', maxLength: 20 }) }), {
      selector: ({ id }) => id,
    })
    .map((list) => list.map((app) => ({ ...app, name: `app_${app.id}` })))

  const gateways = fc
    .record({
      apps,
      codes: fc.array(letters),
      keys: fc.array(letters),
      acls: fc.uniqueArray(letters),
      bindings: fc.uniqueArray(letters),
      auths: fc.uniqueArray(letters),
    })
    .map(({ apps, codes, keys, acls, bindings, auths }) => {
      const owned = (ids: string[]) =>
        ids.filter((id) => apps.some((app) => app.id === id)).map((app_id) => ({ app_id }))
      return {
        apps,
        app_codes: owned(codes),
        ai_api_keys: owned(keys),
        app_acls: owned(acls).map((acl) => ({
          ...acl,
          app_acl_type: 'DENY',
          app_acl_values: ['::1'],
        })),
        app_quotas: [QUOTA],
        app_quota_bindings: owned(bindings).map((binding) => ({ ...binding, app_quota_id: 'q' })),
        app_auths: owned(auths).map((auth) => ({ ...auth, api_id: 'api1' })),
      }
    })

  const documents = fc.dictionary(fc.constantFrom('gw1', 'gw2', 'other'), gateways).map((byId) => ({
    instances: Object.entries(byId).map(([id, rows]) => ({ id, apis: [apiOf(id)], ...rows })),
  }))

  test('holds what was read, in its order, with what was left out', () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(dump(document)).toMatchObject(document)
      }),
    )
  })

  test('that was written is read and written again as the same', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const written = overTheWire(dump(document))
        expect(dump(written)).toEqual(written)
      }),
    )
  })

  test('may be empty, or name its version', () => {
    expect(dump({ instances: [] })).toMatchObject({ version: 1, instances: [] })
    // What it does not name is built in.
    expect(dump({})).toMatchObject({ version: 1, instances: [{ id: 'my-gateway' }] })
    expect(dump({ version: 1 })).toMatchObject({ version: 1, instances: [{ id: 'my-gateway' }] })
  })

  test('completes a record as a create does', () => {
    const document = dump(gateway({ apps: [{ name: 'app_demo' }], app_codes: [], ai_api_keys: [] }))
    expect(document.instances).toMatchObject([
      {
        id: 'gw1',
        instance_name: 'gw1',
        apps: [
          {
            id: expect.stringMatching(HEX_ID),
            app_key: expect.stringMatching(HEX_ID),
            app_secret: expect.stringMatching(HEX_ID),
            creator: 'USER',
            register_time: expect.any(Number),
          },
        ],
        app_quotas: [],
      },
    ])
  })

  test('may name a record before that to which it belongs', () => {
    const rows = {
      app_auths: [{ app_id: 'a', api_id: 'api1' }],
      apps: [APP],
      apis: [apiOf('gw1')],
    }
    expect(dump(gateway(rows)).instances).toMatchObject([rows])
  })

  test('may use an id, a name and a key again in another gateway', () => {
    const instances = ['gw1', 'gw2'].map((id) => ({
      id,
      apps: [{ ...APP, app_key: 'the-app-key' }],
    }))
    expect(dump({ instances }).instances).toMatchObject(instances)
  })

  test('does not share its records with the state', () => {
    const app = { ...APP }
    const state = load(gateway({ apps: [app] }))
    app.name = 'changed'
    expect(exportState(state).instances).toMatchObject([{ apps: [APP] }])
  })
})

describe('the first fault of a state document is named by its path', () => {
  test.each([
    ['no object', null, '/', 'expected an object'],
    ['no object', [], '/', 'expected an object'],
    ['no object', 'x', '/', 'expected an object'],
    ['no object', undefined, '/', 'expected an object'],
    ['another version', { version: 2 }, '/version', 'expected 1'],
    ['a version in text', { version: '1' }, '/version', 'expected 1'],
    ['an unknown table', { gadgets: [] }, '/gadgets', 'unknown field'],
    ['a table that is no list', { instances: {} }, '/instances', 'expected an array'],
    ['a record that is no object', { instances: [1] }, '/instances/0', 'expected an object'],
    [
      'an unknown field',
      { instances: [{ colour: 'red' }] },
      '/instances/0/colour',
      'unknown field',
    ],
    ['__proto__', JSON.parse('{"__proto__":{}}'), '/__proto__', 'unknown field'],
    ['constructor', { constructor: {} }, '/constructor', 'unknown field'],
    [
      'a wrong type',
      { instances: [{ id: 'a' }, { id: 7 }] },
      '/instances/1/id',
      'expected a string',
    ],
    [
      'two gateways of one id',
      { instances: [{ id: 'a' }, { id: 'a' }] },
      '/instances/1/id',
      'another record has this value',
    ],
    [
      'a table of a gateway that is no list',
      gateway({ apps: 'x' }),
      '/instances/0/apps',
      'expected an array',
    ],
    ['a table of a gateway beside it', { apps: [] }, '/apps', 'unknown field'],
    [
      'an unknown field of an app',
      gateway({ apps: [APP, { ...APP, secret: 1 }] }),
      '/instances/0/apps/1/secret',
      'unknown field',
    ],
    [
      'an app without a name',
      gateway({ apps: [{}] }),
      '/instances/0/apps/0/name',
      'required, but missing',
    ],
    [
      'a name against its rule',
      gateway({ apps: [{ name: '1' }] }),
      '/instances/0/apps/0/name',
      'expected 3 to 64 characters, first a letter',
    ],
    [
      'a remark of 256 characters',
      gateway({ apps: [{ ...APP, remark: 'r'.repeat(256) }] }),
      '/instances/0/apps/0/remark',
      'expected a string of at most 255 characters',
    ],
    [
      'a time in text',
      gateway({ apps: [{ ...APP, update_time: '2020' }] }),
      '/instances/0/apps/0/update_time',
      'expected milliseconds since 1970',
    ],
    [
      'a null',
      gateway({ apps: [{ ...APP, remark: null }] }),
      '/instances/0/apps/0/remark',
      'expected a string of at most 255 characters',
    ],
    [
      'two apps of one id',
      gateway({ apps: [APP, { ...APP, name: 'other' }] }),
      '/instances/0/apps/1/id',
      'another record has this value',
    ],
    [
      'two apps of one name',
      gateway({ apps: [APP, { name: APP.name }] }),
      '/instances/0/apps/1/name',
      'another record has this value',
    ],
    [
      'two apps of one key',
      gateway({ apps: ['abc', 'abd'].map((name) => ({ name, app_key: 'the-app-key' })) }),
      '/instances/0/apps/1/app_key',
      'another record has this value',
    ],
    [
      'an address that is none',
      gateway({
        apps: [APP],
        app_acls: [{ app_id: 'a', app_acl_type: 'DENY', app_acl_values: ['::1', 'x'] }],
      }),
      '/instances/0/app_acls/0/app_acl_values/1',
      'expected an IP address',
    ],
    [
      'an AppCode of no app',
      gateway({ apps: [APP], app_codes: [{ app_id: 'a' }, { app_id: 'b' }] }),
      '/instances/0/app_codes/1/app_id',
      'no such record in apps',
    ],
    [
      'an AppCode of an app of another gateway',
      {
        instances: [
          { id: 'gw1', apps: [APP] },
          { id: 'gw2', app_codes: [{ app_id: 'a' }] },
        ],
      },
      '/instances/1/app_codes/0/app_id',
      'no such record in apps',
    ],
    [
      'an AppCode without an app',
      gateway({ app_codes: [{}] }),
      '/instances/0/app_codes/0/app_id',
      '',
    ],
    [
      'a binding to no quota',
      gateway({ apps: [APP], app_quota_bindings: [{ app_id: 'a', app_quota_id: 'q' }] }),
      '/instances/0/app_quota_bindings/0/app_quota_id',
      'no such record in app_quotas',
    ],
    [
      'a binding of no app',
      gateway({ app_quotas: [QUOTA], app_quota_bindings: [{ app_id: 'a', app_quota_id: 'q' }] }),
      '/instances/0/app_quota_bindings/0/app_id',
      'no such record in apps',
    ],
    [
      'an authorization of no app',
      gateway({ app_auths: [{ api_id: 'x' }] }),
      '/instances/0/app_auths/0/app_id',
      'no such record in apps',
    ],
  ])('%s', (_, document, path, detail) => {
    let fault: ApigError | undefined
    try {
      load(document)
    } catch (error) {
      fault = error as ApigError
    }
    expect(fault).toMatchObject({ code: 'MOCK.0400', statusCode: 400 })
    expect(fault?.message.startsWith(`Invalid state at ${path}: ${detail}`), fault?.message).toBe(
      true,
    )
  })
})
