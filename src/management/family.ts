import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Context } from '../context.ts'
import type { Table } from '../store/table.ts'

export type Routes = FastifyPluginCallbackTypebox<{ ctx: Context }>

/** What a file of routes exports. */
export interface RoutesModule {
  routes: readonly Routes[]
}

/** A family of operations: the records that it keeps, and the routes that it serves. */
export interface Family {
  tables: readonly Table[]
  /** Routes are below a gateway; those on gateways themselves are below the project. */
  isBelowProject?: true
  /** First segment of a path → the routes below it, and no others. */
  routes: Readonly<Record<string, () => Promise<RoutesModule>>>
}

declare module 'fastify' {
  interface FastifySchema {
    /** The vendor's name of the operation: the key of openapi/operations.json. */
    operationId?: string
    /** The title of the operation's page in the API reference. */
    summary?: string
  }
}
