import { Type } from '@sinclair/typebox'
import { mustFindApp } from '../apps/rules.ts'
import type { Routes } from '../family.ts'
import { mustFind } from '../records.ts'
import { Id, instancePath } from '../schemas.ts'
import { AppQuotaInfo, withZone } from './rules.ts'
import { appQuotaBindings, appQuotas } from './tables.ts'

/** The quota that an app is under: an operation of this family below `/apps`. */
const boundQuotaRoutes: Routes = (app, { ctx }, done) => {
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
      const quotas = ctx.state.rows(appQuotas, params.instance_id)
      const quota = mustFind(quotas, binding.app_quota_id, 'APIG.3093')
      return withZone(ctx, params.instance_id, quota)
    },
  )

  done()
}

export const routes = [boundQuotaRoutes]
