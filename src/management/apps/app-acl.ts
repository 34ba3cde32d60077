import { type Static, Type } from '@sinclair/typebox'
import { NoContent } from '../../schema/kinds.ts'
import type { Routes } from '../family.ts'
import { Id, instancePath } from '../schemas.ts'
import { mustFindApp } from './rules.ts'
import { AppAcl, appAcls } from './tables.ts'

const path = '/apps/:app_id/app-acl'
const params = instancePath({ app_id: Id() })

export const appAclRoutes: Routes = (app, { ctx }, done) => {
  app.put(
    path,
    {
      schema: {
        operationId: 'UpdateAppAcl',
        params,
        body: Type.Omit(AppAcl, ['app_id']),
        // 201 although it is a PUT that may replace: the API reference says so.
        response: { 201: AppAcl },
      },
    },
    ({ params, body }) => {
      const { id: app_id } = mustFindApp(ctx, params)
      return ctx.state.rows(appAcls, params.instance_id).put({ app_id, ...body })
    },
  )

  app.get(
    path,
    {
      schema: {
        operationId: 'ShowDetailsOfAppAcl',
        params,
        // Without an ACL the response is `{}`, which the Terraform provider reads as gone.
        response: { 200: Type.Partial(AppAcl) },
      },
    },
    ({ params }) => {
      const { id } = mustFindApp(ctx, params)
      const none: Partial<Static<typeof AppAcl>> = {}
      return ctx.state.rows(appAcls, params.instance_id).get(id) ?? none
    },
  )

  app.delete(
    path,
    { schema: { operationId: 'DeleteAppAcl', params, response: { 204: NoContent } } },
    ({ params }) => {
      const { id } = mustFindApp(ctx, params)
      ctx.state.rows(appAcls, params.instance_id).delete(id)
    },
  )

  done()
}
