import type { Context } from '../../context.ts'
import { apigError } from '../../core/errors.ts'
import type { Rows } from '../../store/rows.ts'
import { type App, apps } from './schemas.ts'

/** Apps of one gateway; 50 by default in the service. */
export const APP_QUOTA = 50

/** @throws ApigError APIG.3004 unless the gateway has the app */
export function mustFindApp(ctx: Context, params: { instance_id: string; app_id: string }): App {
  const app = ctx.state.rows(apps, params.instance_id).get(params.app_id)
  if (app === undefined) throw apigError('APIG.3004', { id: params.app_id })
  return app
}

/**
 * Name and AppKey are unique in a gateway; an app does not collide with itself.
 * @throws ApigError APIG.3203 for the name, then APIG.3310 for the key
 */
export function refuseTaken(
  rows: Rows<App>,
  { name, app_key }: { name: string; app_key?: string },
  self?: App,
): void {
  const named = rows.by('name', name)
  if (named !== undefined && named.id !== self?.id) throw apigError('APIG.3203')
  const keyed = app_key === undefined ? undefined : rows.by('app_key', app_key)
  if (keyed !== undefined && keyed.id !== self?.id) throw apigError('APIG.3310')
}
