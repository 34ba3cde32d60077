/** Bundles like those of build.js, but in .cache: for what dist/ does not hold. */
import { type Plugin, rolldown } from 'rolldown'

/** Leaves out what build.js leaves out, or a start would read more than that of dist/. */
const unused: Plugin = {
  name: 'unused',
  resolveId: (id) =>
    /^@fastify\/(ajv-compiler|fast-json-stringify-compiler)(\/|$)/.test(id)
      ? '\0unused'
      : undefined,
  load: (id) => (id === '\0unused' ? 'module.exports = undefined' : undefined),
}

/** @returns the path of the bundle */
export async function bundle(name: string, input: string, ...plugins: Plugin[]): Promise<string> {
  const dir = `.cache/bench/${name}`
  const build = await rolldown({
    input: { [name]: input },
    platform: 'node',
    plugins: [...plugins, unused],
    transform: { target: 'node20.19', define: { __dirname: 'import.meta.dirname' } },
  })
  await build.write({ dir, entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' })
  return `${dir}/${name}.js`
}
