import { Type } from '@sinclair/typebox'
import { Time } from '../../schema/kinds.ts'
import { table } from '../../store/table.ts'
import { apps } from '../apps/tables.ts'

/**
 * Which apps may call which APIs. A seed can hold the records, from which `bind_num` and the
 * outline of apps count; the operations of this family are not served yet.
 */
const AppAuth = Type.Object({
  id: Type.String(),
  app_id: Type.String(),
  api_id: Type.String(),
  env_id: Type.String(),
  auth_time: Time(),
})

export const appAuths = table('app_auths', AppAuth, {
  belongsTo: { app_id: apps },
  complete: (given, { ids, clock }) => ({
    id: ids.hex(),
    env_id: 'DEFAULT_ENVIRONMENT_RELEASE_ID',
    auth_time: clock.now(),
    app_id: '',
    api_id: '',
    ...given,
  }),
})

export const tables = [appAuths]
