import type { Authority } from '../authority/authority.js'
import type { Clock } from './clock.js'
import type { SandboxIndex } from './credential-index.js'
import type { Faults } from './faults.js'
import { createIdempotency } from './idempotency.js'
import { createJobQueue, type Job } from './jobs.js'
import type { Journal } from './journal.js'
import { createSandboxRandom, type RandomSeed } from './random.js'
import { createRateLimits } from './rate-limits.js'
import { createDatabaseAccess, type Sandbox } from './sandbox.js'
import { createScheduler, type JobHandlers, type Scheduler } from './scheduler.js'
import type { Vault } from './vault.js'
import { createWebhooks } from './webhooks.js'
import type { World } from './world.js'

/** One life of a sandbox, from its creation or a reset to the next one: its world and what runs on it. */
export interface Generation {
  readonly world: World
  readonly sandbox: Sandbox
  readonly scheduler: Scheduler
  /** Gives back the memory that seeding took; most sandboxes are used little after it. */
  readonly settle: () => void
  /** Another life begins, or none: what still runs here ends here, and the world is closed behind it. */
  readonly end: (discard: boolean) => void
}

export interface GenerationParts {
  readonly jobHandlers: JobHandlers
  readonly createAuthority: (world: World, parts: AuthorityNeeds) => Authority
  readonly onJobError: (error: unknown, job: Job, sandboxId: string) => void
}

type AuthorityNeeds = Pick<Sandbox, 'id' | 'clock' | 'vault' | 'random' | 'transaction'>

/** What stays the same over all generations of a sandbox. */
export interface SandboxIdentity {
  readonly id: string
  readonly clock: Clock
  /** Null: nothing can be foreseen. */
  readonly randomSeed: RandomSeed | null
  readonly setting: (name: string) => string
  readonly faults: Faults
  readonly journal: Journal
}

export function createGeneration(
  { jobHandlers, createAuthority, onJobError }: GenerationParts,
  { id, clock, randomSeed, setting, faults, journal }: SandboxIdentity,
  index: SandboxIndex,
  world: World,
  vault: Vault,
): Generation {
  let ended = false
  const { forgetStores, ...access } = createDatabaseAccess(world.db)
  const random = createSandboxRandom(randomSeed, world.db)
  const jobs = createJobQueue(world.db, () => scheduler.wake())
  const sandbox: Sandbox = {
    id,
    clock,
    vault,
    random,
    setting,
    faults,
    journal,
    ...access,
    jobs,
    webhooks: createWebhooks(world.db, clock, jobs, vault, random.jobs),
    authority: createAuthority(world, { id, clock, vault, random, transaction: access.transaction }),
    rateLimits: createRateLimits(clock, () => setting('rateLimits') === 'on'),
    idempotency: createIdempotency(world.db, clock, vault),
    credentials: {
      // The index speaks of the life that counts: a request that is still running in another leaves it alone.
      add: (provider, credential) => ended || index.add(id, provider, credential),
      remove: (provider, digest) => ended || index.remove(provider, digest),
      remember: (secret) => index.remember([secret]),
    },
  }
  const scheduler = createScheduler(sandbox, jobHandlers, (error, job) => onJobError(error, job, id))
  return {
    world,
    sandbox,
    scheduler,
    settle() {
      forgetStores()
      world.settle()
    },
    end(discard) {
      ended = true
      scheduler.stop()
      world.retire(discard)
    },
  }
}
