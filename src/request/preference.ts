import type { TSchema } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { apigError } from '../core/errors.ts'
import { errorExamplesOf, readOperations } from '../facts/operations.ts'
import { exampleOf } from '../schema/example.ts'
import type { Step } from './steps.ts'

/**
 * `Prefer: code=NNN` asks for a documented answer of the operation, as Prism does it: the service's
 * own example for an error, an example of the schema for a success. The state is not touched.
 */
export function preferredAnswer(route: RouteOptions): Step {
  const { operationId, response } = route.schema as {
    operationId: string
    response: Record<number, TSchema>
  }
  return (request, reply) => {
    const code = preferredCode(request)
    return code !== undefined && answer(code, reply).then(() => true)
  }

  async function answer(code: string, reply: FastifyReply): Promise<FastifyReply> {
    const status = Number(code)
    const apply = () => reply.header('preference-applied', `code=${code}`).code(status)
    const success = response[status]
    // An example is what is on the wire already: the schema's writer takes what a handler returns.
    if (success !== undefined) {
      const example = exampleOf(success)
      if (example === undefined) return apply().send(null)
      return apply().type('application/json; charset=utf-8').send(JSON.stringify(example))
    }
    const operations = await readOperations()
    const operation = operations.find((known) => known.operationId === operationId)
    const errors = operation === undefined ? [] : errorExamplesOf(operation)
    const error = errors.find((example) => example.status === status)
    if (error !== undefined) {
      const { error_code, error_msg } = error
      return apply().send({ error_code, error_msg })
    }
    const documented = [...Object.keys(response), ...new Set(errors.map((e) => e.status))]
    const hint = status === 429 ? '; for 429 order a fault with retry_after' : ''
    throw apigError('MOCK.0401', {
      detail: `Prefer: code=${code}: ${operationId} documents ${documented.join(', ')}${hint}`,
    })
  }
}

/** Without the header, which is the rule, this is one look at it. */
function preferredCode({ headers }: FastifyRequest): string | undefined {
  const { prefer } = headers
  if (prefer === undefined) return undefined
  return /(?:^|[\s,;])code="?(\d{3})\b/.exec(String(prefer))?.[1]
}
