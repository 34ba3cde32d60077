import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core'
import { ClientBuilder } from '@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js'
import { ClientRequestException } from '@huaweicloud/huaweicloud-sdk-core/exception/ClientRequestException.js'
import type { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient.js'
import { Logger4jInstance } from '@huaweicloud/huaweicloud-sdk-core/logger/log4jLogger.js'
import { Region } from '@huaweicloud/huaweicloud-sdk-core/region/region.js'
import type { SdkResponse } from '@huaweicloud/huaweicloud-sdk-core/SdkResponse.js'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createControlClient, type FaultRule, type Mock, start } from '../../src/index.ts'
import { environment, seed } from './environment.ts'

const env = { APIG_MOCK_URL: '', ...environment, ...process.env }
const APPS = '/v2/{project_id}/apigw/instances/{instance_id}/apps'

/** The server that this suite starts unless it is told of one. */
let mock: Mock | undefined
let url = env.APIG_MOCK_URL

beforeAll(async () => {
  // It prints every refusal at length.
  Logger4jInstance.level = 'off'
  if (url !== '') return
  mock = await start({ port: 0, seed, strict: true })
  url = mock.url
})

afterAll(() => mock?.close())

beforeEach(() => fetch(`${url}/_mock/reset`, { method: 'POST' }))

const credentials = () =>
  new BasicCredentials().withAk(env.APIG_MOCK_AK).withSk(env.APIG_MOCK_SK) as BasicCredentials

/** Named, as the core would otherwise keep a generated name in the home directory. */
const builderOf = (given: BasicCredentials) =>
  new ClientBuilder((hcClient: HcClient) => hcClient)
    .withOptions({ customUserAgent: 'apig-mock' })
    .withCredential(given)

const clientOf = (given: BasicCredentials) => builderOf(given).withEndpoint(url).build()

const client = () => clientOf(credentials().withProjectId(env.APIG_MOCK_PROJECT))

/** What the tests below read of an answer: an app, or a page of them. */
interface Answer {
  id: string
  app_secret: string
  register_time: string
  apps: { name: string }[]
}

interface Call {
  id?: string
  query?: Record<string, unknown>
  body?: Record<string, unknown>
  client?: HcClient
}

/**
 * A request as the generated clients make it. There is none of this service to be installed, only
 * their common core.
 */
function apps(
  method: string,
  { id, query = {}, body, client: by = client() }: Call = {},
): Promise<Answer> {
  return by.sendRequest<Answer & SdkResponse>({
    method,
    url: id === undefined ? APPS : `${APPS}/{app_id}`,
    contentType: 'application/json',
    queryParams: query,
    pathParams: {
      project_id: env.APIG_MOCK_PROJECT,
      instance_id: env.APIG_MOCK_GATEWAY,
      app_id: id,
    },
    headers: {},
    ...(body && { data: body }),
  })
}

describe('the Node client', () => {
  test('creates, lists, shows, updates and deletes an app', async () => {
    const created = await apps('POST', { body: { name: 'app_demo', remark: 'Demo app' } })
    expect(created).toMatchObject({ httpStatusCode: 201, name: 'app_demo', remark: 'Demo app' })
    expect(Date.now() - Date.parse(created.register_time)).toBeLessThan(60_000)

    expect(await apps('GET')).toMatchObject({ total: 1, size: 1, apps: [{ id: created.id }] })

    const { id } = created
    const updated = await apps('PUT', { id, body: { name: 'app_renamed' } })
    expect(updated).toMatchObject({ httpStatusCode: 200, app_secret: created.app_secret })
    expect(await apps('GET', { id })).toMatchObject({ id, name: 'app_renamed' })

    expect(await apps('DELETE', { id })).toMatchObject({ httpStatusCode: 204 })
    expect(await apps('GET')).toMatchObject({ total: 0, apps: [] })
  })

  test('reads pages up to an empty one', async () => {
    for (let i = 0; i < 5; i++) await apps('POST', { body: { name: `app_${i}` } })
    const names: string[] = []
    for (let offset = 0; ; offset += 2) {
      const page = await apps('GET', { query: { limit: 2, offset } })
      if (page.apps.length === 0) break
      names.push(...page.apps.map(({ name }) => name))
    }
    expect(names).toEqual(['app_4', 'app_3', 'app_2', 'app_1', 'app_0'])
  })

  test.each([
    ['GET', { id: 'gone' }, 404, 'APIG.3004', 'App gone does not exist'],
    [
      'POST',
      { body: { name: '1' } },
      400,
      'APIG.2011',
      'Invalid parameter value,parameterName:name. Please refer to the support documentation',
    ],
  ])(
    'throws what %s %o is refused with',
    async (method, call, httpStatusCode, errorCode, errorMsg) => {
      const refusal = await apps(method, call).catch((error: unknown) => error)
      expect(refusal).toBeInstanceOf(ClientRequestException)
      expect(refusal).toMatchObject({
        httpStatusCode,
        errorCode,
        errorMsg,
        requestId: expect.stringMatching(/^[0-9a-f]{32}$/),
      })
    },
  )

  test('gets text beyond ASCII back as it was', async () => {
    const remark = '订单 🛒 – für alle'
    const { id } = await apps('POST', { body: { name: 'app_demo', remark } })
    expect(await apps('GET', { id })).toMatchObject({ remark })
  })

  test.each(['订单', 'a b', '100%', 'a+b', 'a&b=c', "~*'()", 'a/b', '🛒'])(
    'finds nothing by the name %s',
    async (name) => {
      await apps('POST', { body: { name: 'app_demo' } })
      expect(await apps('GET', { query: { name } })).toMatchObject({ total: 0, apps: [] })
    },
  )

  test('may use a temporary key', async () => {
    const temporary = new BasicCredentials()
      .withAk(env.APIG_MOCK_TEMPORARY_AK)
      .withSk(env.APIG_MOCK_TEMPORARY_SK)
      .withSecurityToken(env.APIG_MOCK_TEMPORARY_TOKEN) as BasicCredentials
    const by = clientOf(temporary.withProjectId(env.APIG_MOCK_PROJECT))
    expect(await apps('GET', { client: by })).toMatchObject({ total: 0 })
  })

  test('is refused with a wrong secret', async () => {
    const wrong = credentials().withSk('not-it') as BasicCredentials
    const by = clientOf(wrong.withProjectId(env.APIG_MOCK_PROJECT))
    await expect(apps('GET', { client: by })).rejects.toMatchObject({
      httpStatusCode: 401,
      errorCode: 'APIGW.0301',
    })
  })

  test('looks the project of a region up', async () => {
    const located = builderOf(credentials().withIamEndpoint(url) as BasicCredentials)
      .withRegion(new Region(env.APIG_MOCK_REGION, url))
      .build()
    // The core puts the project that it found into the path.
    const answer = await located.sendRequest({
      method: 'GET',
      url: '/v2/{project_id}/apigw/instances',
      contentType: 'application/json',
      queryParams: { instance_id: env.APIG_MOCK_GATEWAY },
      pathParams: {},
      headers: {},
    })
    expect(answer).toMatchObject({ instances: [{ project_id: env.APIG_MOCK_PROJECT }] })
  })
})

const CREATE = { operationId: 'CreateAnAppV2' }

describe('the Node client, when a create fails', () => {
  /** Fails the next creates, makes one by this client, and tells how often it was sent. */
  async function createWith(rule: FaultRule, by = client()) {
    const control = createControlClient(url)
    await control.faults.add({ ...CREATE, ...rule })
    const answer = await apps('POST', { body: { name: 'app_demo' }, client: by }).catch(
      (error: unknown) => error,
    )
    const sent = await control.requests.verify(CREATE)
    return { answer, statuses: sent.map(({ status }) => status) }
  }

  test.each([500, 502, 503, 504, 429])('with %i does not try again by itself', async (status) => {
    const { answer, statuses } = await createWith({ status, times: 1 })
    expect(answer).toMatchObject({ httpStatusCode: status })
    expect(statuses).toEqual([status])
  })

  test('does not try again by itself when its connection is cut', async () => {
    const { answer, statuses } = await createWith({ connection: 'reset', times: 1 })
    expect(answer).not.toHaveProperty('id')
    expect(statuses).toEqual([0])
  })

  test('survives two failures in a loop of three attempts, but not three', async () => {
    const control = createControlClient(url)
    const inLoop = async (attempts: number): Promise<Answer> => {
      try {
        return await apps('POST', { body: { name: 'app_demo' } })
      } catch (error) {
        const { httpStatusCode = 0 } = error as { httpStatusCode?: number }
        if (httpStatusCode < 500 || attempts === 1) throw error
        return inLoop(attempts - 1)
      }
    }
    await control.faults.add({ ...CREATE, status: 500, times: 2 })
    expect(await inLoop(3)).toMatchObject({ httpStatusCode: 201 })
    await control.requests.verify({ ...CREATE, times: 3 })
    await control.requests.verify({ ...CREATE, status: 500, times: 2 })

    await control.reset()
    await control.faults.add({ ...CREATE, status: 500, times: 3 })
    await expect(inLoop(3)).rejects.toMatchObject({ httpStatusCode: 500 })
    await control.requests.verify({ ...CREATE, status: 500, times: 3 })
  })

  describe('and it has a second address', () => {
    const withTwo = () =>
      builderOf(credentials().withProjectId(env.APIG_MOCK_PROJECT) as BasicCredentials)
        .withEndpoint([url, url])
        .build()

    test.each<[FaultRule, number]>([
      [{ status: 504 }, 504],
      [{ connection: 'reset' }, 0],
    ])('tries there once after %j', async (rule, status) => {
      const once = await createWith({ ...rule, times: 1 }, withTwo())
      expect(once.answer).toMatchObject({ httpStatusCode: 201 })
      expect(once.statuses).toEqual([status, 201])
    })

    test('gives up when that fails too', async () => {
      const twice = await createWith({ status: 504, times: 2 }, withTwo())
      expect(twice.answer).toMatchObject({ httpStatusCode: 504 })
      expect(twice.statuses).toEqual([504, 504])
    })

    test('does not try there after a 500', async () => {
      const { statuses } = await createWith({ status: 500, times: 1 }, withTwo())
      expect(statuses).toEqual([500])
    })
  })
})
