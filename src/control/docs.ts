import type { FastifyInstance, FastifyPluginCallback } from 'fastify'
import type { Context } from '../context.ts'
import type { managementDocument } from './openapi.ts'

const DOCS = '/_mock/docs'

/**
 * The API's own documentation. What makes it (the OpenAPI generator, the page and its assets) is
 * loaded when it is first asked for: few servers ever show it.
 */
export const docs: FastifyPluginCallback<{ ctx: Context }> = (app, { ctx }, done) => {
  let document: ReturnType<typeof managementDocument> | undefined
  const openApi = () => {
    document ??= import('./openapi.ts').then((openapi) => openapi.managementDocument(ctx))
    return document
  }

  let page: Promise<FastifyInstance> | undefined
  const docsPage = () => {
    page ??= Promise.all([import('./docs-page.ts'), openApi()]).then(([{ docsApp }, openapi]) =>
      docsApp(DOCS, openapi),
    )
    return page
  }

  app.get('/openapi.json', { schema: { hide: true } }, openApi)

  for (const path of ['/docs', '/docs/*']) {
    app.get(path, { schema: { hide: true } }, async (request, reply) => {
      const { headers, statusCode, rawPayload } = await (await docsPage()).inject({
        method: 'GET',
        url: request.url,
        headers: { accept: request.headers.accept ?? '*/*' },
      })
      reply.code(statusCode).headers(headers as Record<string, string>)
      return reply.send(rawPayload)
    })
  }
  app.addHook('onClose', async () => {
    const made = await page?.catch(() => undefined)
    await made?.close()
  })
  done()
}
