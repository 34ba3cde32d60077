import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { Snapshot } from '../instruments/snapshots.ts'
import { NoContent } from '../schema/kinds.ts'
import { refusal } from './schemas.ts'

const notFound = (name: string) => apigError('MOCK.0404/snapshot', { name })
const NotFound = refusal(notFound('base'))

const Named = Type.Object({
  name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' }),
})

const OfGateway = Type.Object({
  instance_id: Type.Optional(
    Type.String({ pattern: '^[!-~]{1,64}$', description: 'only this gateway' }),
  ),
})

const SaveSnapshot = {
  operationId: 'SaveSnapshot',
  summary: 'Keep the state under a name',
  params: Named,
  querystring: OfGateway,
  response: {
    201: Snapshot,
    409: refusal(apigError('MOCK.0409', { detail: 'Too many snapshots: up to 1000; DELETE some' })),
  },
}

const RestoreSnapshot = {
  operationId: 'RestoreSnapshot',
  summary: 'Go back to a state that was kept',
  params: Named,
  querystring: OfGateway,
  response: { 204: NoContent, 404: NotFound },
}

const ListSnapshots = {
  operationId: 'ListSnapshots',
  summary: 'The states that are kept',
  querystring: OfGateway,
  response: { 200: Type.Object({ snapshots: Type.Array(Snapshot) }) },
}

const DeleteSnapshot = {
  operationId: 'DeleteSnapshot',
  summary: 'Forget a state that was kept',
  params: Named,
  querystring: OfGateway,
  response: { 204: NoContent, 404: NotFound },
}

/** `/_mock/snapshots`: states to go back to. */
export const snapshots: FastifyPluginCallbackTypebox<{ ctx: Context }> = (app, { ctx }, done) => {
  app.post('/snapshots/:name', { schema: SaveSnapshot }, ({ params, query }) => {
    return ctx.snapshots.save(params.name, query.instance_id)
  })

  app.post('/snapshots/:name/restore', { schema: RestoreSnapshot }, ({ params, query }) => {
    if (!ctx.snapshots.restore(params.name, query.instance_id)) throw notFound(params.name)
  })

  app.get('/snapshots', { schema: ListSnapshots }, ({ query }) => ({
    snapshots: ctx.snapshots.list(query.instance_id),
  }))

  app.delete('/snapshots/:name', { schema: DeleteSnapshot }, ({ params, query }) => {
    if (!ctx.snapshots.remove(params.name, query.instance_id)) throw notFound(params.name)
  })

  done()
}
