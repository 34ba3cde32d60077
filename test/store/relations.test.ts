import { Type } from '@sinclair/typebox'
import { describe, expect, test } from 'vitest'
import { createClock } from '../../src/core/clock.ts'
import { createIds } from '../../src/core/ids.ts'
import { exportState, importState } from '../../src/store/document.ts'
import { Rows } from '../../src/store/rows.ts'
import { type Change, State } from '../../src/store/state.ts'
import { table } from '../../src/store/table.ts'

const stamp = { ids: createIds('relations'), clock: createClock(0) }

const instances = table('instances', Type.Object({ id: Type.String() }), { scope: 'account' })
const groups = table('groups', Type.Object({ id: Type.String(), name: Type.String() }), {
  unique: ['name'],
  birth: () => [{ id: 'default', name: 'DEFAULT' }],
})
const variables = table(
  'variables',
  Type.Object({
    id: Type.String(),
    group_id: Type.String(),
    env_id: Type.Optional(Type.String()),
    name: Type.String(),
  }),
  { belongsTo: { group_id: groups }, unique: [['group_id', 'env_id', 'name']], index: ['env_id'] },
)
const uses = table('uses', Type.Object({ id: Type.String(), variable_id: Type.String() }), {
  belongsTo: { variable_id: variables },
})
const notes = table('notes', Type.Object({ id: Type.String(), use_id: Type.String() }), {
  belongsTo: { use_id: uses },
})
const holds = table('holds', Type.Object({ id: Type.String(), group_id: Type.String() }), {
  keeps: { group_id: [groups, 'APIG.3447'] },
})
const tables = [instances, groups, variables, uses, notes, holds]

const filled = () => {
  const state = new State(tables)
  state.addGateway(instances, { id: 'gw' }, stamp)
  state.rows(groups, 'gw').put({ id: 'g', name: 'group' })
  state.rows(variables, 'gw').put({ id: 'v', group_id: 'g', env_id: 'e', name: 'host' })
  state.rows(uses, 'gw').put({ id: 'u', variable_id: 'v' })
  state.rows(notes, 'gw').put({ id: 'n', use_id: 'u' })
  return state
}

describe('a key of several fields', () => {
  const given = { id: 'w', group_id: 'g', env_id: 'e', name: 'host' }

  test('is taken only by all of its values together', () => {
    const rows = filled().rows(variables, 'gw')
    expect(rows.add(given)).toEqual(['group_id', 'env_id', 'name'])
    expect(rows.add({ ...given, env_id: 'other' })).toBeUndefined()
  })

  test('finds its record', () => {
    const rows = filled().rows(variables, 'gw')
    const key = ['group_id', 'env_id', 'name'] as const
    expect(rows.by(key, ['g', 'e', 'host'])?.id).toBe('v')
    expect(rows.by(key, ['g', 'e', 'port'])).toBeUndefined()
    expect(() => rows.by('name', 'host')).toThrow('declares no unique: name')
  })

  test('does not compare records that lack a field of it', () => {
    const rows = filled().rows(variables, 'gw')
    const { env_id: _, ...absent } = given
    expect(rows.add({ ...absent, id: 'x' })).toBeUndefined()
    expect(rows.add({ ...absent, id: 'y' })).toBeUndefined()
  })

  test('does so among many records too', () => {
    const rows = new Rows(variables)
    for (let i = 0; i < 5000; i++) rows.put({ id: `v${i}`, group_id: 'g', name: 'same' })
    expect(rows.size).toBe(5000)
    rows.put({ id: 'v1', group_id: 'g', env_id: 'e', name: 'same' })
    expect(rows.where('env_id', 'e').map(({ id }) => id)).toEqual(['v1'])
  })
})

describe('a delete', () => {
  test('takes along what belongs to the record, three tables deep', () => {
    const state = filled()
    expect(state.remove(groups, 'g', 'gw')).toBe(true)
    expect([variables, uses, notes].map((each) => state.count(each))).toEqual([0, 0, 0])
  })

  test('is refused with its code while a record names it, and changes nothing', () => {
    const state = filled()
    state.rows(holds, 'gw').put({ id: 'h', group_id: 'g' })
    const before = exportState(state)
    expect(() => state.remove(groups, 'g', 'gw')).toThrow(
      expect.objectContaining({ code: 'APIG.3447', statusCode: 403 }),
    )
    expect(exportState(state)).toEqual(before)
    state.rows(holds, 'gw').delete('h')
    expect(state.remove(groups, 'g', 'gw')).toBe(true)
  })

  test('is refused for what would go along and is in use, unless its user goes along as well', () => {
    const notesKept = table(
      'kept',
      Type.Object({ id: Type.String(), use_id: Type.String(), note_id: Type.String() }),
      {
        keeps: { use_id: [uses, 'APIG.3447'] },
        belongsTo: { note_id: notes },
      },
    )
    const state = new State([...tables, notesKept])
    state.rows(groups, 'gw').put({ id: 'g', name: 'group' })
    state.rows(variables, 'gw').put({ id: 'v', group_id: 'g', name: 'host' })
    for (const id of ['u', 'other']) state.rows(uses, 'gw').put({ id, variable_id: 'v' })
    state.rows(notes, 'gw').put({ id: 'n', use_id: 'other' })
    state.rows(notesKept, 'gw').put({ id: 'k', use_id: 'u', note_id: 'elsewhere' })
    expect(() => state.remove(groups, 'g', 'gw')).toThrow('bound')
    state.rows(notesKept, 'gw').put({ id: 'k', use_id: 'u', note_id: 'n' })
    expect(state.remove(groups, 'g', 'gw')).toBe(true)
    expect(state.count(notesKept)).toBe(0)
  })

  test('of a gateway empties it', () => {
    const state = filled()
    state.remove(instances, 'gw')
    expect(tables.map((each) => state.count(each))).toEqual([0, 0, 0, 0, 0, 0])
  })
})

describe('what a gateway has from birth', () => {
  test('comes with its first use and with a document that does not mention it', () => {
    const born = { groups: [{ id: 'default', name: 'DEFAULT' }] }
    const state = new State(tables)
    state.addGateway(instances, { id: 'gw' }, stamp)
    const imported = importState(tables, { instances: [{ id: 'gw' }] }, stamp)
    for (const each of [state, imported]) {
      expect(exportState(each)).toMatchObject({ instances: [{ id: 'gw', ...born }] })
    }
  })

  test('is completed where an older version did not have it', () => {
    const state = new State(tables)
    state.rows(instances).put({ id: 'gw' })
    state.completeGateways(stamp)
    state.completeGateways(stamp)
    expect([...state.rows(groups, 'gw').values()]).toEqual([{ id: 'default', name: 'DEFAULT' }])
  })

  test('is added to what a document lists, unless it lists it itself', () => {
    const named = (rows: object[]) => {
      const state = importState(tables, { instances: [{ id: 'gw', groups: rows }] }, stamp)
      return [...state.rows(groups, 'gw').values()].map(({ id, name }) => [id, name])
    }
    expect(named([{ id: 'g', name: 'group' }])).toEqual([
      ['g', 'group'],
      ['default', 'DEFAULT'],
    ])
    expect(named([{ id: 'mine', name: 'DEFAULT' }])).toEqual([['mine', 'DEFAULT']])
  })
})

test('every listener is told of every write, until it ends', () => {
  const state = filled()
  const first: Change['type'][] = []
  const second: Change['type'][] = []
  const end = state.onChange(({ type }) => void first.push(type))
  state.onChange(({ type }) => void second.push(type))
  state.rows(groups, 'gw').put({ id: 'h', name: 'other' })
  end()
  state.clear('gw')
  expect([first, second]).toEqual([['put'], ['put', 'clear']])
})

describe('a look-up', () => {
  test('by a declared field finds the newest first, and counts', () => {
    const rows = filled().rows(variables, 'gw')
    rows.put({ id: 'w', group_id: 'g', env_id: 'e', name: 'port' })
    expect(rows.where('env_id', 'e').map(({ id }) => id)).toEqual(['w', 'v'])
    expect(rows.count('group_id', 'g')).toBe(2)
  })

  test('by another field is a mistake of the program', () => {
    const rows = filled().rows(variables, 'gw')
    expect(() => rows.where('name', 'host')).toThrow('declares no index: name')
  })
})
