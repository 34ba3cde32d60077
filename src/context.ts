import type { FastifyBaseLogger } from 'fastify'
import type { Config } from './config.ts'
import type { Tallies } from './control/coverage.ts'
import { type Clock, createClock } from './core/clock.ts'
import { importState } from './core/document.ts'
import { createIds, type Ids } from './core/ids.ts'
import { State } from './core/state.ts'
import { tables } from './management/index.ts'

/** All that one server is: two servers in one process share nothing. */
export interface Context {
  config: Config
  log: FastifyBaseLogger
  clock: Clock
  ids: Ids
  state: State
  /** What a reset goes back to. */
  seed: State
  /** How often each operation was asked for: `GET /_mock/coverage`. */
  tallies: Tallies
}

/** @param seed a state document: `GET /_mock/state` answers one */
export function createContext(config: Config, log: FastifyBaseLogger, seed: unknown = {}): Context {
  const stamp = { clock: createClock(), ids: createIds() }
  const initial = importState(tables, seed, stamp)
  const state = new State(tables)
  state.adopt(initial)
  return { config, log, ...stamp, state, seed: initial, tallies: new Map() }
}
