import { type Static, Type } from '@sinclair/typebox'
import { type Clock, toNanoseconds } from '../core/clock.ts'
import { apigError } from '../core/errors.ts'
import { State } from '../store/state.ts'

export const Snapshot = Type.Object({
  name: Type.String(),
  instance_id: Type.Optional(
    Type.String({ description: 'the only gateway in it; absent: everything is' }),
  ),
  time: Type.String({ description: 'RFC 3339: when it was saved' }),
  counts: Type.Record(Type.String(), Type.Integer(), {
    description: 'records of each kind that there are',
  }),
})
export type Snapshot = Static<typeof Snapshot>

/** States by name. Each gateway has names of its own, so that those who share a server do not meet. */
export interface Snapshots {
  /**
   * In the place of the one of that name, if there is one.
   * @throws ApigError MOCK.0409 if there are too many, or they have too many records together
   */
  save(name: string, instanceId?: string): Snapshot
  /**
   * A gateway goes back to its own snapshot of that name, else to what it was in the one of
   * everything. False if there is neither.
   */
  restore(name: string, instanceId?: string): boolean
  /** In the order in which they were saved; of one gateway, if given. */
  list(instanceId?: string): Snapshot[]
  /** False if there is none. */
  remove(name: string, instanceId?: string): boolean
}

/** Snapshots that may be kept at a time, and the records that they may have in all. */
const LIMITS = { snapshots: 1000, records: 5_000_000 }

export function createSnapshots(state: State, clock: Clock, limits = LIMITS): Snapshots {
  const saved = new Map<string, { snapshot: Snapshot; state: State }>()
  // No id of a gateway has a space in it.
  const keyOf = (name: string, instanceId = '') => `${instanceId} ${name}`

  /** @throws ApigError MOCK.0409 if one more would be too many */
  function refuseTooMany(snapshot: Snapshot, replaced: string): void {
    const others = [...saved]
      .filter(([key]) => key !== replaced)
      .map(([, { snapshot }]) => snapshot)
    const records = [snapshot, ...others].reduce((sum, { counts }) => sum + total(counts), 0)
    if (others.length < limits.snapshots && records <= limits.records) return
    throw apigError('MOCK.0409', {
      detail: `Too many snapshots: up to ${limits.snapshots}, of ${limits.records} records in all; DELETE some`,
    })
  }

  return {
    save(name, instanceId) {
      const copy = new State(state.tables)
      copy.adopt(state, instanceId)
      const snapshot: Snapshot = {
        name,
        ...(instanceId !== undefined && { instance_id: instanceId }),
        time: toNanoseconds(clock.now()),
        counts: countsOf(copy, instanceId),
      }
      const key = keyOf(name, instanceId)
      refuseTooMany(snapshot, key)
      saved.delete(key)
      saved.set(key, { snapshot, state: copy })
      return snapshot
    },
    restore(name, instanceId) {
      const found = saved.get(keyOf(name, instanceId)) ?? saved.get(keyOf(name))
      if (found === undefined) return false
      state.adopt(found.state, instanceId)
      return true
    },
    list: (instanceId) =>
      [...saved.values()]
        .map(({ snapshot }) => snapshot)
        .filter(({ instance_id }) => instanceId === undefined || instance_id === instanceId),
    remove: (name, instanceId) => saved.delete(keyOf(name, instanceId)),
  }
}

const total = (counts: Snapshot['counts']) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

/** Records of each kind that there are, of one gateway only those in it. */
function countsOf(state: State, instanceId: string | undefined): Snapshot['counts'] {
  const counted = state.tables.filter(
    ({ scope }) => instanceId === undefined || scope === 'gateway',
  )
  const counts = counted.map((table) => [table.name, state.count(table)] as const)
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}
