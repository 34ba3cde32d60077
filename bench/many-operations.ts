/**
 * The command with more operations than there are: copies of the real families, as source, so that
 * a start reads and declares each of them like its own, and loads the routes of one when asked.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'rolldown'
import { bundle } from './bundle.ts'

const FOLDER = join(import.meta.dirname, '../src/management')
const CLI = join(FOLDER, '../cli.ts')
const ENTRY = '\0many-operations'
const COPIES = '\0copies'

/** The tables of a family and one of its files of routes, as families.ts lists them. */
interface FamilySource {
  /** `./apps/tables.ts` */
  tables: string
  /** `./apps/routes.ts` */
  routes: string
  operations: number
}

/** A family to be served once more, at `/copy-N/…` below a gateway. */
interface Copy {
  family: FamilySource
  number: number
}

/** The command, bundled: how many operations it serves, and its path. */
export interface ManyOperations {
  operations: number
  path: string
}

/** @param atLeast the number of operations, which whole families may exceed a little */
export async function bundleOperations(atLeast: number): Promise<ManyOperations> {
  const families = readFamilies()
  // Those on gateways themselves have their own prefix: served, but not copied.
  const copied = families.filter(({ routes }) => !routes.startsWith('./instances/'))
  let operations = families.reduce((sum, family) => sum + family.operations, 0)
  const copies: Copy[] = []
  while (operations < atLeast) {
    const family = copied[copies.length % copied.length] as FamilySource
    copies.push({ family, number: copies.length + 1 })
    operations += family.operations
  }
  const path = await bundle(`operations-${operations}`, ENTRY, copier(copies))
  return { operations, path }
}

function readFamilies(): FamilySource[] {
  const source = readFileSync(join(FOLDER, 'families.ts'), 'utf8')
  const imported = new Map(
    [...source.matchAll(/import \{ tables as (\w+) \} from '([^']+)'/g)].map(
      ([, name = '', path = '']) => [name, path],
    ),
  )
  const found = source.matchAll(/tables: (\w+),[^(]*\(\) =>\s+import\('([^']+)'\)/g)
  return [...found].map(([, name = '', routes = '']) => {
    const tables = imported.get(name)
    if (tables === undefined) throw new Error(`families.ts imports no tables as ${name}`)
    return { tables, routes, operations: countOperations(routes) }
  })
}

/** How many operations the folder of a family has. */
function countOperations(routes: string): number {
  const folder = join(FOLDER, routes, '..')
  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
  return texts.join('\n').match(/\boperationId: '/g)?.length ?? 0
}

/** Serves the entry, and `…/tables.ts?copy=N` and its like with all that they import of families. */
function copier(copies: Copy[]): Plugin {
  return {
    name: 'copier',
    async resolveId(id, importer, options) {
      if (id === ENTRY || id === COPIES) return id
      const number = /\?copy=(\d+)$/.exec(id)?.[1] ?? /\?copy=(\d+)$/.exec(importer ?? '')?.[1]
      if (number === undefined) return undefined
      const [path] = id.split('?')
      const from = importer?.startsWith('\0') ? undefined : importer?.split('?')[0]
      const found = await this.resolve(path as string, from, { ...options, skipSelf: true })
      if (found === null || !isOfFamily(found.id)) return found
      return `${found.id}?copy=${number}`
    },
    load(id) {
      // The copies are in the list before the command is evaluated.
      if (id === ENTRY) return { code: `import '${COPIES}'\nimport '${CLI}'`, moduleType: 'js' }
      if (id === COPIES) return { code: listOf(copies), moduleType: 'js' }
      const [path, number] = id.split('?copy=')
      if (number === undefined) return undefined
      return { code: renamed(readFileSync(path as string, 'utf8'), number), moduleType: 'ts' }
    },
  }
}

const isOfFamily = (path: string) =>
  path.startsWith(`${FOLDER}/`) &&
  path.slice(FOLDER.length + 1).includes('/') &&
  !path.startsWith(`${FOLDER}/instances/`)

/** A name of its own for every operation and every table. */
function renamed(source: string, number: string): string {
  return source
    .replace(/(\boperationId: ')(\w+)/g, `$1$2_${number}`)
    .replace(/(\btable\(\s*')(\w+)/g, `$1$2_${number}`)
}

/** Adds the copies to the families of the command. */
function listOf(copies: Copy[]): string {
  const path = (relative: string) => JSON.stringify(join(FOLDER, relative))
  const modules = copies.map(
    ({
      family,
      number,
    }) => `import { tables as tables${number} } from ${path(`${family.tables}?copy=${number}`)}
families.push({
  tables: tables${number},
  routes: { 'copy-${number}': () => import(${path(`${family.routes}?copy=${number}`)}).then(below('/copy-${number}')) },
})`,
  )
  return `import { families } from ${path('families.ts')}
// Fastify makes no instance for the function itself, which real routes do not have either.
const below = (path) => ({ routes }) => ({
  routes: routes.map((each) =>
    Object.assign(
      (app, { ctx, prefix }, done) => {
        app.register(each, { ctx, prefix: prefix + path })
        done()
      },
      { [Symbol.for('skip-override')]: true },
    ),
  ),
})
${modules.join('\n')}`
}
