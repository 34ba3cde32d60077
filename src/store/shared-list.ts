/**
 * A list that can be forked at no cost: forks share the items, and a list that changes one in
 * place takes a copy of it first.
 */
export class SharedList<Item> {
  readonly #copyOf: (item: Item) => Item
  #items: Item[] = []
  /** Index → whether this list alone has the item. */
  #isOwn: boolean[] = []

  constructor(copyOf: (item: Item) => Item) {
    this.#copyOf = copyOf
  }

  get length(): number {
    return this.#items.length
  }

  /** The item, to look at; there must be one. */
  at(index: number): Item {
    return this.#items[index] as Item
  }

  /** The item, to be changed in place; there must be one. */
  own(index: number): Item {
    if (this.#isOwn[index] !== true) {
      this.#items[index] = this.#copyOf(this.at(index))
      this.#isOwn[index] = true
    }
    return this.at(index)
  }

  push(item: Item): void {
    this.#isOwn[this.#items.push(item) - 1] = true
  }

  fork(): SharedList<Item> {
    const fork = new SharedList(this.#copyOf)
    fork.#items = this.#items.slice()
    this.#isOwn = []
    return fork
  }
}
