import swagger, { type StaticDocumentSpec } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import Fastify, { type FastifyInstance } from 'fastify'

/** A small application of its own that serves the page and its assets below `routePrefix`. */
export async function docsApp(routePrefix: string, document: object): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(swagger, {
    mode: 'static',
    specification: { document: document as StaticDocumentSpec['document'] },
  })
  await app.register(swaggerUi, { routePrefix, uiConfig: { tryItOutEnabled: true } })
  await app.ready()
  return app
}
