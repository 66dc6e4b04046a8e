import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describePath } from '../http/validation.js'
import { type Clock, type ClockMode, type ClockState, clockState, createClock, realNow } from './clock.js'
import { createSandboxIndex, type IndexedCredential } from './credential-index.js'
import { createCredentialSource } from './credentials.js'
import { createFaults, type Faults } from './faults.js'
import { createGeneration, type Generation, type GenerationParts } from './generation.js'
import { createJournal, type Journal } from './journal.js'
import { derivedRandom, ownedSeed, systemRandom } from './random.js'
import type { RegistryStore, SandboxRecord } from './registry-store.js'
import type { Sandbox } from './sandbox.js'
import type { RanJob } from './scheduler.js'
import { type Seed, SeedError } from './seed.js'
import { DEFAULT_JOURNAL, type SettingValues } from './settings.js'
import { removeWorldFile, type World, type WorldFactory } from './world.js'

export const DEFAULT_SANDBOX = 'default'

/** A sandbox as the registry knows it. The functions always speak of it as it is now. */
export interface SandboxEntry {
  readonly record: () => SandboxRecord
  readonly clock: Clock
  readonly journal: Journal
  readonly sandbox: () => Sandbox
}

export interface NewSandbox {
  readonly id?: string
  readonly name?: string
  readonly seed: unknown
  readonly clock: { readonly mode: ClockMode; readonly now?: number }
  readonly settings: SettingValues
  /** Everything that is random otherwise follows from it. */
  readonly randomSeed?: number | null
}

export interface SandboxRegistry {
  readonly create: (options: NewSandbox) => SandboxEntry
  readonly find: (id: string) => SandboxEntry | undefined
  readonly findByName: (name: string) => SandboxEntry | undefined
  readonly list: () => readonly SandboxEntry[]
  /** The sandbox to which the credential belongs. */
  readonly resolve: (provider: string, credential: string) => Sandbox | undefined
  /** The provider of which the text is a credential, in whatever sandbox. */
  readonly providerOf: (text: string) => string | undefined
  /** Keeps the sandbox's world open until the returned function is called. */
  readonly hold: (sandbox: Sandbox) => () => void
  readonly reset: (id: string) => void
  readonly remove: (id: string) => void
  readonly setSettings: (id: string, settings: SettingValues) => void
  /** Sets the clock. Unless it goes back, everything that has fallen due by then is run first. */
  readonly setClock: (id: string, mode: ClockMode, now: number) => Promise<readonly RanJob[]>
  /** Moves the clock forward to what `target` makes of its now, and runs what falls due on the way. */
  readonly advance: (id: string, target: (now: number) => number) => Promise<readonly RanJob[]>
  /** Sets timers for the jobs that an earlier process left. */
  readonly wakeAll: () => void
  /** Removes unnamed sandboxes that nobody has used for `limit` milliseconds of real time. */
  readonly removeIdle: (limit: number) => void
  readonly close: () => void
}

export interface RegistryParts extends GenerationParts {
  readonly store: RegistryStore
  readonly worlds: WorldFactory
  readonly dataDir: string | undefined
  /** The seed by its name or content, as it is kept in the sandbox's record. */
  readonly seedOf: (seed: unknown) => Seed
  /** All credentials that the sandbox's world knows. */
  readonly credentialsOf: (sandbox: Sandbox) => readonly IndexedCredential[]
}

interface Entry extends SandboxEntry {
  readonly id: string
  readonly faults: Faults
  kept: SandboxRecord
  current: Generation | undefined
  lastUsedAt: number
}

export function createRegistry(parts: RegistryParts): SandboxRegistry {
  const { store, worlds, dataDir } = parts
  const worldDir = dataDir === undefined ? undefined : join(dataDir, 'worlds')
  const entries = new Map<string, Entry>()
  const index = createSandboxIndex(store)
  const worldOf = new WeakMap<Sandbox, World>()

  const fileOf = ({ worldFile }: SandboxRecord) =>
    worldFile === null || worldDir === undefined ? undefined : join(worldDir, worldFile)

  function createEntry(record: SandboxRecord): Entry {
    const clock = createClock(record.clock)
    const entry: Entry = {
      id: record.id,
      clock,
      faults: createFaults(clock),
      journal: createJournal(() => Number(entry.kept.settings.journal ?? DEFAULT_JOURNAL)),
      kept: record,
      current: undefined,
      lastUsedAt: realNow(),
      record: () => entry.kept,
      sandbox: () => generationOf(entry).sandbox,
    }
    return entry
  }

  function save(entry: Entry, changes: Partial<SandboxRecord>) {
    if (entries.get(entry.id) !== entry) return
    const record = { ...entry.kept, ...changes }
    store.save(record)
    entry.kept = record
  }

  function open(entry: Entry, world: World): Generation {
    const setting = (name: string) => {
      const value = entry.kept.settings[name]
      if (value === undefined) throw new Error(`There is no setting "${name}"`)
      return value
    }
    const generation = createGeneration(
      parts,
      {
        id: entry.id,
        clock: entry.clock,
        randomSeed: entry.kept.randomSeed ?? null,
        setting,
        faults: entry.faults,
        journal: entry.journal,
      },
      index,
      world,
    )
    worldOf.set(generation.sandbox, world)
    return generation
  }

  /** The current generation; after a restart, the world's file is opened at its first use. */
  function generationOf(entry: Entry): Generation {
    if (!entry.current) {
      const file = fileOf(entry.kept)
      if (file === undefined) throw new Error(`The sandbox "${entry.id}" has no world`)
      entry.current = open(entry, worlds.open(file))
    }
    return entry.current
  }

  /**
   * Seeds a new world and puts it in the place of the one before. The registry's commit is the moment from
   * which the new world counts; until then nothing of the old one is touched.
   */
  function replaceWorld(entry: Entry, clock: ClockState): void {
    const worldFile = worldDir === undefined ? null : `${entry.id}.${systemRandom.text(6)}.db`
    const before = entries.has(entry.id) ? generationOf(entry) : undefined
    const world = worlds.create(fileOf({ ...entry.kept, worldFile }))
    const next = open(entry, world)
    try {
      const credentials = seedWorld(entry.kept, next.sandbox, before?.sandbox)
      const record = { ...entry.kept, worldFile, credentials, clock }
      const applyIndex = store.transaction(() => {
        store.save(record)
        return index.replace(entry.id, parts.credentialsOf(next.sandbox))
      })
      applyIndex()
      entry.kept = record
      entry.current = next
    } catch (error) {
      next.scheduler.stop()
      world.retire(true)
      throw error
    }
    before?.scheduler.stop()
    before?.world.retire(true)
    next.settle()
    next.scheduler.wake()
  }

  function seedWorld(record: SandboxRecord, sandbox: Sandbox, before?: Sandbox) {
    const { id, seed, credentials: kept, randomSeed = null } = record
    const asWritten = id === DEFAULT_SANDBOX || typeof seed === 'object'
    const now = sandbox.clock.now()
    const taken: Record<string, Readonly<Record<string, string>>> = {}
    sandbox.transaction(() => {
      for (const [provider, write] of parts.seedOf(seed)) {
        const credentials = createCredentialSource(kept[provider] ?? {}, asWritten, (name) =>
          derivedRandom(randomSeed, `credential ${provider} ${name}`),
        )
        const refuse = (path: readonly PropertyKey[], message: string): never => {
          throw new SeedError([{ path: describePath([provider, ...path]), message }], 'seed')
        }
        write({ sandbox, now, credentials, refuse })
        taken[provider] = credentials.taken
      }
      if (before) sandbox.authority.adoptFrom(before.authority)
    })
    return taken
  }

  function load(): void {
    if (worldDir !== undefined) mkdirSync(worldDir, { recursive: true, mode: 0o700 })
    for (const record of store.list()) entries.set(record.id, createEntry(record))
    if (worldDir === undefined) return
    // A crash between the making of a world and its registration leaves a file that nobody knows.
    const known = new Set([...entries.values()].map((entry) => entry.kept.worldFile))
    for (const file of readdirSync(worldDir)) {
      if (file.endsWith('.db') && !known.has(file)) removeWorldFile(join(worldDir, file))
    }
  }

  function entryOf(id: string): Entry {
    const entry = entries.get(id)
    if (!entry) throw new Error(`There is no sandbox "${id}"`)
    return entry
  }

  function remove(id: string) {
    const entry = entryOf(id)
    store.remove(id)
    entries.delete(id)
    index.forget(id)
    entry.journal.close()
    const file = fileOf(entry.kept)
    entry.current?.scheduler.stop()
    if (entry.current) entry.current.world.retire(true)
    else if (file !== undefined) removeWorldFile(file)
  }

  load()

  return {
    create({ id: given, name = null, seed, clock, settings, randomSeed: number = null }) {
      const living = [...entries.values()].map(({ kept }) => kept.randomSeed)
      const randomSeed = number === null ? null : ownedSeed(number, given, living)
      const id = given ?? `sb${derivedRandom(randomSeed, 'sandbox').text(14).toLowerCase()}`
      const initialClock = clockState(clock.mode, clock.now)
      const fixed = { id, name, seed, randomSeed, initialClock, settings, createdAt: realNow() }
      const entry = createEntry({ ...fixed, worldFile: null, clock: initialClock, credentials: {} })
      replaceWorld(entry, initialClock)
      entries.set(id, entry)
      return entry
    },
    find(id) {
      const entry = entries.get(id)
      if (entry) entry.lastUsedAt = realNow()
      return entry
    },
    findByName: (name) => [...entries.values()].find((entry) => entry.kept.name === name),
    list: () => [...entries.values()],
    resolve(provider, credential) {
      const entry = entries.get(index.find(provider, credential) ?? '')
      if (!entry) return undefined
      entry.lastUsedAt = realNow()
      return generationOf(entry).sandbox
    },
    providerOf: index.providerOf,
    hold(sandbox) {
      const world = worldOf.get(sandbox)
      world?.hold()
      return () => world?.release()
    },
    reset(id) {
      const entry = entryOf(id)
      const before = entry.clock.state()
      const { initialClock } = entry.kept
      const world = generationOf(entry).sandbox
      entry.clock.restore(initialClock)
      try {
        replaceWorld(entry, initialClock)
        entry.journal.restart(world)
      } catch (error) {
        entry.clock.restore(before)
        throw error
      }
      entry.faults.reset()
    },
    remove,
    setSettings: (id, settings) => save(entryOf(id), { settings }),
    async setClock(id, mode, now) {
      const entry = entryOf(id)
      const generation = generationOf(entry)
      const ran = now >= entry.clock.now() ? await generation.scheduler.advance(() => now) : []
      if (entry.current !== generation) return ran
      entry.clock.set(mode, now)
      save(entry, { clock: entry.clock.state() })
      generation.scheduler.wake()
      return ran
    },
    async advance(id, target) {
      const entry = entryOf(id)
      const generation = generationOf(entry)
      const ran = await generation.scheduler.advance(target)
      if (entry.current === generation) save(entry, { clock: entry.clock.state() })
      return ran
    },
    wakeAll() {
      for (const entry of entries.values()) generationOf(entry).scheduler.wake()
    },
    removeIdle(limit) {
      for (const { id, kept, lastUsedAt } of [...entries.values()]) {
        if (id !== DEFAULT_SANDBOX && kept.name === null && realNow() - lastUsedAt > limit) remove(id)
      }
    },
    close() {
      for (const { current } of entries.values()) {
        current?.scheduler.stop()
        current?.sandbox.random.flush()
        current?.world.retire(false)
      }
      store.close()
    },
  }
}
