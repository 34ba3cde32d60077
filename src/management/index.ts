import Fastify, { type FastifyPluginAsync, type RouteOptions } from 'fastify'
import { checkCredential, checkSignature } from '../auth/authentication.ts'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { carryOutFaults } from '../request/fault.ts'
import { parseJson } from '../request/json-body.ts'
import { preferredAnswer } from '../request/preference.ts'
import { nameOperation } from '../request/record.ts'
import { beginShared } from '../request/shared-state.ts'
import { type Step, steps } from '../request/steps.ts'
import { answerWithSuccess } from '../request/success.ts'
import { schemaController } from '../schema/validation.ts'
import { families } from './families.ts'
import type { RoutesModule } from './family.ts'
import { instanceOf, refuseUnknownInstance } from './instances/rules.ts'

const PROJECT = '/v2/:project_id/apigw'
const INSTANCE = `${PROJECT}/instances/:instance_id`

/** The records of this plane, in the order in which a seed is read. */
export const managementTables = families.flatMap((family) => family.tables)

type Plugin = FastifyPluginAsync<{ ctx: Context }>

/** Routes that are not loaded yet, and the path that they are below. */
interface RouteLoader {
  prefix: string
  load: () => Promise<RoutesModule>
}

/** `apps` below a gateway, `apigw/instances` below a project: what `segmentOf` returns. */
function bySegment(): Map<string, RouteLoader[]> {
  const segments = new Map<string, RouteLoader[]>()
  for (const { isBelowProject = false, routes } of families) {
    for (const [name, load] of Object.entries(routes)) {
      const segment = isBelowProject ? `apigw/${name}` : name
      const prefix = isBelowProject ? PROJECT : INSTANCE
      segments.set(segment, [...(segments.get(segment) ?? []), { prefix, load }])
    }
  }
  return segments
}

/**
 * The management plane by segments, each a plugin of its own: a server registers it when a request
 * first asks for the segment, since most servers need few of them.
 */
export const managementSegments = (): Map<string, Plugin> =>
  new Map([...bySegment()].map(([segment, unloaded]) => [segment, pluginOf(unloaded)]))

/** The whole management plane, `/v2/{project_id}/apigw/…`: for documents and for tests. */
export const management: Plugin = (app, options) =>
  pluginOf([...bySegment().values()].flat())(app, options)

const pluginOf =
  (all: readonly RouteLoader[]): Plugin =>
  async (app, { ctx }) => {
    app.addHook('onRoute', (route) => addSteps(route, ctx))
    for (const { prefix, load } of all) {
      const { routes } = await load()
      for (const each of routes) app.register(each, { ctx, prefix })
    }
  }

const PATH = /^\/v2\/[^/?#]*\/apigw\/([^/?#]*)(?:\/[^/?#]*\/([^/?#]*))?/

/** The key in `managementSegments` of a decoded URL; it has no entry for a path of no operation. */
export function segmentOf(url: string): string {
  const [, first = '', belowGateway] = PATH.exec(url) ?? []
  return first === 'instances' && belowGateway !== undefined ? belowGateway : `apigw/${first}`
}

/** Every route of the plane, which a server would register bit by bit. */
export async function managementRoutes(ctx: Context): Promise<RouteOptions[]> {
  const routes: RouteOptions[] = []
  const app = Fastify({ exposeHeadRoutes: false, schemaController })
  app.addHook('onRoute', (route) => void routes.push(route))
  app.register(management, { ctx })
  await app.ready()
  await app.close()
  return routes
}

/**
 * The steps of a request that are this plane's own, in the order in which the service refuses.
 * docs/design.md lists the whole way of a request, Fastify's steps included.
 */
function addSteps(route: RouteOptions, ctx: Context): void {
  const operation = { operationId: route.schema?.operationId ?? '', method: String(route.method) }
  // The operations on gateways themselves decide what an unknown one means.
  const inGateway = route.url.startsWith(`${INSTANCE}/`)
  route.onRequest = steps(
    nameOperation(route, ctx),
    // A path with an empty segment is no operation's.
    refuseEmptySegment(route),
    // Faults come before every check, so that a tester can cause any failure.
    carryOutFaults(ctx),
    preferredAnswer(route),
    // From here on the state is read: tokens and users are in it.
    beginShared(ctx),
    // Who, and what they may do: before the body is looked at, even a malformed one.
    (request) => checkCredential(ctx, request, operation),
  )
  route.preValidation = steps(
    // The same for a signature, which covers the bytes of the body.
    (request) => checkSignature(ctx, request, operation),
    // JSON whatever the content type: plain `curl -d` sends a form's.
    parseJson,
    // A gateway that is not there has no parameters to be wrong: 404 before 400.
    ({ params }) => inGateway && refuseUnknownInstance(ctx, params as GatewayPath),
  )
  // In lenient mode a valid request creates its gateway; an invalid one must not.
  if (inGateway) {
    route.preHandler = steps((request) => instanceOf(ctx, request.params as GatewayPath, request))
  }
  answerWithSuccess(route)
}

type GatewayPath = Parameters<typeof instanceOf>[1]

/** @throws ApigError APIGW.0101: `/apps/` is not `/apps/{app_id}` */
function refuseEmptySegment({ url }: RouteOptions): Step {
  const names = [...url.matchAll(/:(\w+)/g)].map(([, name]) => name as string)
  return ({ params }) => {
    for (const name of names) {
      if ((params as Record<string, string>)[name] === '') {
        throw apigError('APIGW.0101').because(
          `the path has an empty segment where ${name} should be`,
        )
      }
    }
  }
}
