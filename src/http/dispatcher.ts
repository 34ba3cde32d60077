import type { IncomingMessage } from 'node:http'
import type { Context } from '../context.ts'
import { managementSegments, segmentOf } from '../management/index.ts'
import { servicePlane } from '../planes.ts'
import { isControl } from '../request/foreign-page.ts'
import { createLazyApp, type RequestHandler } from './lazy-app.ts'

/** A plane that recognizes its requests by more than the path; undefined: the request is not its. */
export type Plane = (request: IncomingMessage) => RequestHandler | undefined

/**
 * Gives each request to the application that has its route: one for the control plane, one for IAM,
 * and one for each first path segment of the management plane. They are made on first use, so a
 * start does not grow with the number of operations.
 * @param plane asked first, before the path is looked at
 */
export function createDispatcher(ctx: Context, plane?: Plane): RequestHandler {
  const segments = new Map(
    [...managementSegments()].map(([segment, routes]) => [
      segment,
      createLazyApp(ctx, async () => servicePlane(routes)),
    ]),
  )
  const iam = createLazyApp(ctx, async () => servicePlane((await import('../iam/index.ts')).iam))
  const control = createLazyApp(ctx, async () => {
    const { control: routes } = await import('../control/index.ts')
    return (app, _options, done) => {
      app.register(routes, { ctx, prefix: '/_mock' })
      done()
    }
  })
  const unknown = createLazyApp(ctx, async () => servicePlane())

  function handlerOf(url: string): RequestHandler {
    if (url.startsWith('/v2/')) return segments.get(segmentOf(url)) ?? unknown
    if (/^\/v3(\.0)?\//.test(url)) return iam
    return isControl(url) ? control : unknown
  }

  return {
    handle(request, response) {
      const handler = plane?.(request) ?? handlerOf(routerUrl(request.url ?? ''))
      handler.handle(request, response)
    },
    async close() {
      const all = [...segments.values(), iam, control, unknown]
      await Promise.all(all.map((handler) => handler.close()))
    },
  }
}

/**
 * A URL as Fastify's router reads it: its path decoded, without scheme and host. Empty for one that
 * the router refuses.
 */
function routerUrl(url: string): string {
  // As are nearly all: every request passes here.
  if (url.startsWith('/') && !url.includes('%')) return url
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*/s, '')
  try {
    // What is encoded of `/`, `?`, `%` and the like stays so.
    return decodeURI(path.replaceAll('%25', '%2525'))
  } catch {
    return ''
  }
}
