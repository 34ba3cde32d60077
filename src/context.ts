import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { type Clock, createClock, parseTime } from './core/clock.ts'
import { createIds, type Ids } from './core/ids.ts'
import { createFaults, type Faults } from './instruments/faults.ts'
import { createJournal, type Journal } from './instruments/journal.ts'
import type { Named } from './instruments/journal-view.ts'
import { KnownSecrets } from './instruments/known-secrets.ts'
import { createSnapshots, type Snapshots } from './instruments/snapshots.ts'
import type { Tallies } from './instruments/tallies.ts'
import type { DataFile } from './store/data-file/data-file.ts'
import { importState } from './store/document.ts'
import type { SharedState } from './store/shared-state.ts'
import { State } from './store/state.ts'
import type { Table } from './store/table.ts'

/** All that one server is: two servers in one process share nothing. */
export interface Context {
  config: Config
  log: Logger
  clock: Clock
  /** Milliseconds since 1970, on the server's clock. */
  startedAt: number
  ids: Ids
  /**
   * Request ids of what never reaches the service's planes: a sequence of its own, so that a health
   * check does not change the ids of resources.
   */
  controlIds: Ids
  state: State
  /** What has other servers see the same state, if there are any. */
  shared?: SharedState
  /** The file that follows the state, if there is one. */
  data?: DataFile
  /** What a reset goes back to. */
  seed: State
  /** The requests of the planes that imitate the service. */
  journal: Journal
  /** The secrets of the state, to be masked wherever they are shown. */
  secrets: KnownSecrets
  /** The armed faults. */
  faults: Faults
  /** States to go back to, which a reset leaves alone. */
  snapshots: Snapshots
  /** How often each operation was asked for: `GET /_mock/coverage`. */
  tallies: Tallies
  /** operationId → what its route's schemas name: what else a request has is not read. */
  named: Map<string, Named>
  /**
   * Back to the seed, with an empty journal, the seed's faults, the clock and the sequence of ids
   * as at the start; or only what belongs to one gateway.
   */
  reset(instanceId?: string): void
}

/**
 * @param tables every kind of record that the server keeps, in the order in which a seed is read
 * @param seed a state document, as `GET /_mock/state` returns it
 */
export function createContext(
  config: Config,
  log: Logger,
  tables: readonly Table[],
  seed: unknown = {},
): Context {
  const frozenAt = config.clock === '' ? undefined : parseTime(config.clock)
  const clock = createClock(frozenAt)
  const ids = createIds(config.idSeed || undefined)
  const controlIds = createIds(config.idSeed ? `${config.idSeed}/_mock` : undefined)
  const initial = importState(tables, seed, { clock, ids })
  const state = new State(tables)
  state.adopt(initial)
  const journal = createJournal(config.journalSize, undefined, (err) =>
    log.error({ err }, 'a reader of the journal failed'),
  )
  const faults = createFaults()
  const restartIds = ids.checkpoint()
  const restartControlIds = controlIds.checkpoint()
  return {
    config,
    log,
    clock,
    startedAt: clock.now(),
    ids,
    controlIds,
    state,
    seed: initial,
    journal,
    secrets: new KnownSecrets(state),
    faults,
    snapshots: createSnapshots(state, clock),
    tallies: new Map(),
    named: new Map(),
    reset(instanceId) {
      state.adopt(initial, instanceId)
      journal.clear(instanceId)
      faults.reset(instanceId)
      if (instanceId !== undefined) return
      clock.reset()
      restartIds()
      restartControlIds()
    },
  }
}
