import { apigError } from '../../core/errors.ts'
import { answerErrorAs } from '../../request/error-handler.ts'
import type { Family, Routes } from '../family.ts'
import { page } from '../schemas.ts'
import { instanceOf } from './rules.ts'
import { type Instance, instances, ListInstancesV2, ShowDetailsOfInstanceV2 } from './schemas.ts'

const instanceRoutes: Routes = (app, { ctx }, done) => {
  app.setErrorHandler(
    answerErrorAs({
      'APIG.1002': apigError('APIC.7102'),
      'APIG.1005': apigError('APIC.7106'),
      'APIG.9999': apigError('APIC.9000'),
    }),
  )

  app.get('/instances', { schema: ListInstancesV2 }, (request) => {
    const { params, query } = request
    const { instance_id, instance_name, status } = query
    if (instance_id !== undefined) instanceOf(ctx, { ...params, instance_id }, request)
    const matches = (row: Instance) =>
      (row.project_id === params.project_id || row.project_id === '') &&
      (instance_id ?? row.id) === row.id &&
      row.instance_name.includes(instance_name ?? '') &&
      (status ?? row.status) === row.status
    const { total, size, items } = page(ctx.state.rows(instances), query, matches)
    return { total, size, instances: items }
  })

  app.get('/instances/:instance_id', { schema: ShowDetailsOfInstanceV2 }, (request) => {
    const found = instanceOf(ctx, request.params, request)
    if (found === undefined) throw apigError('APIC.7302')
    return found
  })

  done()
}

export const instancesFamily: Family = { tables: [instances], routes: [instanceRoutes] }
