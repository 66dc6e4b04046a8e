import { stranger } from './contact.js'
import { type Control, createControl } from './control.js'
import {
  createSandboxHandle,
  newSandbox,
  reachable,
  type SandboxDetails,
  type SandboxHandle,
  type SandboxOptions,
  sandboxPath,
} from './sandbox.js'

/** The sandboxes that are there. */
export interface SandboxesHandle {
  /**
   * The sandbox of that id or name; `default` is always there.
   * @example const sandbox = await emulator.sandboxes.get('default')
   */
  get(idOrName: string): Promise<SandboxHandle>
  /** @example for (const { id, name } of await emulator.sandboxes.list()) console.log(id, name) */
  list(): Promise<readonly SandboxDetails[]>
}

/**
 * A running emulator, in this process (`startEmulator`) or elsewhere (`connect`).
 *
 * @example
 * await using emulator = await startEmulator()
 * const sandbox = await emulator.sandbox()
 */
export interface EmulatorHandle extends AsyncDisposable {
  /** `http://127.0.0.1:4080`, without a slash at its end. */
  readonly url: string
  /** Undefined if it serves no HTTPS, or if `connect` was not told where. */
  readonly httpsUrl: string | undefined
  /** PEM of the root that a client of its HTTPS has to trust. */
  readonly caPem: string
  readonly version: string
  /** What the control plane wants, if it wants one. */
  readonly controlToken: string | undefined
  /**
   * Makes a world of its own, in milliseconds.
   * @example const sandbox = await emulator.sandbox({ settings: { rateLimits: 'on' } })
   */
  sandbox(options?: SandboxOptions): Promise<SandboxHandle>
  readonly sandboxes: SandboxesHandle
  /**
   * Stops an emulator that `startEmulator` started, and leaves one that `connect` found as it is.
   * @example await emulator.close()
   */
  close(): Promise<void>
}

export interface ConnectOptions {
  /** The server's `--control-token`, if it has one. */
  readonly controlToken?: string | undefined
  /** Where it serves HTTPS; the server does not tell. */
  readonly httpsUrl?: string | undefined
}

interface Connection extends ConnectOptions {
  /** Ends the emulator, which is one of this process. */
  readonly close?: () => Promise<void>
}

/** Milliseconds within which whoever listens has to say who he is. */
const PATIENCE = 5000

/**
 * A handle on an emulator that is running already: another process, a container, another machine. Throws a
 * `CertulatorError` when nobody answers there, or somebody else.
 *
 * @example
 * const { CERTULATOR_URL = 'http://127.0.0.1:4080', CERTULATOR_CONTROL_TOKEN: controlToken } = process.env
 * const emulator = await connect(CERTULATOR_URL, { controlToken })
 */
export const connect = async (url: string | URL, options: ConnectOptions = {}): Promise<EmulatorHandle> => {
  const { controlToken, httpsUrl }: ConnectOptions = { ...options }
  return attach(url, { controlToken, httpsUrl })
}

export async function attach(
  url: string | URL,
  { controlToken, httpsUrl, close: end }: Connection,
): Promise<EmulatorHandle> {
  let isClosed = false
  const close = async () => {
    isClosed = end !== undefined
    await end?.()
  }
  const control = createControl(url, { controlToken, isClosed: () => isClosed })
  // One of this process may be busy for as long as the process is.
  const { version } = await identify(control, end ? undefined : AbortSignal.timeout(PATIENCE))
  const caPem = await control.text('GET', '/ca.pem')
  const list = async () =>
    ((await control.json('GET', '/sandboxes')) as { items: readonly SandboxDetails[] }).items.map((details) =>
      reachable(control, details),
    )

  return {
    url: control.url,
    httpsUrl,
    caPem,
    version,
    controlToken,
    async sandbox(options = {}) {
      const created = await control.json('POST', '/sandboxes', { json: newSandbox(options) })
      return createSandboxHandle(control, created as SandboxDetails)
    },
    sandboxes: {
      list,
      async get(idOrName) {
        const all = await list()
        const found = all.find(({ id }) => id === idOrName) ?? all.find(({ name }) => name === idOrName)
        const details = found ?? (await control.json('GET', sandboxPath(idOrName)))
        return createSandboxHandle(control, details as SandboxDetails)
      },
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

export interface Health {
  readonly status: 'ok'
  readonly version: string
  readonly uptimeSeconds: number
  readonly sandboxes: number
}

/** What the emulator says of itself; throws when it is somebody else who answers. */
export async function identify({ url, json }: Control, signal?: AbortSignal): Promise<Health> {
  const health = await json('GET', '/health', { signal })
  if (isHealth(health)) return health
  throw stranger(url)
}

const isHealth = (health: unknown): health is Health =>
  typeof health === 'object' &&
  health !== null &&
  'status' in health &&
  'version' in health &&
  'sandboxes' in health &&
  health.status === 'ok' &&
  typeof health.version === 'string'
