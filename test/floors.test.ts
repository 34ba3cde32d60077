import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

/**
 * The floors of src/, lowest first: a file imports from its own folder and from the floors below,
 * types included. docs/design.md says what lives on each.
 */
const FLOORS = [
  ['core', 'facts', 'version.ts'],
  ['config.ts', 'schema'],
  ['store'],
  ['instruments'],
  ['context.ts'],
  ['request'],
  ['auth'],
  ['management', 'iam'],
  ['tables.ts', 'planes.ts', 'control'],
  ['client', 'http', 'seed-file.ts'],
  ['server.ts', 'banner.ts'],
  ['index.ts', 'cli.ts', 'testcontainers.ts'],
  ['vitest.ts'],
]

const SRC = join(import.meta.dirname, '../src')
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'))

const roomOf = (file: string) => file.split('/', 1)[0] as string
const floorOf = (file: string) => FLOORS.findIndex((rooms) => rooms.includes(roomOf(file)))

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8')
  const specifiers = [...text.matchAll(/(?:from |import\()'(\.[^']+\.ts)'/g)].map(
    ([, path]) => path,
  )
  return specifiers.map((path) => relative(SRC, join(SRC, dirname(file), path as string)))
}

const imports = new Map(files.map((file) => [file, importsOf(file)]))

/** A circle of files that import each other, or undefined. */
function circleFrom(
  file: string,
  way: string[] = [],
  done = new Set<string>(),
): string[] | undefined {
  if (way.includes(file)) return [...way.slice(way.indexOf(file)), file]
  if (done.has(file)) return undefined
  for (const next of imports.get(file) ?? []) {
    const circle = circleFrom(next, [...way, file], done)
    if (circle !== undefined) return circle
  }
  done.add(file)
  return undefined
}

describe('imports run down only', () => {
  test('every file has a floor', () => {
    expect(files.filter((file) => floorOf(file) === -1)).toEqual([])
  })

  test('no file imports from a floor above, or from another room of its own', () => {
    const upward = [...imports].flatMap(([file, targets]) =>
      targets
        .filter((target) => roomOf(target) !== roomOf(file) && floorOf(target) >= floorOf(file))
        .map((target) => `${file} → ${target}`),
    )
    expect(upward).toEqual([])
  })

  test('no files import each other in a circle, types included', () => {
    const done = new Set<string>()
    expect(files.flatMap((file) => circleFrom(file, [], done)?.join(' → ') ?? [])).toEqual([])
  })

  test('the imports are found', () => {
    expect(imports.get('context.ts')).toContain('store/state.ts')
  })
})

describe('docs/design.md', () => {
  const design = readFileSync(join(SRC, '../docs/design.md'), 'utf8')
  const sectionOf = (title: string) => design.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? ''

  test('draws the floors as they are, from the top', () => {
    const rows = [...sectionOf('Floors').matchAll(/^\| ([a-z][\w.-]*) +\|/gm)].map(
      ([, name]) => name,
    )
    const floors = rows.map((name) => FLOORS.findIndex((rooms) => rooms.includes(name as string)))
    expect([...rows].sort()).toEqual(FLOORS.flat().sort())
    expect(floors).toEqual([...floors].sort((a, b) => b - a))
  })

  test('names files that exist', () => {
    const named = design.match(/\bsrc\/[\w/.-]+\.ts\b/g) ?? []
    expect(named.length).toBeGreaterThan(20)
    expect(named.filter((path) => !files.includes(path.slice('src/'.length)))).toEqual([])
  })

  test('numbers the steps of a request without a gap, each with its file', () => {
    const steps = [
      ...sectionOf('The way of a request').matchAll(/^\| (\d+)\. .* \| src\/\S+\.ts +\|$/gm),
    ]
    expect(steps.map(([, number]) => Number(number))).toEqual(steps.map((_, i) => i + 1))
    expect(steps.length).toBeGreaterThan(20)
  })
})
