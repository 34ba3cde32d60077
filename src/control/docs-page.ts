import swagger, { type StaticDocumentSpec } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import Fastify, { type FastifyInstance } from 'fastify'
import { schemaController } from '../schema/validation.ts'

/** The name of the product, where the page would show its maker's. */
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" width="140" height="40">
<text y="28" fill="#fff" font-family="sans-serif" font-size="24" font-weight="bold">apig-mock</text>
</svg>`

/** A small application of its own that serves the page and its assets. */
export async function docsApp(document: object): Promise<FastifyInstance> {
  const app = Fastify({ schemaController })
  await app.register(swagger, {
    mode: 'static',
    specification: { document: document as StaticDocumentSpec['document'] },
  })
  await app.register(swaggerUi, {
    routePrefix: '/_mock/docs',
    uiConfig: {
      tryItOutEnabled: true,
      urls: [
        { url: '/_mock/openapi.json', name: 'API Gateway' },
        { url: '/_mock/openapi/control.json', name: 'Control plane' },
      ],
    },
    logo: { type: 'image/svg+xml', content: LOGO },
    theme: { title: 'apig-mock' },
  })
  await app.ready()
  return app
}
