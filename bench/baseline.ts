/** The ratios that a run is compared with: they hold on any machine, times do not. */
import { readFileSync, writeFileSync } from 'node:fs'
import { journal, type Report } from './table.ts'

const FILE = 'bench/baseline.json'
/** What a busy machine moves without any cause. */
const NOISE = 0.1

/** The name of a figure → the figure. */
type Ratios = Record<string, number>

function ratiosOf({ costs, starts, growth, scale }: Report): Ratios {
  const figures = [
    ...costs.map(({ kind, name, cpuRatio }) => [`${kind}, ${name}`, cpuRatio] as const),
    ...starts.map(({ name, ratio }) => [`start, ${name}`, ratio] as const),
    ['start, all operations ÷ own', growth.ratio] as const,
    ['create, journal on ÷ off', journal(costs)] as const,
    ...(scale
      ? ([
          ['create at scale', scale.createRatio],
          ['list at scale', scale.listRatio],
        ] as const)
      : []),
  ]
  return Object.fromEntries(figures.map(([name, ratio]) => [name, Math.round(ratio * 100) / 100]))
}

export function writeBaseline(report: Report): void {
  writeFileSync(FILE, `${JSON.stringify(ratiosOf(report), null, 2)}\n`)
}

/** Prints what moved by more than the noise. */
export function checkBaseline(report: Report): void {
  const known: Ratios = JSON.parse(readFileSync(FILE, 'utf8'))
  const moved = Object.entries(ratiosOf(report)).filter(([name, ratio]) => {
    const before = known[name]
    return before === undefined || Math.abs(ratio / before - 1) > NOISE
  })
  for (const [name, ratio] of moved) console.log(`${name}: ${known[name] ?? 'new'} → ${ratio}`)
  if (moved.length === 0) console.log(`Nothing moved by more than ${NOISE * 100} %.`)
}
