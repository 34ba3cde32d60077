import { STATUS_CODES } from 'node:http'
import swagger from '@fastify/swagger'
import Fastify from 'fastify'
import type { Context } from '../context.ts'
import { schemaController } from '../core/compile.ts'
import { apigError } from '../core/errors.ts'
import { management } from '../management/index.ts'
import { type Operation, readOperations } from '../management/operations.ts'
import { version } from '../version.ts'

type ErrorExample = Operation['errorExamples'][number]

/** As much of an operation in the document as is changed here. */
interface OperationObject {
  operationId: string
  tags?: string[]
  responses: Record<string, { description: string; content?: object }>
}

/** The OpenAPI document of the management plane, made of its routes. */
export async function managementDocument(ctx: Context) {
  const operations = new Map(
    (await readOperations()).map((operation) => [operation.operationId, operation]),
  )
  const document = await routesDocument(ctx)
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path as Record<string, OperationObject>)) {
      complete(operation, operations.get(operation.operationId))
    }
  }
  return document
}

async function routesDocument(ctx: Context) {
  const app = Fastify({ exposeHeadRoutes: false, schemaController })
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
          signature: {
            type: 'apiKey',
            in: 'header',
            name: 'Authorization',
            description: 'SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=…',
          },
        },
        schemas: {
          Error: {
            type: 'object',
            required: ['error_code', 'error_msg'],
            properties: { error_code: { type: 'string' }, error_msg: { type: 'string' } },
          },
        },
      },
      security: [{ token: [] }, { signature: [] }],
    },
  })
  await app.register(management, { ctx })
  await app.ready()
  const document = app.swagger()
  await app.close()
  return document
}

/** Adds what no route repeats: the family, and the errors that the service documents. */
function complete(operation: OperationObject, known: Operation | undefined): void {
  if (known !== undefined) operation.tags = [known.family]
  for (const [status, response] of Object.entries(operation.responses)) {
    response.description = STATUS_CODES[status] ?? status
  }
  for (const example of errorsOf(known)) {
    operation.responses[example.status] = errorResponse(example)
  }
}

/** One example per status: the operation's own, else what every operation can answer. */
function errorsOf(operation: Operation | undefined): ErrorExample[] {
  const common = [
    apigError('APIG.2012', { parameter: 'instance_id' }),
    apigError('APIG.1002'),
    apigError('APIG.1005'),
    apigError('APIG.9999'),
  ].map(({ code, statusCode, message }) => ({
    status: statusCode,
    error_code: code,
    error_msg: message,
  }))
  const all = [...common, ...(operation?.errorExamples ?? [])]
  return [...new Map(all.map((example) => [example.status, example])).values()]
}

function errorResponse({ status, ...example }: ErrorExample) {
  return {
    description: STATUS_CODES[status] ?? String(status),
    content: {
      'application/json': { schema: { $ref: '#/components/schemas/Error' }, example },
    },
  }
}
