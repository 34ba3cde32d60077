import { readFile, writeFile } from 'node:fs/promises'

const FILE = new URL('../../docs/coverage.json', import.meta.url)

/** Operation → the clients that were seen to bring it to a success. */
export type Evidence = Record<string, string[]>

/** One row of `GET /_mock/coverage`. */
export interface Row {
  operationId: string
  served: boolean
  hits: number
  errors: number
}

/** What a server was asked so far. */
export async function coverage({ url }: { url: string }): Promise<Row[]> {
  const response = await fetch(`${url}/_mock/coverage`)
  return ((await response.json()) as { operations: Row[] }).operations
}

/** The operations that were brought to a success. */
export function succeeded(rows: Row[]): string[] {
  return rows.filter(({ hits, errors }) => hits > errors).map((row) => row.operationId)
}

/** The evidence of the last runs of `npm run test:clients` and `test:terraform`, as committed. */
export async function readEvidence(): Promise<Evidence> {
  return JSON.parse(await readFile(FILE, 'utf8').catch(() => '{}'))
}

export async function writeEvidence(evidence: Evidence): Promise<void> {
  const lines = Object.entries(evidence).map(
    ([operation, clients]) =>
      `  ${JSON.stringify(operation)}: [${clients.map((client) => JSON.stringify(client)).join(', ')}]`,
  )
  await writeFile(FILE, `{\n${lines.join(',\n')}\n}\n`)
}

/** Evidence in which what a client drove now stands in place of what it drove before. */
export function withDriven(
  evidence: Evidence,
  driven: ReadonlyMap<string, readonly string[]>,
): Evidence {
  const names = new Set([...Object.keys(evidence), ...[...driven.values()].flat()])
  const entries = [...names].sort().map((name) => {
    const kept = (evidence[name] ?? []).filter((client) => !driven.has(client))
    const now = [...driven.keys()].filter((client) => driven.get(client)?.includes(name))
    return [name, [...kept, ...now].sort()] as const
  })
  return Object.fromEntries(entries.filter(([, clients]) => clients.length > 0))
}
