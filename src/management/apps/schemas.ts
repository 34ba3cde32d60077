import { type Static, Type } from '@sinclair/typebox'
import { ExtendedObject } from '../../schema/extended.ts'
import { NoContent, Text, Time, type TimeFormat } from '../../schema/kinds.ts'
import { type Stamp, table } from '../../store/table.ts'
import { Id, instancePath, listOf, pageQuery } from '../schemas.ts'

const name = Type.String({
  pattern: '^[A-Za-z][A-Za-z0-9_]{2,63}$',
  description: '3 to 64 characters, first a letter; letters, digits, _',
  examples: ['app_demo'],
})
const remark = Text({ maxLength: 255, examples: ['Demo app'] })
const app_key = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{7,199}$',
  description: '8 to 200 characters, first a letter or digit; letters, digits, - and _',
  examples: ['98df09fbd45949cb83a72b55ca6f3d5d'],
})
export const app_secret = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_!@#$%-]{7,127}$',
  description: '8 to 128 characters, first a letter or digit; letters, digits, _ - ! @ # $ %',
  examples: ['416d9f0a2b5c4e7d8f1a3b5c7d9eaab8'],
})

/** Named only by the SDKs: taken, kept and answered when sent. */
const related = {
  related_domain_id: Type.Optional(Type.String({ maxLength: 64 })),
  related_project_id: Type.Optional(Type.String({ maxLength: 64 })),
}

export const AppCreate = Type.Object({
  name,
  remark: Type.Optional(remark),
  app_key: Type.Optional(app_key),
  app_secret: Type.Optional(app_secret),
  ...related,
})

export const AppResetCreate = Type.Object({ app_secret: Type.Optional(app_secret) })

/** An app as answered; operations differ in how they write its two times. */
const AppInfo = (registered: TimeFormat, updated: TimeFormat) =>
  Type.Object({
    id: Type.String({ pattern: '^[!-~]{1,64}$', examples: ['356de8eb7a8742168586e5daf5339965'] }),
    name,
    remark: Type.Optional(remark),
    creator: Type.Union([Type.Literal('USER'), Type.Literal('MARKET')]),
    app_key,
    app_secret,
    register_time: Time(registered),
    update_time: Time(updated),
    status: Type.Literal(1, { description: '1: valid' }),
    app_type: Type.Literal('apig'),
    ...related,
  })

const AppInfoWithBindNum = ExtendedObject(
  AppInfo('seconds', 'seconds'),
  Type.Object({
    bind_num: Type.Integer({ description: 'APIs that the app is authorized for', examples: [0] }),
  }),
)

const App = AppInfo('seconds', 'seconds')
export type App = Static<typeof App>

/** A whole app of the fields given: the others are generated. */
export function newApp(given: Partial<App> & Pick<App, 'name'>, { ids, clock }: Stamp): App {
  const now = clock.now()
  const generated = {
    id: ids.hex(),
    name: given.name,
    creator: 'USER' as const,
    app_key: given.app_key ?? ids.hex(),
    app_secret: given.app_secret ?? ids.hex(),
    register_time: now,
    update_time: now,
    status: 1 as const,
    app_type: 'apig' as const,
  }
  // Not spread: V8 would give every such app a hidden class of its own, which slows each read.
  return Object.assign(generated, given)
}

export const apps = table('apps', App, { unique: ['name', 'app_key'], complete: newApp })

/** `/apps/{app_id}`: the pages of these operations print `parameterName:id` for a bad one. */
const appPath = instancePath({ app_id: Id('id') })

export const ListAppsV2 = {
  operationId: 'ListAppsV2',
  summary: 'Querying Apps',
  params: instancePath(),
  querystring: pageQuery({
    id: Type.Optional(Type.String()),
    name: Type.Optional(Type.String({ description: 'a part of the name; see precise_search' })),
    status: Type.Optional(Type.Integer()),
    app_key: Type.Optional(Type.String()),
    creator: Type.Optional(Type.String()),
    precise_search: Type.Optional(
      Type.String({ description: 'filters that must match wholly, comma-separated: name' }),
    ),
    related_domain_id: Type.Optional(Type.String()),
    related_project_id: Type.Optional(Type.String()),
  }),
  response: { 200: listOf('apps', AppInfoWithBindNum) },
}

export const CreateAnAppV2 = {
  operationId: 'CreateAnAppV2',
  summary: 'Creating an App',
  params: instancePath(),
  body: AppCreate,
  response: { 201: AppInfo('nanoseconds', 'nanoseconds') },
}

export const ShowDetailsOfAppV2 = {
  operationId: 'ShowDetailsOfAppV2',
  summary: 'Querying App Details',
  params: appPath,
  response: { 200: ExtendedObject(App, Type.Object({})) },
}

export const UpdateAppV2 = {
  operationId: 'UpdateAppV2',
  summary: 'Modifying an App',
  params: appPath,
  body: AppCreate,
  response: { 200: AppInfo('seconds', 'nanoseconds') },
}

export const DeleteAppV2 = {
  operationId: 'DeleteAppV2',
  summary: 'Deleting an App',
  params: appPath,
  response: { 204: NoContent },
}

export const ResettingAppSecretV2 = {
  operationId: 'ResettingAppSecretV2',
  summary: 'Resetting the AppSecret of an App',
  params: appPath,
  body: AppResetCreate,
  response: { 200: AppInfo('seconds', 'nanoseconds') },
}

export const CheckAppV2 = {
  operationId: 'CheckAppV2',
  summary: 'Verifying an App',
  params: appPath,
  response: { 200: Type.Pick(App, ['id', 'name', 'remark']) },
}
