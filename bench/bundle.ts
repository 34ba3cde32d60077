/** Bundles like those of build.js, but in .cache: for what dist/ does not hold. */
import { type Plugin, rolldown } from 'rolldown'
import config, { output } from '../rolldown.config.js'

/** @returns the path of the bundle */
export async function bundle(name: string, input: string, ...plugins: Plugin[]): Promise<string> {
  const dir = `.cache/bench/${name}`
  const build = await rolldown({
    ...config,
    input: { [name]: input },
    plugins: [...plugins, ...config.plugins],
  })
  await build.write({ dir, entryFileNames: '[name].js', ...output })
  return `${dir}/${name}.js`
}
