import { Readable } from 'node:stream'
import type { FastifyInstance, onSendHookHandler, RouteOptions } from 'fastify'

/** A HEAD has the head alone; a stream would go on without a reader. */
const sendHeadAlone: onSendHookHandler = (_request, _reply, payload, done) => {
  if (!(payload instanceof Readable)) {
    done(null, payload)
    return
  }
  payload.destroy()
  done(null, null)
}

/**
 * Answers HEAD wherever GET is answered, and keeps the methods of every path.
 * @returns a function from a path to its methods, empty for a path that is no route's
 */
export function collectMethods(app: FastifyInstance): (path: string) => string[] {
  const methods = new Map<string, Set<string>>()
  app.addHook(
    'onRoute',
    function (this: FastifyInstance, route: RouteOptions & { routePath: string }) {
      const known = methods.get(route.url) ?? new Set()
      methods.set(route.url, known.add(String(route.method)))
      if (route.method !== 'GET') return
      const { schema, config, handler, routePath } = route
      this.route({
        method: 'HEAD',
        url: routePath,
        handler,
        onSend: sendHeadAlone,
        ...(schema && { schema: { ...schema, hide: true } }),
        ...(config && { config }),
      })
    },
  )
  return (path) => [...methods].flatMap(([url, known]) => (isOf(url, path) ? [...known] : []))
}

/** Whether a path is one of a route such as `/faults/:fault_id`. */
function isOf(url: string, path: string): boolean {
  const [names, parts] = [url.split('/'), path.split('/')]
  if (names.length !== parts.length) return false
  return names.every((name, i) => (name.startsWith(':') ? parts[i] !== '' : name === parts[i]))
}
