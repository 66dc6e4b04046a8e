import { afterAll, inject } from 'vitest'
import { attach, type EmulatorHandle } from './client/emulator.js'
import type { SandboxHandle, SandboxOptions } from './client/sandbox.js'
import { type EmulatorOptions, startEmulator } from './index.js'
import { refuseOptions, type Shared } from './vitest-setup.js'

export interface UseOptions extends SandboxOptions {
  /** How to start an emulator, where the test run has none; where it has one, options are refused. */
  readonly emulator?: EmulatorOptions | undefined
}

export interface Certulator {
  readonly emulator: EmulatorHandle
  /** This test file's own world; removed after its last test. */
  readonly sandbox: SandboxHandle
}

/**
 * An emulator, and a sandbox for this test file alone, so that files run in parallel without seeing each other. The
 * emulator is the one of the test run (`globalSetup: ['certulator/vitest/setup']`), else the one that `CERTULATOR_URL`
 * names (with `CERTULATOR_CONTROL_TOKEN`), else one in this process, which ends with the file.
 *
 * @example
 * const { sandbox } = await useCertulator({ clock: { mode: 'frozen', now: '2027-01-01T00:00:00Z' } })
 *
 * beforeEach(() => sandbox.reset())
 *
 * test('…', async () => {
 *   const { baseUrl, apiKey } = sandbox.credentials.certman
 * })
 */
export async function useCertulator({
  emulator: options = {},
  ...wanted
}: UseOptions = {}): Promise<Certulator> {
  const found = runningEmulator()
  if (found) refuseOptions(options, `the emulator of this test run is at ${found.url} already`)
  const emulator = found ? await attach(found.url, found) : await startEmulator(options)
  afterAll(() => emulator.close())
  const sandbox = await emulator.sandbox(wanted)
  // Hooks after the tests run last to first: the sandbox goes before its emulator, if a test has not closed that.
  afterAll(() => sandbox[Symbol.asyncDispose]())
  return { emulator, sandbox }
}

function runningEmulator(): Shared | undefined {
  const shared = inject('certulator')
  if (shared) return shared
  const { CERTULATOR_URL: url, CERTULATOR_CONTROL_TOKEN: controlToken } = process.env
  return url ? { url, ...(controlToken ? { controlToken } : {}) } : undefined
}
