import type { Control } from './control.js'

/** A world that is kept. */
export interface Snapshot {
  readonly name: string
  /** Real time. */
  readonly createdAt: string
  /** What the sandbox's clock showed. */
  readonly now: string
  /** Of Certulator, when it was kept. */
  readonly version: string
  readonly bytes: number
}

export interface KeepOptions {
  /** In the place of one of the same name. */
  readonly replace?: boolean | undefined
}

/** What a restore leaves as it is; otherwise, everything is as it was. */
export interface RestoreOptions {
  readonly clock?: 'restore' | 'keep' | undefined
  readonly settings?: 'restore' | 'keep' | undefined
}

export interface FileOptions {
  /** Protects the file: whoever has no passphrase cannot read it. Without one, it holds its secrets in the open. */
  readonly passphrase?: string | undefined
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
  export(name: string, options?: FileOptions): Promise<Buffer>
  /**
   * Takes in a file that `export` made, also on another server; its older versions are migrated.
   * @example await sandbox.snapshots.import('before', await readFile('before.snapshot'))
   */
  import(name: string, file: Uint8Array, options?: FileOptions & KeepOptions): Promise<Snapshot>
}

const SNAPSHOT = 'application/vnd.certulator.snapshot'

export function createSnapshotsHandle(control: Control, path: string): SnapshotsHandle {
  const snapshots = `${path}/snapshots`
  const one = (name: string) => `${snapshots}/${encodeURIComponent(name)}`
  return {
    list: async () => ((await control.json('GET', snapshots)) as { items: Snapshot[] }).items,
    delete: async (name) => void (await control.json('DELETE', one(name))),
    export: (name, options) =>
      control.bytes('GET', `${one(name)}/export`, { headers: passphraseOf(options) }),
    import: async (name, bytes, options = {}) =>
      (await control.json('POST', `${snapshots}/import`, {
        query: { name, replace: options.replace },
        headers: passphraseOf(options),
        body: { type: SNAPSHOT, bytes },
      })) as Snapshot,
  }
}

const passphraseOf = ({ passphrase }: FileOptions = {}): Record<string, string> =>
  passphrase === undefined ? {} : { 'x-certulator-passphrase': passphrase }
