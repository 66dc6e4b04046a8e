import type { Db } from '../../src/db/open.js'

export const schema = {
  name: 'nhn-secure-key-manager',
  migrations: [
    `CREATE TABLE skm_appkeys (digest TEXT PRIMARY KEY) STRICT;
    CREATE TABLE skm_key_stores (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      description TEXT,
      ip4_auth INTEGER NOT NULL,
      mac_auth INTEGER NOT NULL,
      certificate_auth INTEGER NOT NULL,
      auth_mode TEXT NOT NULL,
      created_by TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      changed_by TEXT NOT NULL,
      changed_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE skm_keys (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      key_store_id INTEGER NOT NULL REFERENCES skm_key_stores (id),
      type TEXT NOT NULL,
      name TEXT NOT NULL,
      description TEXT,
      secret BLOB,
      imported INTEGER NOT NULL,
      rotation_period INTEGER NOT NULL,
      next_rotation_at INTEGER,
      deletion_at INTEGER,
      accessed_at INTEGER,
      created_by TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      changed_by TEXT NOT NULL,
      changed_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX skm_keys_by_store ON skm_keys (key_store_id, sequence);
    CREATE TABLE skm_key_versions (
      key_id TEXT NOT NULL REFERENCES skm_keys (id) ON DELETE CASCADE,
      version INTEGER NOT NULL,
      material BLOB,
      created_at INTEGER NOT NULL,
      deletion_at INTEGER,
      PRIMARY KEY (key_id, version)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE skm_credentials (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      key_store_id INTEGER NOT NULL REFERENCES skm_key_stores (id) ON DELETE CASCADE,
      kind TEXT NOT NULL,
      value TEXT NOT NULL,
      compared TEXT NOT NULL,
      description TEXT,
      password BLOB,
      pkcs12 BLOB,
      fingerprint TEXT,
      expires_at INTEGER,
      deletion_at INTEGER,
      accessed_at INTEGER,
      created_by TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      changed_by TEXT NOT NULL,
      changed_at INTEGER NOT NULL,
      UNIQUE (key_store_id, kind, compared)
    ) STRICT;`,
  ],
}

export type KeyType = 'SECRET' | 'SYMMETRIC_KEY' | 'ASYMMETRIC_KEY'
export type CredentialKind = 'ipv4s' | 'macs' | 'certificates'
export type AuthMode = 'AND' | 'OR'

interface Audited {
  readonly created_by: string
  readonly created_at: number
  readonly changed_by: string
  readonly changed_at: number
}

export interface KeyStoreRow extends Audited {
  readonly id: number
  readonly name: string
  readonly description: string | null
  readonly ip4_auth: 0 | 1
  readonly mac_auth: 0 | 1
  readonly certificate_auth: 0 | 1
  readonly auth_mode: AuthMode
}

export interface NewKeyRow extends Audited {
  readonly id: string
  readonly key_store_id: number
  readonly type: KeyType
  readonly name: string
  readonly description: string | null
  /** Sealed; only of type SECRET. */
  readonly secret: Buffer | null
  readonly imported: 0 | 1
  /** Days; 0 is off. */
  readonly rotation_period: number
  readonly next_rotation_at: number | null
  /** Null: in service. Until then it awaits its deletion, from then on it is gone. */
  readonly deletion_at: number | null
  readonly accessed_at: number | null
}

export interface KeyRow extends NewKeyRow {
  /** The newest version; null for secrets, which have none. */
  readonly current_version: number | null
}

export interface VersionRow {
  readonly key_id: string
  readonly version: number
  /** Sealed: 32 bytes, or a private key in PKCS#8. Null until the first need. */
  readonly material: Buffer | null
  readonly created_at: number
  readonly deletion_at: number | null
}

export interface NewCredentialRow extends Audited {
  readonly key_store_id: number
  readonly kind: CredentialKind
  /** As it was given; a certificate's name. */
  readonly value: string
  /** What has to be equal for two values to be the same one. */
  readonly compared: string
  readonly description: string | null
  /** The rest is a certificate's only. Both sealed. */
  readonly password: Buffer | null
  readonly pkcs12: Buffer | null
  /** SHA-256 of the DER. */
  readonly fingerprint: string | null
  readonly expires_at: number | null
  readonly deletion_at: number | null
  readonly accessed_at: number | null
}

export interface CredentialRow extends NewCredentialRow {
  readonly sequence: number
}

/** Another certificate of the same client; it was registered when that begins at the latest. */
export type ClientCertificateChange = Pick<
  CredentialRow,
  'sequence' | 'pkcs12' | 'fingerprint' | 'expires_at' | 'changed_by' | 'changed_at'
> & { readonly not_before: number }

export function createAppkeyStore(db: Db) {
  const all = db.prepare<[], { digest: string }>('SELECT digest FROM skm_appkeys')
  const insert = db.prepare('INSERT INTO skm_appkeys VALUES (?)')
  return {
    digests: () => all.all().map(({ digest }) => digest),
    add: (digest: string) => void insert.run(digest),
  }
}

export function createKeyStoreStore(db: Db) {
  const find = db.prepare<[number], KeyStoreRow>('SELECT * FROM skm_key_stores WHERE id = ?')
  const byName = db.prepare<[string], KeyStoreRow>('SELECT * FROM skm_key_stores WHERE name = ?')
  const all = db.prepare<[], KeyStoreRow>('SELECT * FROM skm_key_stores ORDER BY id')
  const insert = db.prepare<Omit<KeyStoreRow, 'id'> & { id: number | null }>(
    `INSERT INTO skm_key_stores VALUES (@id, @name, @description, @ip4_auth, @mac_auth, @certificate_auth,
       @auth_mode, @created_by, @created_at, @changed_by, @changed_at)`,
  )
  const update = db.prepare<KeyStoreRow>(
    `UPDATE skm_key_stores SET name = @name, description = @description, ip4_auth = @ip4_auth,
       mac_auth = @mac_auth, certificate_auth = @certificate_auth, auth_mode = @auth_mode,
       changed_by = @changed_by, changed_at = @changed_at WHERE id = @id`,
  )
  const remove = db.prepare('DELETE FROM skm_key_stores WHERE id = ?')
  return {
    find: (id: number) => find.get(id),
    findByName: (name: string) => byName.get(name),
    list: () => all.all(),
    /** Answers the id, a new one if none is given. */
    add: (row: Omit<KeyStoreRow, 'id'> & { id: number | null }) => Number(insert.run(row).lastInsertRowid),
    update: (row: KeyStoreRow) => void update.run(row),
    remove: (id: number) => void remove.run(id),
  }
}

const KEY_COLUMNS = `skm_keys.*, (SELECT max(version) FROM skm_key_versions WHERE key_id = id) AS current_version`

/** What is gone by `now` is not found, whether its bytes have been erased yet or not. */
export function createKeyStore(db: Db) {
  const find = db.prepare<[string, number], KeyRow>(
    `SELECT ${KEY_COLUMNS} FROM skm_keys WHERE id = ? AND (deletion_at IS NULL OR deletion_at > ?)`,
  )
  const inStore = db.prepare<[number, number], KeyRow>(
    `SELECT ${KEY_COLUMNS} FROM skm_keys WHERE key_store_id = ? AND (deletion_at IS NULL OR deletion_at > ?)
     ORDER BY sequence`,
  )
  const insert = db.prepare<NewKeyRow>(
    `INSERT INTO skm_keys (id, key_store_id, type, name, description, secret, imported, rotation_period,
       next_rotation_at, deletion_at, accessed_at, created_by, created_at, changed_by, changed_at)
     VALUES (@id, @key_store_id, @type, @name, @description, @secret, @imported, @rotation_period,
       @next_rotation_at, @deletion_at, @accessed_at, @created_by, @created_at, @changed_by, @changed_at)`,
  )
  const update = db.prepare<KeyRow>(
    `UPDATE skm_keys SET secret = @secret, next_rotation_at = @next_rotation_at, deletion_at = @deletion_at,
       changed_by = @changed_by, changed_at = @changed_at WHERE id = @id`,
  )
  const touch = db.prepare('UPDATE skm_keys SET accessed_at = ? WHERE id = ?')
  const remove = db.prepare('DELETE FROM skm_keys WHERE id = ?')
  const removeDue = db.prepare('DELETE FROM skm_keys WHERE deletion_at <= ?')
  const removeDueVersions = db.prepare('DELETE FROM skm_key_versions WHERE deletion_at <= ?')

  const version = db.prepare<[string, number, number], VersionRow>(
    `SELECT * FROM skm_key_versions WHERE key_id = ? AND version = ?
       AND (deletion_at IS NULL OR deletion_at > ?)`,
  )
  const versions = db.prepare<[string, number], VersionRow>(
    `SELECT * FROM skm_key_versions WHERE key_id = ? AND (deletion_at IS NULL OR deletion_at > ?)
     ORDER BY version`,
  )
  const insertVersion = db.prepare<VersionRow>(
    'INSERT INTO skm_key_versions VALUES (@key_id, @version, @material, @created_at, @deletion_at)',
  )
  const setMaterial = db.prepare(
    'UPDATE skm_key_versions SET material = ? WHERE key_id = ? AND version = ? AND material IS NULL',
  )
  const setVersionDeletion = db.prepare(
    'UPDATE skm_key_versions SET deletion_at = ? WHERE key_id = ? AND version = ?',
  )
  const removeVersion = db.prepare('DELETE FROM skm_key_versions WHERE key_id = ? AND version = ?')
  return {
    find: (id: string, now: number) => find.get(id, now),
    list: (keyStoreId: number, now: number) => inStore.all(keyStoreId, now),
    add: (row: NewKeyRow) => void insert.run(row),
    update: (row: KeyRow) => void update.run(row),
    touch: (id: string, now: number) => void touch.run(now, id),
    remove: (id: string) => void remove.run(id),
    removeDue(now: number) {
      removeDue.run(now)
      removeDueVersions.run(now)
    },
    findVersion: (id: string, number: number, now: number) => version.get(id, number, now),
    versions: (id: string, now: number) => versions.all(id, now),
    addVersion: (row: VersionRow) => void insertVersion.run(row),
    /** Keeps the first material of a version, should two requests have made one at the same time. */
    setMaterial: (id: string, number: number, material: Buffer) => void setMaterial.run(material, id, number),
    removeVersion: (id: string, number: number) => void removeVersion.run(id, number),
    setVersionDeletion: (id: string, number: number, at: number | null) =>
      void setVersionDeletion.run(at, id, number),
  }
}

export function createCredentialStore(db: Db) {
  const find = db.prepare<[number, string, string, number], CredentialRow>(
    `SELECT * FROM skm_credentials WHERE key_store_id = ? AND kind = ? AND compared = ?
       AND (deletion_at IS NULL OR deletion_at > ?)`,
  )
  const inStore = db.prepare<[number, string, number], CredentialRow>(
    `SELECT * FROM skm_credentials WHERE key_store_id = ? AND kind = ? AND (deletion_at IS NULL OR deletion_at > ?)
     ORDER BY sequence`,
  )
  const insert = db.prepare<NewCredentialRow>(
    `INSERT OR REPLACE INTO skm_credentials (key_store_id, kind, value, compared, description, password, pkcs12,
       fingerprint, expires_at, deletion_at, accessed_at, created_by, created_at, changed_by, changed_at)
     VALUES (@key_store_id, @kind, @value, @compared, @description, @password, @pkcs12, @fingerprint,
       @expires_at, @deletion_at, @accessed_at, @created_by, @created_at, @changed_by, @changed_at)`,
  )
  const update = db.prepare<CredentialRow>(
    `UPDATE skm_credentials SET deletion_at = @deletion_at, changed_by = @changed_by, changed_at = @changed_at
     WHERE sequence = @sequence`,
  )
  const setCertificate = db.prepare<ClientCertificateChange>(
    `UPDATE skm_credentials SET pkcs12 = @pkcs12, fingerprint = @fingerprint, expires_at = @expires_at,
       created_at = min(created_at, @not_before), changed_by = @changed_by, changed_at = @changed_at
     WHERE sequence = @sequence`,
  )
  const touch = db.prepare('UPDATE skm_credentials SET accessed_at = ? WHERE sequence = ?')
  const remove = db.prepare('DELETE FROM skm_credentials WHERE sequence = ?')
  const removeDue = db.prepare('DELETE FROM skm_credentials WHERE deletion_at <= ?')
  return {
    find: (keyStoreId: number, kind: CredentialKind, compared: string, now: number) =>
      find.get(keyStoreId, kind, compared, now),
    list: (keyStoreId: number, kind: CredentialKind, now: number) => inStore.all(keyStoreId, kind, now),
    /** Takes the place of one with the same value that is gone. */
    add: (row: NewCredentialRow) => void insert.run(row),
    update: (row: CredentialRow) => void update.run(row),
    setCertificate: (change: ClientCertificateChange) => void setCertificate.run(change),
    touch: (sequence: number, now: number) => void touch.run(now, sequence),
    remove: (sequence: number) => void remove.run(sequence),
    removeDue: (now: number) => void removeDue.run(now),
  }
}
