import { NoContent } from '../../schema/kinds.ts'
import type { Routes } from '../family.ts'
import { matching, page } from '../page.ts'
import { type Gateway, mustFind, refuseTaken } from '../records.ts'
import { Filter, Id, instancePath, listOf, pageQuery } from '../schemas.ts'
import { appQuotaBindingRoutes } from './bindings.ts'
import { AppQuotaInfo, withBoundApps, withZone } from './rules.ts'
import { type AppQuota, AppQuotaCreate, appQuotas, newAppQuota } from './tables.ts'

/** The pages of these operations print `parameterName:instance_id` for any bad id. */
const quotaPath = instancePath({ app_quota_id: Id() })

const appQuotaRoutes: Routes = (app, { ctx }, done) => {
  const rowsOf = ({ instance_id }: Gateway) => ctx.state.rows(appQuotas, instance_id)
  const quotaOf = (params: Gateway & { app_quota_id: string }) =>
    mustFind(rowsOf(params), params.app_quota_id, 'APIG.3093')

  app.get(
    '/app-quotas',
    {
      schema: {
        operationId: 'ListAppQuotas',
        params: instancePath(),
        querystring: pageQuery({ name: Filter('a part of the name') }),
        response: { 200: listOf('quotas', AppQuotaInfo('seconds')) },
      },
    },
    ({ params, query }) => {
      const filter = matching<AppQuota>(query, ['name'])
      const { items, ...counts } = page(rowsOf(params), query, filter)
      return {
        ...counts,
        quotas: items.map((quota) => withZone(ctx, params.instance_id, quota)),
      }
    },
  )

  app.post(
    '/app-quotas',
    {
      schema: {
        operationId: 'CreateAppQuota',
        params: instancePath(),
        body: AppQuotaCreate,
        response: { 201: AppQuotaInfo('china-time') },
      },
    },
    ({ params, body }) => {
      refuseTaken(rowsOf(params), ['name', body.name], 'APIG.3325')
      const quota = rowsOf(params).put(newAppQuota(body, ctx))
      return withBoundApps(ctx, params.instance_id, quota)
    },
  )

  app.get(
    '/app-quotas/:app_quota_id',
    {
      schema: {
        operationId: 'ShowAppQuota',
        params: quotaPath,
        response: { 200: AppQuotaInfo('seconds') },
      },
    },
    ({ params }) => withZone(ctx, params.instance_id, quotaOf(params)),
  )

  app.put(
    '/app-quotas/:app_quota_id',
    {
      schema: {
        operationId: 'UpdateAppQuota',
        params: quotaPath,
        body: AppQuotaCreate,
        response: { 200: AppQuotaInfo('seconds') },
      },
    },
    ({ params, body }) => {
      const found = quotaOf(params)
      refuseTaken(rowsOf(params), ['name', body.name], 'APIG.3325', found)
      return withBoundApps(ctx, params.instance_id, rowsOf(params).put({ ...found, ...body }))
    },
  )

  app.delete(
    '/app-quotas/:app_quota_id',
    {
      schema: { operationId: 'DeleteAppQuota', params: quotaPath, response: { 204: NoContent } },
    },
    ({ params }) => {
      rowsOf(params).delete(quotaOf(params).app_quota_id)
    },
  )

  done()
}

export const routes = [appQuotaRoutes, appQuotaBindingRoutes]
