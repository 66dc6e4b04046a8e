import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They run as a user would run them: see test/client/examples.test.ts.
    exclude: ['test/examples/**'],
    // Modules keep nothing, emulators do: the files of a worker share them, and load them once.
    isolate: false,
    // Real RSA keys are made in some tests; the machine may be busy.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
