import type { Context } from '../../context.ts'
import { apigError } from '../../core/errors.ts'
import type { Rows } from '../../store/rows.ts'
import { mustFindApp } from '../apps/rules.ts'
import { type App, apps } from '../apps/schemas.ts'
import type { Family, Routes } from '../family.ts'
import { page, pageOf } from '../schemas.ts'
import * as schemas from './schemas.ts'
import { type AppQuota, appQuotaBindings, appQuotas, newAppQuota } from './schemas.ts'

interface QuotaPath {
  instance_id: string
  app_quota_id: string
}

/** @throws ApigError APIG.3093, whose text has a `The` in the operations on bindings */
function mustFindQuota(
  ctx: Context,
  { instance_id, app_quota_id }: QuotaPath,
  code: 'APIG.3093' | 'APIG.3093/binding' = 'APIG.3093',
): AppQuota {
  const found = ctx.state.rows(appQuotas, instance_id).get(app_quota_id)
  if (found === undefined) throw apigError(code, { id: app_quota_id })
  return found
}

/** @throws ApigError APIG.3325; a quota does not collide with itself */
function refuseTakenName(rows: Rows<AppQuota>, name: string, self?: AppQuota): void {
  const named = rows.by('name', name)
  if (named !== undefined && named.app_quota_id !== self?.app_quota_id) throw apigError('APIG.3325')
}

const appQuotaRoutes: Routes = (app, { ctx }, done) => {
  const withBoundApps = (instance_id: string, quota: AppQuota) => ({
    ...quota,
    bound_app_num: ctx.state
      .rows(appQuotaBindings, instance_id)
      .count('app_quota_id', quota.app_quota_id),
  })

  /** As lists and shows print a quota; create and update answer `reset_time` as it was given. */
  const shown = (instance_id: string, quota: AppQuota) => ({
    ...withBoundApps(instance_id, quota),
    ...(quota.reset_time && { reset_time: `${quota.reset_time} +0000 +0000` }),
  })

  app.get('/app-quotas', { schema: schemas.ListAppQuotas }, ({ params, query }) => {
    const { name } = query
    const rows = ctx.state.rows(appQuotas, params.instance_id)
    const matches = name === undefined ? undefined : (row: AppQuota) => row.name.includes(name)
    const { total, size, items } = page(rows, query, matches)
    return { total, size, quotas: items.map((quota) => shown(params.instance_id, quota)) }
  })

  app.post('/app-quotas', { schema: schemas.CreateAppQuota }, ({ params, body }, reply) => {
    const rows = ctx.state.rows(appQuotas, params.instance_id)
    refuseTakenName(rows, body.name)
    reply.code(201)
    return withBoundApps(params.instance_id, rows.put(newAppQuota(body, ctx)))
  })

  app.get('/app-quotas/:app_quota_id', { schema: schemas.ShowAppQuota }, ({ params }) =>
    shown(params.instance_id, mustFindQuota(ctx, params)),
  )

  app.put('/app-quotas/:app_quota_id', { schema: schemas.UpdateAppQuota }, ({ params, body }) => {
    const found = mustFindQuota(ctx, params)
    const rows = ctx.state.rows(appQuotas, params.instance_id)
    refuseTakenName(rows, body.name, found)
    return withBoundApps(params.instance_id, rows.put({ ...found, ...body }))
  })

  app.delete('/app-quotas/:app_quota_id', { schema: schemas.DeleteAppQuota }, (request, reply) => {
    const { params } = request
    const { app_quota_id } = mustFindQuota(ctx, params)
    ctx.state.rows(appQuotas, params.instance_id).delete(app_quota_id)
    reply.code(204).send(null)
  })

  app.get('/apps/:app_id/bound-quota', { schema: schemas.ShowAppBoundAppQuota }, ({ params }) => {
    const { id } = mustFindApp(ctx, params)
    const binding = ctx.state.rows(appQuotaBindings, params.instance_id).get(id)
    if (binding === undefined) return {}
    return shown(params.instance_id, mustFindQuota(ctx, { ...params, ...binding }))
  })

  done()
}

const appQuotaBindingRoutes: Routes = (app, { ctx }, done) => {
  const path = '/app-quotas/:app_quota_id'

  const isNamed = (name: string | undefined) => (row: App) => row.name.includes(name ?? '')

  app.get(`${path}/bindable-apps`, { schema: schemas.ListAppQuotaBindableApps }, (request) => {
    const { params, query } = request
    mustFindQuota(ctx, params, 'APIG.3093/binding')
    const bindings = ctx.state.rows(appQuotaBindings, params.instance_id)
    const named = isNamed(query.app_name)
    const rows = ctx.state.rows(apps, params.instance_id)
    const isFree = (row: App) => bindings.get(row.id) === undefined && named(row)
    const { total, size, items } = page(rows, query, isFree)
    return { total, size, apps: items.map((row) => ({ ...row, app_id: row.id })) }
  })

  app.get(`${path}/bound-apps`, { schema: schemas.ListAppQuotaBoundApps }, ({ params, query }) => {
    const quota = mustFindQuota(ctx, params, 'APIG.3093/binding')
    const rows = ctx.state.rows(apps, params.instance_id)
    const bound = ctx.state
      .rows(appQuotaBindings, params.instance_id)
      .where('app_quota_id', quota.app_quota_id)
      .flatMap((binding) => {
        const row = rows.get(binding.app_id)
        return row === undefined ? [] : { ...row, ...binding, app_quota_name: quota.name }
      })
      .filter(isNamed(query.app_name))
    const { total, size, items } = pageOf(bound, query)
    return { total, size, apps: items }
  })

  app.post(
    `${path}/binding-apps`,
    { schema: schemas.AssociateAppsForAppQuota },
    (request, reply) => {
      const { params, body } = request
      const { app_quota_id } = mustFindQuota(ctx, params, 'APIG.3093/binding')
      const found = body.app_ids.map((app_id) => mustFindApp(ctx, { ...params, app_id }))
      const bindings = ctx.state.rows(appQuotaBindings, params.instance_id)
      const bound_time = ctx.clock.now()
      const applies = [...new Set(found)].map(({ id: app_id }) => {
        const known = bindings.get(app_id)
        if (known?.app_quota_id === app_quota_id) return known
        // A new binding, not the old one changed: it is the newest.
        bindings.delete(app_id)
        return bindings.put({ app_quota_id, app_id, bound_time })
      })
      reply.code(201)
      return { applies }
    },
  )

  app.delete(
    `${path}/bound-apps/:app_id`,
    { schema: schemas.DisassociateAppQuotaWithApp },
    ({ params }, reply) => {
      const { app_quota_id } = mustFindQuota(ctx, params, 'APIG.3093/binding')
      const bindings = ctx.state.rows(appQuotaBindings, params.instance_id)
      if (bindings.get(params.app_id)?.app_quota_id !== app_quota_id) {
        throw apigError('APIG.3004', { id: params.app_id })
      }
      bindings.delete(params.app_id)
      reply.code(204).send(null)
    },
  )

  done()
}

export const appQuotasFamily: Family = {
  tables: [appQuotas, appQuotaBindings],
  routes: [appQuotaRoutes, appQuotaBindingRoutes],
}
