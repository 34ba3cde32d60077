/**
 * How the sources are bundled: by build.js, and by the benchmark for what dist/ does not hold.
 * @type {Pick<import('rolldown').InputOptions, 'platform' | 'transform' | 'checks'> & { plugins: import('rolldown').Plugin[] }}
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
  // light-my-request is in the chunk of Fastify, which requires it too; its code runs on first use.
  checks: { ineffectiveDynamicImport: false },
  transform: {
    target: 'node20.19',
    // Some packages look for files beside their own.
    define: { __dirname: 'import.meta.dirname' },
  },
}

/**
 * How they are written: a start reads half as many characters. Names stay, for stack traces. And
 * few files: by itself Rolldown would give what several families share a file of its own for each
 * set of families.
 * @type {import('rolldown').OutputOptions}
 */
export const output = {
  codeSplitting: {
    groups: [
      // What is used without a server in the process.
      { name: 'client', test: /\/src\/client\/(remote|control)\.ts$/, priority: 2 },
      { name: 'server', tags: ['$initial'], test: /\/(src\/.+\/|node_modules\/)/, priority: 1 },
      { name: 'management', test: /\/src\/(management|schema)\//, minShareCount: 2 },
    ],
  },
  chunkFileNames: 'chunks/[name].js',
  minify: {
    compress: { keepNames: { function: true, class: true } },
    mangle: { keepNames: true },
  },
}
