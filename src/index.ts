import { setImmediate } from 'node:timers/promises'
import type { EmulatorOptions as ServerOptions } from '../openapi/client.js'
import { providers, realHosts, systemRoutes } from '../routes/index.js'
import { attach, type EmulatorHandle } from './client/emulator.js'
import { CertulatorError } from './client/error.js'
import { type Config, configOptions, flagOf, readConfig, withControlToken } from './config.js'
import { createEmulator } from './emulator.js'
import { createLog } from './log.js'
import { optionTexts } from './option-texts.js'
import { version } from './package.js'
import { readSeed, type Seed } from './sandbox/seed.js'
import { coreSettings } from './sandbox/settings.js'
import { loadSeed } from './seed-file.js'
import { startServer } from './server.js'
import { startFailure } from './start-failure.js'

export type { Consoles, Credentials, ProviderName, Settings, SettingValues } from '../openapi/client.js'
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
  /** `default`, `empty`, a seed file, or what would be in one: a section per provider. */
  readonly seed?: string | Readonly<Record<string, unknown>> | undefined
}

/** Milliseconds: whoever closes the emulator of his own process waits for no answer of it. */
const GRACE = 500

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
export async function startEmulator(given: EmulatorOptions = {}): Promise<EmulatorHandle> {
  try {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw new CertulatorError(
        `its options are an object such as { port: 0 }, and not ${JSON.stringify(given)}`,
      )
    }
    const { seed, ...options } = given
    const config = configOf(typeof seed === 'string' ? { ...options, seed } : options)
    const defaultSeed = seedOf(seed, config)
    const log = createLog(config.logLevel, { sync: true })
    const emulator = createEmulator({ config, version, providers, realHosts, defaultSeed, log })
    const { url, httpsUrl, close } = await startServer(emulator, systemRoutes, { grace: GRACE })
    let closed: Promise<void> | undefined
    const closeOnce = () => {
      // A closed handle is gone with the next turn of the event loop, and is waited for.
      closed ??= close().then(() => setImmediate())
      return closed
    }
    return await attach(url, { httpsUrl, controlToken: config.controlToken, close: closeOnce })
  } catch (error) {
    const reason = error instanceof CertulatorError ? error.message : namingOptions(startFailure(error))
    throw new CertulatorError(`The emulator cannot start: ${reason}`, { cause: error })
  }
}

/** A file, `default`, `empty`, or what would be in a file. */
function seedOf(seed: EmulatorOptions['seed'], config: Config): Seed {
  if (seed === 'empty') return readSeed({}, providers)
  return typeof seed === 'object' ? readSeed(seed, providers) : loadSeed(config, providers)
}

function configOf(options: Readonly<Record<string, unknown>>): Config {
  const { seed, ...others } = options
  const named = seed === 'default' || seed === 'empty' ? others : options
  const texts = { ...IN_PROCESS, ...optionTexts(named, providers) }
  const settings = providers.flatMap((provider) => provider.settings ?? [])
  return withControlToken(readConfig(texts, {}, settings, (name) => `"${name}"`))
}

/** What is said to the one who calls a function has the names of options rather than those of flags. */
function namingOptions(message: string): string {
  const settings = providers.flatMap((provider) => provider.settings ?? [])
  const names = configOptions([...coreSettings, ...settings]).map(({ name }) => [flagOf(name), name])
  const byFlag = new Map(names.map(([flag = '', name = '']) => [flag, name]))
  return message.replace(/(?<![\w-])--[a-z]+(?:-[a-z]+)*/g, (flag) => {
    const name = byFlag.get(flag)
    return name === undefined ? flag : `"${name}"`
  })
}
