import { join } from 'node:path'
import { type ClockMode, clockState, createClock, realNow } from './clock.js'
import { createSandboxIndex } from './credential-index.js'
import type { Entry, SandboxEntry } from './entry.js'
import { createFaults } from './faults.js'
import { createJournal } from './journal.js'
import { createLives, type LivesParts } from './lives.js'
import { derivedRandom, ownedSeed } from './random.js'
import type { SandboxRecord } from './registry-store.js'
import type { Sandbox } from './sandbox.js'
import type { RanJob } from './scheduler.js'
import { DEFAULT_JOURNAL, type SettingValues } from './settings.js'
import { createSnapshotStore } from './snapshot-store.js'
import { createSnapshots, type Snapshots } from './snapshots.js'
import { type Beginning, type BeginningParts, restoredBeginning, seededBeginning } from './succession.js'

export const DEFAULT_SANDBOX = 'default'

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
  /** The sandbox in the path of a public URL: the one with the id, else one that has taken over its certificates. */
  readonly findPublic: (id: string) => SandboxEntry | undefined
  readonly findByName: (name: string) => SandboxEntry | undefined
  readonly list: () => readonly SandboxEntry[]
  /** The sandbox to which the credential belongs. */
  readonly resolve: (provider: string, credential: string) => Sandbox | undefined
  /** The provider of which the text is a credential, in whatever sandbox. */
  readonly providerOf: (text: string) => string | undefined
  /** Whether the text is, or has been, a credential or another secret of any sandbox. */
  readonly isSecret: (text: string) => boolean
  /** Another number whenever there are more secrets than before. */
  readonly secretsVersion: () => number
  /** Keeps the sandbox's world open until the returned function is called. */
  readonly hold: (sandbox: Sandbox) => () => void
  readonly reset: (id: string) => void
  readonly snapshots: Snapshots
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

export interface RegistryParts extends LivesParts, BeginningParts {
  readonly version: string
  readonly snapshotLimit: number
}

export function createRegistry(parts: RegistryParts): SandboxRegistry {
  const { store, worlds, dataDir, masterVault } = parts
  const entries = new Map<string, Entry>()
  const index = createSandboxIndex(store)
  const lives = createLives(parts, index, ({ id }) => entries.has(id))

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
      sandbox: () => lives.current(entry).sandbox,
      generation: () => lives.current(entry),
    }
    return entry
  }

  function save(entry: Entry, changes: Partial<SandboxRecord>) {
    if (entries.get(entry.id) !== entry) return
    const record = { ...entry.kept, ...changes }
    store.save(record)
    entry.kept = record
  }

  const seeded = ({ kept }: Entry): Beginning =>
    seededBeginning(parts, kept, kept.id === DEFAULT_SANDBOX || typeof kept.seed === 'object')

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
    snapshots.removeAll(id)
    lives.remove(entry)
  }

  for (const record of store.list()) entries.set(record.id, createEntry(record))
  lives.removeStrays([...entries.values()].map(({ kept }) => kept))
  const snapshots = createSnapshots({
    store: createSnapshotStore(dataDir === undefined ? undefined : join(dataDir, 'snapshots'), [
      ...entries.keys(),
    ]),
    worlds,
    masterVault,
    atRest: dataDir !== undefined,
    version: parts.version,
    limit: parts.snapshotLimit,
    entryOf,
    succeed: (entry, content, options) =>
      lives.begin(entry, restoredBeginning(parts, entry.kept, entry.clock.state(), content, options)),
  })

  return {
    create({ id: given, name = null, seed, clock, settings, randomSeed: number = null }) {
      const living = [...entries.values()].map(({ kept }) => kept.randomSeed)
      const randomSeed = number === null ? null : ownedSeed(number, given, living)
      const id = given ?? `sb${derivedRandom(randomSeed, 'sandbox').text(14).toLowerCase()}`
      const initialClock = clockState(clock.mode, clock.now)
      const fixed = { id, name, seed, randomSeed, initialClock, settings, createdAt: realNow() }
      const entry = createEntry({ ...fixed, worldFile: null, clock: initialClock, credentials: {} })
      lives.begin(entry, seeded(entry))
      entries.set(id, entry)
      return entry
    },
    find(id) {
      const entry = entries.get(id)
      if (entry) entry.lastUsedAt = realNow()
      return entry
    },
    findPublic(id) {
      const entry = entries.get(id) ?? [...entries.values()].find(({ kept }) => kept.aliases?.includes(id))
      if (entry) entry.lastUsedAt = realNow()
      return entry
    },
    findByName: (name) => [...entries.values()].find((entry) => entry.kept.name === name),
    list: () => [...entries.values()],
    resolve(provider, credential) {
      const entry = entries.get(index.find(provider, credential) ?? '')
      if (!entry) return undefined
      entry.lastUsedAt = realNow()
      return lives.current(entry).sandbox
    },
    providerOf: index.providerOf,
    isSecret: index.isSecret,
    secretsVersion: index.secretsVersion,
    hold: lives.hold,
    reset(id) {
      const entry = entryOf(id)
      const world = lives.current(entry).sandbox
      lives.begin(entry, seeded(entry))
      entry.journal.restart(world)
      entry.faults.reset()
    },
    snapshots,
    remove,
    setSettings: (id, settings) => save(entryOf(id), { settings }),
    async setClock(id, mode, now) {
      const entry = entryOf(id)
      const generation = lives.current(entry)
      const ran = now >= entry.clock.now() ? await generation.scheduler.advance(() => now) : []
      if (entry.current !== generation) return ran
      entry.clock.set(mode, now)
      save(entry, { clock: entry.clock.state() })
      generation.scheduler.wake()
      return ran
    },
    async advance(id, target) {
      const entry = entryOf(id)
      const generation = lives.current(entry)
      const ran = await generation.scheduler.advance(target)
      if (entry.current === generation) save(entry, { clock: entry.clock.state() })
      return ran
    },
    wakeAll() {
      for (const entry of entries.values()) lives.current(entry).scheduler.wake()
    },
    removeIdle(limit) {
      for (const { id, kept, lastUsedAt } of [...entries.values()]) {
        if (id !== DEFAULT_SANDBOX && kept.name === null && realNow() - lastUsedAt > limit) remove(id)
      }
    },
    close() {
      for (const { current } of entries.values()) {
        current?.sandbox.random.flush()
        current?.end(false)
      }
      worlds.close()
      store.close()
    },
  }
}
