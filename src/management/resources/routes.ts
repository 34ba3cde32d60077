import { Type } from '@sinclair/typebox'
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

  done()
}

export const routes = [resourceRoutes]
