import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/bundle.ts',
    // Servers share nothing, so files may share a process, and import what they test once.
    isolate: false,
    maxWorkers: '100%',
    setupFiles: 'test/setup.ts',
    // Nothing here waits for a clock: what needs longer than this hangs, on a busy machine too.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
