import { Type } from '@sinclair/typebox'
import { NoContent } from '../../schema/kinds.ts'
import { extend, withFields } from '../../schema/record.ts'
import { appAuths } from '../app-auths/tables.ts'
import type { Routes } from '../family.ts'
import { matching, page } from '../page.ts'
import { type Gateway, refuseOver } from '../records.ts'
import { Filter, Id, instancePath, listOf, PreciseSearch, pageQuery } from '../schemas.ts'
import { aiApiKeyRoutes } from './ai-api-keys.ts'
import { appAclRoutes } from './app-acl.ts'
import { appCodeRoutes } from './app-codes.ts'
import { mustFindApp, refuseTakenApp } from './rules.ts'
import { App, AppCreate, AppInfo, app_secret, apps, newApp } from './tables.ts'

/** Apps of one gateway: the default quota. */
const LIMIT = 50

/** The pages of these operations print `parameterName:id` for a bad app id. */
const appPath = instancePath({ app_id: Id('id') })

const appRoutes: Routes = (app, { ctx }, done) => {
  const rowsOf = ({ instance_id }: Gateway) => ctx.state.rows(apps, instance_id)

  app.get(
    '/apps',
    {
      schema: {
        operationId: 'ListAppsV2',
        params: instancePath(),
        querystring: pageQuery({
          id: Filter(),
          name: Filter('a part of the name; see precise_search'),
          status: Type.Optional(Type.Integer()),
          app_key: Filter(),
          creator: Filter(),
          precise_search: PreciseSearch('name'),
          related_domain_id: Filter(),
          related_project_id: Filter(),
        }),
        response: {
          200: listOf(
            'apps',
            withFields(App, {
              bind_num: Type.Integer({
                description: 'APIs that the app is authorized for',
                examples: [0],
              }),
            }),
          ),
        },
      },
    },
    ({ params, query }) => {
      const exact = ['id', 'status', 'app_key', 'creator'] as const
      const related = ['related_domain_id', 'related_project_id'] as const
      const filter = matching<App>(query, ['name'], [...exact, ...related])
      const { items, ...counts } = page(rowsOf(params), query, filter)
      const auths = ctx.state.rows(appAuths, params.instance_id)
      const withBindNum = (row: App) => extend(row, { bind_num: auths.count('app_id', row.id) })
      return { ...counts, apps: items.map(withBindNum) }
    },
  )

  app.post(
    '/apps',
    {
      schema: {
        operationId: 'CreateAnAppV2',
        params: instancePath(),
        body: AppCreate,
        response: { 201: AppInfo('nanoseconds', 'nanoseconds') },
      },
    },
    (request) => {
      const { params, body } = request
      const rows = rowsOf(params)
      refuseTakenApp(rows, body)
      refuseOver(ctx, request, { count: rows.size, limit: LIMIT, what: 'apps' }, 'APIG.3103')
      return rows.put(newApp(body, ctx))
    },
  )

  app.get(
    '/apps/:app_id',
    {
      schema: {
        operationId: 'ShowDetailsOfAppV2',
        params: appPath,
        response: { 200: App },
      },
    },
    ({ params }) => mustFindApp(ctx, params),
  )

  app.put(
    '/apps/:app_id',
    {
      schema: {
        operationId: 'UpdateAppV2',
        params: appPath,
        body: AppCreate,
        response: { 200: AppInfo('seconds', 'nanoseconds') },
      },
    },
    ({ params, body: { remark, ...body } }) => {
      const found = mustFindApp(ctx, params)
      refuseTakenApp(rowsOf(params), body, found)
      // An empty remark keeps the old one: "The description does not support updating to an empty
      // value" (documentation of the Terraform provider, which always sends the field).
      const changed = remark ? { ...body, remark } : body
      return rowsOf(params).put({ ...found, ...changed, update_time: ctx.clock.now() })
    },
  )

  app.delete(
    '/apps/:app_id',
    { schema: { operationId: 'DeleteAppV2', params: appPath, response: { 204: NoContent } } },
    ({ params }) => {
      mustFindApp(ctx, params)
      rowsOf(params).delete(params.app_id)
    },
  )

  app.put(
    '/apps/secret/:app_id',
    {
      schema: {
        operationId: 'ResettingAppSecretV2',
        params: appPath,
        body: Type.Object({ app_secret: Type.Optional(app_secret) }),
        response: { 200: AppInfo('seconds', 'nanoseconds') },
      },
    },
    ({ params, body }) =>
      rowsOf(params).put({
        ...mustFindApp(ctx, params),
        app_secret: body.app_secret ?? ctx.ids.hex(),
        update_time: ctx.clock.now(),
      }),
  )

  app.get(
    '/apps/validation/:app_id',
    {
      schema: {
        operationId: 'CheckAppV2',
        params: appPath,
        response: { 200: Type.Pick(App, ['id', 'name', 'remark']) },
      },
    },
    ({ params }) => mustFindApp(ctx, params),
  )

  done()
}

export const routes = [appRoutes, appCodeRoutes, appAclRoutes, aiApiKeyRoutes]
