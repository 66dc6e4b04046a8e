import type { Db } from '../../src/db/open.js'
import type { KeyAlgorithm } from '../../src/pki/key-algorithm.js'

export const schema = {
  name: 'katapult',
  migrations: [
    `CREATE TABLE katapult_organizations (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      sub_domain TEXT NOT NULL UNIQUE,
      suspended INTEGER NOT NULL,
      activated INTEGER NOT NULL,
      certificate_count INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE katapult_tokens (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      digest TEXT NOT NULL UNIQUE,
      organization_id TEXT REFERENCES katapult_organizations (id),
      scopes TEXT NOT NULL,
      authorized_ip_addresses TEXT NOT NULL,
      expires_at INTEGER,
      rate_limit INTEGER NOT NULL,
      always_fails TEXT
    ) STRICT;
    CREATE TABLE katapult_certificates (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      organization_id TEXT NOT NULL REFERENCES katapult_organizations (id),
      name TEXT NOT NULL,
      additional_names TEXT NOT NULL,
      issuer TEXT NOT NULL,
      key_algorithm TEXT NOT NULL,
      authorization_method TEXT,
      created_at INTEGER NOT NULL,
      issuing_at INTEGER,
      settled_at INTEGER,
      issue_error TEXT,
      issuance_id TEXT,
      issued_at INTEGER,
      expires_at INTEGER,
      certificate TEXT,
      chain TEXT,
      private_key BLOB,
      api_secret BLOB,
      trashed_at INTEGER,
      trash_id TEXT
    ) STRICT;
    CREATE UNIQUE INDEX katapult_certificates_by_issuance ON katapult_certificates (issuance_id);
    CREATE INDEX katapult_certificates_listed ON katapult_certificates (organization_id, sequence)
      WHERE trashed_at IS NULL`,
  ],
}

export interface OrganizationRow {
  readonly id: string
  readonly name: string
  readonly sub_domain: string
  readonly suspended: 0 | 1
  readonly activated: 0 | 1
  /** Certificates that are not in the trash. */
  readonly certificate_count: number
}

export type AlwaysFails = 'invalid_capabilities_token' | 'service_unavailable'

export interface TokenRow {
  readonly id: string
  readonly name: string
  readonly digest: string
  /** Null: a user's token, which sees every organization. */
  readonly organization_id: string | null
  /** JSON list. */
  readonly scopes: string
  /** JSON list of addresses and networks; empty for any. */
  readonly authorized_ip_addresses: string
  readonly expires_at: number | null
  /** Requests per minute. */
  readonly rate_limit: number
  readonly always_fails: AlwaysFails | null
}

export type Issuer = 'lets_encrypt' | 'custom' | 'self_signed'

/** What the list shows, and the facts that its states are read off. */
export interface CertificateSummaryRow {
  readonly id: string
  readonly name: string
  readonly issuer: Issuer
  /** When issuing begins; null until the console says so. */
  readonly issuing_at: number | null
  /** When issuing ends, well or with `issue_error`; null until the console says so. */
  readonly settled_at: number | null
  readonly issue_error: string | null
  /** When the last issuance that went well ended, or will end. */
  readonly issued_at: number | null
  readonly expires_at: number | null
}

export interface CertificateRow extends CertificateSummaryRow {
  readonly organization_id: string
  /** JSON list. */
  readonly additional_names: string
  readonly key_algorithm: KeyAlgorithm
  readonly authorization_method: string | null
  readonly created_at: number
  /** Of the last issuance that went well, or will; its material belongs to no other. */
  readonly issuance_id: string | null
  /** PEM. Null until somebody asks for it. */
  readonly certificate: string | null
  readonly chain: string | null
  /** Sealed PEM. Null until somebody asks for it. */
  readonly private_key: Buffer | null
  /** Sealed; null when the certificate API's URL is not known any more. */
  readonly api_secret: Buffer | null
  readonly trashed_at: number | null
  readonly trash_id: string | null
}

export type Issuance = Pick<
  CertificateRow,
  | 'issuing_at'
  | 'settled_at'
  | 'issue_error'
  | 'issuance_id'
  | 'issued_at'
  | 'expires_at'
  | 'certificate'
  | 'chain'
  | 'private_key'
>

export function createOrganizationStore(db: Db) {
  const find = db.prepare<[string], OrganizationRow>('SELECT * FROM katapult_organizations WHERE id = ?')
  const bySubDomain = db.prepare<[string], OrganizationRow>(
    'SELECT * FROM katapult_organizations WHERE sub_domain = ?',
  )
  const all = db.prepare<[], OrganizationRow>('SELECT * FROM katapult_organizations ORDER BY rowid')
  const insert = db.prepare<Omit<OrganizationRow, 'certificate_count'>>(
    `INSERT INTO katapult_organizations (id, name, sub_domain, suspended, activated)
     VALUES (@id, @name, @sub_domain, @suspended, @activated)`,
  )
  const update = db.prepare<OrganizationRow>(
    `UPDATE katapult_organizations SET name = @name, sub_domain = @sub_domain, suspended = @suspended,
       activated = @activated WHERE id = @id`,
  )
  return {
    find: (id: string) => find.get(id),
    findBySubDomain: (subDomain: string) => bySubDomain.get(subDomain),
    list: () => all.all(),
    add: (row: Omit<OrganizationRow, 'certificate_count'>) => void insert.run(row),
    update: (row: OrganizationRow) => void update.run(row),
  }
}

export function createTokenStore(db: Db) {
  const byDigest = db.prepare<[string], TokenRow>('SELECT * FROM katapult_tokens WHERE digest = ?')
  const find = db.prepare<[string], TokenRow>('SELECT * FROM katapult_tokens WHERE id = ?')
  const all = db.prepare<[], TokenRow>('SELECT * FROM katapult_tokens ORDER BY rowid')
  const insert = db.prepare<TokenRow>(
    `INSERT INTO katapult_tokens VALUES (@id, @name, @digest, @organization_id, @scopes,
       @authorized_ip_addresses, @expires_at, @rate_limit, @always_fails)`,
  )
  const setExpiry = db.prepare('UPDATE katapult_tokens SET expires_at = ? WHERE id = ?')
  const remove = db.prepare('DELETE FROM katapult_tokens WHERE id = ?')
  return {
    findByDigest: (digest: string) => byDigest.get(digest),
    find: (id: string) => find.get(id),
    list: () => all.all(),
    add: (row: TokenRow) => void insert.run(row),
    setExpiry: (id: string, at: number | null) => void setExpiry.run(at, id),
    remove: (id: string) => void remove.run(id),
  }
}

export function createCertificateStore(db: Db) {
  const find = db.prepare<[string], CertificateRow>('SELECT * FROM katapult_certificates WHERE id = ?')
  const ids = db.prepare<[], { id: string }>(
    'SELECT id FROM katapult_certificates WHERE trashed_at IS NULL ORDER BY sequence',
  )
  const notMade = db.prepare<[], CertificateRow>(
    'SELECT * FROM katapult_certificates WHERE issuance_id IS NOT NULL AND certificate IS NULL ORDER BY sequence',
  )
  const trashed = db.prepare<[number], CertificateRow>(
    'SELECT * FROM katapult_certificates WHERE trashed_at > ? ORDER BY trashed_at, sequence',
  )
  const insert = db.prepare<CertificateRow>(
    `INSERT INTO katapult_certificates (id, organization_id, name, additional_names, issuer, key_algorithm,
       authorization_method, created_at, issuing_at, settled_at, issue_error, issuance_id, issued_at, expires_at,
       certificate, chain, private_key, api_secret, trashed_at, trash_id)
     VALUES (@id, @organization_id, @name, @additional_names, @issuer, @key_algorithm, @authorization_method,
       @created_at, @issuing_at, @settled_at, @issue_error, @issuance_id, @issued_at, @expires_at,
       @certificate, @chain, @private_key, @api_secret, @trashed_at, @trash_id)`,
  )
  const setIssuance = db.prepare<Issuance & { id: string }>(
    `UPDATE katapult_certificates SET issuing_at = @issuing_at, settled_at = @settled_at,
       issue_error = @issue_error, issuance_id = @issuance_id, issued_at = @issued_at, expires_at = @expires_at,
       certificate = @certificate, chain = @chain, private_key = @private_key WHERE id = @id`,
  )
  // Only for the issuance that is meant, and only once: another request may have been faster.
  const setPrivateKey = db.prepare(
    'UPDATE katapult_certificates SET private_key = ? WHERE issuance_id = ? AND private_key IS NULL',
  )
  const setCertificate = db.prepare(
    'UPDATE katapult_certificates SET certificate = ?, chain = ? WHERE issuance_id = ? AND certificate IS NULL',
  )
  const backdate = db.prepare('UPDATE katapult_certificates SET created_at = min(created_at, ?) WHERE id = ?')
  const setApiSecret = db.prepare('UPDATE katapult_certificates SET api_secret = ? WHERE id = ?')
  const setTrash = db.prepare('UPDATE katapult_certificates SET trashed_at = ?, trash_id = ? WHERE id = ?')
  const count = db.prepare(
    'UPDATE katapult_organizations SET certificate_count = certificate_count + ? WHERE id = ?',
  )
  // The page is found in an index alone; only its own rows are read.
  const page = db.prepare<[string, number, number], CertificateSummaryRow>(
    `SELECT id, name, issuer, issuing_at, settled_at, issue_error, issued_at, expires_at
     FROM katapult_certificates WHERE sequence IN (
       SELECT sequence FROM katapult_certificates WHERE organization_id = ? AND trashed_at IS NULL
       ORDER BY sequence LIMIT ? OFFSET ?)
     ORDER BY sequence`,
  )
  return {
    find: (id: string) => find.get(id),
    /** Ids of everything that is not in the trash, oldest first. */
    ids: () => ids.all().map(({ id }) => id),
    /** Issued, now or later, but without the bytes; those in the trash too. */
    notMade: () => notMade.all(),
    trashedAfter: (instant: number) => trashed.all(instant),
    add(row: CertificateRow) {
      insert.run(row)
      if (row.trashed_at === null) count.run(1, row.organization_id)
    },
    setIssuance: (id: string, issuance: Issuance) => void setIssuance.run({ ...issuance, id }),
    /** It was created then at the latest. */
    backdate: (id: string, at: number) => void backdate.run(at, id),
    setPrivateKey: (issuanceId: string, sealed: Buffer) => void setPrivateKey.run(sealed, issuanceId),
    setCertificate: (issuanceId: string, certificate: string, chain: string | null) =>
      void setCertificate.run(certificate, chain, issuanceId),
    setApiSecret: (id: string, sealed: Buffer | null) => void setApiSecret.run(sealed, id),
    trash({ id, organization_id }: CertificateRow, at: number, trashId: string) {
      setTrash.run(at, trashId, id)
      count.run(-1, organization_id)
    },
    restore({ id, organization_id }: CertificateRow) {
      setTrash.run(null, null, id)
      count.run(1, organization_id)
    },
    /** In the order of creation. */
    page: (organizationId: string, limit: number, offset: number) => page.all(organizationId, limit, offset),
  }
}
