/** Prints what was measured, as tables of Markdown. */
import type { Checks } from './checks.ts'
import type { Memory } from './memory.ts'
import type { Missing } from './peers.ts'
import type { Cost } from './rates.ts'
import type { Scale } from './scale.ts'
import type { Starts } from './startup.ts'

export interface Report extends Starts {
  costs: Cost[]
  /** Milliseconds of a second `start()` in one process. */
  secondStart: number
  checks: Checks
  missing: Missing[]
  scale?: Scale
  memory?: Memory
}

export function print(report: Report): void {
  const { costs, starts, growth, secondStart, checks, missing, scale, memory } = report
  table(
    ['request', 'server', 'µs of CPU', 'node:http = 1: by CPU', 'by rate', 'p99 ×', 'busy'],
    costs.map(({ kind, name, cpu, cpuRatio, rateRatio, p99Ratio, busy }) => [
      kind,
      name,
      cpu.toFixed(0),
      cpuRatio.toFixed(2),
      rateRatio.toFixed(2),
      p99Ratio.toFixed(1),
      `${(busy * 100).toFixed(0)} %`,
    ]),
  )
  table(
    ['server', 'ms to first 201', "× node -e ''", 'RSS, MiB'],
    starts.map(({ name, milliseconds, ratio, rss }) => [
      name,
      milliseconds.toFixed(0),
      ratio.toFixed(2),
      rss.toFixed(0),
    ]),
  )
  for (const { name, reason } of missing) console.log(`${name}: ${reason}\n`)
  table(
    ['apig-mock alone', ''],
    [
      [`start with ${growth.many} operations ÷ with ${growth.few}`, growth.ratio.toFixed(2)],
      ['create, journal on ÷ off, by CPU', journal(costs).toFixed(2)],
      ['second start() in one process, ms', secondStart.toFixed(1)],
      ['verified signature of 1 KB, µs of CPU', checks.signature.toFixed(1)],
      ['token check, µs of CPU', checks.token.toFixed(2)],
    ],
  )
  if (scale !== undefined) printScale(scale)
  if (memory !== undefined) printMemory(memory)
}

function printScale(scale: Scale): void {
  table(
    [`${scale.apps} apps on one gateway`, ''],
    [
      ['create, rate ÷ rate with 1,000', scale.createRatio.toFixed(2)],
      ['list of 20, rate ÷ rate with 1,000', scale.listRatio.toFixed(2)],
      ['longest create on the way, ms', scale.worstStall.toFixed(0)],
      ['page at the slowest offset, ms', scale.page.toFixed(1)],
      ['filtered list, ms', scale.filtered.toFixed(0)],
      ['heap per app, bytes', scale.heapPerApp.toFixed(0)],
      ['GET /_mock/state, s', (scale.exported / 1000).toFixed(1)],
      ['heap after it ÷ before', scale.heapExported.toFixed(2)],
      ['PUT /_mock/state, s', (scale.imported / 1000).toFixed(1)],
      ['heap after it ÷ before', scale.heapImported.toFixed(2)],
      ['the first create after it, ms', scale.firstCreate.toFixed(0)],
      ['heap per app, 100 in each gateway, bytes', scale.heapInGateways.toFixed(0)],
    ],
  )
}

function printMemory({ minutes, early, end, largest, requests, apps }: Memory): void {
  table(
    [`${minutes} minutes at full load, ${apps} apps`, ''],
    [
      ['requests', String(requests)],
      ['RSS of the minute after the first, MiB', early.toFixed(0)],
      ['of the last', end.toFixed(0)],
      ['the largest', largest.toFixed(0)],
      ['last ÷ after the first', (end / early).toFixed(2)],
    ],
  )
}

/** The speed with the journal ÷ the speed without. */
export function journal(costs: Cost[]): number {
  const cpu = (name: Cost['name']) =>
    costs.find((cost) => cost.kind === 'create' && cost.name === name)?.cpu ?? Number.NaN
  return cpu('apig-mock, no journal') / cpu('apig-mock')
}

function table(head: string[], rows: string[][]): void {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]?.length ?? 0)))
  const line = (row: string[]) =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  const rule = widths.map((width) => '-'.repeat(width))
  console.log([head, rule, ...rows].map(line).join('\n').concat('\n'))
}
