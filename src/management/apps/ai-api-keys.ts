import { Type } from '@sinclair/typebox'
import { apigError } from '../../core/errors.ts'
import { NoContent } from '../../schema/kinds.ts'
import type { Rows } from '../../store/rows.ts'
import type { Routes } from '../family.ts'
import { pageOf } from '../page.ts'
import type { Gateway } from '../records.ts'
import { Id, instancePath, listOf, pageQuery } from '../schemas.ts'
import { mustFindApp } from './rules.ts'
import { AiApiKey, AiApiKeyCreate, AiApiKeyInfo, aiApiKeys, newAiApiKey } from './tables.ts'

/** `Zm9************g==`: lists do not show a key; the examples mask secrets in this way. */
function masked(row: AiApiKey): AiApiKey {
  const { ai_api_key } = row
  return { ...row, ai_api_key: `${ai_api_key.slice(0, 3)}************${ai_api_key.slice(-3)}` }
}

const keysPath = instancePath({ app_id: Id() })
const keyPath = instancePath({ app_id: Id(), ai_api_key_id: Id() })

/** @throws ApigError APIG.3082 (no source names a code of its own) unless the app has the key */
function mustFindKey(rows: Rows<AiApiKey>, path: { app_id: string; ai_api_key_id: string }) {
  const found = rows.get(path.ai_api_key_id)
  if (found?.app_id !== path.app_id) {
    throw apigError('APIG.3082/ai-api-key', { id: path.ai_api_key_id })
  }
  return found
}

export const aiApiKeyRoutes: Routes = (app, { ctx }, done) => {
  const rowsOf = ({ instance_id }: Gateway) => ctx.state.rows(aiApiKeys, instance_id)

  app.post(
    '/apps/:app_id/ai-api-keys',
    {
      schema: {
        operationId: 'CreateAiApiKey',
        params: keysPath,
        body: AiApiKeyCreate,
        response: { 201: AiApiKeyInfo('nanoseconds') },
      },
    },
    ({ params, body }) => {
      const { id: app_id } = mustFindApp(ctx, params)
      const rows = rowsOf(params)
      if (body.ai_api_key !== undefined && rows.by('ai_api_key', body.ai_api_key) !== undefined) {
        throw apigError('APIG.2011', { parameter: 'ai_api_key' }).because('the key exists')
      }
      return rows.put(newAiApiKey({ app_id, ...body }, ctx))
    },
  )

  app.get(
    '/apps/:app_id/ai-api-keys',
    {
      schema: {
        operationId: 'ListAiApiKeys',
        params: keysPath,
        querystring: pageQuery(),
        response: {
          200: listOf(
            'ai_api_keys',
            Type.Object({
              ...AiApiKey.properties,
              ai_api_key: Type.String({ examples: ['Zm9************g=='] }),
            }),
          ),
        },
      },
    },
    ({ params, query }) => {
      const { id } = mustFindApp(ctx, params)
      const { items, ...counts } = pageOf(rowsOf(params).where('app_id', id), query)
      return { ...counts, ai_api_keys: items.map(masked) }
    },
  )

  app.get(
    '/apps/:app_id/ai-api-keys/:ai_api_key_id',
    {
      schema: {
        operationId: 'ShowDetailsOfAiApiKey',
        params: keyPath,
        response: { 200: AiApiKey },
      },
    },
    ({ params }) => {
      mustFindApp(ctx, params)
      return mustFindKey(rowsOf(params), params)
    },
  )

  app.delete(
    '/apps/:app_id/ai-api-keys/:ai_api_key_id',
    { schema: { operationId: 'DeleteAiApiKey', params: keyPath, response: { 204: NoContent } } },
    ({ params }) => {
      mustFindApp(ctx, params)
      rowsOf(params).delete(mustFindKey(rowsOf(params), params).id)
    },
  )

  done()
}
