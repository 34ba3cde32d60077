import { type Static, Type } from '@sinclair/typebox'

/** What `GET /_mock/coverage` answers. */
export const Coverage = Type.Object({
  total: Type.Integer({ description: 'operations of the service' }),
  served: Type.Integer({ description: 'of these, served here' }),
  hit: Type.Integer({ description: 'of these, asked for since the start, served or not' }),
  operations: Type.Array(
    Type.Object({
      operationId: Type.String(),
      family: Type.String(),
      method: Type.String(),
      path: Type.String(),
      served: Type.Boolean(),
      hits: Type.Integer({ description: 'answers since the start; a reset keeps them' }),
      errors: Type.Integer({ description: 'of these, answered with an error' }),
    }),
  ),
})
export type Coverage = Static<typeof Coverage>
