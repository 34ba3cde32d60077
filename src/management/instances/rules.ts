import type { FastifyRequest } from 'fastify'
import type { Context } from '../../context.ts'
import { apigError } from '../../core/errors.ts'
import { tolerate } from '../../request/record.ts'
import { type Instance, instances, newInstance } from './tables.ts'

interface GatewayPath {
  project_id: string
  instance_id: string
}

/** Whether a gateway belongs to another project than the path's; one without is everybody's. */
const isForeign = (found: Instance, { project_id }: GatewayPath): boolean =>
  found.project_id !== '' && found.project_id !== project_id

/** The gateway of a path, if it is there and, in strict mode, the project's. */
function findInstance(ctx: Context, path: GatewayPath): Instance | undefined {
  const found = ctx.state.rows(instances).get(path.instance_id)
  const hidden = ctx.config.strict && found !== undefined && isForeign(found, path)
  return hidden ? undefined : found
}

/**
 * Strict mode: a gateway that does not exist is refused.
 * @throws ApigError APIG.3030
 */
export function refuseUnknownInstance(ctx: Context, path: GatewayPath): void {
  if (ctx.config.strict && findInstance(ctx, path) === undefined) {
    throw apigError('APIG.3030', { id: path.instance_id })
  }
}

/**
 * The gateway that a request is about. In lenient mode any gateway is created on first use, and may
 * be used from any project.
 */
export function instanceOf(
  ctx: Context,
  path: GatewayPath,
  request: FastifyRequest,
): Instance | undefined {
  const found = findInstance(ctx, path)
  if (ctx.config.strict) return found
  if (found === undefined) {
    tolerate(request, 'an unknown gateway, created')
    const { project_id, instance_id: id } = path
    const user_id = request.caller?.user_id ?? ''
    return ctx.state.addGateway(instances, newInstance({ id, project_id, user_id }, ctx), ctx)
  }
  if (isForeign(found, path)) tolerate(request, 'a gateway of another project')
  return found
}
