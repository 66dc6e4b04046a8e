import type { TestProject } from 'vitest/node'
import { connect } from './client/emulator.js'
import { startEmulator } from './index.js'

/** How the test files reach the emulator of the test run. */
export interface Shared {
  readonly url: string
  readonly httpsUrl?: string | undefined
  readonly controlToken?: string | undefined
}

declare module 'vitest' {
  export interface ProvidedContext {
    certulator?: Shared
  }
}

/**
 * A global setup: one emulator for the whole test run, which ends with it. With `CERTULATOR_URL` set, it is the one that
 * runs there, and stays.
 *
 * @example
 * // vitest.config.ts
 * export default defineConfig({ test: { globalSetup: ['certulator/vitest/setup'] } })
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { CERTULATOR_URL: running, CERTULATOR_CONTROL_TOKEN: token } = process.env
  const emulator = running
    ? await connect(running, { controlToken: token || undefined })
    : await startEmulator()
  const { url, httpsUrl, controlToken, close } = emulator
  project.provide('certulator', { url, httpsUrl, controlToken })
  return close
}
