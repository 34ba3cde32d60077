import { Type } from '@sinclair/typebox'
import type { Context } from '../../context.ts'
import { Time, type TimeFormat } from '../../schema/kinds.ts'
import { type AppQuota, AppQuotaCreate, appQuotaBindings } from './tables.ts'

/** A quota on the wire. */
export const AppQuotaInfo = (created: TimeFormat) =>
  Type.Object({
    app_quota_id: Type.String({ examples: ['c900c5612dbe451bb43cbcc49cfaf2f3'] }),
    ...AppQuotaCreate.properties,
    // Lists and shows add a zone: `2020-09-20 00:00:00 +0000 +0000`.
    reset_time: Type.Optional(Type.String({ examples: ['2020-09-20 00:00:00'] })),
    create_time: Time(created),
    bound_app_num: Type.Integer({ examples: [0] }),
  })

/** A quota as create and update return it, with the number of its apps. */
export const withBoundApps = (ctx: Context, instance_id: string, quota: AppQuota) => ({
  ...quota,
  bound_app_num: ctx.state
    .rows(appQuotaBindings, instance_id)
    .count('app_quota_id', quota.app_quota_id),
})

/** As lists and shows return it: they add a zone to `reset_time`. */
export const withZone = (ctx: Context, instance_id: string, quota: AppQuota) => ({
  ...withBoundApps(ctx, instance_id, quota),
  ...(quota.reset_time && { reset_time: `${quota.reset_time} +0000 +0000` }),
})
