import type { Context } from '../../context.ts'
import type { Rows } from '../../store/rows.ts'
import { type Gateway, mustFind, refuseTaken } from '../records.ts'
import { type App, apps } from './tables.ts'

/** @throws ApigError APIG.3004 unless the gateway has the app */
export const mustFindApp = (
  ctx: Context,
  { instance_id, app_id }: Gateway & { app_id: string },
): App => mustFind(ctx.state.rows(apps, instance_id), app_id, 'APIG.3004')

/**
 * Name and AppKey are unique in a gateway; an app does not collide with itself.
 * @throws ApigError APIG.3203 for the name, then APIG.3310 for the key
 */
export function refuseTakenApp(
  rows: Rows<App>,
  { name, app_key }: { name: string; app_key?: string },
  self?: App,
): void {
  refuseTaken(rows, ['name', name], 'APIG.3203', self)
  refuseTaken(rows, ['app_key', app_key], 'APIG.3310', self)
}
