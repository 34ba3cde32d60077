import type { FastifyPluginCallback, RouteOptions } from 'fastify'
import { checkCredential, checkSignature } from '../auth/authentication.ts'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { markServed } from '../instruments/tallies.ts'
import { carryOutFaults } from '../request/fault.ts'
import { parseJson } from '../request/json-body.ts'
import { preferredAnswer } from '../request/preference.ts'
import { nameOperation } from '../request/record.ts'
import { type Step, steps } from '../request/steps.ts'
import { answerWithSuccess } from '../request/success.ts'
import { aclsFamily } from './acls/routes.ts'
import { appQuotasFamily } from './app-quotas/routes.ts'
import { appsFamily } from './apps/routes.ts'
import type { Family } from './family.ts'
import { instancesFamily } from './instances/routes.ts'
import { instanceOf, refuseUnknownInstance } from './instances/rules.ts'
import { resourcesFamily } from './resources/routes.ts'

const INSTANCE = '/v2/:project_id/apigw/instances/:instance_id'

/** The families below a gateway; a new one is one folder and one line here. */
const families: Family[] = [aclsFamily, appsFamily, appQuotasFamily, resourcesFamily]

/** The records of this plane: gateways first, since the others are kept inside of them. */
export const managementTables = [
  ...instancesFamily.tables,
  ...families.flatMap((family) => family.tables),
]

/** The management plane: the service's own API, `/v2/{project_id}/apigw/…`. */
export const management: FastifyPluginCallback<{ ctx: Context }> = (app, { ctx }, done) => {
  app.addHook('onRoute', (route) => addSteps(route, ctx))
  for (const routes of instancesFamily.routes) {
    app.register(routes, { ctx, prefix: '/v2/:project_id/apigw' })
  }
  for (const routes of families.flatMap((family) => family.routes)) {
    app.register(routes, { ctx, prefix: INSTANCE })
  }
  done()
}

/** The way of a request, in the order in which the service refuses. */
function addSteps(route: RouteOptions, ctx: Context): void {
  const operation = { operationId: route.schema?.operationId ?? '', method: String(route.method) }
  // The operations on gateways themselves decide what an unknown one means.
  const inGateway = route.url.startsWith(`${INSTANCE}/`)
  route.onRequest = steps(
    nameOperation(route, ctx),
    // A path with an empty segment is no operation's.
    refuseEmptySegment(route),
    // What the tester ordered comes before every check, so that any failure can be had.
    carryOutFaults(ctx),
    preferredAnswer(route),
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
  // Only a valid request makes a gateway spring into being.
  if (inGateway) {
    route.preHandler = steps((request) => instanceOf(ctx, request.params as GatewayPath, request))
  }
  answerWithSuccess(route)
  markServed(ctx.tallies, operation.operationId)
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
