import { Type } from '@sinclair/typebox'
import type { Context } from '../../context.ts'
import { ApigError, apigError } from '../../core/errors.ts'
import { Text, Time } from '../../schema/kinds.ts'
import { envs } from '../envs/tables.ts'
import type { Routes } from '../family.ts'
import { type Gateway, mustFind } from '../records.ts'
import { Filter, instancePath, oneOf } from '../schemas.ts'
import { mustFindApi } from './rules.ts'
import {
  type Api,
  type ApiVersion,
  apis,
  apiVersions,
  newVersion,
  type Publication,
  publications,
} from './tables.ts'

/** Versions that are kept of an API in one environment; the oldest goes. */
const VERSIONS = 10

const remark = Type.Optional(Text({ maxLength: 255, examples: ['Demo'] }))

/** What became of one publication. */
export const PublishResp = Type.Object({
  publish_id: Type.String({ examples: ['eeaa62b7b3f24ed58bf77d2ba1bc2d9b'] }),
  api_id: Type.String({ examples: ['5f918d104dc84480a75166ba99efff21'] }),
  api_name: Type.String({ examples: ['api_demo'] }),
  env_id: Type.String({ examples: ['DEFAULT_ENVIRONMENT_RELEASE_ID'] }),
  remark: Type.String({ examples: ['Demo'] }),
  publish_time: Time('nanoseconds'),
  version_id: Type.String({ examples: ['ee1a5a38d3d3493abf1dc4ed6cacfa0b'] }),
})

/** A publication as its operations return it; without a version once it is offline. */
export const publishResp = (publication: Publication, { name }: Api) => ({
  version_id: '',
  ...publication,
  api_name: name,
})

/** The record of an API in an environment, whether it is online there or not. */
export const publicationOf = (
  ctx: Context,
  { instance_id }: Gateway,
  api_id: string,
  env_id: string,
) => ctx.state.rows(publications, instance_id).by(['api_id', 'env_id'], [api_id, env_id])

/** Puts a version into force: `publish_id` is that of the first publication. */
export function putOnline(
  ctx: Context,
  params: Gateway,
  { api_id, env_id, version_id, remark }: ApiVersion,
  publish_time: number,
): Publication {
  const known = publicationOf(ctx, params, api_id, env_id)
  return ctx.state.rows(publications, params.instance_id).put({
    publish_id: known?.publish_id ?? ctx.ids.hex(),
    api_id,
    env_id,
    remark,
    publish_time,
    version_id,
    live_env_id: env_id,
  })
}

/** Publishes the draft: the new version is the one in force. */
function publish(ctx: Context, params: Gateway, definition: Api, env_id: string, remark: string) {
  const { id: api_id } = definition
  const publish_time = ctx.clock.now()
  const versions = ctx.state.rows(apiVersions, params.instance_id)
  const version = versions.put(
    newVersion({ api_id, env_id, remark, publish_time, definition }, ctx),
  )
  const publication = putOnline(ctx, params, version, publish_time)
  const history = versions.where('api_id', api_id).filter((other) => other.env_id === env_id)
  for (const { version_id } of history.slice(VERSIONS)) versions.delete(version_id)
  return publication
}

/** Takes an API offline; its record, by whose id policies are bound, stays. */
export function takeOffline(ctx: Context, { instance_id }: Gateway, publication: Publication) {
  const { version_id: _, live_env_id: __, ...offline } = publication
  const offline_env_id = publication.env_id
  return ctx.state.rows(publications, instance_id).put({ ...offline, offline_env_id })
}

const isOnline = (publication: Publication | undefined): publication is Publication =>
  publication?.version_id !== undefined

export const publicationRoutes: Routes = (app, { ctx }, done) => {
  const mustFindEnv = ({ instance_id }: Gateway, id: string) =>
    mustFind(ctx.state.rows(envs, instance_id), id, 'APIG.3003')

  app.post(
    '/apis/action',
    {
      schema: {
        operationId: 'CreateOrDeletePublishRecordForApiV2',
        params: instancePath(),
        body: Type.Object({
          action: oneOf('online', 'offline'),
          env_id: Type.String({ examples: ['DEFAULT_ENVIRONMENT_RELEASE_ID'] }),
          api_id: Type.String({ examples: ['5f918d104dc84480a75166ba99efff21'] }),
          remark,
        }),
        response: { 201: PublishResp },
      },
    },
    ({ params, body: { action, env_id, api_id, remark = '' } }) => {
      const api = mustFindApi(ctx, { ...params, api_id })
      mustFindEnv(params, env_id)
      if (action === 'online') return publishResp(publish(ctx, params, api, env_id, remark), api)
      const publication = publicationOf(ctx, params, api_id, env_id)
      if (!isOnline(publication)) {
        throw apigError('APIG.3015').because(`the API is not published in environment ${env_id}`)
      }
      return publishResp(takeOffline(ctx, params, publication), api)
    },
  )

  app.post(
    '/apis/publish',
    {
      schema: {
        operationId: 'BatchPublishOrOfflineApiV2',
        params: instancePath(),
        querystring: Type.Object({ action: Filter('online or offline') }),
        body: Type.Object({
          apis: Type.Optional(Type.Array(Type.String(), { maxItems: 1000 })),
          env_id: Type.String({ examples: ['DEFAULT_ENVIRONMENT_RELEASE_ID'] }),
          group_id: Type.Optional(Type.String()),
          remark,
        }),
        response: {
          200: Type.Object({
            success: Type.Array(PublishResp),
            failure: Type.Array(
              Type.Object({
                api_id: Type.String(),
                api_name: Type.String(),
                error_code: Type.String(),
                error_msg: Type.String(),
              }),
            ),
          }),
        },
      },
    },
    ({ params, query: { action }, body: { apis: given, env_id, group_id, remark = '' } }) => {
      if (action !== 'online' && action !== 'offline') throw apigError('APIG.2011/publication')
      if (given === undefined && group_id === undefined) {
        throw apigError('APIG.2001', { parameter: 'apis' }).because('neither apis nor group_id')
      }
      mustFindEnv(params, env_id)
      const rows = ctx.state.rows(apis, params.instance_id)
      const ofGroup = () => rows.where('group_id', group_id ?? '').map(({ id }) => id)

      const act = (api_id: string) => {
        const api = rows.get(api_id)
        if (api === undefined) throw apigError('APIG.3002/batch', { id: api_id })
        if (action === 'online') return publishResp(publish(ctx, params, api, env_id, remark), api)
        const publication = publicationOf(ctx, params, api_id, env_id)
        return isOnline(publication)
          ? publishResp(takeOffline(ctx, params, publication), api)
          : neverOnline(api, env_id)
      }

      const success: ReturnType<typeof act>[] = []
      const failure: Failure[] = []
      // The example of the page sends both: apis is what counts then.
      for (const api_id of new Set(given ?? ofGroup())) {
        try {
          success.push(act(api_id))
        } catch (error) {
          if (!(error instanceof ApigError)) throw error
          const { code: error_code, message: error_msg } = error
          failure.push({ api_id, api_name: '', error_code, error_msg })
        }
      }
      return { success, failure }
    },
  )

  /** Offline already: a success, without a publication to show. */
  const neverOnline = ({ id: api_id, name: api_name }: Api, env_id: string) => ({
    publish_id: '',
    api_id,
    api_name,
    env_id,
    remark: '',
    publish_time: ctx.clock.now(),
    version_id: '',
  })

  done()
}

interface Failure {
  api_id: string
  api_name: string
  error_code: string
  error_msg: string
}
