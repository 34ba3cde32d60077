import { type Static, Type } from '@sinclair/typebox'
import { apigError } from '../../core/errors.ts'
import { NoContent, Time, type TimeFormat } from '../../schema/kinds.ts'
import type { Rows } from '../../store/rows.ts'
import { type Stamp, table } from '../../store/table.ts'
import type { Routes } from '../family.ts'
import { Id, instancePath, listOf, pageOf, pageQuery } from '../schemas.ts'
import { mustFindApp } from './rules.ts'
import { apps } from './schemas.ts'

const ai_api_key = Type.String({
  pattern: '^[A-Za-z0-9+_/=-]{8,128}$',
  examples: ['Zm9vYmFyMTIzNDU2Nzg5MGFiY2RlZg=='],
})
const alias = Type.String({ pattern: '^[A-Za-z0-9_-]{1,100}$', examples: ['team-a'] })

const AiApiKeyCreate = Type.Object({
  ai_api_key: Type.Optional(ai_api_key),
  alias: Type.Optional(alias),
})

const AiApiKeyBaseInfo = (created: TimeFormat) =>
  Type.Object({
    id: Type.String({ examples: ['8e3bba47edf84a5e8a8b8c8d8e8f9091'] }),
    app_id: Type.String({ examples: ['9ed8b7fe84224de681e7d7a5587e76dc'] }),
    ai_api_key,
    alias: Type.Optional(alias),
    create_time: Time(created),
  })

const AiApiKey = AiApiKeyBaseInfo('seconds')
type AiApiKey = Static<typeof AiApiKey>

function newAiApiKey(
  given: Partial<AiApiKey> & Pick<AiApiKey, 'app_id'>,
  { ids, clock }: Stamp,
): AiApiKey {
  return { id: ids.hex(), ai_api_key: ids.code(), create_time: clock.now(), ...given }
}

export const aiApiKeys = table('ai_api_keys', AiApiKey, {
  unique: ['ai_api_key'],
  belongsTo: { app_id: apps },
  complete: newAiApiKey,
})

/** `Zm9************g==`: lists do not show a key; the examples mask secrets in this way. */
function masked(row: AiApiKey): AiApiKey {
  return {
    ...row,
    ai_api_key: `${row.ai_api_key.slice(0, 3)}************${row.ai_api_key.slice(-3)}`,
  }
}

const keysPath = instancePath({ app_id: Id() })
const keyPath = instancePath({ app_id: Id(), ai_api_key_id: Id() })

const CreateAiApiKey = {
  operationId: 'CreateAiApiKey',
  summary: 'Creating an AI API Key',
  params: keysPath,
  body: AiApiKeyCreate,
  response: { 201: AiApiKeyBaseInfo('nanoseconds') },
}

const ListAiApiKeys = {
  operationId: 'ListAiApiKeys',
  summary: 'Querying AI API Keys of an App',
  params: keysPath,
  querystring: pageQuery(),
  response: {
    200: listOf(
      'ai_api_keys',
      Type.Composite([
        Type.Omit(AiApiKey, ['ai_api_key']),
        Type.Object({ ai_api_key: Type.String({ examples: ['Zm9************g=='] }) }),
      ]),
    ),
  },
}

const ShowDetailsOfAiApiKey = {
  operationId: 'ShowDetailsOfAiApiKey',
  summary: 'Querying AI API Key Details',
  params: keyPath,
  response: { 200: AiApiKey },
}

const DeleteAiApiKey = {
  operationId: 'DeleteAiApiKey',
  summary: 'Deleting an AI API Key',
  params: keyPath,
  response: { 204: NoContent },
}

/** @throws ApigError APIG.3082 (no source names a code of its own) unless the app has the key */
function mustFindKey(rows: Rows<AiApiKey>, path: { app_id: string; ai_api_key_id: string }) {
  const found = rows.get(path.ai_api_key_id)
  if (found?.app_id !== path.app_id) {
    throw apigError('APIG.3082/ai-api-key', { id: path.ai_api_key_id })
  }
  return found
}

export const aiApiKeyRoutes: Routes = (app, { ctx }, done) => {
  app.post('/apps/:app_id/ai-api-keys', { schema: CreateAiApiKey }, ({ params, body }, reply) => {
    const { id: app_id } = mustFindApp(ctx, params)
    const rows = ctx.state.rows(aiApiKeys, params.instance_id)
    if (body.ai_api_key !== undefined && rows.by('ai_api_key', body.ai_api_key) !== undefined) {
      throw apigError('APIG.2011', { parameter: 'ai_api_key' })
    }
    reply.code(201)
    return rows.put(newAiApiKey({ app_id, ...body }, ctx))
  })

  app.get('/apps/:app_id/ai-api-keys', { schema: ListAiApiKeys }, ({ params, query }) => {
    const { id } = mustFindApp(ctx, params)
    const keys = ctx.state.rows(aiApiKeys, params.instance_id).where('app_id', id)
    const { total, size, items } = pageOf(keys, query)
    return { total, size, ai_api_keys: items.map(masked) }
  })

  app.get(
    '/apps/:app_id/ai-api-keys/:ai_api_key_id',
    { schema: ShowDetailsOfAiApiKey },
    (request) => {
      const { params } = request
      mustFindApp(ctx, params)
      return mustFindKey(ctx.state.rows(aiApiKeys, params.instance_id), params)
    },
  )

  app.delete(
    '/apps/:app_id/ai-api-keys/:ai_api_key_id',
    { schema: DeleteAiApiKey },
    (request, reply) => {
      const { params } = request
      mustFindApp(ctx, params)
      const rows = ctx.state.rows(aiApiKeys, params.instance_id)
      rows.delete(mustFindKey(rows, params).id)
      reply.code(204).send(null)
    },
  )

  done()
}
