import { tables as acls } from './acls/tables.ts'
import { tables as appAuths } from './app-auths/tables.ts'
import { tables as appQuotas } from './app-quotas/tables.ts'
import { tables as apps } from './apps/tables.ts'
import type { Family } from './family.ts'
import { tables as instances } from './instances/tables.ts'

/**
 * The families of the management plane; a new one is one folder and one line here. A seed is read
 * in this order: gateways first, since the other records are kept inside of them.
 */
export const families: Family[] = [
  {
    tables: instances,
    isBelowProject: true,
    routes: { instances: () => import('./instances/routes.ts') },
  },
  { tables: acls, routes: { acls: () => import('./acls/routes.ts') } },
  { tables: apps, routes: { apps: () => import('./apps/routes.ts') } },
  {
    tables: appQuotas,
    routes: {
      'app-quotas': () => import('./app-quotas/routes.ts'),
      apps: () => import('./app-quotas/bound-quota.ts'),
    },
  },
  { tables: appAuths, routes: { resources: () => import('./resources/routes.ts') } },
]
