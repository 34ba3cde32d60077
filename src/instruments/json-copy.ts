interface Copied {
  from: object
  to: object
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null

/**
 * A copy of JSON data of any depth, each member as `replace` returns it: a container is copied
 * deeper, everything else is kept. Names are defined, not assigned, lest one be `__proto__`.
 * @param replace is given each member with its name, of an array the array's, and what
 *   `replace` returned for the container that it is in: the state of a walk without recursion
 */
export function copyJson<State>(
  root: unknown,
  initial: State,
  replace: (value: unknown, name: string | undefined, state: State) => [unknown, State],
): unknown {
  const open: (Copied & { name: string | undefined; state: State })[] = []
  const copy = (value: unknown, name: string | undefined, state: State): unknown => {
    const [replaced, inner] = replace(value, name, state)
    if (!isContainer(replaced)) return replaced
    const to: object = Array.isArray(replaced) ? [] : {}
    open.push({ from: replaced, to, name, state: inner })
    return to
  }
  const result = copy(root, undefined, initial)
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { from, to, name, state } = next
    if (Array.isArray(from)) {
      const items = to as unknown[]
      for (const item of from) items.push(copy(item, name, state))
      continue
    }
    for (const [key, value] of Object.entries(from)) {
      const copied = copy(value, key, state)
      Object.defineProperty(to, key, {
        value: copied,
        enumerable: true,
        configurable: true,
        writable: true,
      })
    }
  }
  return result
}
