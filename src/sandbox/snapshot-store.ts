import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { readHeader, type SnapshotHeader } from './snapshot-file.js'

export interface StoredSnapshot extends SnapshotHeader {
  /** Size of the snapshot. */
  readonly bytes: number
}

/** Where snapshots lie, by sandbox and name, oldest first: in memory, or as a file each. */
export interface SnapshotStore {
  readonly list: (sandboxId: string) => readonly StoredSnapshot[]
  readonly find: (sandboxId: string, name: string) => StoredSnapshot | undefined
  readonly read: (sandboxId: string, name: string) => Buffer
  /** Takes the place of one of the same name. */
  readonly put: (sandboxId: string, snapshot: SnapshotHeader, file: Buffer) => StoredSnapshot
  readonly remove: (sandboxId: string, name: string) => void
  readonly removeAll: (sandboxId: string) => void
}

/** `folder` is below the data directory; without it, snapshots live as long as the process. */
export function createSnapshotStore(
  folder: string | undefined,
  sandboxIds: readonly string[],
): SnapshotStore {
  const files = folder === undefined ? inMemory() : inFolder(folder)
  const known = new Map<string, Map<string, StoredSnapshot>>()
  const ofSandbox = (id: string) => known.get(id) ?? new Map<string, StoredSnapshot>()
  if (folder !== undefined) {
    for (const { sandboxId, snapshot } of load(folder, new Set(sandboxIds))) {
      known.set(sandboxId, ofSandbox(sandboxId).set(snapshot.name, snapshot))
    }
  }
  return {
    list: (sandboxId) => [...ofSandbox(sandboxId).values()].sort((a, b) => a.createdAt - b.createdAt),
    find: (sandboxId, name) => ofSandbox(sandboxId).get(name),
    read: files.read,
    put(sandboxId, snapshot, file) {
      files.write(sandboxId, snapshot.name, file)
      const { name, createdAt, now, version, schema } = snapshot
      const stored = { name, createdAt, now, version, schema, bytes: file.length }
      const snapshots = ofSandbox(sandboxId)
      // Behind the others of its millisecond.
      snapshots.delete(name)
      known.set(sandboxId, snapshots.set(name, stored))
      return stored
    },
    remove(sandboxId, name) {
      files.remove(sandboxId, name)
      ofSandbox(sandboxId).delete(name)
    },
    removeAll(sandboxId) {
      files.removeAll(sandboxId)
      known.delete(sandboxId)
    },
  }
}

interface Files {
  readonly read: (sandboxId: string, name: string) => Buffer
  readonly write: (sandboxId: string, name: string, file: Buffer) => void
  readonly remove: (sandboxId: string, name: string) => void
  readonly removeAll: (sandboxId: string) => void
}

function inMemory(): Files {
  const files = new Map<string, Map<string, Buffer>>()
  return {
    read(sandboxId, name) {
      const file = files.get(sandboxId)?.get(name)
      if (!file) throw new Error(`There is no snapshot "${name}" of "${sandboxId}"`)
      return file
    },
    write: (sandboxId, name, file) =>
      void files.set(sandboxId, (files.get(sandboxId) ?? new Map()).set(name, file)),
    remove: (sandboxId, name) => void files.get(sandboxId)?.delete(name),
    removeAll: (sandboxId) => void files.delete(sandboxId),
  }
}

const SUFFIX = '.snapshot'

function inFolder(folder: string): Files {
  const folderOf = (sandboxId: string) => join(folder, sandboxId)
  const fileOf = (sandboxId: string, name: string) => join(folderOf(sandboxId), fileName(name))
  return {
    read: (sandboxId, name) => readFileSync(fileOf(sandboxId, name)),
    write(sandboxId, name, bytes) {
      mkdirSync(folderOf(sandboxId), { recursive: true, mode: 0o700 })
      const file = fileOf(sandboxId, name)
      // A rename is all or nothing, however the process ends.
      const temporary = `${file}${TEMPORARY}`
      try {
        writeFileSync(temporary, bytes, { mode: 0o600 })
        renameSync(temporary, file)
      } catch (error) {
        rmSync(temporary, { force: true })
        throw error
      }
    },
    remove: (sandboxId, name) => rmSync(fileOf(sandboxId, name), { force: true }),
    removeAll: (sandboxId) => rmSync(folderOf(sandboxId), { recursive: true, force: true }),
  }
}

const TEMPORARY = '.tmp'

/** In hexadecimal, for file systems that do not tell upper from lower case. */
const fileName = (name: string) => `${Buffer.from(name).toString('hex')}${SUFFIX}`

/** What an earlier process kept. Files that it did not finish are removed, and those of sandboxes that are gone. */
function load(folder: string, sandboxIds: ReadonlySet<string>) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return readdirSync(folder).flatMap((sandboxId) => {
    const own = join(folder, sandboxId)
    if (!sandboxIds.has(sandboxId)) rmSync(own, { recursive: true, force: true })
    if (!sandboxIds.has(sandboxId)) return []
    return readdirSync(own).flatMap((name) => {
      const file = join(own, name)
      if (name.endsWith(TEMPORARY)) rmSync(file, { force: true })
      const snapshot = name.endsWith(SUFFIX) ? headerOf(file) : undefined
      return snapshot && fileName(snapshot.name) === name ? [{ sandboxId, snapshot }] : []
    })
  })
}

const LONGEST_HEADER = 65_536

/** Undefined for a file that is none: it is left where it is, and not listed. */
function headerOf(file: string): StoredSnapshot | undefined {
  const descriptor = openSync(file, 'r')
  try {
    const start = Buffer.alloc(LONGEST_HEADER)
    const length = readSync(descriptor, start, 0, LONGEST_HEADER, 0)
    const { name, createdAt, now, version, schema, bytes } = readHeader(start.subarray(0, length))
    // Shorter only after a power cut: a rename of ours is all or nothing.
    return statSync(file).size === bytes ? { name, createdAt, now, version, schema, bytes } : undefined
  } catch {
    return undefined
  } finally {
    closeSync(descriptor)
  }
}
