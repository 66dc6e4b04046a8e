import type { Control } from './control.js'

/** A world that is kept. */
export interface Snapshot {
  readonly name: string
  readonly createdAt: string
  /** What the sandbox's clock showed. */
  readonly now: string
  readonly version: string | number
  readonly bytes: number
}

/** The kept worlds of a sandbox; `sandbox.snapshot(name)` and `sandbox.restore(name)` keep and restore one. */
export interface SnapshotsHandle {
  /** @example const names = (await sandbox.snapshots.list()).map(({ name }) => name) */
  list(): Promise<readonly Snapshot[]>
  /** @example await sandbox.snapshots.delete('before') */
  delete(name: string): Promise<void>
  /**
   * The snapshot as one file.
   * @example await writeFile('before.snapshot', await sandbox.snapshots.export('before'))
   */
  export(name: string): Promise<Buffer>
  /**
   * Takes in a file that `export` made, also on another server; its older versions are migrated.
   * @example await sandbox.snapshots.import('before', await readFile('before.snapshot'))
   */
  import(name: string, file: Uint8Array): Promise<Snapshot>
}

const SNAPSHOT = 'application/vnd.certulator.snapshot'

export function createSnapshotsHandle(control: Control, path: string): SnapshotsHandle {
  const snapshots = `${path}/snapshots`
  const one = (name: string) => `${snapshots}/${encodeURIComponent(name)}`
  return {
    list: async () => ((await control.json('GET', snapshots)) as { items: Snapshot[] }).items,
    delete: async (name) => void (await control.json('DELETE', one(name))),
    export: (name) => control.bytes('GET', `${one(name)}/export`),
    import: async (name, bytes) =>
      (await control.json('POST', `${snapshots}/import`, {
        query: { name },
        body: { type: SNAPSHOT, bytes },
      })) as Snapshot,
  }
}
