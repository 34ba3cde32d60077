import { type Static, Type } from '@sinclair/typebox'
import { type Clock, toNanoseconds } from '../core/clock.ts'
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
  /** In the place of the one of that name, if there is one. */
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

export function createSnapshots(state: State, clock: Clock): Snapshots {
  const saved = new Map<string, { snapshot: Snapshot; state: State }>()
  // No id of a gateway has a space in it.
  const key = (name: string, instanceId = '') => `${instanceId} ${name}`
  return {
    save(name, instanceId) {
      const copy = new State(state.tables)
      copy.adopt(state, instanceId)
      const counted = state.tables.filter(
        ({ scope }) => instanceId === undefined || scope === 'gateway',
      )
      const snapshot: Snapshot = {
        name,
        ...(instanceId !== undefined && { instance_id: instanceId }),
        time: toNanoseconds(clock.now()),
        counts: Object.fromEntries(
          counted
            .map((table) => [table.name, copy.count(table)] as const)
            .filter(([, count]) => count > 0),
        ),
      }
      this.remove(name, instanceId)
      saved.set(key(name, instanceId), { snapshot, state: copy })
      return snapshot
    },
    restore(name, instanceId) {
      const found = saved.get(key(name, instanceId)) ?? saved.get(key(name))
      if (found === undefined) return false
      state.adopt(found.state, instanceId)
      return true
    },
    list: (instanceId) =>
      [...saved.values()]
        .map(({ snapshot }) => snapshot)
        .filter(({ instance_id }) => instanceId === undefined || instance_id === instanceId),
    remove: (name, instanceId) => saved.delete(key(name, instanceId)),
  }
}
