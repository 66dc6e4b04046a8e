import type { Consoles, Credentials, Settings, SettingValues } from '../../openapi/client.js'
import { type ClockHandle, type ClockReading, createClockHandle } from './clock.js'
import { createConsoles } from './consoles.js'
import { ContactError } from './contact.js'
import type { Control } from './control.js'
import { CertulatorError } from './error.js'
import { createFaultsHandle, type FaultsHandle } from './faults.js'
import { type Instant, toInstant } from './instants.js'
import { createRequestsHandle, type RequestsHandle } from './requests.js'
import {
  createSnapshotsHandle,
  type KeepOptions,
  type RestoreOptions,
  type Snapshot,
  type SnapshotsHandle,
} from './snapshots.js'
import { createWebhooksHandle, type WebhooksHandle } from './webhooks.js'

/** What a new sandbox is like. */
export interface SandboxOptions {
  /** By which it can be found. Only unnamed sandboxes are removed when they are idle for long. */
  readonly name?: string | undefined
  /** What is in it: the documents' worked examples, nothing, or a section per provider as in a seed file. */
  readonly seed?: 'default' | 'empty' | Readonly<Record<string, unknown>> | undefined
  /** Running with real time, unless it is said. */
  readonly clock?: { readonly mode: 'system' | 'frozen'; readonly now?: Instant | undefined } | undefined
  readonly settings?: Settings | undefined
  /** Makes ids, serial numbers, tokens and keys the same at every run. */
  readonly randomSeed?: number | undefined
}

/** A sandbox as the control plane shows it. */
export interface SandboxDetails {
  readonly id: string
  readonly name: string | null
  readonly clock: ClockReading
  readonly settings: SettingValues
  readonly credentials: Credentials
  readonly randomSeed: number | null
}

export interface SettingsHandle {
  /** @example const { rateLimits } = await sandbox.settings.get() */
  get(): Promise<SettingValues>
  /**
   * Changes the given ones, and returns all.
   * @example await sandbox.settings.set({ issuanceDelay: 'manual' })
   */
  set(changes: Settings): Promise<SettingValues>
}

/**
 * A world of its own: database, clock, credentials, faults and journal. The credential on a request selects it, so a
 * client needs a base URL and a credential, and nothing else. Beside what is here, it has a console per provider.
 *
 * @example
 * const sandbox = await emulator.sandbox({ clock: { mode: 'frozen', now: '2027-01-01T00:00:00Z' } })
 * const { baseUrl, accessToken } = sandbox.credentials.dnsimple
 * await sandbox.dnsimple.approveCertificate({ certificate: 101967 })
 * await sandbox.remove()
 */
export interface SandboxHandle extends Consoles, AsyncDisposable {
  readonly id: string
  readonly name: string | null
  /** By provider: base URL, and what its clients identify themselves with. */
  readonly credentials: Credentials
  readonly clock: ClockHandle
  readonly settings: SettingsHandle
  readonly faults: FaultsHandle
  readonly requests: RequestsHandle
  readonly snapshots: SnapshotsHandle
  readonly webhooks: WebhooksHandle
  /** @example const { settings } = await sandbox.details() */
  details(): Promise<SandboxDetails>
  /**
   * Back to the seed and to the clock of the beginning. Credentials, settings and snapshots stay.
   * @example await sandbox.reset()
   */
  reset(): Promise<void>
  /**
   * Keeps the world as it is now.
   * @example await sandbox.snapshot('before')
   */
  snapshot(name: string, options?: KeepOptions): Promise<Snapshot>
  /**
   * Makes the world, its clock and its settings exactly as they were. The journal and the faults stay.
   * @example await sandbox.restore('before', { clock: 'keep' })
   */
  restore(name: string, options?: RestoreOptions): Promise<void>
  /**
   * Removes the sandbox, with everything in it, if it is still there; `await using` does so at the end of the block.
   * @example await sandbox.remove()
   */
  remove(): Promise<void>
}

export const sandboxPath = (id: string): string => `/sandboxes/${encodeURIComponent(id)}`

export function createSandboxHandle(control: Control, created: SandboxDetails): SandboxHandle {
  const { id, name } = created
  const path = sandboxPath(id)
  const details = async () => reachable(control, (await control.json('GET', path)) as SandboxDetails)
  let { credentials } = reachable(control, created)
  const remove = async () => {
    await control.json('DELETE', path).catch((error: unknown) => {
      if (!(error instanceof CertulatorError && error.status === 404 && error.problem)) throw error
    })
  }
  /** Where the emulator has ended, nothing is left to be removed. */
  const dispose = () =>
    remove().catch((error: unknown) => {
      if (!(error instanceof ContactError && error.ended)) throw error
    })
  const renew = async (answer: Promise<unknown>) => {
    credentials = reachable(control, (await answer) as SandboxDetails).credentials
  }
  return {
    ...createConsoles(control, path),
    id,
    name,
    get credentials() {
      return credentials
    },
    clock: createClockHandle(control, path),
    settings: {
      get: async () => (await details()).settings,
      set: async (settings) =>
        ((await control.json('PATCH', path, { json: { settings } })) as SandboxDetails).settings,
    },
    faults: createFaultsHandle(control, path),
    requests: createRequestsHandle(control, path),
    snapshots: createSnapshotsHandle(control, path),
    webhooks: createWebhooksHandle(control, path),
    details,
    reset: () => renew(control.json('POST', `${path}/reset`)),
    snapshot: async (snapshot, options = {}) =>
      (await control.json('POST', `${path}/snapshots`, { json: { name: snapshot, ...options } })) as Snapshot,
    restore: (snapshot, options = {}) =>
      renew(
        control.json('POST', `${path}/snapshots/${encodeURIComponent(snapshot)}/restore`, { json: options }),
      ),
    remove,
    [Symbol.asyncDispose]: dispose,
  }
}

/**
 * With base URLs as this client reaches the server: the server itself does not know which port of a container, or
 * which proxy, leads to it.
 */
export function reachable({ url }: Control, details: SandboxDetails): SandboxDetails {
  const { origin, pathname: prefix } = new URL(url)
  const credentials = Object.entries(details.credentials).map(([provider, { baseUrl, ...others }]) => {
    const { pathname } = new URL(baseUrl)
    const below = pathname.startsWith(prefix) || prefix === '/' ? pathname : `${prefix}${pathname}`
    return [provider, { baseUrl: `${origin}${below}`.replace(/\/+$/, ''), ...others }]
  })
  return { ...details, credentials: Object.fromEntries(credentials) as Credentials }
}

/** The options as the control plane takes them. */
export function newSandbox(given: SandboxOptions): unknown {
  const { clock, ...options }: SandboxOptions = { ...given }
  if (clock === undefined) return options
  const { mode, now }: NonNullable<SandboxOptions['clock']> = { ...clock }
  return { ...options, clock: { mode, ...(now === undefined ? {} : { now: toInstant(now) }) } }
}
