import { type Static, Type } from '@sinclair/typebox'
import { Time } from '../../schema/kinds.ts'
import { type Stamp, table } from '../../store/table.ts'
import { apis } from '../apis/tables.ts'
import { apps } from '../apps/tables.ts'
import { envs, RELEASE } from '../envs/tables.ts'

/** That an app may call an API in an environment, whether it is published there or not. */
export const AppAuth = Type.Object({
  id: Type.String({ examples: ['dd29b33ae4394e3b924b582c6b40880b'] }),
  app_id: Type.String({ examples: ['356de8eb7a8742168586e5daf5339965'] }),
  api_id: Type.String({ examples: ['5f918d104dc84480a75166ba99efff21'] }),
  env_id: Type.String({ examples: [RELEASE.id] }),
  auth_time: Time(),
})
export type AppAuth = Static<typeof AppAuth>

export const newAppAuth = (given: Partial<AppAuth>, { ids, clock }: Stamp): AppAuth => ({
  id: given.id ?? ids.hex(),
  env_id: RELEASE.id,
  auth_time: clock.now(),
  app_id: '',
  api_id: '',
  ...given,
})

export const appAuths = table('app_auths', AppAuth, {
  unique: [['app_id', 'api_id', 'env_id']],
  belongsTo: { app_id: apps, api_id: apis, env_id: envs },
  complete: newAppAuth,
})

export const tables = [appAuths]
