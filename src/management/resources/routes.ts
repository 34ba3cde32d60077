import { Type } from '@sinclair/typebox'
import { apiGroups } from '../api-groups/tables.ts'
import { appAuths } from '../app-auths/tables.ts'
import { apps } from '../apps/tables.ts'
import type { Routes } from '../family.ts'
import { instancePath } from '../schemas.ts'

const resourceRoutes: Routes = (app, { ctx }, done) => {
  app.get(
    '/resources/outline/apps',
    {
      schema: {
        operationId: 'ListAppQuantitiesV2',
        params: instancePath(),
        response: {
          200: Type.Object({
            authed_nums: Type.Integer({ description: 'apps authorized for an API', examples: [1] }),
            unauthed_nums: Type.Integer({ examples: [2] }),
          }),
        },
      },
    },
    ({ params }) => {
      const authorized = new Set<string>()
      for (const { app_id } of ctx.state.rows(appAuths, params.instance_id).values()) {
        authorized.add(app_id)
      }
      const total = ctx.state.rows(apps, params.instance_id).size
      return { authed_nums: authorized.size, unauthed_nums: total - authorized.size }
    },
  )

  app.get(
    '/resources/outline/groups',
    {
      schema: {
        operationId: 'ListApiGroupsQuantitiesV2',
        params: instancePath(),
        response: {
          200: Type.Object({
            onsell_nums: Type.Integer({ description: 'all groups', examples: [23] }),
            offsell_nums: Type.Integer({ examples: [0] }),
          }),
        },
      },
    },
    ({ params }) => ({
      // The example counts every group as listed, although their on_sell_status says otherwise.
      onsell_nums: ctx.state.rows(apiGroups, params.instance_id).size,
      offsell_nums: 0,
    }),
  )

  done()
}

export const routes = [resourceRoutes]
