import { type Static, Type } from '@sinclair/typebox'
import { apigError } from '../../core/errors.ts'
import { NoContent, Time, type TimeFormat } from '../../schema/kinds.ts'
import type { Rows } from '../../store/rows.ts'
import { type Stamp, table } from '../../store/table.ts'
import type { Routes } from '../family.ts'
import { Id, instancePath, listOf, pageOf, pageQuery } from '../schemas.ts'
import { mustFindApp } from './rules.ts'
import { apps } from './schemas.ts'

/** AppCodes of one app, always in force: it is a rule of the app, not a quota of the account. */
const APP_CODES_PER_APP = 5

const app_code = Type.String({
  pattern: '^[A-Za-z0-9+/][A-Za-z0-9+_!@#$%/=-]{63,179}$',
  description: '64 to 180 characters, first a letter, digit, + or /',
  examples: ['GjOD3g80AABuuFeEJpVQADBlAjBh3UzC7WgrVJBB5BtJ4fdVOQoSvoji3gFxUDb5'],
})

const AppCodeBaseInfo = (created: TimeFormat) =>
  Type.Object({
    id: Type.String({ examples: ['8e3bba47edf84a5e8a8b8c8d8e8f9091'] }),
    app_id: Type.String({ examples: ['9ed8b7fe84224de681e7d7a5587e76dc'] }),
    app_code,
    create_time: Time(created),
  })

const AppCode = AppCodeBaseInfo('seconds')
type AppCode = Static<typeof AppCode>

function newAppCode(
  given: Partial<AppCode> & Pick<AppCode, 'app_id'>,
  { ids, clock }: Stamp,
): AppCode {
  return { id: ids.hex(), app_code: ids.code(), create_time: clock.now(), ...given }
}

export const appCodes = table('app_codes', AppCode, {
  unique: ['app_code'],
  belongsTo: { app_id: apps },
  complete: newAppCode,
})

const codesPath = instancePath({ app_id: Id() })
const codePath = instancePath({ app_id: Id(), app_code_id: Id() })

const CreateAppCodeV2 = {
  operationId: 'CreateAppCodeV2',
  summary: 'Creating an AppCode',
  params: codesPath,
  body: Type.Object({ app_code }),
  response: { 201: AppCodeBaseInfo('nanoseconds') },
}

const CreateAppCodeAutoV2 = {
  operationId: 'CreateAppCodeAutoV2',
  summary: 'Generating an AppCode',
  params: codesPath,
  response: { 201: AppCodeBaseInfo('nanoseconds') },
}

const ListAppCodesV2 = {
  operationId: 'ListAppCodesV2',
  summary: 'Querying AppCodes of an App',
  params: codesPath,
  querystring: pageQuery(),
  response: { 200: listOf('app_codes', AppCode) },
}

// Documented as 201; the Terraform provider takes only 200 on a GET.
const ShowDetailsOfAppCodeV2 = {
  operationId: 'ShowDetailsOfAppCodeV2',
  summary: 'Querying AppCode Details',
  params: codePath,
  response: { 200: AppCode },
}

const DeleteAppCodeV2 = {
  operationId: 'DeleteAppCodeV2',
  summary: 'Deleting an AppCode',
  params: codePath,
  response: { 204: NoContent },
}

/** @throws ApigError APIG.3131 when the app has all the AppCodes that it may have */
function refuseMore(rows: Rows<AppCode>, app_id: string): void {
  if (rows.count('app_id', app_id) >= APP_CODES_PER_APP) throw apigError('APIG.3131')
}

/** @throws ApigError APIG.3082 unless the app has the AppCode */
function mustFindAppCode(rows: Rows<AppCode>, path: { app_id: string; app_code_id: string }) {
  const found = rows.get(path.app_code_id)
  if (found?.app_id !== path.app_id) throw apigError('APIG.3082', { id: path.app_code_id })
  return found
}

export const appCodeRoutes: Routes = (app, { ctx }, done) => {
  app.post('/apps/:app_id/app-codes', { schema: CreateAppCodeV2 }, ({ params, body }, reply) => {
    const { id: app_id } = mustFindApp(ctx, params)
    const rows = ctx.state.rows(appCodes, params.instance_id)
    if (rows.by('app_code', body.app_code) !== undefined) {
      throw apigError('APIG.2011', { parameter: 'app_code' })
    }
    refuseMore(rows, app_id)
    reply.code(201)
    return rows.put(newAppCode({ app_id, app_code: body.app_code }, ctx))
  })

  app.put('/apps/:app_id/app-codes', { schema: CreateAppCodeAutoV2 }, ({ params }, reply) => {
    const { id: app_id } = mustFindApp(ctx, params)
    const rows = ctx.state.rows(appCodes, params.instance_id)
    refuseMore(rows, app_id)
    reply.code(201)
    return rows.put(newAppCode({ app_id }, ctx))
  })

  app.get('/apps/:app_id/app-codes', { schema: ListAppCodesV2 }, ({ params, query }) => {
    const { id } = mustFindApp(ctx, params)
    const codes = ctx.state.rows(appCodes, params.instance_id).where('app_id', id)
    const { total, size, items } = pageOf(codes, query)
    return { total, size, app_codes: items }
  })

  app.get('/apps/:app_id/app-codes/:app_code_id', { schema: ShowDetailsOfAppCodeV2 }, (request) => {
    const { params } = request
    mustFindApp(ctx, params)
    return mustFindAppCode(ctx.state.rows(appCodes, params.instance_id), params)
  })

  app.delete(
    '/apps/:app_id/app-codes/:app_code_id',
    { schema: DeleteAppCodeV2 },
    (request, reply) => {
      const { params } = request
      mustFindApp(ctx, params)
      const rows = ctx.state.rows(appCodes, params.instance_id)
      rows.delete(mustFindAppCode(rows, params).id)
      reply.code(204).send(null)
    },
  )

  done()
}
