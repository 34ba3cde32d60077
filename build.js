/**
 * `npm run build` makes dist/, which runs without node_modules (docs/design.md says why):
 *
 *     cli.js, index.js   the command and the library
 *     chunks/            what both share, and what is loaded on first use: docs page, YAML, …
 *     static/            the assets of the docs page
 *     vitest.js          the library's fixtures, beside a project's own Vitest
 *     testcontainers.js  the image, beside a project's own Testcontainers
 *     *.d.ts             types, which need no other package
 *     LICENSES.txt       the licences of the packages in the bundles
 *
 * `node build.js FOLDER` makes the JavaScript alone, in another folder, for the tests.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { rolldown } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'
import config, { output as written } from './rolldown.config.js'

const { resolve } = createRequire(import.meta.url)

/** What a project that uses the library has itself, if it uses the part that needs it. */
const peers = ['vitest', 'testcontainers']

/** The modules of the library: name → file. */
const inputs = (folder, extension) =>
  Object.fromEntries(['index', ...peers].map((name) => [name, `${folder}/${name}${extension}`]))

process.chdir(import.meta.dirname)
const folder = process.argv[2] ?? 'dist'
rmSync(folder, { recursive: true, force: true })
const bundled = await bundleCode()
if (folder === 'dist') {
  await bundleTypes()
  writeFileSync('dist/LICENSES.txt', licenses(bundled))
}

/** @returns the paths of the modules that were bundled */
async function bundleCode() {
  const build = await rolldown({
    input: { cli: 'src/cli.ts', ...inputs('src', '.ts') },
    external: peers,
    ...config,
  })
  const { output } = await build.write({ dir: folder, ...written })
  chmodSync(`${folder}/cli.js`, 0o755)
  // Where @fastify/swagger-ui looks for them from its chunk, less the one that no page loads.
  cpSync(join(dirname(resolve('@fastify/swagger-ui')), 'static'), `${folder}/static`, {
    recursive: true,
    filter: (path) => !path.endsWith('/swagger-ui.js'),
  })
  return output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))
}

/** With the few types of TypeBox that the library's own are made of. */
async function bundleTypes() {
  const tsc = join(dirname(resolve('typescript/package.json')), 'bin/tsc')
  execFileSync(process.execPath, [tsc, '--project', 'tsconfig.build.json'], { stdio: 'inherit' })
  const build = await rolldown({
    input: inputs('dist/types/src', '.d.ts'),
    external: (id) => !/^(\.|\/|@sinclair\/typebox)/.test(id),
    treeshake: { moduleSideEffects: false },
    plugins: [dts({ dtsInput: true, resolve: ['@sinclair/typebox'] })],
  })
  await build.write({ dir: 'dist', chunkFileNames: 'chunks/[name].ts' })
  rmSync('dist/types', { recursive: true })
}

/** The licence of every package that some module of the bundles comes from. */
function licenses(modules) {
  const folders = modules.flatMap(
    (path) => /.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
  )
  const texts = [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    )
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
    const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim()
    return `${name} ${version} (${license})\n\n${text}`.trim()
  })
  return `${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}
