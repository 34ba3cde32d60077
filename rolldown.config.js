/**
 * How the sources are bundled: by build.js, and by the benchmark for what dist/ does not hold.
 * @type {Pick<import('rolldown').InputOptions, 'platform' | 'transform'> & { plugins: import('rolldown').Plugin[] }}
 */
export default {
  platform: 'node',
  plugins: [
    {
      // Fastify's own validation and serialization, which every instance is given others for: left
      // out, since a start would read their 600 KB.
      name: 'unused',
      resolveId: (id) =>
        /^@fastify\/(ajv-compiler|fast-json-stringify-compiler)(\/|$)/.test(id)
          ? '\0unused'
          : undefined,
      load: (id) => (id === '\0unused' ? 'module.exports = undefined' : undefined),
    },
  ],
  transform: {
    target: 'node20.19',
    // Some packages look for files beside their own.
    define: { __dirname: 'import.meta.dirname' },
  },
}

/**
 * How they are written: a start reads half as many characters. Names stay, for stack traces.
 * @type {import('rolldown').OutputOptions}
 */
export const output = {
  chunkFileNames: 'chunks/[name].js',
  minify: {
    compress: { keepNames: { function: true, class: true } },
    mangle: { keepNames: true },
  },
}
