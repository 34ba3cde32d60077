import type { Context } from '../../context.ts'
import { type Gateway, mustFind } from '../records.ts'
import { Id, instancePath } from '../schemas.ts'
import { type ApiGroup, apiGroups } from './tables.ts'

export const groupPath = instancePath({ group_id: Id() })

/** @throws ApigError APIG.3001 unless the gateway has the group */
export const mustFindGroup = (
  ctx: Context,
  { instance_id, group_id }: Gateway & { group_id: string },
): ApiGroup => mustFind(ctx.state.rows(apiGroups, instance_id), group_id, 'APIG.3001')

/** The debug domain of a group. The docs show two of them, the Terraform provider expects one. */
export const debugDomainOf = (ctx: Context, groupId: string): string =>
  `${groupId}.${ctx.config.groupDomain}`
