import { Type } from '@sinclair/typebox'
import { apigError } from '../../core/errors.ts'
import { NoContent } from '../../schema/kinds.ts'
import { apiGroups } from '../api-groups/tables.ts'
import { envs } from '../envs/tables.ts'
import type { Routes } from '../family.ts'
import { matching, pageOf } from '../page.ts'
import { type Gateway, mustFind, refuseOver } from '../records.ts'
import { Filter, Id, instancePath, listOf, PreciseSearch, pageQuery } from '../schemas.ts'
import {
  EnvVariable,
  EnvVariableCreate,
  envVariables,
  newEnvVariable,
  variable_value,
} from './tables.ts'

/** Variables of one group in one environment: the default quota. */
const LIMIT = 50

const variablePath = instancePath({ env_variable_id: Id() })

const envVariableRoutes: Routes = (app, { ctx }, done) => {
  const rowsOf = ({ instance_id }: Gateway) => ctx.state.rows(envVariables, instance_id)
  const variableOf = (params: Gateway & { env_variable_id: string }) =>
    mustFind(rowsOf(params), params.env_variable_id, 'APIG.3011')

  app.get(
    '/env-variables',
    {
      schema: {
        operationId: 'ListEnvironmentVariablesV2',
        params: instancePath(),
        querystring: pageQuery({
          group_id: Type.String(),
          env_id: Filter(),
          variable_name: Filter('a part of the name; see precise_search'),
          precise_search: PreciseSearch('variable_name'),
        }),
        response: { 200: listOf('variables', EnvVariable) },
      },
    },
    ({ params, query }) => {
      const precise_search = query.precise_search?.replace(/\bname\b/, 'variable_name') ?? ''
      const filter = matching<EnvVariable>(
        { ...query, precise_search },
        ['variable_name'],
        ['env_id'],
      )
      const ofGroup = rowsOf(params).where('group_id', query.group_id)
      const { items, ...counts } = pageOf(filter ? ofGroup.filter(filter) : ofGroup, query)
      return { ...counts, variables: items }
    },
  )

  app.post(
    '/env-variables',
    {
      schema: {
        operationId: 'CreateEnvironmentVariableV2',
        params: instancePath(),
        body: EnvVariableCreate,
        response: { 201: EnvVariable },
      },
    },
    (request) => {
      const { params, body } = request
      const { group_id, env_id, variable_name } = body
      mustFind(ctx.state.rows(apiGroups, params.instance_id), group_id, 'APIG.3001')
      mustFind(ctx.state.rows(envs, params.instance_id), env_id, 'APIG.3003')
      const rows = rowsOf(params)
      const key = ['group_id', 'env_id', 'variable_name'] as const
      if (rows.by(key, [group_id, env_id, variable_name]) !== undefined) {
        throw apigError('APIG.3303')
      }
      const count = rows.where('group_id', group_id).filter((row) => row.env_id === env_id).length
      const what = 'variables of a group in an environment'
      refuseOver(ctx, request, { count, limit: LIMIT, what }, 'APIG.3106')
      return rows.put(newEnvVariable(body, ctx))
    },
  )

  app.get(
    '/env-variables/:env_variable_id',
    {
      schema: {
        operationId: 'ShowDetailsOfEnvironmentVariableV2',
        params: variablePath,
        response: { 200: EnvVariable },
      },
    },
    ({ params }) => variableOf(params),
  )

  app.put(
    '/env-variables/:env_variable_id',
    {
      schema: {
        operationId: 'UpdateEnvironmentVariableV2',
        params: variablePath,
        body: Type.Object({ variable_value }),
        response: { 200: EnvVariable },
      },
    },
    ({ params, body }) => rowsOf(params).put({ ...variableOf(params), ...body }),
  )

  app.delete(
    '/env-variables/:env_variable_id',
    {
      schema: {
        operationId: 'DeleteEnvironmentVariableV2',
        params: variablePath,
        response: { 204: NoContent },
      },
    },
    ({ params }) => {
      rowsOf(params).delete(variableOf(params).id)
    },
  )

  done()
}

export const routes = [envVariableRoutes]
