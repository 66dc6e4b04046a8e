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

export function createAppkeyStore(db: Db) {
  const all = db.prepare<[], { digest: string }>('SELECT digest FROM skm_appkeys')
  const insert = db.prepare('INSERT INTO skm_appkeys VALUES (?)')
  return {
    digests: () => all.all().map(({ digest }) => digest),
    add: (digest: string) => void insert.run(digest),
  }
}
