import { readFile, writeFile } from 'node:fs/promises'
import { pino } from 'pino'
import { createConfig } from '../../src/config.ts'
import { createContext } from '../../src/context.ts'
import { createHttpServer } from '../../src/http/http-server.ts'
import { tables } from '../../src/tables.ts'
import { type Evidence, readEvidence } from './evidence.ts'

const TABLE = new URL('../../docs/coverage.md', import.meta.url)
const README = new URL('../../README.md', import.meta.url)
const MARKED = /(?<=<!-- coverage -->\n).*?(?=<!-- \/coverage -->)/s

/** The clients in the order in which they are named; what else there is comes behind. */
const CLIENTS = ['curl', 'python', 'go', 'java', 'node', 'terraform']
const TITLES: Record<string, string> = {
  python: 'Python',
  go: 'Go',
  java: 'Java',
  node: 'Node',
  terraform: 'Terraform',
}

export interface Operation {
  operationId: string
  family: string
  method: string
  path: string
  served: boolean
}

/** Every operation of the service, as a server of this version answers them. */
export async function listOperations(): Promise<Operation[]> {
  const log = pino({ level: 'silent' })
  const app = createHttpServer(createContext(createConfig(), log, tables))
  const answer = await app.inject('/_mock/coverage')
  await app.close()
  return answer.json().operations
}

/** docs/coverage.md and README.md: as they are, and as they ought to be. */
export async function coverageFiles() {
  const operations = await listOperations()
  const evidence = await readEvidence()
  const readme = await readFile(README, 'utf8')
  const table = await readFile(TABLE, 'utf8').catch(() => '')
  return [
    { file: TABLE, is: table, shouldBe: coverageTable(operations, evidence) },
    {
      file: README,
      is: readme,
      shouldBe: readme.replace(MARKED, () => `${totals(operations, evidence)}\n`),
    },
  ]
}

export async function writeCoverage(): Promise<void> {
  for (const { file, shouldBe } of await coverageFiles()) await writeFile(file, shouldBe)
}

/** One sentence of totals. */
function totals(operations: Operation[], evidence: Evidence): string {
  const served = operations.filter((operation) => operation.served)
  const driven = served.filter(({ operationId }) => evidence[operationId] !== undefined)
  const byClient = CLIENTS.flatMap((client) => {
    const count = served.filter(({ operationId }) => evidence[operationId]?.includes(client)).length
    return count === 0 || client === 'curl' ? [] : `${TITLES[client]} ${count}`
  })
  return (
    `${served.length} of the ${operations.length} operations of the service are served; ` +
    `${driven.length === served.length ? 'all of them' : `${driven.length} of them`} are driven ` +
    `by an official client (${byClient.join(', ')}).`
  )
}

function coverageTable(operations: Operation[], evidence: Evidence): string {
  const families = groupByFamily(operations)
  const sections = [...families].map(([family, members]) => {
    const served = members.filter((operation) => operation.served).length
    const rows = members.map((operation) => row(operation, evidence))
    return [
      `## ${family.replaceAll('-', ' ')}: ${served} of ${members.length}`,
      '',
      '| operation | request | served | driven by |',
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n')
  })
  return `${INTRODUCTION}\n${totals(operations, evidence)}\n\n${sections.join('\n\n')}\n`
}

const INTRODUCTION = `# Coverage

Made by \`npm run coverage\` of the routes and of what the server counted while the official clients
ran (\`npm run test:clients\`, \`npm run test:terraform\`). A client drives an operation when it
brought it to a success. What is not served answers 501 with the code MOCK.0501 and the name of the
operation. A running server answers the same table, and what was asked of it, at
\`GET /_mock/coverage\`. In the requests \`^\` is \`/v2/{project_id}/apigw\` and \`~\` a gateway below it,
\`^/instances/{instance_id}\`.
`

function row({ operationId, method, path, served }: Operation, evidence: Evidence): string {
  const short = path
    .replace('/v2/{project_id}/apigw/instances/{instance_id}', '~')
    .replace('/v2/{project_id}/apigw', '^')
  const clients = CLIENTS.filter((client) => evidence[operationId]?.includes(client))
  const cells = [operationId, `${method} \`${short}\``, served ? 'yes' : '501', clients.join(', ')]
  return `| ${cells.join(' | ')} |`.replace('|  |', '| |')
}

function groupByFamily(operations: Operation[]): Map<string, Operation[]> {
  const families = new Map<string, Operation[]>()
  for (const operation of operations) {
    families.set(operation.family, [...(families.get(operation.family) ?? []), operation])
  }
  return families
}
