import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/bundle.ts',
    // Nothing here waits for a clock: a test that needs longer than this hangs.
    testTimeout: 20_000,
  },
})
