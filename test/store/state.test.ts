import { expect, test } from 'vitest'
import { createClock } from '../../src/core/clock.ts'
import { createIds } from '../../src/core/ids.ts'
import { exportState, importState } from '../../src/store/document.ts'
import { type Change, State } from '../../src/store/state.ts'
import { tables } from '../../src/tables.ts'

const stamp = { clock: createClock(), ids: createIds() }

const SEED = {
  instances: [
    { id: 'gw1', apps: [{ id: 'a', name: 'app_a' }], app_codes: [{ id: 'c', app_id: 'a' }] },
    { id: 'gw2', apps: [{ id: 'b', name: 'app_b' }] },
  ],
}

const tableNamed = (name: string) => {
  const found = tables.find((table) => table.name === name)
  if (found === undefined) throw new Error(`no table ${name}`)
  return found
}
const apps = tableNamed('apps')

/** A state of the seed, and what it tells of from now on. */
function watched() {
  const state = importState(tables, SEED, stamp)
  const seen: unknown[][] = []
  state.onChange((change: Change) => {
    if (change.type === 'put') seen.push(['put', change.table.name, change.instanceId, change.row])
    else if (change.type === 'delete') {
      seen.push(['delete', change.table.name, change.instanceId, change.key])
    } else if (change.type === 'adopt') seen.push(['adopt', change.instanceId, change.by])
    else seen.push(['clear', change.instanceId])
  })
  return { state, seen }
}

test('tells of every put and delete, and of what is deleted with it', () => {
  const { state, seen } = watched()
  const row = { id: 'n', name: 'new', app_key: 'key' }
  state.rows(apps, 'gw2').put(row)
  state.rows(apps, 'gw1').delete('nothing')
  state.rows(apps, 'gw1').delete('a')
  expect(seen).toEqual([
    ['put', 'apps', 'gw2', row],
    ['delete', 'apps', 'gw1', 'a'],
    ['delete', 'app_codes', 'gw1', 'c'],
  ])
})

test('tells of what it adopts, and of the writes to it afterwards', () => {
  const { state, seen } = watched()
  const other = new State(tables)
  state.adopt(other, 'gw2')
  expect(seen.splice(0)).toEqual([
    ['delete', 'instances', undefined, 'gw2'],
    ['clear', 'gw2'],
    ['adopt', 'gw2', other],
  ])
  state.adopt(other)
  const row = { id: 'n', name: 'new', app_key: 'key' }
  state.rows(apps, 'gw1').put(row)
  expect(seen).toEqual([
    ['adopt', undefined, other],
    ['put', 'apps', 'gw1', row],
  ])
})

test('a copy and its original go on alone', () => {
  const original = importState(tables, SEED, stamp)
  const before = exportState(original)
  const copy = new State(tables)
  copy.adopt(original)
  copy.rows(apps, 'gw1').delete('a')
  copy.rows(apps, 'gw2').put({ id: 'n', name: 'new', app_key: 'key' })
  expect(exportState(original)).toEqual(before)

  copy.adopt(original)
  original.rows(apps, 'gw1').put({ id: 'n', name: 'new', app_key: 'key' })
  expect(exportState(copy)).toEqual(before)
})

test('lists all its records, or those in the tables of a gateway', () => {
  const state = importState(tables, SEED, stamp)
  const names = (records: Iterable<{ table: { name: string }; instanceId: string | undefined }>) =>
    [...records].map(({ table, instanceId }) => `${instanceId ?? ''}/${table.name}`)
  expect(names(state.records('gw1'))).toEqual([
    'gw1/envs',
    'gw1/api_groups',
    'gw1/apps',
    'gw1/app_codes',
  ])
  expect(names(state.records())).toContain('/instances')
  expect(names(state.records()).filter((name) => !name.startsWith('/'))).toEqual([
    'gw1/envs',
    'gw1/api_groups',
    'gw1/apps',
    'gw1/app_codes',
    'gw2/envs',
    'gw2/api_groups',
    'gw2/apps',
  ])
})
