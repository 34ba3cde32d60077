import { STATUS_CODES } from 'node:http'
import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import {
  type ErrorExample,
  errorExamplesOf,
  type Operation,
  readOperations,
  titleOf,
} from '../facts/operations.ts'
import { management } from '../management/index.ts'
import { schemaController } from '../schema/validation.ts'
import { version } from '../version.ts'

export interface Parameter {
  in: string
  required: boolean
  schema: { default?: unknown; pattern?: string }
}

type Content = Record<string, { schema: object; example?: object | undefined }>

interface ResponseObject {
  description: string
  content?: Content
}

/** As much of an operation in the document as is changed here. */
export interface OperationObject {
  operationId: string
  summary?: string
  tags?: string[]
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Content }
  responses: Record<string, ResponseObject>
}

/** The routes of a plane, as a plugin. */
export type Plane = FastifyPluginCallbackTypebox<{ ctx: Context }>

/** The OpenAPI document of the management plane, made of its routes. */
export async function managementDocument(ctx: Context) {
  const operations = new Map(
    (await readOperations()).map((operation) => [operation.operationId, operation]),
  )
  const document = await routesDocument((app) => app.register(management, { ctx }), {
    title: 'apig-mock',
    description: 'What apig-mock serves of Huawei Cloud API Gateway, dedicated gateways, v2',
    securitySchemes: {
      token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token' },
      signature: {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description: 'SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=…',
      },
    },
    security: [{ token: [] }, { signature: [] }],
  })
  for (const { path, operation } of operationsOf(document)) {
    complete(path, operation, operations.get(operation.operationId))
  }
  return document
}

/** What the documents differ in, beside their routes. */
interface About {
  title: string
  description: string
  security: Record<string, string[]>[]
  securitySchemes?: NonNullable<OpenApi['components']>['securitySchemes'] & object
}

type OpenApi = NonNullable<FastifyDynamicSwaggerOptions['openapi']>

/** A document of the routes that a plane registers. */
export async function routesDocument(
  register: (app: FastifyInstance) => PromiseLike<unknown>,
  { title, description, security, securitySchemes }: About,
) {
  const app = Fastify({ exposeHeadRoutes: false, schemaController })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, description, version, license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: '/' }],
      components: {
        ...(securitySchemes && { securitySchemes }),
        schemas: {
          Error: {
            type: 'object',
            required: ['error_code', 'error_msg'],
            properties: { error_code: { type: 'string' }, error_msg: { type: 'string' } },
          },
        },
      },
      security,
    },
  })
  await register(app)
  await app.ready()
  const document = app.swagger() as OpenApi
  await app.close()
  for (const { operation } of operationsOf(document)) {
    const { requestBody, parameters = [] } = operation
    // Without a field that must be there, the body need not be there either.
    if (requestBody !== undefined) requestBody.required = hasRequired(requestBody.content)
    for (const parameter of parameters) {
      // The handler always has it; the caller need not send it.
      if (parameter.schema.default !== undefined) parameter.required = false
    }
  }
  return document
}

const hasRequired = (content: Content) =>
  Object.values(content).some(({ schema }) => 'required' in schema)

/** Every operation of a document, with its path. */
export function operationsOf(document: OpenApi): { path: string; operation: OperationObject }[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.values(methods as Record<string, OperationObject>).map((operation) => ({
      path,
      operation,
    })),
  )
}

/** Adds what no route repeats: the family, and the errors that the service documents. */
function complete(path: string, operation: OperationObject, known: Operation | undefined): void {
  operation.summary = titleOf(operation.operationId)
  if (known !== undefined) operation.tags = [known.family]
  for (const [status, response] of Object.entries(operation.responses)) {
    response.description = STATUS_CODES[status] ?? status
  }
  for (const example of errorsOf(path, known)) {
    operation.responses[example.status] = errorResponse(example)
  }
}

/** One example per status: the operation's own, else what every operation can answer. */
function errorsOf(path: string, operation: Operation | undefined): ErrorExample[] {
  const common = [
    apigError('APIG.2012', { parameter: 'instance_id' }),
    apigError('APIG.1002'),
    apigError('APIG.1005'),
    apigError('APIG.9999'),
    // In strict mode, of every operation in a gateway.
    ...(path.includes('/{instance_id}/') ? [apigError('APIG.3030', { id: 'gw1' })] : []),
  ].map(({ code, statusCode, message }) => ({
    status: statusCode,
    error_code: code,
    error_msg: message,
  }))
  const all = [...common, ...(operation ? errorExamplesOf(operation) : [])]
  return [...new Map(all.map((example) => [example.status, example])).values()]
}

/** A refusal, with the example of one. */
export function errorResponse({ status, ...example }: ErrorExample) {
  return {
    description: STATUS_CODES[status] ?? String(status),
    content: {
      'application/json': { schema: { $ref: '#/components/schemas/Error' }, example },
    },
  }
}
