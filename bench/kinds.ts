/** The requests that are measured. */
import type { Request } from './requests.ts'

const token = { 'x-auth-token': 'mock-token' }
const key = {
  access: 'MOCKACCESSKEY0000001',
  secret: 'mock-secret-access-key-0000000000000001',
}

export const appsOf = (gateway: string) =>
  `/v2/0123456789abcdef0123456789abcdef/apigw/instances/${gateway}/apps`

const apps = appsOf('gateway-1')

export const createIn = (path: string): Request => ({
  method: 'POST',
  path,
  body: '{"name":"app_#"}',
  headers: token,
  status: 201,
})

export const get = (path: string): Request => ({ method: 'GET', path, headers: token, status: 200 })

export type Kind = 'create' | 'list' | 'show' | 'signed create'

/** The paths of a server: of a create, and of a list of 20. */
export interface Paths {
  create: string
  list: string
}

export const ownPaths: Paths = { create: apps, list: `${apps}?limit=20` }

/** @param id of an app that is there */
export function requestOf(kind: Kind, id: string, paths = ownPaths): Request {
  switch (kind) {
    case 'create':
      return createIn(paths.create)
    case 'signed create':
      return { ...createIn(paths.create), headers: {}, sign: key }
    case 'list':
      return get(paths.list)
    case 'show':
      return get(`${paths.create}/${id}`)
  }
}
