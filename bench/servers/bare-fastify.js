/** Fastify with TypeBox schemas that answers constants. `node bare-fastify.js <port>` */
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import Fastify from 'fastify'
import * as answers from './answers.js'

const Path = { project_id: Type.String(), instance_id: Type.String({ pattern: '^[!-~]{1,64}$' }) }
const App = Type.Object({
  id: Type.String(),
  name: Type.String(),
  creator: Type.String(),
  app_key: Type.String(),
  app_secret: Type.String(),
  register_time: Type.String(),
  update_time: Type.String(),
  status: Type.Integer(),
  app_type: Type.String(),
})
const Created = Type.Object({
  name: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{2,63}$' }),
  remark: Type.Optional(Type.String({ maxLength: 255 })),
})
const List = Type.Object({
  total: Type.Integer(),
  size: Type.Integer(),
  apps: Type.Array(Type.Composite([App, Type.Object({ bind_num: Type.Integer() })])),
})

const fastify = Fastify().setValidatorCompiler(TypeBoxValidatorCompiler)
const apps = '/v2/:project_id/apigw/instances/:instance_id/apps'
const params = Type.Object(Path)

fastify.post(apps, { schema: { params, body: Created, response: { 201: App } } }, (_, reply) => {
  reply.code(201)
  return answers.app
})
fastify.get(apps, { schema: { params, response: { 200: List } } }, () => answers.list)
fastify.get(
  `${apps}/:app_id`,
  { schema: { params: Type.Object({ ...Path, app_id: Type.String() }), response: { 200: App } } },
  () => answers.app,
)

await fastify.listen({ port: Number(process.argv[2]), host: '127.0.0.1' })
