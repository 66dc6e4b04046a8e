import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // One emulator for the whole run; without this line, each test file starts its own.
    globalSetup: ['certulator/vitest/setup'],
  },
})
