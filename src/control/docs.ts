import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { once } from './once.ts'
import * as schemas from './schemas.ts'
import type { Plane } from './service-document.ts'

/**
 * The documentation of both APIs. What makes it (the OpenAPI generator, the page and its assets) is
 * loaded when it is first asked for: few servers ever show it.
 */
export const docs: FastifyPluginCallback<{ ctx: Context; plane: Plane }> = (
  app,
  { ctx, plane },
  done,
) => {
  const service = once(async () => (await import('./service-document.ts')).managementDocument(ctx))
  const control = once(async () =>
    (await import('./control-document.ts')).controlDocument(ctx, plane),
  )
  let page: FastifyInstance | undefined
  const docsPage = once(async () => {
    const [{ docsApp }, document] = await Promise.all([import('./docs-page.ts'), service()])
    page = await docsApp(document)
    return page
  })

  app.get('/openapi.json', { schema: schemas.ShowServiceDocument }, service)
  app.get('/openapi/control.json', { schema: schemas.ShowControlDocument }, control)

  const showPage = async (request: FastifyRequest, reply: FastifyReply) => {
    const { headers, statusCode, rawPayload } = await (await docsPage()).inject({
      method: 'GET',
      url: request.url,
      headers: { accept: request.headers.accept ?? '*/*' },
    })
    if (statusCode >= 400) {
      throw apigError('MOCK.0404', { path: request.url.split('?', 1)[0] ?? '' })
    }
    reply.code(statusCode).headers(headers as Record<string, string>)
    return reply.send(rawPayload)
  }
  app.get('/docs', { schema: schemas.ShowDocs }, showPage)
  // What the page is made of is no operation of the API.
  app.get('/docs/*', { schema: { hide: true } }, showPage)

  app.addHook('onClose', () => page?.close())
  done()
}
