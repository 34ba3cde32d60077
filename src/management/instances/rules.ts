import type { Context } from '../../context.ts'
import { apigError } from '../../core/errors.ts'
import { type Instance, instances, newInstance } from './schemas.ts'

interface GatewayPath {
  project_id: string
  instance_id: string
}

/** The gateway of a path, if it is there and, in strict mode, the project's. */
function findInstance(ctx: Context, { project_id, instance_id }: GatewayPath) {
  const found = ctx.state.rows(instances).get(instance_id)
  const hidden = ctx.config.strict && found?.project_id !== '' && found?.project_id !== project_id
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

/** Lenient mode: any gateway springs into being when it is first used. */
export function instanceOf(ctx: Context, path: GatewayPath): Instance | undefined {
  const found = findInstance(ctx, path)
  if (found !== undefined || ctx.config.strict) return found
  const { project_id, instance_id: id } = path
  return ctx.state.rows(instances).put(newInstance({ id, project_id }, ctx))
}
