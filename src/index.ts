import { setImmediate } from 'node:timers/promises'
import { closest } from 'fastest-levenshtein'
import type { EmulatorOptions as ServerOptions } from '../openapi/client.js'
import { providers, realHosts, systemRoutes } from '../routes/index.js'
import { attach, type EmulatorHandle } from './client/emulator.js'
import { CertulatorError } from './client/error.js'
import { configOptions, readConfig, withControlToken } from './config.js'
import { createEmulator } from './emulator.js'
import { createLog } from './log.js'
import { version } from './package.js'
import { readSeed } from './sandbox/seed.js'
import { coreSettings } from './sandbox/settings.js'
import { loadSeed } from './seed-file.js'
import { startServer } from './server.js'
import { startFailure } from './start-failure.js'

export type { Consoles, Credentials, Settings } from '../openapi/client.js'
export type { Advanced, ClockHandle, ClockReading } from './client/clock.js'
export { type ConnectOptions, connect, type EmulatorHandle, type SandboxesHandle } from './client/emulator.js'
export { CertulatorError, type ProblemDocument } from './client/error.js'
export type {
  Fault,
  FaultCatalogue,
  FaultEffect,
  FaultMatch,
  FaultRule,
  FaultsHandle,
} from './client/faults.js'
export type { Duration, Instant } from './client/instants.js'
export {
  type Expectation,
  type JournalEntry,
  type RequestFilter,
  type RequestQuery,
  type RequestsHandle,
  type Verification,
  VerificationError,
  type WaitFor,
} from './client/requests.js'
export type { SandboxDetails, SandboxHandle, SandboxOptions, SettingsHandle } from './client/sandbox.js'
export type {
  FileOptions,
  KeepOptions,
  RestoreOptions,
  Snapshot,
  SnapshotsHandle,
} from './client/snapshots.js'
export type { Delivery, DeliveryQuery, WebhooksHandle } from './client/webhooks.js'

/**
 * The options of `certulator start`, settings of sandboxes by their dotted names. Here, without further word, ports are
 * free ones, nothing is logged or kept, and RSA keys are made when they are needed. The environment is not read.
 */
export interface EmulatorOptions extends Omit<ServerOptions, 'seed'> {
  /** A seed file, or what would be in one: a section per provider. */
  readonly seed?: string | Readonly<Record<string, unknown>>
}

const IN_PROCESS = { port: '0', httpsPort: '0', logLevel: 'silent', rsaKeyPool: '0' }

/**
 * Runs an emulator in this process. Several do not disturb each other, none listens to signals, and after `close` none
 * keeps the process from ending. Throws a `CertulatorError` that says what is to be changed if it cannot start.
 *
 * @example
 * const emulator = await startEmulator({ port: 4080, issuanceDelay: 'PT0S' })
 * const sandbox = await emulator.sandbox()
 * await emulator.close()
 */
export async function startEmulator({ seed, ...options }: EmulatorOptions = {}): Promise<EmulatorHandle> {
  try {
    const config = configOf({ ...options, ...(typeof seed === 'string' ? { seed } : {}) })
    const defaultSeed = typeof seed === 'object' ? readSeed(seed, providers) : loadSeed(config, providers)
    const log = createLog(config.logLevel, { sync: true })
    const emulator = createEmulator({ config, version, providers, realHosts, defaultSeed, log })
    const { url, httpsUrl, close } = await startServer(emulator, systemRoutes)
    let closed: Promise<void> | undefined
    const closeOnce = () => {
      // A closed handle is gone with the next turn of the event loop, and is waited for.
      closed ??= close().then(() => setImmediate())
      return closed
    }
    return await attach(url, { httpsUrl, controlToken: config.controlToken, close: closeOnce })
  } catch (error) {
    const reason = error instanceof CertulatorError ? error.message : startFailure(error)
    throw new CertulatorError(`The emulator cannot start: ${reason}`, { cause: error })
  }
}

function configOf(options: Readonly<Record<string, unknown>>) {
  const settings = providers.flatMap((provider) => provider.settings ?? [])
  const names = configOptions([...coreSettings, ...settings]).map(({ name }) => name)
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue
    throw new CertulatorError(`there is no option "${name}"; the nearest is "${closest(name, names)}"`)
  }
  const given = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, textOf(value)]],
  )
  const texts = { ...IN_PROCESS, ...Object.fromEntries(given) }
  return withControlToken(readConfig(texts, {}, settings, (name) => `"${name}"`))
}

/** A value as the flag of that option would have it. */
function textOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return Array.isArray(value) ? value.join(',') : String(value)
}
