import { type Db, isDuplicate } from '../db/open.js'
import type { ClockState } from './clock.js'
import type { RandomSeed } from './random.js'
import { CredentialTakenError } from './sandbox.js'
import type { SettingValues } from './settings.js'
import type { Vault } from './vault.js'

/** What the registry keeps of a sandbox; its world is in a database of its own. */
export interface SandboxRecord {
  readonly id: string
  readonly name: string | null
  /** `"default"`, `"empty"` or the inline seed. */
  readonly seed: unknown
  /** File name below the data directory's `worlds`; null in memory. */
  readonly worldFile: string | null
  readonly clock: ClockState
  /** What a reset puts the clock back to. */
  readonly initialClock: ClockState
  /** Not in records of versions that knew no seeds. */
  readonly randomSeed?: RandomSeed | null
  readonly settings: SettingValues
  /** Provider → name → secret. */
  readonly credentials: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly createdAt: number
  /**
   * Base64: what the secrets in the world are sealed with. Without one, it is the master key, as it was for worlds of
   * before snapshots could be exported.
   */
  readonly dataKey?: string
  /** Ids of other sandboxes, in which an imported snapshot was kept: its certificates carry URLs with them. */
  readonly aliases?: readonly string[]
}

export const registrySchema = {
  name: 'registry',
  migrations: [
    `CREATE TABLE sandboxes (
      id TEXT PRIMARY KEY,
      name TEXT UNIQUE,
      world_file TEXT,
      record BLOB NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE credentials (
      provider TEXT NOT NULL,
      digest TEXT NOT NULL,
      sandbox_id TEXT NOT NULL REFERENCES sandboxes (id) ON DELETE CASCADE,
      PRIMARY KEY (provider, digest)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX credentials_by_sandbox ON credentials (sandbox_id);
    CREATE TABLE kept_values (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT`,
  ],
}

export type RegistryStore = ReturnType<typeof createRegistryStore>

/** The registry's tables. Records are sealed as a whole, because they hold the credentials in clear. */
export function createRegistryStore(db: Db, vault: Vault) {
  const upsert = db.prepare(
    `INSERT INTO sandboxes (id, name, world_file, record, created_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET world_file = excluded.world_file, record = excluded.record`,
  )
  const all = db.prepare<[], { record: Buffer }>('SELECT record FROM sandboxes ORDER BY created_at, rowid')
  const remove = db.prepare('DELETE FROM sandboxes WHERE id = ?')
  const credentials = db.prepare<[], { provider: string; digest: string; sandbox_id: string }>(
    'SELECT provider, digest, sandbox_id FROM credentials',
  )
  const addCredential = db.prepare('INSERT INTO credentials VALUES (?, ?, ?)')
  const removeCredential = db.prepare('DELETE FROM credentials WHERE provider = ? AND digest = ?')
  const removeCredentials = db.prepare('DELETE FROM credentials WHERE sandbox_id = ?')
  const getValue = db.prepare<[string], { value: Buffer }>('SELECT value FROM kept_values WHERE name = ?')
  const setValue = db.prepare('INSERT OR REPLACE INTO kept_values VALUES (?, ?)')

  return {
    transaction: <T>(work: () => T): T => db.transaction(work).immediate(),
    list: (): SandboxRecord[] =>
      all.all().map(({ record }) => JSON.parse(vault.open(record).toString()) as SandboxRecord),
    save(record: SandboxRecord) {
      const sealed = vault.seal(Buffer.from(JSON.stringify(record)))
      upsert.run(record.id, record.name, record.worldFile, sealed, record.createdAt)
    },
    remove: (id: string) => void remove.run(id),
    credentials: () => credentials.all(),
    addCredential(provider: string, digest: string, sandboxId: string) {
      try {
        addCredential.run(provider, digest, sandboxId)
      } catch (error) {
        throw isDuplicate(error) ? new CredentialTakenError(provider) : error
      }
    },
    removeCredential: (provider: string, digest: string) => void removeCredential.run(provider, digest),
    removeCredentials: (sandboxId: string) => void removeCredentials.run(sandboxId),
    /** A secret of the process itself, sealed. */
    value(name: string): Buffer | undefined {
      const row = getValue.get(name)
      return row && vault.open(row.value)
    },
    setValue: (name: string, value: Buffer) => void setValue.run(name, vault.seal(value)),
    close: () => void db.close(),
  }
}
