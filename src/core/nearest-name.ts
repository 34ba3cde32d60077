/** Longer names are compared by their beginning: the cost grows with the square of the length. */
const COMPARED = 64

/**
 * The known name nearest to a misspelt one: letter case aside, at most a third of its
 * characters differ. Undefined if none is that near.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const wanted = comparable(name)
  let nearest: string | undefined
  let least = Math.floor(wanted.length / 3) + 1
  for (const candidate of known) {
    const other = comparable(candidate)
    if (Math.abs(other.length - wanted.length) >= least) continue
    const differences = distance(wanted, other)
    if (differences >= least) continue
    least = differences
    nearest = candidate
  }
  return nearest
}

/** `; did you mean "app_name"?`, to be put behind a message; empty if no known name is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known)
  return nearest === undefined ? '' : `; did you mean ${JSON.stringify(nearest)}?`
}

const comparable = (name: string) => name.slice(0, COMPARED).toLowerCase()

/** Characters to insert, delete, replace or swap with their neighbour until `a` is `b`. */
function distance(a: string, b: string): number {
  let older: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let least = Math.min(replaced, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwapped) least = Math.min(least, (older[j - 2] ?? 0) + 1)
      row.push(least)
    }
    older = above
    above = row
  }
  return above[b.length] ?? 0
}
