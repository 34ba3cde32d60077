import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Context } from '../context.ts'
import type { Table } from '../store/table.ts'

export type Routes = FastifyPluginCallbackTypebox<{ ctx: Context }>

/** The operations below one path segment, and the records that they keep. */
export interface Family {
  tables: Table[]
  routes: Routes[]
}

declare module 'fastify' {
  interface FastifySchema {
    /** The vendor's name of the operation: the key of openapi/operations.json. */
    operationId?: string
    /** The title of the operation's page in the API reference. */
    summary?: string
  }
}
