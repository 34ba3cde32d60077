import type { Entry } from '../../src/instruments/entry.ts'

/** A request to a gateway, or to none. */
export const entryOf = (instance_id: string | undefined, answer = ''): Entry => ({
  id: 0,
  bytes: 0,
  time: 0,
  request_id: '',
  operationId: undefined,
  method: 'GET',
  url: '/',
  instance_id,
  project_id: undefined,
  rawHeaders: [],
  body: undefined,
  user_id: undefined,
  tolerated: [],
  fault: undefined,
  reason: undefined,
  status: 200,
  answer,
  ms: 0,
})
