import { type Static, Type } from '@sinclair/typebox'
import { Text, Time, type TimeFormat } from '../../schema/kinds.ts'
import { type Stamp, table } from '../../store/table.ts'
import { apps } from '../apps/tables.ts'
import { oneOf } from '../schemas.ts'

const name = Type.String({
  pattern: '^[A-Za-z][A-Za-z0-9_]{2,254}$',
  description: '3 to 255 characters, first a letter; letters, digits, _',
  examples: ['ClientQuota_demo'],
})
const count = { minimum: 1, maximum: 2_147_483_647 }

/** What a caller decides of a quota. */
export const AppQuotaCreate = Type.Object({
  name,
  call_limits: Type.Integer({ ...count, examples: [1000] }),
  time_unit: oneOf('SECOND', 'MINUTE', 'HOUR', 'DAY'),
  time_interval: Type.Integer({ ...count, examples: [1] }),
  reset_time: Type.Optional(
    Type.String({
      pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01]) ([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d$',
      description: 'YYYY-MM-DD hh:mm:ss',
      examples: ['2020-09-20 00:00:00'],
    }),
  ),
  remark: Type.Optional(Text({ maxLength: 255, pattern: '^[^<>]*$', examples: ['remark'] })),
})

const AppQuota = Type.Composite([
  Type.Object({ app_quota_id: Type.String(), create_time: Time() }),
  AppQuotaCreate,
])
export type AppQuota = Static<typeof AppQuota>

/** A whole quota of the fields given: the others are generated. */
export function newAppQuota(
  given: Partial<AppQuota> & Static<typeof AppQuotaCreate>,
  { ids, clock }: Stamp,
): AppQuota {
  return { app_quota_id: ids.hex(), create_time: clock.now(), ...given }
}

export const appQuotas = table('app_quotas', AppQuota, {
  key: 'app_quota_id',
  unique: ['name'],
  complete: newAppQuota,
})

export const AppQuotaAppBinding = (bound: TimeFormat) =>
  Type.Object({
    app_quota_id: Type.String({ examples: ['c900c5612dbe451bb43cbcc49cfaf2f3'] }),
    app_id: Type.String({ examples: ['356de8eb7a8742168586e5daf5339965'] }),
    bound_time: Time(bound),
  })

/** Which quota an app is under: one at most, so the app identifies the binding. */
export const appQuotaBindings = table('app_quota_bindings', AppQuotaAppBinding('seconds'), {
  key: 'app_id',
  belongsTo: { app_quota_id: appQuotas, app_id: apps },
  complete: (given: { app_quota_id: string; app_id: string; bound_time?: number }, { clock }) => ({
    bound_time: clock.now(),
    ...given,
  }),
})

export const tables = [appQuotas, appQuotaBindings]
