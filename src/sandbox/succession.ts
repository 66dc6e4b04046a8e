import { describePath } from '../http/validation.js'
import { type ClockState, clockState } from './clock.js'
import type { IndexedCredential } from './credential-index.js'
import { createCredentialSource } from './credentials.js'
import type { Generation } from './generation.js'
import { derivedRandom } from './random.js'
import type { SandboxRecord } from './registry-store.js'
import type { Sandbox } from './sandbox.js'
import { type Seed, SeedError } from './seed.js'
import type { SettingValues } from './settings.js'
import type { SnapshotContent } from './snapshot-file.js'
import { freshDataKey } from './vault.js'
import type { World, WorldFactory } from './world.js'

/** What the next life of a sandbox begins with. */
export interface Beginning {
  readonly clock: ClockState
  /** What its record has from then on, but for the clock, the world's file and the credentials. */
  readonly changes: Partial<SandboxRecord>
  /** The world; called with the clock set. `open` begins a life in a draft of it, which ends with the call. */
  readonly image: (open: (world: World) => Generation, before: Sandbox | undefined) => Buffer
  /** The last changes to the world that was made of the image. */
  readonly complete: (sandbox: Sandbox, before: Sandbox | undefined) => Credentials
}

interface Credentials {
  readonly credentials: SandboxRecord['credentials']
  readonly indexed: readonly IndexedCredential[]
}

export interface BeginningParts {
  readonly worlds: WorldFactory
  /** The seed by its name or content, as it is kept in the sandbox's record. */
  readonly seedOf: (seed: unknown) => Seed
  /** All credentials that the sandbox's world knows. */
  readonly credentialsOf: (sandbox: Sandbox) => readonly IndexedCredential[]
  /** Takes over what a snapshot only describes and `former` has made; called in a transaction. */
  readonly adoptMadeSince: (restored: Sandbox, former: Sandbox) => void
  /** The sandbox's settings with those of a snapshot, which may be of another version. */
  readonly adoptSettings: (current: SettingValues, kept: SettingValues) => SettingValues
}

/** From its seed: the creation of a sandbox, or a reset. */
export function seededBeginning(
  { worlds, seedOf, credentialsOf }: BeginningParts,
  record: SandboxRecord,
  asWritten: boolean,
): Beginning {
  let written: Credentials = { credentials: {}, indexed: [] }
  return {
    clock: record.initialClock,
    changes: { dataKey: record.dataKey ?? freshDataKey() },
    image: (open, before) =>
      worlds.draft((world) => {
        const { sandbox, end } = open(world)
        try {
          const credentials = seedWorld(record, seedOf(record.seed), sandbox, asWritten)
          if (before) sandbox.authority.adoptFrom(before)
          sandbox.random.flush()
          written = { credentials, indexed: credentialsOf(sandbox) }
        } finally {
          end(false)
        }
      }),
    complete: () => written,
  }
}

function seedWorld(
  { credentials: kept, randomSeed = null }: SandboxRecord,
  seed: Seed,
  sandbox: Sandbox,
  asWritten: boolean,
): SandboxRecord['credentials'] {
  const now = sandbox.clock.now()
  const taken: Record<string, Readonly<Record<string, string>>> = {}
  for (const [provider, write] of seed) {
    const credentials = createCredentialSource(kept[provider] ?? {}, asWritten, (name) =>
      derivedRandom(randomSeed, `credential ${provider} ${name}`),
    )
    const refuse = (path: readonly PropertyKey[], message: string): never => {
      throw new SeedError([{ path: describePath([provider, ...path]), message }], 'seed')
    }
    write({ sandbox, now, credentials, refuse })
    taken[provider] = credentials.taken
  }
  return taken
}

/** What of the sandbox as it is outlives the restore of a snapshot. */
export interface RestoreOptions {
  readonly keepClock?: boolean
  readonly keepSettings?: boolean
}

/** From a snapshot. */
export function restoredBeginning(
  { credentialsOf, adoptMadeSince, adoptSettings }: BeginningParts,
  record: SandboxRecord,
  currentClock: ClockState,
  { state, image }: SnapshotContent,
  { keepClock = false, keepSettings = false }: RestoreOptions,
): Beginning {
  const { sandboxIds, clock, settings, credentials, rateLimits, dataKey } = state
  return {
    clock: keepClock ? currentClock : clockState(clock.mode, clock.now),
    image: () => image,
    changes: {
      dataKey,
      aliases: [...new Set(sandboxIds)].filter((id) => id !== record.id),
      settings: keepSettings ? record.settings : adoptSettings(record.settings, settings),
    },
    complete(sandbox, before) {
      if (before) sandbox.transaction(() => adoptMadeSince(sandbox, before))
      sandbox.rateLimits.restore(rateLimits)
      return { credentials, indexed: credentialsOf(sandbox) }
    },
  }
}
