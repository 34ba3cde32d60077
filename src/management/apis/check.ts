import { Type } from '@sinclair/typebox'
import { NoContent } from '../../schema/kinds.ts'
import { requiredIf, withRules } from '../../schema/rules.ts'
import { mustFindGroup } from '../api-groups/rules.ts'
import type { Routes } from '../family.ts'
import { instancePath, oneOf } from '../schemas.ts'
import { MethodOrAny } from './backends.ts'
import { refuseTakenApi } from './rules.ts'
import { routeOf } from './tables.ts'

export const checkRoutes: Routes = (app, { ctx }, done) => {
  app.post(
    '/apis/check',
    {
      schema: {
        operationId: 'CheckApisV2',
        params: instancePath(),
        body: withRules(
          Type.Object({
            type: oneOf('path', 'name'),
            name: Type.Optional(Type.String({ examples: ['api_demo'] })),
            req_method: Type.Optional(MethodOrAny),
            req_uri: Type.Optional(Type.String({ examples: ['/demo'] })),
            match_mode: Type.Optional(oneOf('NORMAL', 'SWA')),
            group_id: Type.Optional(Type.String()),
            api_id: Type.Optional(Type.String({ description: 'an API that may have it' })),
          }),
          requiredIf('name', { type: 'name' }),
          requiredIf('req_method', { type: 'path' }),
          requiredIf('req_uri', { type: 'path' }),
          requiredIf('match_mode', { type: 'path' }),
        ),
        response: { 204: NoContent },
      },
    },
    ({ params, body: { type, name, group_id, req_method, req_uri, match_mode, api_id } }) => {
      if (group_id !== undefined) mustFindGroup(ctx, { ...params, group_id })
      const route = routeOf({ req_method, req_uri, match_mode })
      const sought = type === 'name' ? { name } : { route }
      refuseTakenApi(ctx, params, { group_id, ...sought }, api_id)
    },
  )

  done()
}
