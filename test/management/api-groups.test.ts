import { describe, expect, test } from 'vitest'
import { error, HEX_ID, invalid, missing, NANOSECONDS, SECONDS, server } from '../helpers.ts'

const GROUP = { name: 'api_group_001', remark: 'Group 1' }
const UNKNOWN = error('APIG.3001', 'API group gone does not exist')
const TAKEN = error('APIG.3201', 'The API group name already exists')
const DEFAULT_BODY =
  '{"error_code":"$context.error.code","error_msg":"$context.error.message","request_id":"$context.requestId"}'

async function groups(target = server()) {
  const { body: group } = await target.call('POST', '/api-groups', { body: GROUP })
  return { ...target, group, path: `/api-groups/${group.id}` }
}

describe('an API group', () => {
  test('is created with a debug domain, and times in nanoseconds', async () => {
    const { status, body } = await server().call('POST', '/api-groups', { body: GROUP })
    expect(status).toBe(201)
    expect(body).toEqual({
      ...GROUP,
      id: expect.stringMatching(HEX_ID),
      status: 1,
      sl_domain: `${body.id}.apic.localhost`,
      sl_domains: [`${body.id}.apic.localhost`],
      url_domains: [],
      on_sell_status: 2,
      is_default: 2,
      sl_domain_access_enabled: true,
      register_time: expect.stringMatching(NANOSECONDS),
      update_time: expect.stringMatching(NANOSECONDS),
    })
  })

  test('has its debug domain below the name that is configured', async () => {
    const { group } = await groups(server({ groupDomain: 'apic.example.com' }))
    expect(group.sl_domain).toBe(`${group.id}.apic.example.com`)
  })

  test('is shown and listed with times in seconds, newest first', async () => {
    const { call, group, path } = await groups()
    const shown = {
      ...group,
      register_time: expect.stringMatching(SECONDS),
      update_time: expect.stringMatching(SECONDS),
    }
    expect((await call('GET', path)).body).toEqual(shown)
    const { body } = await call('GET', '/api-groups')
    expect(body.groups).toEqual([
      shown,
      expect.objectContaining({ name: 'DEFAULT', is_default: 1 }),
    ])
  })

  test.each([
    ['name=group', ['api_group_002', 'api_group_001']],
    ['name=api_group_001&precise_search=name', ['api_group_001']],
    ['name=none', []],
  ])('is found by %s', async (query, names) => {
    const { call } = await groups()
    await call('POST', '/api-groups', { body: { name: 'api_group_002' } })
    const { body } = await call('GET', `/api-groups?${query}`)
    expect(body.groups.map(({ name }: typeof GROUP) => name)).toEqual(names)
  })

  test('is changed in name and remark, and keeps the time of its registration', async () => {
    const { call, path, group } = await groups()
    const { status, body } = await call('PUT', path, { body: { name: 'other' } })
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: group.id, name: 'other', remark: '' })
    expect(body.register_time).toBe(`${group.register_time.slice(0, 19)}Z`)
  })

  test('has a name of its own, which `check` looks up', async () => {
    const { call, path } = await groups()
    const taken = { status: 400, body: TAKEN }
    expect(await call('POST', '/api-groups', { body: GROUP })).toMatchObject(taken)
    expect((await call('PUT', path, { body: GROUP })).status).toBe(200)
    const check = (group_name: string) =>
      call('POST', '/api-groups/check', { body: { group_name } })
    expect(await check(GROUP.name)).toMatchObject(taken)
    expect(await check('free')).toMatchObject({ status: 204, body: undefined })
  })

  test.each([
    [{}, missing('name')],
    [{ name: 'ab' }, invalid('name')],
    [{ name: 'with!mark' }, invalid('name')],
    [{ name: '_ab' }, invalid('name')],
    [{ name: 'a'.repeat(256) }, invalid('name')],
    [{ name: 'abc', remark: 'r'.repeat(1001) }, invalid('remark')],
  ])('is refused when %j', async (body, expected) => {
    const answer = await server().call('POST', '/api-groups', { body })
    expect(answer).toMatchObject({ status: 400, body: expected })
  })

  test('DEFAULT can be changed in its remark, but neither renamed nor deleted', async () => {
    const { call } = server()
    const { body } = await call('GET', '/api-groups?name=DEFAULT')
    const path = `/api-groups/${body.groups[0].id}`
    const refused = {
      status: 403,
      body: error('APIG.1101', 'No permissions to perform operations on this API group'),
    }
    expect(await call('PUT', path, { body: { name: 'other' } })).toMatchObject(refused)
    expect(await call('DELETE', path)).toMatchObject(refused)
    expect((await call('PUT', path, { body: { name: 'DEFAULT', remark: 'r' } })).status).toBe(200)
  })

  test('is deleted with its domains and responses', async () => {
    const { call, path, ctx } = await groups()
    await call('POST', `${path}/domains`, { body: { url_domain: 'www.example.com' } })
    await call('POST', `${path}/gateway-responses`, { body: { name: 'mine' } })
    expect((await call('DELETE', path)).status).toBe(204)
    const left = [...ctx.state.records()].map(({ table }) => table.name)
    expect(left).not.toContain('url_domains')
    expect(left).not.toContain('gateway_responses')
  })

  test('may have its debug domain switched off and on, again and again', async () => {
    const { call, path } = await groups()
    const set = (sl_domain_access_enabled: unknown) =>
      call('PUT', `${path}/sl-domain-access-settings`, { body: { sl_domain_access_enabled } })
    for (const enabled of [false, false, true]) {
      expect(await set(enabled)).toMatchObject({ status: 204, body: undefined })
      expect((await call('GET', path)).body.sl_domain_access_enabled).toBe(enabled)
    }
    expect(await set('yes')).toMatchObject({ body: invalid('sl_domain_access_enabled') })
  })

  test('counts as listed in the outline', async () => {
    const { call } = await groups()
    const { body } = await call('GET', '/resources/outline/groups')
    expect(body).toEqual({ onsell_nums: 2, offsell_nums: 0 })
  })

  test.each([
    ['GET', ''],
    ['PUT', ''],
    ['DELETE', ''],
    ['PUT', '/sl-domain-access-settings', { sl_domain_access_enabled: true }],
    ['POST', '/domains', { url_domain: 'www.example.com' }],
    ['DELETE', '/domains/x'],
    ['GET', '/gateway-responses'],
    ['POST', '/gateway-responses', GROUP],
    ['GET', '/gateway-responses/x'],
  ])('that does not exist is 404 for %s %s', async (method, below, body?: object) => {
    const given = body ?? (method === 'PUT' ? GROUP : undefined)
    const answer = await server().call(method, `/api-groups/gone${below}`, { body: given })
    expect(answer).toMatchObject({ status: 404, body: UNKNOWN })
  })
})

describe('a domain of a group', () => {
  const URL = 'www.example.com'

  test('is bound with its defaults, shown in its group, and unbound', async () => {
    const { call, path } = await groups()
    const { status, body } = await call('POST', `${path}/domains`, { body: { url_domain: URL } })
    expect(status).toBe(201)
    const settings = {
      min_ssl_version: 'TLSv1.1',
      is_http_redirect_to_https: false,
      verified_client_certificate_enabled: false,
      ingress_http_port: 80,
      ingress_https_port: 443,
    }
    const id = expect.stringMatching(HEX_ID)
    expect(body).toEqual({ id, url_domain: URL, status: 3, ...settings })
    expect((await call('GET', path)).body.url_domains).toEqual([
      {
        id: body.id,
        domain: URL,
        cname_status: 3,
        ssl_id: '',
        ssl_name: '',
        is_has_trusted_root_ca: false,
        ssl_infos: [],
        ...settings,
      },
    ])
    expect((await call('DELETE', `${path}/domains/${body.id}`)).status).toBe(204)
    expect((await call('GET', path)).body.url_domains).toEqual([])
  })

  test('is changed with 201', async () => {
    const { call, path } = await groups()
    const { body } = await call('POST', `${path}/domains`, { body: { url_domain: URL } })
    const changed = {
      min_ssl_version: 'TLSv1.2',
      is_http_redirect_to_https: true,
      ingress_http_port: -1,
    }
    expect(await call('PUT', `${path}/domains/${body.id}`, { body: changed })).toMatchObject({
      status: 201,
      body: { ...body, ...changed },
    })
  })

  test('is of one group of the gateway', async () => {
    const { call, path, gateway } = await groups()
    const { body: other } = await call('POST', '/api-groups', { body: { name: 'other' } })
    const { body } = await call('POST', `${path}/domains`, { body: { url_domain: URL } })
    const mismatch = {
      status: 400,
      body: error(
        'APIG.3474',
        'The API group ID in the URL does not match the API group to which the URL domain has been bound',
      ),
    }
    const elsewhere = `/api-groups/${other.id}/domains`
    expect(await call('POST', elsewhere, { body: { url_domain: URL } })).toMatchObject({
      status: 400,
      body: error('APIG.3305', 'The URL domain name already exists'),
    })
    expect(await call('DELETE', `${elsewhere}/${body.id}`)).toMatchObject(mismatch)
    const { body: foreign } = await gateway('gw2')('POST', '/api-groups', { body: GROUP })
    const there = `/api-groups/${foreign.id}/domains`
    expect((await gateway('gw2')('POST', there, { body: { url_domain: URL } })).status).toBe(201)
    expect(await call('DELETE', `${path}/domains/gone`)).toMatchObject({
      status: 404,
      body: error('APIG.3020', 'The URL domain does not exist'),
    })
  })

  test.each(['example.com', 'x.com.', '*.example.com', 'a-b.c_d.example.org'])(
    'may be %s, kept as sent',
    async (url_domain) => {
      const { call, path } = await groups()
      const { body } = await call('POST', `${path}/domains`, { body: { url_domain } })
      expect(body.url_domain).toBe(url_domain)
    },
  )

  test.each(['INVALID_URL_DOMAIN', 'localhost', '*.', 'a..b', '-a.com', 'a.c', 'a.com/x', '*'])(
    'may not be %s',
    async (url_domain) => {
      const { call, path } = await groups()
      expect(await call('POST', `${path}/domains`, { body: { url_domain } })).toMatchObject({
        status: 400,
        body: error('APIG.2024', 'Invalid URL domain name'),
      })
    },
  )

  test.each([
    [{ ingress_http_port: 443 }, invalid('ingress_http_port')],
    [{ ingress_http_port: 49152 }, invalid('ingress_http_port')],
    [
      { ingress_https_port: 8443 },
      error('APIG.2049', 'The port is not in the defined custom inbound ports'),
    ],
    [{ min_ssl_version: 'TLSv1.0' }, invalid('min_ssl_version')],
    [{ url_domain: null }, missing('url_domain')],
  ])('is refused with %j', async (fields, body) => {
    const { call, path } = await groups()
    const given = { url_domain: URL, ...fields }
    expect(await call('POST', `${path}/domains`, { body: given })).toMatchObject({
      status: 400,
      body,
    })
  })
})

describe('a gateway response', () => {
  const AUTH_FAILURE = {
    status: 402,
    body: 'no',
    headers: [{ key: 'x-why', value: '$context.error.code' }],
  }

  test('default is there in every group, with all 17 types as they are by default', async () => {
    const { call, path } = await groups()
    const { body } = await call('GET', `${path}/gateway-responses`)
    expect(body).toMatchObject({
      total: 1,
      size: 1,
      responses: [{ name: 'default', default: true }],
    })
    const { responses } = body.responses[0]
    expect(Object.keys(responses)).toHaveLength(17)
    expect(responses.THROTTLED).toEqual({ status: 429, body: DEFAULT_BODY, default: true })
    expect(responses.DEFAULT_4XX).toEqual({ body: DEFAULT_BODY, default: true })
    const again = await call('GET', `${path}/gateway-responses/${body.responses[0].id}`)
    expect(again.body).toEqual(body.responses[0])
  })

  test('of the group default can be changed, but neither renamed nor deleted', async () => {
    const { call, path } = await groups()
    const { body } = await call('GET', `${path}/gateway-responses`)
    const one = `${path}/gateway-responses/${body.responses[0].id}`
    const changed = { name: 'default', responses: { AUTH_FAILURE } }
    expect((await call('PUT', one, { body: changed })).body).toMatchObject({ default: true })
    const { responses } = (await call('GET', one)).body
    expect(responses.AUTH_FAILURE).toEqual({ ...AUTH_FAILURE, default: false })
    expect((await call('GET', `${path}/gateway-responses`)).body.total).toBe(1)
    expect(await call('PUT', one, { body: { name: 'mine' } })).toMatchObject({
      status: 409,
      body: error('APIG.3492', 'The default response name cannot be modified'),
    })
    expect(await call('DELETE', one)).toMatchObject({
      status: 409,
      body: error('APIG.3491', 'The default response cannot be deleted'),
    })
  })

  test('is created with some types, replaced and deleted', async () => {
    const { call, path } = await groups()
    const given = { name: 'mine', responses: { AUTH_FAILURE, NOT_FOUND: { body: 'none' } } }
    const { status, body } = await call('POST', `${path}/gateway-responses`, { body: given })
    expect(status).toBe(201)
    expect(body).toMatchObject({ name: 'mine', default: false })
    expect(body.create_time).toMatch(/\.\d{9}\+08:00$/)
    expect(body.responses.NOT_FOUND).toEqual({ status: 404, body: 'none', default: false })
    const one = `${path}/gateway-responses/${body.id}`
    const { body: replaced } = await call('PUT', one, { body: { name: 'mine' } })
    expect(replaced.responses.AUTH_FAILURE.default).toBe(true)
    expect((await call('DELETE', one)).status).toBe(204)
    expect(await call('GET', one)).toMatchObject({
      status: 404,
      body: error('APIG.3007', `The response does not exist,id:${body.id}`),
    })
  })

  test('has single types that are shown, set and reset', async () => {
    const { call, path } = await groups()
    const { body } = await call('POST', `${path}/gateway-responses`, { body: { name: 'mine' } })
    const type = `${path}/gateway-responses/${body.id}/AUTH_FAILURE`
    const untouched = { AUTH_FAILURE: { status: 401, body: DEFAULT_BODY, default: true } }
    expect((await call('GET', type)).body).toEqual(untouched)
    expect((await call('PUT', type, { body: AUTH_FAILURE })).body).toEqual({
      AUTH_FAILURE: { ...AUTH_FAILURE, default: false },
    })
    expect((await call('DELETE', type)).status).toBe(204)
    expect((await call('GET', type)).body).toEqual(untouched)
    const wrong = type.replace('AUTH_FAILURE', 'TEAPOT')
    expect(await call('GET', wrong)).toMatchObject({
      status: 400,
      body: invalid('response_type', 'APIG.2012'),
    })
  })

  test.each([
    [{ name: 'mine' }, error('APIG.3216', 'The response name already exists')],
    [{ name: 'default' }, error('APIG.3216', 'The response name already exists')],
    [{}, missing('name')],
    [{ name: 'with space' }, invalid('name')],
    [{ name: 'new', responses: { TEAPOT: { body: 'x' } } }, invalid('responses')],
    [{ name: 'new', responses: { NOT_FOUND: {} } }, missing('body')],
    [{ name: 'new', responses: { NOT_FOUND: { body: 'x', status: 199 } } }, invalid('status')],
    [{ name: 'new', responses: { NOT_FOUND: { body: 'x', status: 444 } } }, invalid('status')],
    [
      {
        name: 'new',
        responses: { NOT_FOUND: { body: 'x', headers: [{ key: 'a b', value: 'x' }] } },
      },
      invalid('key'),
    ],
    [
      {
        name: 'new',
        responses: { NOT_FOUND: { body: 'x', headers: [{ key: 'a', value: '[[x' }] } },
      },
      invalid('value'),
    ],
    [
      {
        name: 'new',
        responses: { NOT_FOUND: { body: 'x', headers: Array(11).fill({ key: 'a', value: 'b' }) } },
      },
      invalid('headers'),
    ],
  ])('is refused with %j', async (body, expected) => {
    const { call, path } = await groups()
    await call('POST', `${path}/gateway-responses`, { body: { name: 'mine' } })
    const answer = await call('POST', `${path}/gateway-responses`, { body })
    expect(answer).toMatchObject({ status: 400, body: expected })
  })
})
