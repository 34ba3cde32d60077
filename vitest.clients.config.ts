import { defineConfig } from 'vitest/config'

/** `npm run test:clients`: the official clients. They need their toolchains, and time at first. */
export default defineConfig({
  test: {
    include: ['test/clients/suites.ts'],
    // The first run downloads the clients and compiles the Go one.
    testTimeout: 15 * 60_000,
    hookTimeout: 15 * 60_000,
    reporters: ['verbose'],
    disableConsoleIntercept: true,
  },
})
