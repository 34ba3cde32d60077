import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/bundle.ts',
    // Servers share nothing, so files may share a process, and import what they test once.
    isolate: false,
    maxWorkers: '100%',
    // Nothing here waits for a clock: a test that needs longer than this hangs.
    testTimeout: 20_000,
  },
})
