import { type Static, Type } from '@sinclair/typebox'
import { NoContent, Text, Time, type TimeFormat } from '../../schema/kinds.ts'
import { type Stamp, table } from '../../store/table.ts'
import { apps } from '../apps/schemas.ts'
import { Id, instancePath, listOf, pageQuery } from '../schemas.ts'

const name = Type.String({
  pattern: '^[A-Za-z][A-Za-z0-9_]{2,254}$',
  description: '3 to 255 characters, first a letter; letters, digits, _',
  examples: ['ClientQuota_demo'],
})
const count = { minimum: 1, maximum: 2_147_483_647 }

/** What a caller decides of a quota. */
const AppQuotaCreate = Type.Object({
  name,
  call_limits: Type.Integer({ ...count, examples: [1000] }),
  time_unit: Type.Union(
    (['SECOND', 'MINUTE', 'HOUR', 'DAY'] as const).map((unit) => Type.Literal(unit)),
    { examples: ['MINUTE'] },
  ),
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

const AppQuotaAppBinding = (bound: TimeFormat) =>
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

const AppQuotaInfo = (created: TimeFormat) =>
  Type.Object({
    app_quota_id: Type.String({ examples: ['c900c5612dbe451bb43cbcc49cfaf2f3'] }),
    ...AppQuotaCreate.properties,
    // Lists and shows add a zone: `2020-09-20 00:00:00 +0000 +0000`.
    reset_time: Type.Optional(Type.String({ examples: ['2020-09-20 00:00:00'] })),
    create_time: Time(created),
    bound_app_num: Type.Integer({ examples: [0] }),
  })

const AppQuotaAppInfo = Type.Object({
  app_id: Type.String({ examples: ['356de8eb7a8742168586e5daf5339965'] }),
  name: Type.String({ examples: ['app_demo'] }),
  status: Type.Literal(1),
  app_key: Type.String({ examples: ['98df09fbd45949cb83a72b55ca6f3d5d'] }),
  remark: Type.Optional(Type.String({ examples: ['Demo app'] })),
  register_time: Time(),
  update_time: Time(),
  app_quota_id: Type.Optional(Type.String({ examples: ['c900c5612dbe451bb43cbcc49cfaf2f3'] })),
  app_quota_name: Type.Optional(Type.String({ examples: ['ClientQuota_demo'] })),
  bound_time: Type.Optional(Time()),
  related_domain_id: Type.Optional(Type.String()),
  related_project_id: Type.Optional(Type.String()),
})

/** The pages of these operations print `parameterName:instance_id` for any bad id. */
const quotaPath = instancePath({ app_quota_id: Id() })
const appsQuery = pageQuery({
  app_name: Type.Optional(Type.String({ description: 'a part of the name' })),
})

export const ListAppQuotas = {
  operationId: 'ListAppQuotas',
  summary: 'Querying Credential Quotas',
  params: instancePath(),
  querystring: pageQuery({
    name: Type.Optional(Type.String({ description: 'a part of the name' })),
  }),
  response: { 200: listOf('quotas', AppQuotaInfo('seconds')) },
}

export const CreateAppQuota = {
  operationId: 'CreateAppQuota',
  summary: 'Creating a Credential Quota',
  params: instancePath(),
  body: AppQuotaCreate,
  response: { 201: AppQuotaInfo('china-time') },
}

export const ShowAppQuota = {
  operationId: 'ShowAppQuota',
  summary: 'Querying Credential Quota Details',
  params: quotaPath,
  response: { 200: AppQuotaInfo('seconds') },
}

export const UpdateAppQuota = {
  operationId: 'UpdateAppQuota',
  summary: 'Modifying a Credential Quota',
  params: quotaPath,
  body: AppQuotaCreate,
  response: { 200: AppQuotaInfo('seconds') },
}

export const DeleteAppQuota = {
  operationId: 'DeleteAppQuota',
  summary: 'Deleting a Credential Quota',
  params: quotaPath,
  response: { 204: NoContent },
}

export const ListAppQuotaBindableApps = {
  operationId: 'ListAppQuotaBindableApps',
  summary: 'Querying Credentials That Can Be Bound to a Credential Quota',
  params: quotaPath,
  querystring: appsQuery,
  response: { 200: listOf('apps', AppQuotaAppInfo) },
}

export const AssociateAppsForAppQuota = {
  operationId: 'AssociateAppsForAppQuota',
  summary: 'Binding a Credential Quota with Credentials',
  params: quotaPath,
  body: Type.Object({ app_ids: Type.Array(Type.String(), { minItems: 1 }) }),
  response: { 201: Type.Object({ applies: Type.Array(AppQuotaAppBinding('nanoseconds')) }) },
}

export const ListAppQuotaBoundApps = {
  operationId: 'ListAppQuotaBoundApps',
  summary: 'Querying the Credentials Bound to a Specified Quota',
  params: quotaPath,
  querystring: appsQuery,
  response: { 200: listOf('apps', AppQuotaAppInfo) },
}

export const DisassociateAppQuotaWithApp = {
  operationId: 'DisassociateAppQuotaWithApp',
  summary: 'Unbinding a Credential Quota from a Credential',
  params: instancePath({ app_quota_id: Id(), app_id: Id() }),
  response: { 204: NoContent },
}

export const ShowAppBoundAppQuota = {
  operationId: 'ShowAppBoundAppQuota',
  summary: 'Querying Quotas Associated with a Credential',
  params: instancePath({ app_id: Id() }),
  // An app without a quota answers `{}`, as an app without an ACL does.
  response: { 200: Type.Partial(AppQuotaInfo('seconds')) },
}
