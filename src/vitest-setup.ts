import type { TestProject } from 'vitest/node'
import { connect } from './client/emulator.js'
import { CertulatorError } from './client/error.js'
import { type EmulatorOptions, startEmulator } from './index.js'

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
  return setUp(project)
}

/**
 * A global setup whose emulator has options, for a file of one's own that `globalSetup` names.
 *
 * @example
 * // test/certulator.ts, with globalSetup: ['test/certulator.ts']
 * export const setup = certulatorSetup({ 'katapult.profile': 'live' })
 */
export const certulatorSetup =
  (options: EmulatorOptions = {}) =>
  (project: TestProject): Promise<() => Promise<void>> =>
    setUp(project, options)

async function setUp(project: TestProject, options: EmulatorOptions = {}): Promise<() => Promise<void>> {
  const { CERTULATOR_URL: running, CERTULATOR_CONTROL_TOKEN: token } = process.env
  if (running) refuseOptions(options, `the emulator is the one at CERTULATOR_URL=${running}`)
  const emulator = running
    ? await connect(running, { controlToken: token || undefined })
    : await startEmulator(options)
  const { url, httpsUrl, controlToken, close } = emulator
  project.provide('certulator', { url, httpsUrl, controlToken })
  return close
}

/** An emulator that runs already takes no options; a test that counts on them should not run with others. */
export function refuseOptions(options: EmulatorOptions, reason: string): void {
  const names = Object.keys(options)
  if (names.length === 0) return
  throw new CertulatorError(
    `The options ${names.join(', ')} would start an emulator, but ${reason}: give them where that one is started (certulatorSetup() of "certulator/vitest/setup", or certulator start), or settings to the sandbox`,
  )
}
