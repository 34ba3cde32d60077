import { Type } from '@sinclair/typebox'
import type { Context } from '../../context.ts'
import { NoContent, Time, type TimeFormat } from '../../schema/kinds.ts'
import { mustFindApp } from '../apps/rules.ts'
import type { Family, Routes } from '../family.ts'
import { matching, page } from '../page.ts'
import { type Gateway, mustFind, refuseTaken } from '../records.ts'
import { Filter, Id, instancePath, listOf, pageQuery } from '../schemas.ts'
import { appQuotaBindingRoutes } from './bindings.ts'
import {
  type AppQuota,
  AppQuotaCreate,
  appQuotaBindings,
  appQuotas,
  newAppQuota,
} from './tables.ts'

/** The pages of these operations print `parameterName:instance_id` for any bad id. */
const quotaPath = instancePath({ app_quota_id: Id() })

const AppQuotaInfo = (created: TimeFormat) =>
  Type.Object({
    app_quota_id: Type.String({ examples: ['c900c5612dbe451bb43cbcc49cfaf2f3'] }),
    ...AppQuotaCreate.properties,
    // Lists and shows add a zone: `2020-09-20 00:00:00 +0000 +0000`.
    reset_time: Type.Optional(Type.String({ examples: ['2020-09-20 00:00:00'] })),
    create_time: Time(created),
    bound_app_num: Type.Integer({ examples: [0] }),
  })

/** A quota as create and update return it, with the number of its apps. */
const withBoundApps = (ctx: Context, instance_id: string, quota: AppQuota) => ({
  ...quota,
  bound_app_num: ctx.state
    .rows(appQuotaBindings, instance_id)
    .count('app_quota_id', quota.app_quota_id),
})

/** As lists and shows return it: they add a zone to `reset_time`. */
const withZone = (ctx: Context, instance_id: string, quota: AppQuota) => ({
  ...withBoundApps(ctx, instance_id, quota),
  ...(quota.reset_time && { reset_time: `${quota.reset_time} +0000 +0000` }),
})

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

  app.get(
    '/apps/:app_id/bound-quota',
    {
      schema: {
        operationId: 'ShowAppBoundAppQuota',
        params: instancePath({ app_id: Id() }),
        // An app without a quota gets `{}`, as an app without an ACL does.
        response: { 200: Type.Partial(AppQuotaInfo('seconds')) },
      },
    },
    ({ params }) => {
      const { id } = mustFindApp(ctx, params)
      const binding = ctx.state.rows(appQuotaBindings, params.instance_id).get(id)
      if (binding === undefined) return {}
      return withZone(ctx, params.instance_id, quotaOf({ ...params, ...binding }))
    },
  )

  done()
}

export const appQuotasFamily: Family = {
  tables: [appQuotas, appQuotaBindings],
  routes: [appQuotaRoutes, appQuotaBindingRoutes],
}
