import type { ProviderName } from '../../openapi/client.js'
import type { Control } from './control.js'
import type { Duration, Instant } from './instants.js'
import { toInstant } from './instants.js'

/** Which requests a fault is for; without any field, all of them. */
export interface FaultMatch {
  readonly provider?: ProviderName | undefined
  /** The `operationId` of the provider's OpenAPI document. */
  readonly operation?: string | undefined
  readonly method?: string | undefined
  /** A path in which `*` stands for anything. */
  readonly path?: string | undefined
  /** Id of the credential that sent the request. */
  readonly credential?: string | undefined
}

/** What happens to a request that a fault is for. */
export type FaultEffect =
  /** An error of the provider's own catalogue, by its name there. */
  | { readonly type: 'error'; readonly error: string }
  /** The answer comes later: by a fixed time, or by one from a range. Milliseconds of real time. */
  | { readonly type: 'latency'; readonly milliseconds: number }
  | { readonly type: 'latency'; readonly min: number; readonly max: number }
  | { readonly type: 'connectionReset' }
  | { readonly type: 'emptyAnswer' }
  | { readonly type: 'truncatedBody' }
  | { readonly type: 'malformedBody' }
  /** The body comes in `chunks`, spread over the milliseconds. */
  | { readonly type: 'slowDribble'; readonly milliseconds: number; readonly chunks?: number }
  | { readonly type: 'rateLimitExhausted' }
  /** Errors only within a window of time on the sandbox's clock. */
  | {
      readonly type: 'outage'
      readonly from?: Instant
      readonly until?: Instant
      readonly error?: string
    }
  | { readonly type: 'expiredChain' }
  | { readonly type: 'expiredCertificate' }
  | { readonly type: 'wrongIssuer' }
  | { readonly type: 'mismatchedKey' }
  | { readonly type: 'staleCrl' }
  | { readonly type: 'ocspTryLater' }
  | { readonly type: 'tamperedCiphertext' }

/** A failure on demand. */
export interface FaultRule {
  readonly match?: FaultMatch | undefined
  readonly effect: FaultEffect
  /** How often it strikes; without it, always. */
  readonly times?: number | undefined
  /** How many matching requests pass before it strikes. */
  readonly after?: number | undefined
  /** How long it is there, on the sandbox's clock. */
  readonly ttl?: Duration | undefined
}

/** A fault as it is in the sandbox. */
export interface Fault {
  readonly id: string
  readonly match: Omit<FaultMatch, 'provider'> & { readonly provider?: string }
  readonly effect: FaultEffect
  readonly times: number | null
  readonly after: number
  readonly expiresAt: string | null
  readonly createdAt: string
  /** How often it has struck. */
  readonly hits: number
}

/** What fault rules can name for one provider. */
export interface FaultCatalogue {
  readonly provider: string
  readonly operations: readonly string[]
  readonly errors: readonly string[]
  /** The errors that only some operations answer, with these. */
  readonly answeredBy: Readonly<Record<string, readonly string[]>>
  /** The error of an outage that names none. */
  readonly outage: string
  readonly rateLimitExhausted: boolean
  /** Effects on certificates, keys and ciphertexts, with their operations. */
  readonly material: Readonly<Record<string, readonly string[]>>
}

/** Failures on demand, in the provider's own words. None are there unless they were added. */
export interface FaultsHandle {
  /**
   * Adds a fault. An operation or error that does not exist is refused, with the nearest names.
   * @example
   * await sandbox.faults.add({
   *   match: { provider: 'dnsimple', operation: 'getCertificate' },
   *   effect: { type: 'error', error: 'certificateNotFound' },
   *   times: 1,
   * })
   */
  add(rule: FaultRule): Promise<Fault>
  /** @example const [fault] = await sandbox.faults.list() */
  list(): Promise<readonly Fault[]>
  /** @example const { hits } = await sandbox.faults.get(fault.id) */
  get(id: string): Promise<Fault>
  /** @example await sandbox.faults.delete(fault.id) */
  delete(id: string): Promise<void>
  /**
   * Deletes all faults.
   * @example await sandbox.faults.clear()
   */
  clear(): Promise<void>
  /**
   * What there is to name: operations and errors of each provider.
   * @example const errors = (await sandbox.faults.catalogue()).flatMap(({ errors }) => errors)
   */
  catalogue(): Promise<readonly FaultCatalogue[]>
}

export function createFaultsHandle(control: Control, path: string): FaultsHandle {
  const faults = `${path}/faults`
  const one = (id: string) => `${faults}/${encodeURIComponent(id)}`
  return {
    add: async (given) => {
      const rule: Partial<FaultRule> = { ...given }
      const json = { ...rule, effect: onTheWire(rule.effect) }
      return (await control.json('POST', faults, { json })) as Fault
    },
    list: async () => ((await control.json('GET', faults)) as { items: Fault[] }).items,
    get: async (id) => (await control.json('GET', one(id))) as Fault,
    delete: async (id) => void (await control.json('DELETE', one(id))),
    clear: async () => void (await control.json('DELETE', faults)),
    catalogue: async () =>
      ((await control.json('GET', '/faults/catalogue')) as { items: FaultCatalogue[] }).items,
  }
}

function onTheWire(effect: FaultEffect | undefined): unknown {
  if (effect?.type !== 'outage') return effect
  const { from, until, ...others } = effect
  return {
    ...others,
    ...(from === undefined ? {} : { from: toInstant(from) }),
    ...(until === undefined ? {} : { until: toInstant(until) }),
  }
}
