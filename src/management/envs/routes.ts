import { apigError } from '../../core/errors.ts'
import { NoContent } from '../../schema/kinds.ts'
import type { Routes } from '../family.ts'
import { pageOf } from '../page.ts'
import { type Gateway, mustFind, refuseOver, refuseTaken } from '../records.ts'
import { Filter, Id, instancePath, listOf, pageQuery } from '../schemas.ts'
import { Env, EnvCreate, EnvInfo, envs, newEnv, RELEASE } from './tables.ts'

/** Environments of one gateway beside RELEASE: the default quota. */
const LIMIT = 10

const envPath = instancePath({ env_id: Id() })

const envRoutes: Routes = (app, { ctx }, done) => {
  const rowsOf = ({ instance_id }: Gateway) => ctx.state.rows(envs, instance_id)

  app.get(
    '/envs',
    {
      schema: {
        operationId: 'ListEnvironmentsV2',
        params: instancePath(),
        querystring: pageQuery({ name: Filter('a part of the name') }),
        response: { 200: listOf('envs', Env) },
      },
    },
    ({ params, query }) => {
      const { name = '' } = query
      // Oldest first, as in the example. The Terraform provider imports the first hit of a name.
      const found = [...rowsOf(params).values()].filter((env) => env.name.includes(name))
      const exact = found.filter((env) => env.name === name)
      const list = [...exact, ...found.filter((env) => env.name !== name)]
      const { items, ...counts } = pageOf(list, query)
      return { ...counts, envs: items }
    },
  )

  app.post(
    '/envs',
    {
      schema: {
        operationId: 'CreateEnvironmentV2',
        params: instancePath(),
        body: EnvCreate,
        response: { 201: EnvInfo('nanoseconds') },
      },
    },
    (request) => {
      const { params, body } = request
      const rows = rowsOf(params)
      refuseTaken(rows, ['name', body.name], 'APIG.3205')
      const quota = { count: rows.size - 1, limit: LIMIT, what: 'environments beside RELEASE' }
      refuseOver(ctx, request, quota, 'APIG.3104')
      return rows.put(newEnv(body, ctx))
    },
  )

  app.put(
    '/envs/:env_id',
    {
      schema: {
        operationId: 'UpdateEnvironmentV2',
        params: envPath,
        body: EnvCreate,
        response: { 200: Env },
      },
    },
    ({ params, body }) => {
      const rows = rowsOf(params)
      const found = mustFind(rows, params.env_id, 'APIG.3003')
      if (found.id === RELEASE.id && body.name !== RELEASE.name) {
        throw apigError('APIG.2011', { parameter: 'name' }).because('RELEASE cannot be renamed')
      }
      refuseTaken(rows, ['name', body.name], 'APIG.3205', found)
      return rows.put({ ...found, remark: '', ...body })
    },
  )

  app.delete(
    '/envs/:env_id',
    {
      schema: { operationId: 'DeleteEnvironmentV2', params: envPath, response: { 204: NoContent } },
    },
    ({ params: { instance_id, env_id } }) => {
      mustFind(rowsOf({ instance_id }), env_id, 'APIG.3003')
      if (env_id === RELEASE.id) {
        throw apigError('APIG.1103').because('RELEASE cannot be deleted')
      }
      ctx.state.remove(envs, env_id, instance_id)
    },
  )

  done()
}

export const routes = [envRoutes]
