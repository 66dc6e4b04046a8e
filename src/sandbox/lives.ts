import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { SandboxIndex } from './credential-index.js'
import type { Entry } from './entry.js'
import { createGeneration, type Generation, type GenerationParts } from './generation.js'
import { systemRandom } from './random.js'
import type { RegistryStore, SandboxRecord } from './registry-store.js'
import type { Sandbox } from './sandbox.js'
import type { Beginning } from './succession.js'
import { type Vault, vaultOfKey } from './vault.js'
import { removeWorldFile, type World, type WorldFactory } from './world.js'

/** The worlds of all sandboxes, one after the other in each: where they lie, and how the next follows the one before. */
export interface Lives {
  /** The current one; after a restart, the world's file is opened at its first use. */
  readonly current: (entry: Entry) => Generation
  /** Keeps the sandbox's world open until the returned function is called. */
  readonly hold: (sandbox: Sandbox) => () => void
  /**
   * Makes a new world and puts it in the place of the one before. The registry's commit is the moment from which
   * the new world counts; until then nothing of the old one is touched.
   */
  readonly begin: (entry: Entry, beginning: Beginning) => void
  /** Ends the current one, and removes its world. */
  readonly remove: (entry: Entry) => void
  /** A crash between the making of a world and its registration leaves a file that nobody knows. */
  readonly removeStrays: (records: readonly SandboxRecord[]) => void
}

export interface LivesParts extends GenerationParts {
  readonly store: RegistryStore
  readonly worlds: WorldFactory
  /** Of worlds that have no key of their own. */
  readonly masterVault: Vault
  readonly dataDir: string | undefined
  /** What is secret in the sandbox, beyond the credentials that select it. */
  readonly secretsOf: (sandbox: Sandbox, credentials: SandboxRecord['credentials']) => readonly string[]
}

/** `isRegistered` is false for a sandbox that is just being made: it has no life before. */
export function createLives(
  parts: LivesParts,
  index: SandboxIndex,
  isRegistered: (entry: Entry) => boolean,
): Lives {
  const { store, worlds, dataDir, masterVault } = parts
  const worldDir = dataDir === undefined ? undefined : join(dataDir, 'worlds')
  const worldOf = new WeakMap<Sandbox, World>()

  const fileOf = ({ worldFile }: SandboxRecord) =>
    worldFile === null || worldDir === undefined ? undefined : join(worldDir, worldFile)

  const vaultOf = ({ dataKey }: Pick<SandboxRecord, 'dataKey'>) =>
    dataKey === undefined ? masterVault : vaultOfKey(dataKey)

  function open(entry: Entry, world: World, vault: Vault): Generation {
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
      vault,
    )
    worldOf.set(generation.sandbox, world)
    return generation
  }

  const rememberSecrets = ({ sandbox }: Generation, { credentials }: SandboxRecord) =>
    index.remember(parts.secretsOf(sandbox, credentials))

  function current(entry: Entry): Generation {
    if (!entry.current) {
      const file = fileOf(entry.kept)
      if (file === undefined) throw new Error(`The sandbox "${entry.id}" has no world`)
      entry.current = open(entry, worlds.open(file), vaultOf(entry.kept))
      rememberSecrets(entry.current, entry.kept)
    }
    return entry.current
  }

  function begin(entry: Entry, { clock, changes, image, complete }: Beginning): void {
    const clockBefore = entry.clock.state()
    const worldFile = worldDir === undefined ? null : `${entry.id}.${systemRandom.text(6)}.db`
    const before = isRegistered(entry) ? current(entry) : undefined
    const started = { ...entry.kept, ...changes, clock, worldFile }
    const vault = vaultOf(started)
    let next: Generation | undefined
    entry.clock.restore(clock)
    try {
      const bytes = image((world) => open(entry, world, vault), before?.sandbox)
      next = open(entry, worlds.create(bytes, fileOf(started)), vault)
      const { credentials, indexed } = complete(next.sandbox, before?.sandbox)
      const record = { ...started, credentials }
      const applyIndex = store.transaction(() => {
        store.save(record)
        return index.replace(entry.id, indexed)
      })
      applyIndex()
      entry.kept = record
      entry.current = next
      rememberSecrets(next, record)
    } catch (error) {
      entry.clock.restore(clockBefore)
      next?.end(true)
      throw error
    }
    before?.end(true)
    next.settle()
    next.scheduler.wake()
  }

  return {
    current,
    begin,
    hold(sandbox) {
      const world = worldOf.get(sandbox)
      world?.hold()
      return () => world?.release()
    },
    remove({ kept, current }) {
      const file = fileOf(kept)
      if (current) current.end(true)
      else if (file !== undefined) removeWorldFile(file)
    },
    removeStrays(records) {
      if (worldDir === undefined) return
      mkdirSync(worldDir, { recursive: true, mode: 0o700 })
      const known = new Set(records.map(({ worldFile }) => worldFile))
      for (const file of readdirSync(worldDir)) {
        if (file.endsWith('.db') && !known.has(file)) removeWorldFile(join(worldDir, file))
      }
    },
  }
}
