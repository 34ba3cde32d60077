import { Kind, type TObject, type TSchema, Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { Value } from '@sinclair/typebox/value'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import operations from '../../openapi/operations.json' with { type: 'json' }
import { createConfig } from '../../src/config.ts'
import { createContext } from '../../src/context.ts'
import { createHttpServer } from '../../src/http/http-server.ts'
import { managementRoutes } from '../../src/management/index.ts'
import { exampleOf } from '../../src/schema/example.ts'
import { tables } from '../../src/tables.ts'
import { error, HEX_ID, NANOSECONDS, SECONDS, server } from '../helpers.ts'
import { INTENDED } from './intended-differences.ts'
import { differences } from './vendor.ts'

interface Route {
  operationId: string
  method: string
  path: string
  params: TObject
  querystring?: TObject
  body?: TObject
  response: Record<string, TSchema>
}

/** Every route below `/v2/`, as it is registered. */
const routes = await registeredRoutes()
const served = new Set(routes.map(({ operationId }) => operationId))

async function registeredRoutes(): Promise<Route[]> {
  const all = await managementRoutes(server().ctx)
  return all.map(({ method, url, schema }) => ({
    ...(schema as Omit<Route, 'method' | 'path'>),
    method: String(method),
    path: url.replace(/:(\w+)/g, '{$1}'),
  }))
}

const documented = (operationId: string) =>
  operations.find((operation) => operation.operationId === operationId)

/** Our path of an operation, its parameters filled in. */
const pathOf = ({ path }: { path: string }) => path.replace(/\{(\w+)\}/g, 'some-$1')

describe.each(routes.map((route) => [route.operationId, route] as const))('%s', (id, route) => {
  const operation = documented(id)
  const responses = Object.entries(route.response)

  test('has the method and path of the API reference', () => {
    expect(operation).toMatchObject({ method: route.method, path: route.path })
    expect(routes.filter(({ operationId }) => operationId === id)).toHaveLength(1)
  })

  test('has the success status of the API reference', () => {
    // Documented as 201, but the Terraform provider takes only 200 on a GET.
    const status = id === 'ShowDetailsOfAppCodeV2' ? 200 : operation?.successStatus
    expect(Object.keys(route.response)).toEqual([String(status)])
  })

  test('has schemas that compile, and no field that accepts anything at all', () => {
    const { params, querystring, body } = route
    for (const schema of [params, querystring, body, ...Object.values(route.response)]) {
      if (schema === undefined) continue
      expect(() => TypeCompiler.Compile(schema)).not.toThrow()
      for (const [name, field] of Object.entries((schema as TObject).properties ?? {})) {
        expect(TypeCompiler.Compile(field).Check(Symbol(name)), name).toBe(false)
      }
    }
  })

  test('answers an example that its schema allows', async () => {
    for (const [status, schema] of responses) {
      const example = exampleOf(schema)
      if (schema[Kind] !== 'Null') expect([...Value.Errors(onWire(schema), example)]).toEqual([])
      const answer = await server().call(route.method, pathOf(route), {
        headers: { prefer: `code=${status}` },
      })
      expect(answer).toMatchObject({ status: Number(status), body: example })
    }
  })

  test('has the path parameters of the API reference', () => {
    const common = ['project_id', 'instance_id']
    const names = Object.keys(route.params.properties).filter((name) => !common.includes(name))
    const vendor = operation?.pathParams?.map(({ name }) => name) ?? []
    expect(names.sort()).toEqual(vendor.filter((name) => !common.includes(name)).sort())
  })
})

test('fields, types, limits and values are those of the vendor, but for what is intended', () => {
  const found = routes.flatMap(({ operationId, body, querystring, response }) =>
    differences({
      operationId,
      body,
      querystring,
      response: Object.values(response)[0] as TSchema,
    }),
  )
  expect([...new Set(found)].sort()).toEqual(Object.keys(INTENDED).sort())
})

/** A schema of what is sent, where times are texts. */
function onWire(schema: TSchema): TSchema {
  switch (schema[Kind]) {
    case 'Object': {
      const { properties, required = [] } = schema as TObject
      return Type.Object(
        Object.fromEntries(
          Object.entries(properties).map(([name, field]) => {
            const wire = onWire(field)
            return [name, required.includes(name) ? wire : Type.Optional(wire)]
          }),
        ),
        { additionalProperties: false },
      )
    }
    case 'Array':
      return Type.Array(onWire(schema.items))
    case 'Record':
      return Type.Record(
        Type.String(),
        onWire(Object.values(schema.patternProperties)[0] as TSchema),
      )
    case 'Time': {
      const pattern = {
        seconds: SECONDS.source,
        nanoseconds: NANOSECONDS.source,
        'china-time': '\\.\\d{9}\\+08:00$',
      }[schema['x-time-format'] as string]
      return Type.String(pattern === undefined ? {} : { pattern })
    }
    default:
      return schema
  }
}

describe('all operations of the service', () => {
  test('are known by 216 different names', () => {
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(216)
  })

  test('of these families are all served', () => {
    const families = [
      'access-control-policy-management',
      'credential-management',
      'credential-quota-management',
      'ai-api-key-management',
      'api-management',
      'app-authorization-management',
    ]
    const missing = operations
      .filter(({ family, operationId }) => families.includes(family) && !served.has(operationId))
      .map(({ operationId }) => operationId)
    expect(missing).toEqual([])
    expect(served).toContain('ListAppQuantitiesV2')
  })

  const unserved = operations.filter(({ operationId }) => !served.has(operationId))

  test('that are not served answer 501 with their name', async () => {
    const { call } = server()
    expect(unserved.length).toBeGreaterThan(0)
    for (const operation of unserved) {
      const { status, body } = await call(operation.method, pathOf(operation))
      expect(status, operation.operationId).toBe(501)
      expect(body).toEqual(
        error(
          'MOCK.0501',
          `${operation.operationId} is an operation of the service that apig-mock does not serve yet`,
        ),
      )
    }
  })

  test('answer with a request id of their own, whatever they answer', async () => {
    const { call } = server()
    const ids = new Set<unknown>()
    let answers = 0
    for (const operation of operations) {
      for (const request of [
        {},
        { token: null },
        { body: '{' },
        { headers: { prefer: 'code=401' } },
      ]) {
        const { headers, status } = await call(operation.method, pathOf(operation), request)
        expect(status).not.toBe(500)
        expect(headers['x-request-id'], operation.operationId).toMatch(HEX_ID)
        ids.add(headers['x-request-id'])
        answers++
      }
    }
    expect(ids.size).toBe(answers)
  })

  test('that are served are refused without a token', async () => {
    const { call } = server()
    for (const { method, path, operationId } of routes) {
      const { status, body } = await call(method, pathOf({ path }), { token: null })
      expect(status, operationId).toBe(401)
      expect(body.error_code).toMatch(/^(APIG\.1002|APIC\.7102)$/)
    }
  })
})

describe('a path that no operation has', () => {
  test.each([
    ['GET', '/'],
    ['GET', '/v2'],
    ['GET', '/v2/'],
    ['GET', '/v1/p1/apigw/instances'],
    ['GET', '/v2/p1/apigw/instances/'],
    ['GET', '/v2/p1/apigw/instances/gw1/'],
    ['GET', '/v2/p1/apigw/instances//apps'],
    ['GET', '/v2//apigw/instances/gw1/apps'],
    ['GET', '/v2/p1/apigw/instances/gw1/apps/'],
    ['DELETE', '/v2/p1/apigw/instances/gw1/apps/'],
    ['GET', '/v2/p1/apigw/instances/gw1/apps/a/app-codes/'],
    ['GET', '/v2/p1/apigw/instances/gw1/APPS'],
    ['GET', '/v2/p1/apigw/instances/gw1/apps/a/nothing'],
    ['PATCH', '/v2/p1/apigw/instances/gw1/apps'],
    ['PUT', '/v2/p1/apigw/instances/gw1/apps'],
    ['POST', '/v2/p1/apigw/instances/gw1/apps/a'],
    ['OPTIONS', '/v2/p1/apigw/instances/gw1/apps'],
    ['GET', '/v2/p1/apigw/instances/gw1/nothing?x=/apps'],
    ['GET', '/_mockery'],
  ])('%s %s is 404 with the request id in the body', async (method, path) => {
    const app = createHttpServer(createContext(createConfig(), pino({ level: 'silent' }), tables))
    const response = await app.inject({ method: method as 'GET', url: path })
    expect(response.statusCode).toBe(404)
    expect(response.headers['content-type']).toMatch(/^application\/json/)
    expect(response.headers['x-request-id']).toMatch(HEX_ID)
    expect(response.json()).toEqual({
      error_code: 'APIGW.0101',
      error_msg: 'The API does not exist or has not been published in the environment',
      request_id: response.headers['x-request-id'],
    })
  })
})
