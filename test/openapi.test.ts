import { readFile } from 'node:fs/promises'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import type { TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { RouteOptions } from 'fastify'
import { describe, expect, test } from 'vitest'
import { controlDocument } from '../src/control/control-document.ts'
import { control } from '../src/control/index.ts'
import { managementDocument } from '../src/control/service-document.ts'
import { createApp } from '../src/http/app.ts'
import { tables } from '../src/tables.ts'
import { server } from './helpers.ts'
import seed from './schemathesis/seed.json' with { type: 'json' }

const nameOf = ({ name }: { name: string }) => name

const { ctx } = server()
const documents = [
  ['apig-mock.json', '/_mock/openapi.json', await managementDocument(ctx)],
  ['control.json', '/_mock/openapi/control.json', await controlDocument(ctx, control)],
] as const

interface Operation {
  operationId: string
  summary: string
  tags: string[]
  parameters?: { in: string; required: boolean; schema: { default?: unknown } }[]
  requestBody?: { content: Record<string, { example?: object }> }
  responses: Record<string, object>
}

/** Every operation of a document, with its method and path. */
const operationsOf = ({ paths = {} }: (typeof documents)[number][2]) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  )

describe.each(documents)('openapi/%s', (file, path, document) => {
  test('is what `npm run openapi` writes', async () => {
    const text = await readFile(new URL(`../openapi/${file}`, import.meta.url), 'utf8')
    expect(text).toBe(`${JSON.stringify(document, null, 2)}\n`)
  })

  test('passes a public linter without an error or a warning', async () => {
    const config = await createConfig({
      extends: ['recommended'],
      // The service's own: /apps/secret/{app_id} stands beside /apps/{app_id}/app-codes.
      rules: file === 'apig-mock.json' ? { 'no-ambiguous-paths': 'off' } : {},
    })
    const problems = await lintFromString({ source: JSON.stringify(document), config })
    const found = problems.map((problem) => `${problem.ruleId}: ${problem.location[0]?.pointer}`)
    expect(found).toEqual([])
  })

  test('has every operation once, with a summary, in its family', () => {
    const operations = operationsOf(document)
    const ids = operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(operations.filter(({ tags, summary }) => !tags?.[0] || !summary)).toEqual([])
  })

  test('asks for no parameter that has a default', () => {
    const parameters = operationsOf(document).flatMap((operation) => operation.parameters ?? [])
    const optional = parameters.filter(({ schema }) => schema.default !== undefined)
    expect(optional.length).toBeGreaterThan(0)
    expect(optional.filter(({ required }) => required)).toEqual([])
  })

  test('is what a running server answers', async () => {
    const { body, status } = await server().call('GET', path)
    expect(status).toBe(200)
    expect(body).toEqual(JSON.parse(JSON.stringify(document)))
  })
})

describe('the document of the control plane', () => {
  const operations = operationsOf(documents[1][2])
  const State = documents[1][2].components?.schemas?.State as TSchema

  test('has every route of /_mock that is registered, and no other', async () => {
    const app = createApp(server().ctx, (root, options, done) => {
      root.register(control, { ...options, prefix: '/_mock' })
      done()
    })
    const registered: string[] = []
    app.addHook('onRoute', ({ method, url }: RouteOptions) => {
      // HEAD is the head of GET.
      if (method === 'HEAD') return
      registered.push(`${method} ${url.replace(/:(\w+)/g, '{$1}')}`)
    })
    await app.ready()
    await app.close()
    expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
      // What the page is made of is not for those who read the document.
      registered.filter((url) => / \/_mock\/(?!docs\/\*)/.test(url)).sort(),
    )
  })

  test.each(operations)('says what $operationId refuses', async (operation) => {
    const { call } = server()
    const path = operation.path.replace(/\{\w+\}/g, 'gone')
    const statusOf = async (url: string, more: object = {}) =>
      (await call(operation.method, url, { token: null, ...more })).status
    const isListed = (status: number) => Object.hasOwn(operation.responses, status)

    const isGuarded = operation.operationId !== 'ShowHealth'
    const fromElsewhere = await statusOf(path, { headers: { host: 'evil.example.com' } })
    expect([fromElsewhere === 403, isListed(403)]).toEqual([isGuarded, isGuarded])

    const { requestBody } = operation
    expect(await statusOf(`${path}?no_such=1`)).toBe(400)
    if (requestBody !== undefined) {
      expect(await statusOf(path, { body: { no_such: 1 } })).toBe(400)
    }
    expect([isListed(400), isListed(413)]).toEqual([true, requestBody !== undefined])
    if (path !== operation.path) {
      expect(isListed(404)).toBe((await statusOf(path)) === 404)
    }
  })

  test('describes a state that the server takes and answers', async () => {
    expect(seed.instances.flatMap(Object.keys).sort()).toEqual(
      ['id', 'project_id', ...tables.filter(({ scope }) => scope === 'gateway').map(nameOf)].sort(),
    )
    const { call } = server({}, seed)
    const { body } = await call('GET', '/_mock/state')
    expect([...Value.Errors(State, body)]).toEqual([])
    expect((await call('PUT', '/_mock/state', { body })).status).toBe(204)
    const registered = { ...body.instances[0].apps[0], register_time: '2020-08-03T13:09:13Z' }
    const asText = { instances: [{ ...body.instances[0], apps: [registered] }] }
    expect(Value.Check(State, asText)).toBe(false)
    expect((await call('PUT', '/_mock/state', { body: asText })).status).toBe(400)
  })

  test('has only such examples of the fields of a record as the record accepts', () => {
    const { instances, ...account } = State.properties
    const documented = { ...account, ...instances.items.properties, instances }
    for (const table of tables) {
      const fields: [string, TSchema][] = Object.entries(table.schema.properties)
      for (const [name, field] of fields) {
        for (const example of documented[table.name].items.properties[name].examples ?? []) {
          expect(Value.Check(field, example), `${table.name}.${name}`).toBe(true)
        }
      }
    }
  })

  const withBody = operations.filter(({ requestBody }) => requestBody !== undefined)

  test.each(withBody)(
    'has an example of $operationId that the server accepts',
    async (operation) => {
      const { example: body } = operation.requestBody?.content['application/json'] ?? {}
      expect(body).toBeTypeOf('object')
      const { status } = await server().call(operation.method, operation.path, {
        body,
        token: null,
      })
      expect([status, Object.hasOwn(operation.responses, status)]).toEqual([
        expect.any(Number),
        true,
      ])
      expect(status).toBeLessThan(300)
    },
  )
})
