import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import Fastify from 'fastify'
import type { Context } from '../context.ts'
import { schemaController } from '../core/compile.ts'
import { management } from '../management/index.ts'
import { type Operation, readOperations } from '../management/operations.ts'
import { version } from '../version.ts'

type Transform = NonNullable<FastifyDynamicSwaggerOptions['transform']>

const errorSchema = {
  type: 'object',
  required: ['error_code', 'error_msg'],
  properties: { error_code: { type: 'string' }, error_msg: { type: 'string' } },
}

/** The OpenAPI document of the management plane, made of its routes. */
export async function managementDocument(ctx: Context) {
  const operations = new Map(
    (await readOperations()).map((operation) => [operation.operationId, operation]),
  )
  const app = Fastify({
    exposeHeadRoutes: false,
    schemaController,
  })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'apig-mock',
        description: 'What apig-mock serves of Huawei Cloud API Gateway, dedicated gateways, v2',
        version,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token' },
        },
      },
      security: [{ token: [] }],
    },
    transform: ({ schema, url }) => ({ schema: withErrors(schema, operations), url }),
  })
  await app.register(management, { ctx })
  await app.ready()
  const document = app.swagger()
  await app.close()
  return document
}

type Schema = Parameters<Transform>[0]['schema']

/** Adds the family and the documented errors, which the routes do not repeat. */
function withErrors(schema: Schema, operations: Map<string, Operation>): Schema {
  const operation = operations.get(schema.operationId ?? '')
  if (operation === undefined) return schema
  const errors = operation.errorExamples.map(({ status, error_code, error_msg }) => [
    status,
    { description: error_msg, ...errorSchema, examples: [{ error_code, error_msg }] },
  ])
  return {
    ...schema,
    tags: [operation.family],
    response: { ...(schema.response as object), ...Object.fromEntries(errors) },
  }
}
