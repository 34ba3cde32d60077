import { tables as acls } from './acls/tables.ts'
import { tables as apiGroups } from './api-groups/tables.ts'
import { tables as apis } from './apis/tables.ts'
import { tables as appAuths } from './app-auths/tables.ts'
import { tables as appQuotas } from './app-quotas/tables.ts'
import { tables as apps } from './apps/tables.ts'
import { tables as envVariables } from './env-variables/tables.ts'
import { tables as envs } from './envs/tables.ts'
import type { Family } from './family.ts'
import { tables as features } from './features/tables.ts'
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
  { tables: envs, routes: { envs: () => import('./envs/routes.ts') } },
  { tables: apiGroups, routes: { 'api-groups': () => import('./api-groups/routes.ts') } },
  { tables: envVariables, routes: { 'env-variables': () => import('./env-variables/routes.ts') } },
  {
    tables: features,
    routes: {
      features: () => import('./features/routes.ts'),
      'instance-features': () => import('./features/instance-features.ts'),
    },
  },
  { tables: apis, routes: { apis: () => import('./apis/routes.ts') } },
  { tables: acls, routes: { acls: () => import('./acls/routes.ts') } },
  { tables: apps, routes: { apps: () => import('./apps/routes.ts') } },
  {
    tables: appQuotas,
    routes: {
      'app-quotas': () => import('./app-quotas/routes.ts'),
      apps: () => import('./app-quotas/bound-quota.ts'),
    },
  },
  {
    tables: appAuths,
    routes: {
      'app-auths': () => import('./app-auths/routes.ts'),
      resources: () => import('./resources/routes.ts'),
    },
  },
]
