import { apigError } from '../../core/errors.ts'
import { tolerate } from '../../request/record.ts'
import { Extended } from '../../schema/extended.ts'
import { appAuths } from '../app-auths/schemas.ts'
import type { Family, Routes } from '../family.ts'
import { page } from '../schemas.ts'
import { aiApiKeyRoutes, aiApiKeys } from './ai-api-keys.ts'
import { appAclRoutes, appAcls } from './app-acl.ts'
import { appCodeRoutes, appCodes } from './app-codes.ts'
import { APP_QUOTA, mustFindApp, refuseTaken } from './rules.ts'
import * as schemas from './schemas.ts'
import { type App, apps, newApp } from './schemas.ts'

/** Filters of the list that a record must match wholly; `name` may match in part. */
const EXACT = [
  'id',
  'status',
  'app_key',
  'creator',
  'related_domain_id',
  'related_project_id',
] as const

const appRoutes: Routes = (app, { ctx }, done) => {
  app.get('/apps', { schema: schemas.ListAppsV2 }, ({ params, query }) => {
    const { name = '' } = query
    const precise = name !== '' && query.precise_search?.split(',').includes('name')
    const exact = EXACT.filter((field) => query[field] !== undefined)
    const matches = (row: App) =>
      (precise ? row.name === name : row.name.includes(name)) &&
      exact.every((field) => query[field] === row[field])
    const isNarrowed = name !== '' || exact.length > 0
    const rows = ctx.state.rows(apps, params.instance_id)
    const { total, size, items } = page(rows, query, isNarrowed ? matches : undefined)
    const auths = ctx.state.rows(appAuths, params.instance_id)
    const withBindNum = (row: App) => new Extended(row, { bind_num: auths.count('app_id', row.id) })
    return { total, size, apps: items.map(withBindNum) }
  })

  app.post('/apps', { schema: schemas.CreateAnAppV2 }, (request, reply) => {
    const { params, body } = request
    const rows = ctx.state.rows(apps, params.instance_id)
    refuseTaken(rows, body)
    if (rows.size >= APP_QUOTA) {
      if (ctx.config.strict) throw apigError('APIG.3103')
      tolerate(request, `more than ${APP_QUOTA} apps`)
    }
    reply.code(201)
    return rows.put(newApp(body, ctx))
  })

  app.get(
    '/apps/:app_id',
    { schema: schemas.ShowDetailsOfAppV2 },
    ({ params }) => new Extended(mustFindApp(ctx, params), {}),
  )

  app.put('/apps/:app_id', { schema: schemas.UpdateAppV2 }, ({ params, body }) => {
    const found = mustFindApp(ctx, params)
    const rows = ctx.state.rows(apps, params.instance_id)
    refuseTaken(rows, body, found)
    return rows.put({ ...found, ...body, update_time: ctx.clock.now() })
  })

  app.delete('/apps/:app_id', { schema: schemas.DeleteAppV2 }, ({ params }, reply) => {
    mustFindApp(ctx, params)
    ctx.state.rows(apps, params.instance_id).delete(params.app_id)
    reply.code(204).send(null)
  })

  app.put('/apps/secret/:app_id', { schema: schemas.ResettingAppSecretV2 }, ({ params, body }) => {
    const found = mustFindApp(ctx, params)
    return ctx.state.rows(apps, params.instance_id).put({
      ...found,
      app_secret: body.app_secret ?? ctx.ids.hex(),
      update_time: ctx.clock.now(),
    })
  })

  app.get('/apps/validation/:app_id', { schema: schemas.CheckAppV2 }, ({ params }) =>
    mustFindApp(ctx, params),
  )

  done()
}

export const appsFamily: Family = {
  tables: [apps, appCodes, appAcls, aiApiKeys],
  routes: [appRoutes, appCodeRoutes, appAclRoutes, aiApiKeyRoutes],
}
