import type { Authority } from '../authority/authority.js'
import type { Db } from '../db/open.js'
import type { Clock } from './clock.js'
import type { Faults } from './faults.js'
import type { Idempotency } from './idempotency.js'
import type { JobQueue } from './jobs.js'
import type { Journal } from './journal.js'
import type { SandboxRandom } from './random.js'
import type { RateLimits } from './rate-limits.js'
import type { Vault } from './vault.js'
import type { Webhooks } from './webhooks.js'

/**
 * A world of its own: what one request works on from its beginning to its end. A reset does not change a
 * `Sandbox` but puts a new one in its place, so a request that is still running cannot write into the new world.
 */
export interface Sandbox {
  readonly id: string
  readonly clock: Clock
  readonly vault: Vault
  readonly random: SandboxRandom
  readonly jobs: JobQueue
  readonly authority: Authority
  readonly rateLimits: RateLimits
  readonly idempotency: Idempotency
  readonly webhooks: Webhooks
  readonly faults: Faults
  /** The requests of the sandbox, over all its worlds since the last reset. */
  readonly journal: Journal
  readonly setting: (name: string) => string
  /** The credentials of this sandbox in the index by which requests find it. */
  readonly credentials: CredentialIndex
  /** A store on this sandbox's database, made at its first use. */
  readonly use: <Store>(createStore: (db: Db) => Store) => Store
  /** Everything that one request or job writes, or nothing of it. */
  readonly transaction: <T>(work: () => T) => T
}

export interface CredentialIndex {
  /** Throws `CredentialTakenError` when another sandbox has it. */
  readonly add: (provider: string, credential: string) => void
  readonly remove: (provider: string, digest: string) => void
  /** Says that a text which selects no sandbox is secret as well, so that no journal and no log shows it. */
  readonly remember: (secret: string) => void
}

/** A credential selects its sandbox, so no two sandboxes can have the same one. */
export class CredentialTakenError extends Error {
  constructor(
    readonly provider: string,
    /** The sandbox to which it belongs, if that is known. */
    readonly owner?: string,
  ) {
    super(`A credential of ${provider} in the seed belongs to another sandbox already`)
    this.name = 'CredentialTakenError'
  }
}

/** The part of a `Sandbox` that lives on its database. */
export function createDatabaseAccess(
  db: Db,
): Pick<Sandbox, 'use' | 'transaction'> & { forgetStores(): void } {
  const stores = new Map<unknown, unknown>()
  const { immediate } = db.transaction((work: () => unknown) => work())
  return {
    use<Store>(createStore: (db: Db) => Store): Store {
      let store = stores.get(createStore)
      if (store === undefined) {
        store = createStore(db)
        stores.set(createStore, store)
      }
      return store as Store
    },
    /** They are made again at their next use: a store keeps nothing but statements. */
    forgetStores: () => stores.clear(),
    transaction: <T>(work: () => T) => (db.inTransaction ? work() : (immediate(work) as T)),
  }
}
