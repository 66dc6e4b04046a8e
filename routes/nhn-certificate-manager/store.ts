import type { Db } from '../../src/db/open.js'
import type { KeyAlgorithm } from '../../src/pki/key-algorithm.js'

export const schema = {
  name: 'nhn-certificate-manager',
  migrations: [
    `CREATE TABLE cm_appkeys (digest TEXT PRIMARY KEY) STRICT;
    CREATE TABLE cm_certificates (
      name TEXT PRIMARY KEY,
      expires_at INTEGER,
      ambiguous INTEGER NOT NULL DEFAULT 0,
      file_name TEXT,
      file BLOB,
      authority TEXT,
      signature_algorithm TEXT,
      valid_from INTEGER,
      domains TEXT NOT NULL DEFAULT '[]',
      pending TEXT
    ) STRICT, WITHOUT ROWID;`,
  ],
}

export interface CertificateRow {
  readonly name: string
  /** Of the file's certificate; without a file, what was entered by hand. */
  readonly expires_at: number | null
  /** As from the time when a name could have more than one file. */
  readonly ambiguous: 0 | 1
  /** Null: a name without a file. */
  readonly file_name: string | null
  /** Sealed, as it was uploaded. Null with `pending`: a seed's file that nobody has asked for. */
  readonly file: Buffer | null
  readonly authority: string | null
  /** As Java spells it. */
  readonly signature_algorithm: string | null
  readonly valid_from: number | null
  /** Common name and alternative names, JSON. */
  readonly domains: string
  /** `PendingFile` as JSON. */
  readonly pending: string | null
}

/** What a seed says of a file, until it is made. */
export interface PendingFile {
  readonly commonName: string
  readonly dnsNames: readonly string[]
  readonly keyAlgorithm: KeyAlgorithm
  readonly validFrom: number
  readonly validTo: number
  readonly keyPassphrase?: string | undefined
}

export type Status = 'ALL' | 'EXPIRED' | 'UNEXPIRED'

export function createAppkeyStore(db: Db) {
  const all = db.prepare<[], { digest: string }>('SELECT digest FROM cm_appkeys')
  const insert = db.prepare('INSERT INTO cm_appkeys VALUES (?)')
  return {
    digests: () => all.all().map(({ digest }) => digest),
    add: (digest: string) => void insert.run(digest),
  }
}

/** A certificate is valid to the end of its last second; a name with neither file nor date never expires. */
const FILTERS = {
  ALL: '@now = @now',
  EXPIRED: 'expires_at < @now',
  UNEXPIRED: '(expires_at IS NULL OR expires_at >= @now)',
} as const satisfies Record<Status, string>

export function createCertificateStore(db: Db) {
  const find = db.prepare<[string], CertificateRow>('SELECT * FROM cm_certificates WHERE name = ?')
  const notMade = db.prepare<[], CertificateRow>(
    'SELECT * FROM cm_certificates WHERE pending IS NOT NULL ORDER BY name',
  )
  const upsert = db.prepare<CertificateRow>(
    `INSERT OR REPLACE INTO cm_certificates VALUES (@name, @expires_at, @ambiguous, @file_name, @file,
       @authority, @signature_algorithm, @valid_from, @domains, @pending)`,
  )
  const remove = db.prepare('DELETE FROM cm_certificates WHERE name = ?')
  const lists = Object.fromEntries(
    Object.entries(FILTERS).map(([status, filter]) => [
      status,
      {
        count: db.prepare<[{ now: number }], { total: number }>(
          `SELECT count(*) AS total FROM cm_certificates WHERE ${filter}`,
        ),
        page: db.prepare<[{ now: number; limit: number; offset: number }], CertificateRow>(
          `SELECT * FROM cm_certificates WHERE ${filter} ORDER BY name LIMIT @limit OFFSET @offset`,
        ),
      },
    ]),
  )
  return {
    find: (name: string) => find.get(name),
    /** Those whose file is only described. */
    notMade: () => notMade.all(),
    /** Takes the place of the row with the name, if there is one. */
    put: (row: CertificateRow) => void upsert.run(row),
    remove: (name: string) => void remove.run(name),
    /** By name; a negative limit is none. */
    list(status: Status, now: number, offset: number, limit: number) {
      const { count, page } = lists[status] ?? {}
      return { total: count?.get({ now })?.total ?? 0, rows: page?.all({ now, offset, limit }) ?? [] }
    },
  }
}
