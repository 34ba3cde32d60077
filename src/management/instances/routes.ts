import { Type } from '@sinclair/typebox'
import { apigError } from '../../core/errors.ts'
import { answerErrorAs } from '../../request/error-handler.ts'
import type { Routes } from '../family.ts'
import { page } from '../page.ts'
import { Filter, Id, instancePath, listOf, pageQuery } from '../schemas.ts'
import { instanceOf } from './rules.ts'
import { Instance, InstanceBase, instances } from './tables.ts'

const instanceRoutes: Routes = (app, { ctx }, done) => {
  app.setErrorHandler(
    answerErrorAs({
      'APIG.1002': apigError('APIC.7102'),
      'APIG.1005': apigError('APIC.7106'),
      'APIG.9999': apigError('APIC.9000'),
    }),
  )

  app.get(
    '/instances',
    {
      schema: {
        operationId: 'ListInstancesV2',
        params: Type.Pick(instancePath(), ['project_id']),
        querystring: pageQuery({
          instance_id: Type.Optional(Id()),
          instance_name: Filter('a part of the name'),
          status: Filter(),
        }),
        response: { 200: listOf('instances', InstanceBase) },
      },
    },
    (request) => {
      const { params, query } = request
      const { instance_id, instance_name = '', status } = query
      if (instance_id !== undefined) instanceOf(ctx, { ...params, instance_id }, request)
      const { items, ...counts } = page(
        ctx.state.rows(instances),
        query,
        (row) =>
          (row.project_id === params.project_id || row.project_id === '') &&
          (instance_id ?? row.id) === row.id &&
          row.instance_name.includes(instance_name) &&
          (status ?? row.status) === row.status,
      )
      return { ...counts, instances: items }
    },
  )

  app.get(
    '/instances/:instance_id',
    {
      schema: {
        operationId: 'ShowDetailsOfInstanceV2',
        params: instancePath(),
        response: { 200: Instance },
      },
    },
    (request) => {
      const found = instanceOf(ctx, request.params, request)
      if (found === undefined) throw apigError('APIC.7302')
      return found
    },
  )

  done()
}

export const routes = [instanceRoutes]
