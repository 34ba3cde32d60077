import { identityTables } from './auth/identities.ts'
import { managementTables } from './management/index.ts'

/** Every kind of record that a server keeps, in the order in which a seed is read. */
export const tables = [...identityTables, ...managementTables]
