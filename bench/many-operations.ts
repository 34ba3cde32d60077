/**
 * The command with more operations than there are: copies of the real families, as source, so that
 * a start reads, declares and registers each of them like its own.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'rolldown'
import { bundle } from './bundle.ts'

const FOLDER = join(import.meta.dirname, '../src/management')
const ENTRY = '\0many-operations'

interface FamilySource {
  folder: string
  /** The name under which routes.ts exports it. */
  name: string
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
  const copied = families.filter(({ folder }) => folder !== 'instances')
  let operations = families.reduce((sum, family) => sum + family.operations, 0)
  const copies: Copy[] = []
  while (operations < atLeast) {
    const family = copied[copies.length % copied.length] as FamilySource
    copies.push({ family, number: Math.floor(copies.length / copied.length) + 1 })
    operations += family.operations
  }
  const path = await bundle(`operations-${operations}`, ENTRY, copier(copies))
  return { operations, path }
}

function readFamilies(): FamilySource[] {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((file) => file.isDirectory())
  return folders.flatMap(({ name: folder }) => {
    const path = join(FOLDER, folder)
    const texts = readdirSync(path).map((file) => readFileSync(join(path, file), 'utf8'))
    const source = texts.join('\n')
    const name = /export const (\w+): Family\b/.exec(source)?.[1]
    const operations = source.match(/\boperationId: '/g)?.length ?? 0
    return name === undefined ? [] : [{ folder, name, operations }]
  })
}

/** Serves the entry, and `…/routes.ts?copy=N` with all that it imports from families. */
function copier(copies: Copy[]): Plugin {
  return {
    name: 'copier',
    async resolveId(id, importer, options) {
      if (id === ENTRY) return id
      const number = /\?copy=(\d+)$/.exec(id)?.[1] ?? /\?copy=(\d+)$/.exec(importer ?? '')?.[1]
      if (number === undefined) return undefined
      const [path] = id.split('?')
      const from = importer?.startsWith('\0') ? undefined : importer?.split('?')[0]
      const found = await this.resolve(path as string, from, { ...options, skipSelf: true })
      if (found === null || !isOfFamily(found.id)) return found
      return `${found.id}?copy=${number}`
    },
    load(id) {
      if (id === ENTRY) return { code: entryOf(copies), moduleType: 'js' }
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

/** Adds the copies to a family of the command's before the command itself is read. */
function entryOf(copies: Copy[]): string {
  const modules = copies.map(({ family, number }, i) => {
    const from = JSON.stringify(`${FOLDER}/${family.folder}/routes.ts?copy=${number}`)
    return `import { ${family.name} as copy${i} } from ${from}
host.tables.push(...copy${i}.tables)
host.routes.push(...copy${i}.routes.map((routes) => below(routes, '/copy-${number}')))`
  })
  return `import { resourcesFamily as host } from ${JSON.stringify(`${FOLDER}/resources/routes.ts`)}
// Fastify makes no instance for the function itself, which real routes do not have either.
function below(routes, path) {
  const plugin = (app, { ctx, prefix }, done) => {
    app.register(routes, { ctx, prefix: prefix + path })
    done()
  }
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}
${modules.join('\n')}
await import(${JSON.stringify(join(FOLDER, '../cli.ts'))})`
}
