import { type Static, Type } from '@sinclair/typebox'
import { Text, Time, type TimeFormat } from '../../schema/kinds.ts'
import { type Stamp, table } from '../../store/table.ts'
import { AddressRule } from '../addresses.ts'
import { oneOf } from '../schemas.ts'

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

/** Named only by the SDKs: accepted, kept and returned when sent. */
const related = {
  related_domain_id: Type.Optional(Type.String()),
  related_project_id: Type.Optional(Type.String()),
}

export const AppCreate = Type.Object({
  name,
  remark: Type.Optional(remark),
  app_key: Type.Optional(app_key),
  app_secret: Type.Optional(app_secret),
  ...related,
})

/** An app as returned; operations differ in how they write its two times. */
export const AppInfo = (registered: TimeFormat, updated: TimeFormat) =>
  Type.Object({
    id: Type.String({ pattern: '^[!-~]{1,64}$', examples: ['356de8eb7a8742168586e5daf5339965'] }),
    name,
    remark: Type.Optional(remark),
    creator: oneOf('USER', 'MARKET'),
    app_key,
    app_secret,
    register_time: Time(registered),
    update_time: Time(updated),
    status: Type.Literal(1, { description: '1: valid' }),
    app_type: Type.Literal('apig'),
    ...related,
  })

export const App = AppInfo('seconds', 'seconds')
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

export const app_code = Type.String({
  pattern: '^[A-Za-z0-9+/][A-Za-z0-9+_!@#$%/=-]{63,179}$',
  description: '64 to 180 characters, first a letter, digit, + or /',
  examples: ['GjOD3g80AABuuFeEJpVQADBlAjBh3UzC7WgrVJBB5BtJ4fdVOQoSvoji3gFxUDb5'],
})

export const AppCodeInfo = (created: TimeFormat) =>
  Type.Object({
    id: Type.String({ examples: ['8e3bba47edf84a5e8a8b8c8d8e8f9091'] }),
    app_id: Type.String({ examples: ['9ed8b7fe84224de681e7d7a5587e76dc'] }),
    app_code,
    create_time: Time(created),
  })

export const AppCode = AppCodeInfo('seconds')
export type AppCode = Static<typeof AppCode>

/** A generated AppCode is 64 lower-case hex digits (the API reference's examples). */
export const newAppCode = (
  given: Partial<AppCode> & Pick<AppCode, 'app_id'>,
  { ids, clock }: Stamp,
): AppCode => ({
  id: ids.hex(),
  app_code: ids.hex() + ids.hex(),
  create_time: clock.now(),
  ...given,
})

export const appCodes = table('app_codes', AppCode, {
  unique: ['app_code'],
  belongsTo: { app_id: apps },
  complete: newAppCode,
})

export const AppAcl = Type.Object({
  app_id: Type.String({ examples: ['9ed8b7fe84224de681e7d7a5587e76dc'] }),
  app_acl_type: oneOf('PERMIT', 'DENY'),
  app_acl_values: Type.Array(AddressRule(), {
    minItems: 1,
    examples: [['192.168.0.1', '192.168.0.5-192.168.0.10', '192.168.1.0/24']],
  }),
})

export const appAcls = table('app_acls', AppAcl, { key: 'app_id', belongsTo: { app_id: apps } })

const ai_api_key = Type.String({
  pattern: '^[A-Za-z0-9+_/=-]{8,128}$',
  description: '8 to 128 letters, digits and + _ / = -',
  examples: ['Zm9vYmFyMTIzNDU2Nzg5MGFiY2RlZg=='],
})
const alias = Type.String({
  pattern: '^[A-Za-z0-9_-]{1,100}$',
  description: '1 to 100 letters, digits, _ and -',
  examples: ['team-a'],
})

export const AiApiKeyCreate = Type.Object({
  ai_api_key: Type.Optional(ai_api_key),
  alias: Type.Optional(alias),
})

export const AiApiKeyInfo = (created: TimeFormat) =>
  Type.Object({
    id: Type.String({ examples: ['8e3bba47edf84a5e8a8b8c8d8e8f9091'] }),
    app_id: Type.String({ examples: ['9ed8b7fe84224de681e7d7a5587e76dc'] }),
    ai_api_key,
    alias: Type.Optional(alias),
    create_time: Time(created),
  })

export const AiApiKey = AiApiKeyInfo('seconds')
export type AiApiKey = Static<typeof AiApiKey>

export const newAiApiKey = (
  given: Partial<AiApiKey> & Pick<AiApiKey, 'app_id'>,
  { ids, clock }: Stamp,
): AiApiKey => ({ id: ids.hex(), ai_api_key: ids.code(), create_time: clock.now(), ...given })

export const aiApiKeys = table('ai_api_keys', AiApiKey, {
  unique: ['ai_api_key'],
  belongsTo: { app_id: apps },
  complete: newAiApiKey,
})

export const tables = [apps, appCodes, appAcls, aiApiKeys]
