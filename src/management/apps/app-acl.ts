import { isIP } from 'node:net'
import { Kind, type Static, Type, TypeRegistry } from '@sinclair/typebox'
import { NoContent } from '../../schema/kinds.ts'
import { table } from '../../store/table.ts'
import type { Routes } from '../family.ts'
import { Id, instancePath } from '../schemas.ts'
import { mustFindApp } from './rules.ts'
import { apps } from './schemas.ts'

/** `192.168.0.1`, `192.168.0.1-192.168.0.9` or `192.168.0.0/24`; IPv6 likewise. */
function isAddressRule(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  if (prefix !== undefined) {
    const bits = isIP(address) === 4 ? 32 : 128
    return (
      rest.length === 0 && isIP(address) !== 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits
    )
  }
  const ends = text.split('-')
  const versions = new Set(ends.map(isIP))
  return ends.length <= 2 && versions.size === 1 && !versions.has(0)
}

TypeRegistry.Set('AddressRule', (_, value) => typeof value === 'string' && isAddressRule(value))

const AppAcl = Type.Object({
  app_id: Type.String({ examples: ['9ed8b7fe84224de681e7d7a5587e76dc'] }),
  app_acl_type: Type.Union([Type.Literal('PERMIT'), Type.Literal('DENY')], {
    examples: ['PERMIT'],
  }),
  app_acl_values: Type.Array(
    Type.Unsafe<string>({
      [Kind]: 'AddressRule',
      type: 'string',
      description: 'an IP address, a range (a-b) or a CIDR block',
    }),
    { minItems: 1, examples: [['192.168.0.1', '192.168.0.5-192.168.0.10', '192.168.1.0/24']] },
  ),
})

export const appAcls = table('app_acls', AppAcl, {
  key: 'app_id',
  belongsTo: { app_id: apps },
})

const aclPath = instancePath({ app_id: Id() })

const UpdateAppAcl = {
  operationId: 'UpdateAppAcl',
  summary: 'Configuring Access Control Settings for an App',
  params: aclPath,
  body: Type.Omit(AppAcl, ['app_id']),
  // 201 although it is a PUT that may replace: the API reference says so.
  response: { 201: AppAcl },
}

const ShowDetailsOfAppAcl = {
  operationId: 'ShowDetailsOfAppAcl',
  summary: 'Querying Access Control Details About an App',
  params: aclPath,
  // Without an ACL the answer is `{}`, which the Terraform provider reads as gone.
  response: { 200: Type.Partial(AppAcl) },
}

const DeleteAppAcl = {
  operationId: 'DeleteAppAcl',
  summary: 'Deleting Access Control Settings of an App',
  params: aclPath,
  response: { 204: NoContent },
}

export const appAclRoutes: Routes = (app, { ctx }, done) => {
  app.put('/apps/:app_id/app-acl', { schema: UpdateAppAcl }, ({ params, body }, reply) => {
    const { id: app_id } = mustFindApp(ctx, params)
    reply.code(201)
    return ctx.state.rows(appAcls, params.instance_id).put({ app_id, ...body })
  })

  app.get('/apps/:app_id/app-acl', { schema: ShowDetailsOfAppAcl }, ({ params }) => {
    const { id } = mustFindApp(ctx, params)
    const none: Partial<Static<typeof AppAcl>> = {}
    return ctx.state.rows(appAcls, params.instance_id).get(id) ?? none
  })

  app.delete('/apps/:app_id/app-acl', { schema: DeleteAppAcl }, ({ params }, reply) => {
    const { id } = mustFindApp(ctx, params)
    ctx.state.rows(appAcls, params.instance_id).delete(id)
    reply.code(204).send(null)
  })

  done()
}
