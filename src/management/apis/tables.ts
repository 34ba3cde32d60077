import { type Static, Type } from '@sinclair/typebox'
import { toChinaTime } from '../../core/clock.ts'
import { Time } from '../../schema/kinds.ts'
import { withRules } from '../../schema/rules.ts'
import { type Stamp, table } from '../../store/table.ts'
import { apiGroups } from '../api-groups/tables.ts'
import { envs, RELEASE } from '../envs/tables.ts'
import { withDefaults } from './defaults.ts'
import { type ApiCreate, Definition, definitionRules } from './definition.ts'

/** An API as it is edited: its draft. What is published is the copy in a version. */
export const Api = withRules(
  Type.Object({
    id: Type.String({ examples: ['5f918d104dc84480a75166ba99efff21'] }),
    ...Definition.properties,
    route: Type.String({
      description: 'method, match mode and path without the names of its parameters',
      examples: ['GET NORMAL /users/{}'],
    }),
    register_time: Time(),
    update_time: Time(),
  }),
  ...definitionRules,
)
export type Api = Static<typeof Api>

/** Two APIs of a group with the same route would be called alike: APIG.3301. */
export function routeOf({ req_method, req_uri = '', match_mode = 'NORMAL' }: Route): string {
  const nameless = req_uri.replace(/\{[^{}/]*\}/g, (name) => (name.endsWith('+}') ? '{+}' : '{}'))
  return `${req_method} ${match_mode} ${nameless}`
}

interface Route {
  req_method?: string | undefined
  req_uri?: string | undefined
  match_mode?: string | undefined
}

/** A whole API of what was sent: the rest is generated or has a default. */
export function newApi(given: ApiCreate & Partial<Api>, { ids, clock }: Stamp): Api {
  const { id = ids.hex(), register_time = clock.now() } = given
  const { update_time = register_time } = given
  return { ...withDefaults(given), id, route: routeOf(given), register_time, update_time }
}

export const apis = table('apis', Api, {
  keeps: { group_id: [apiGroups, 'APIG.3415'] },
  unique: [
    ['group_id', 'route'],
    ['group_id', 'name'],
  ],
  index: ['route', 'name'],
  complete: newApi,
})

/**
 * That an API has been published in an environment. The record, and with it the id by which
 * policies are bound, stays while the API is offline there: then it has no version.
 */
export const Publication = Type.Object({
  publish_id: Type.String({ examples: ['eeaa62b7b3f24ed58bf77d2ba1bc2d9b'] }),
  api_id: Type.String({ examples: ['5f918d104dc84480a75166ba99efff21'] }),
  env_id: Type.String({ examples: [RELEASE.id] }),
  remark: Type.String({ examples: [''] }),
  publish_time: Time(),
  version_id: Type.Optional(
    Type.String({ description: 'the version in force; absent while the API is offline' }),
  ),
  live_env_id: Type.Optional(
    Type.String({ description: 'env_id again, which is not deleted while the API is online' }),
  ),
  offline_env_id: Type.Optional(
    Type.String({
      description: 'env_id again, with which the record of an API goes that is offline',
    }),
  ),
})
export type Publication = Static<typeof Publication>

/** An API as it was when it was published, in the history of an environment. */
export const ApiVersion = Type.Object({
  version_id: Type.String({ examples: ['ee1a5a38d3d3493abf1dc4ed6cacfa0b'] }),
  version_no: Type.String({
    pattern: '^\\d{14}$',
    description: 'the time of publishing in China, yyyymmddhhmmss',
    examples: ['20200803093600'],
  }),
  api_id: Type.String({ examples: ['5f918d104dc84480a75166ba99efff21'] }),
  env_id: Type.String({ examples: [RELEASE.id] }),
  remark: Type.String({ examples: [''] }),
  publish_time: Time(),
  definition: Api,
})
export type ApiVersion = Static<typeof ApiVersion>

/** A whole version of the fields given. */
export function newVersion(
  given: Partial<ApiVersion> & Pick<ApiVersion, 'api_id' | 'definition'>,
  { ids, clock }: Stamp,
): ApiVersion {
  const { publish_time = clock.now() } = given
  return {
    version_id: ids.hex(),
    version_no: toChinaTime(publish_time).replace(/\D/g, '').slice(0, 14),
    env_id: RELEASE.id,
    remark: '',
    publish_time,
    ...given,
  }
}

export const apiVersions = table('api_versions', ApiVersion, {
  key: 'version_id',
  belongsTo: { api_id: apis, env_id: envs },
  complete: newVersion,
})

export const publications = table('publications', Publication, {
  key: 'publish_id',
  unique: [['api_id', 'env_id']],
  belongsTo: { api_id: apis, offline_env_id: envs },
  keeps: { live_env_id: [envs, 'APIG.3418'] },
  refers: { version_id: apiVersions },
  complete: (given, { ids, clock }) => {
    const { env_id = RELEASE.id } = given
    return {
      publish_id: ids.hex(),
      env_id,
      remark: '',
      publish_time: clock.now(),
      api_id: '',
      ...given,
      ...(given.version_id === undefined ? { offline_env_id: env_id } : { live_env_id: env_id }),
    }
  },
})

export const tables = [apis, apiVersions, publications]
