import { Type } from '@sinclair/typebox'
import { apigError } from '../../core/errors.ts'
import { NoContent } from '../../schema/kinds.ts'
import type { Rows } from '../../store/rows.ts'
import type { Routes } from '../family.ts'
import { pageOf } from '../page.ts'
import type { Gateway } from '../records.ts'
import { Id, instancePath, listOf, pageQuery } from '../schemas.ts'
import { mustFindApp } from './rules.ts'
import { AppCode, AppCodeInfo, app_code, appCodes, newAppCode } from './tables.ts'

/** AppCodes of one app, always in force: it is a rule of the app, not a quota of the account. */
const LIMIT = 5

const codesPath = instancePath({ app_id: Id() })
const codePath = instancePath({ app_id: Id(), app_code_id: Id() })

/** @throws ApigError APIG.3131 when the app has all the AppCodes that it may have */
function refuseMore(rows: Rows<AppCode>, app_id: string): void {
  if (rows.count('app_id', app_id) >= LIMIT) {
    throw apigError('APIG.3131').because(`an app has at most ${LIMIT} AppCodes`)
  }
}

/** @throws ApigError APIG.3082 unless the app has the AppCode */
function mustFindAppCode(rows: Rows<AppCode>, path: { app_id: string; app_code_id: string }) {
  const found = rows.get(path.app_code_id)
  if (found?.app_id !== path.app_id) throw apigError('APIG.3082', { id: path.app_code_id })
  return found
}

export const appCodeRoutes: Routes = (app, { ctx }, done) => {
  const rowsOf = ({ instance_id }: Gateway) => ctx.state.rows(appCodes, instance_id)

  app.post(
    '/apps/:app_id/app-codes',
    {
      schema: {
        operationId: 'CreateAppCodeV2',
        params: codesPath,
        body: Type.Object({ app_code }),
        response: { 201: AppCodeInfo('nanoseconds') },
      },
    },
    ({ params, body }) => {
      const { id: app_id } = mustFindApp(ctx, params)
      const rows = rowsOf(params)
      if (rows.by('app_code', body.app_code) !== undefined) {
        throw apigError('APIG.2011', { parameter: 'app_code' }).because('the AppCode exists')
      }
      refuseMore(rows, app_id)
      return rows.put(newAppCode({ app_id, app_code: body.app_code }, ctx))
    },
  )

  app.put(
    '/apps/:app_id/app-codes',
    {
      schema: {
        operationId: 'CreateAppCodeAutoV2',
        params: codesPath,
        response: { 201: AppCodeInfo('nanoseconds') },
      },
    },
    ({ params }) => {
      const { id: app_id } = mustFindApp(ctx, params)
      refuseMore(rowsOf(params), app_id)
      return rowsOf(params).put(newAppCode({ app_id }, ctx))
    },
  )

  app.get(
    '/apps/:app_id/app-codes',
    {
      schema: {
        operationId: 'ListAppCodesV2',
        params: codesPath,
        querystring: pageQuery(),
        response: { 200: listOf('app_codes', AppCode) },
      },
    },
    ({ params, query }) => {
      const { id } = mustFindApp(ctx, params)
      const { items, ...counts } = pageOf(rowsOf(params).where('app_id', id), query)
      return { ...counts, app_codes: items }
    },
  )

  app.get(
    '/apps/:app_id/app-codes/:app_code_id',
    {
      schema: {
        operationId: 'ShowDetailsOfAppCodeV2',
        params: codePath,
        // Documented as 201; the Terraform provider accepts only 200 on a GET.
        response: { 200: AppCode },
      },
    },
    ({ params }) => {
      mustFindApp(ctx, params)
      return mustFindAppCode(rowsOf(params), params)
    },
  )

  app.delete(
    '/apps/:app_id/app-codes/:app_code_id',
    { schema: { operationId: 'DeleteAppCodeV2', params: codePath, response: { 204: NoContent } } },
    ({ params }) => {
      mustFindApp(ctx, params)
      rowsOf(params).delete(mustFindAppCode(rowsOf(params), params).id)
    },
  )

  done()
}
