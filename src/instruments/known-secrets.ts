import type { Change, State } from '../store/state.ts'
import { SHORTEST } from './own-secrets.ts'
import { isSecretName } from './secret-names.ts'

/** Secrets of deleted records that are kept, besides as many as there are others. */
const STALE = 10_000

/**
 * The secrets of a state: of apps, AppCodes, keys, tokens and users. They are collected when they
 * are first asked for, and followed from then on; what is deleted counts on for some time, since
 * the journal may have it.
 */
export class KnownSecrets {
  readonly #state: State
  #known: Set<string> | undefined
  /** What there were when they were last collected. */
  #collected = 0
  #isComplete = false
  /** Table → its secret fields. */
  readonly #fields = new Map<string, string[]>()

  constructor(state: State) {
    this.#state = state
    for (const { name, fields } of state.tables) {
      const isSecret = (field: string) =>
        isSecretName(field) || (name === 'tokens' && field === 'id')
      this.#fields.set(name, fields.filter(isSecret))
    }
  }

  has(word: string): boolean {
    return word.length >= SHORTEST && this.#all().has(word)
  }

  #all(): Set<string> {
    if (this.#known === undefined) {
      this.#known = new Set()
      this.#state.onChange((change) => this.#follow(change))
    }
    const known = this.#known
    if (!this.#isComplete) {
      if (known.size > 2 * this.#collected + STALE) known.clear()
      for (const change of this.#state.records()) this.#add(change)
      this.#collected = known.size
      this.#isComplete = true
    }
    return known
  }

  #follow(change: Change): void {
    if (change.type === 'put') this.#add(change)
    else if (change.type === 'adopt') this.#isComplete = false
    const { size } = this.#known ?? { size: 0 }
    if (size > 2 * this.#collected + STALE) this.#isComplete = false
  }

  #add({ table, row }: Extract<Change, { type: 'put' }>): void {
    for (const field of this.#fields.get(table.name) ?? []) {
      const value = (row as Record<string, unknown>)[field]
      if (typeof value === 'string' && value.length >= SHORTEST) this.#known?.add(value)
    }
  }
}
