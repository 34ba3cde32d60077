import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { Fault, FaultRule } from '../instruments/fault-rule.ts'
import { NoContent } from '../schema/kinds.ts'
import { refuseImpossible } from './fault-rules.ts'
import { refusal } from './schemas.ts'

const OfGateway = Type.Object({
  instance_id: Type.Optional(Type.String({ description: 'only rules of this gateway' })),
})

const CreateFault = {
  operationId: 'CreateFault',
  summary: 'Order a failure',
  body: FaultRule,
  response: {
    201: Fault,
    409: refusal(apigError('MOCK.0409', { detail: 'Too many faults: up to 1000; DELETE some' })),
  },
}

const ListFaults = {
  operationId: 'ListFaults',
  summary: 'The failures that are ordered, with their hits',
  querystring: OfGateway,
  response: { 200: Type.Object({ faults: Type.Array(Fault) }) },
}

const ClearFaults = {
  operationId: 'ClearFaults',
  summary: 'Cancel all failures',
  querystring: OfGateway,
  response: { 204: NoContent },
}

const DeleteFault = {
  operationId: 'DeleteFault',
  summary: 'Cancel one failure',
  params: Type.Object({ fault_id: Type.String() }),
  response: { 204: NoContent, 404: refusal(apigError('MOCK.0404/fault', { id: 'fault-7' })) },
}

/** `/_mock/faults`: failures on demand. */
export const faults: FastifyPluginCallbackTypebox<{ ctx: Context }> = (app, { ctx }, done) => {
  app.post('/faults', { schema: CreateFault }, async ({ body }) => {
    await refuseImpossible(body)
    return ctx.faults.add(body)
  })

  app.get('/faults', { schema: ListFaults }, ({ query }) => ({
    faults: ctx.faults.list(query.instance_id),
  }))

  app.delete('/faults', { schema: ClearFaults }, ({ query }) => {
    ctx.faults.clear(query.instance_id)
  })

  app.delete('/faults/:fault_id', { schema: DeleteFault }, ({ params }) => {
    if (!ctx.faults.remove(params.fault_id)) {
      throw apigError('MOCK.0404/fault', { id: params.fault_id })
    }
  })

  done()
}
