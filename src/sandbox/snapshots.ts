import { NewerSchemaError } from '../db/migrate.js'
import { isDatabaseError } from '../db/open.js'
import { realNow } from './clock.js'
import type { Entry } from './entry.js'
import { reseal } from './reseal.js'
import {
  decodeSnapshot,
  encodeSnapshot,
  readHeader,
  type SnapshotContent,
  SnapshotError,
  type SnapshotHeader,
} from './snapshot-file.js'
import type { SnapshotStore, StoredSnapshot } from './snapshot-store.js'
import type { RestoreOptions } from './succession.js'
import { freshDataKey, freshSalt, type Vault, vaultOfKey, vaultOfPassphrase } from './vault.js'
import { ForeignWorldError, type WorldFactory } from './world.js'

/** Worlds that were kept, by sandbox and name. Functions throw an `Error` for a sandbox that is not there. */
export interface Snapshots {
  readonly list: (sandboxId: string) => readonly StoredSnapshot[]
  readonly find: (sandboxId: string, name: string) => StoredSnapshot | undefined
  /** Keeps the world as it is now. Throws `SnapshotNameError`, or `SnapshotLimitError`. */
  readonly keep: (sandboxId: string, name: string, options: NamingOptions) => StoredSnapshot
  /** Throws `SnapshotError`, and `CredentialTakenError` when another sandbox has one of its credentials. */
  readonly restore: (sandboxId: string, name: string, options: RestoreOptions) => void
  readonly remove: (sandboxId: string, name: string) => void
  readonly removeAll: (sandboxId: string) => void
  /** The snapshot as a file that any server can read, or whoever has the passphrase. */
  readonly export: (sandboxId: string, name: string, passphrase?: string) => Promise<Buffer>
  /** Keeps what such a file has, under its own name or the one given. Throws as `keep`, and `SnapshotError`. */
  readonly import: (sandboxId: string, file: Buffer, options: ImportOptions) => Promise<StoredSnapshot>
}

export interface NamingOptions {
  /** Takes the place of a snapshot of the same name. */
  readonly replace?: boolean
}

export interface ImportOptions extends NamingOptions {
  readonly name?: string | undefined
  readonly passphrase?: string | undefined
}

export class SnapshotNameError extends Error {
  constructor(name: string) {
    super(`There is a snapshot "${name}" already`)
    this.name = 'SnapshotNameError'
  }
}

export class SnapshotLimitError extends Error {
  constructor(limit: number) {
    super(`The sandbox has ${limit} snapshots, and can keep no more`)
    this.name = 'SnapshotLimitError'
  }
}

export interface SnapshotParts {
  readonly store: SnapshotStore
  readonly worlds: WorldFactory
  readonly masterVault: Vault
  /** False: snapshots live in this process alone, and need not be sealed. */
  readonly atRest: boolean
  readonly version: string
  readonly limit: number
  readonly entryOf: (sandboxId: string) => Entry
  /** Begins the next life of the sandbox with the content. */
  readonly succeed: (entry: Entry, content: SnapshotContent, options: RestoreOptions) => void
}

export function createSnapshots(parts: SnapshotParts): Snapshots {
  const { store, worlds, masterVault, atRest, version, limit, entryOf, succeed } = parts

  function assertRoom(sandboxId: string, name: string, replace: boolean) {
    if (store.find(sandboxId, name)) {
      if (!replace) throw new SnapshotNameError(name)
    } else if (store.list(sandboxId).length >= limit) throw new SnapshotLimitError(limit)
  }

  function put(sandboxId: string, header: SnapshotHeader, content: SnapshotContent): StoredSnapshot {
    const file = atRest
      ? encodeSnapshot(header, content, { by: 'masterKey' }, masterVault)
      : encodeSnapshot(header, content)
    return store.put(sandboxId, header, file)
  }

  function read(sandboxId: string, name: string) {
    const file = store.read(sandboxId, name)
    return { header: readHeader(file), content: decodeSnapshot(file, () => masterVault) }
  }

  function contentOf(entry: Entry): SnapshotContent {
    const { id, aliases = [], dataKey, settings, credentials } = entry.record()
    const { world, sandbox } = entry.generation()
    const key = dataKey ?? freshDataKey()
    // Its position is in the world.
    sandbox.random.flush()
    const image = world.image()
    return {
      state: {
        sandboxIds: [id, ...aliases],
        clock: { mode: entry.clock.mode, now: entry.clock.now() },
        settings,
        credentials,
        rateLimits: sandbox.rateLimits.windows(),
        dataKey: key,
      },
      image: dataKey === undefined ? reseal(image, masterVault, vaultOfKey(key)) : image,
    }
  }

  /** The database as this version has it; throws `SnapshotError`. */
  function migrated(image: Buffer, keptBy: string): Buffer {
    try {
      return worlds.checked(image)
    } catch (error) {
      if (error instanceof NewerSchemaError) {
        throw new SnapshotError(
          `The snapshot is from Certulator ${keptBy}, a newer version: ${error.message}`,
        )
      }
      if (!(error instanceof ForeignWorldError) && !isDatabaseError(error)) throw error
      throw new SnapshotError(
        `The snapshot cannot be read: ${error instanceof Error ? error.message : error}`,
      )
    }
  }

  return {
    list: store.list,
    find: store.find,
    keep(sandboxId, name, { replace = false }) {
      assertRoom(sandboxId, name, replace)
      const content = contentOf(entryOf(sandboxId))
      const { now } = content.state.clock
      return put(sandboxId, { name, createdAt: realNow(), now, version, schema: worlds.schema }, content)
    },
    restore(sandboxId, name, options) {
      const { header, content } = read(sandboxId, name)
      const isOurs = JSON.stringify(header.schema) === JSON.stringify(worlds.schema)
      const image = isOurs ? content.image : migrated(content.image, header.version)
      succeed(entryOf(sandboxId), { ...content, image }, options)
    },
    remove: store.remove,
    removeAll: store.removeAll,
    async export(sandboxId, name, passphrase) {
      const { header, content } = read(sandboxId, name)
      if (passphrase === undefined) return encodeSnapshot(header, content)
      const salt = freshSalt()
      const vault = await vaultOfPassphrase(passphrase, salt)
      return encodeSnapshot(header, content, { by: 'passphrase', salt }, vault)
    },
    async import(sandboxId, file, { name: given, passphrase, replace = false }) {
      const { protection, ...header } = readHeader(file)
      const name = given ?? header.name
      assertRoom(sandboxId, name, replace)
      const vault =
        protection.by === 'passphrase' && passphrase !== undefined
          ? await vaultOfPassphrase(passphrase, protection.salt)
          : undefined
      const content = decodeSnapshot(file, ({ by }) => {
        if (vault) return vault
        if (by === 'passphrase') throw new SnapshotError('The file is protected by a passphrase')
        throw new SnapshotError('The file is from a data directory: export the snapshot to use it elsewhere')
      })
      const image = migrated(content.image, header.version)
      // Somebody may have been here while the passphrase was tried.
      entryOf(sandboxId)
      assertRoom(sandboxId, name, replace)
      return put(sandboxId, { ...header, name, schema: worlds.schema }, { ...content, image })
    },
  }
}
