/** What this process did of one operation. */
export interface Tally {
  hits: number
  /** Of the hits, those answered with an error: 501 for all hits of what is not served. */
  errors: number
}

/** operationId → tally, of every operation that was asked for. */
export type Tallies = Map<string, Tally>

function tallyOf(tallies: Tallies, operationId: string): Tally {
  let tally = tallies.get(operationId)
  if (tally === undefined) {
    tally = { hits: 0, errors: 0 }
    tallies.set(operationId, tally)
  }
  return tally
}

/** Counts an answer of an operation; a connection that was cut has the status 0. */
export function countAnswer(tallies: Tallies, operationId: string, status: number): void {
  const tally = tallyOf(tallies, operationId)
  tally.hits++
  if (status === 0 || status >= 400) tally.errors++
}
