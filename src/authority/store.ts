import type { Db } from '../db/open.js'
import type { KeyAlgorithm } from '../pki/key-algorithm.js'
import type { RevocationReason } from '../pki/revocation-list.js'

export const authoritySchema = {
  name: 'authority',
  migrations: [
    `CREATE TABLE authorities (
      id TEXT PRIMARY KEY,
      parent_id TEXT REFERENCES authorities (id),
      depth INTEGER NOT NULL,
      subject TEXT NOT NULL,
      key_algorithm TEXT NOT NULL,
      serial_number TEXT NOT NULL,
      not_before INTEGER NOT NULL,
      not_after INTEGER NOT NULL,
      path_length INTEGER,
      protected INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      revoked_at INTEGER,
      revocation_reason TEXT,
      pending_passphrase BLOB,
      private_key BLOB,
      certificate BLOB,
      responder_key BLOB,
      responder_certificate BLOB,
      crl BLOB,
      crl_number INTEGER NOT NULL DEFAULT 0,
      revocations INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX authorities_by_parent ON authorities (parent_id, serial_number);
    CREATE TABLE issued_certificates (
      id TEXT PRIMARY KEY,
      authority_id TEXT NOT NULL REFERENCES authorities (id),
      serial_number TEXT NOT NULL,
      not_before INTEGER NOT NULL,
      not_after INTEGER NOT NULL,
      revoked_at INTEGER,
      revocation_reason TEXT,
      certificate BLOB,
      pending TEXT
    ) STRICT;
    CREATE UNIQUE INDEX issued_certificates_by_serial ON issued_certificates (authority_id, serial_number);
    CREATE INDEX issued_certificates_revoked ON issued_certificates (authority_id, revoked_at)
      WHERE revoked_at IS NOT NULL`,
    `CREATE TABLE revocation_lists (
      authority_id TEXT PRIMARY KEY REFERENCES authorities (id),
      der BLOB NOT NULL,
      this_update INTEGER NOT NULL,
      next_update INTEGER NOT NULL,
      revocations INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
  ],
}

export interface AuthorityRow {
  readonly id: string
  readonly parent_id: string | null
  readonly depth: number
  /** `Name` as JSON. */
  readonly subject: string
  readonly key_algorithm: KeyAlgorithm
  readonly serial_number: string
  readonly not_before: number
  readonly not_after: number
  readonly path_length: number | null
  readonly protected: 0 | 1
  readonly created_at: number
  readonly revoked_at: number | null
  readonly revocation_reason: RevocationReason | null
  /** Sealed; only while the key of a seeded, protected authority has not been made. */
  readonly pending_passphrase: Buffer | null
  /** Sealed PKCS#8, encrypted under the passphrase if protected. Null until the first need. */
  readonly private_key: Buffer | null
  readonly certificate: Buffer | null
  readonly responder_key: Buffer | null
  readonly responder_certificate: Buffer | null
  /** Kept only for a protected authority, which can sign one only while its passphrase is at hand. */
  readonly crl: Buffer | null
  readonly crl_number: number
  /** Counts up with every change to what the CRL says. */
  readonly revocations: number
}

export type ValidityRow = Pick<AuthorityRow, 'id' | 'parent_id' | 'not_before' | 'not_after' | 'revoked_at'>

/** What is made when an authority gets its key. */
export type AuthorityMaterial = Required<
  Pick<
    AuthorityRow,
    'id' | 'private_key' | 'certificate' | 'responder_key' | 'responder_certificate' | 'crl' | 'crl_number'
  >
>

export interface IssuedRow {
  readonly id: string
  readonly authority_id: string
  readonly serial_number: string
  readonly not_before: number
  readonly not_after: number
  readonly revoked_at: number | null
  readonly revocation_reason: RevocationReason | null
  /** DER; null until somebody asks for the bytes of a seeded certificate. */
  readonly certificate: Buffer | null
  /** `PendingCertificate` as JSON, until the bytes are made. */
  readonly pending: string | null
}

export type CertificateChange = Pick<IssuedRow, 'id' | 'serial_number' | 'not_before' | 'not_after'> & {
  readonly certificate: Buffer
}

/** The CRL of an authority as it was signed last. */
export interface RevocationListRow {
  readonly authority_id: string
  readonly der: Buffer
  readonly this_update: number
  readonly next_update: number
  /** Of the authority when it was signed; with another number there, it is out of date. */
  readonly revocations: number
}

interface RevokedRow {
  readonly serial_number: string
  readonly revoked_at: number
  readonly revocation_reason: RevocationReason
}

type StatusRow = Pick<IssuedRow, 'revoked_at' | 'revocation_reason'>

export type AuthorityStore = ReturnType<typeof createAuthorityStore>

export function createAuthorityStore(db: Db) {
  const find = db.prepare<[string], AuthorityRow>('SELECT * FROM authorities WHERE id = ?')
  const findValidity = db.prepare<[string], ValidityRow>(
    'SELECT id, parent_id, not_before, not_after, revoked_at FROM authorities WHERE id = ?',
  )
  const all = db.prepare<[], AuthorityRow>('SELECT * FROM authorities ORDER BY depth, rowid')
  const children = db.prepare<[string], AuthorityRow>('SELECT * FROM authorities WHERE parent_id = ?')
  const insert = db.prepare<AuthorityRow>(
    `INSERT INTO authorities VALUES (@id, @parent_id, @depth, @subject, @key_algorithm, @serial_number, @not_before,
      @not_after, @path_length, @protected, @created_at, @revoked_at, @revocation_reason, @pending_passphrase,
      @private_key, @certificate, @responder_key, @responder_certificate, @crl, @crl_number, @revocations)`,
  )
  const setMaterial = db.prepare<AuthorityMaterial>(
    `UPDATE authorities SET pending_passphrase = NULL, private_key = @private_key, certificate = @certificate,
      responder_key = @responder_key, responder_certificate = @responder_certificate, crl = @crl,
      crl_number = @crl_number WHERE id = @id`,
  )
  const setSerial = db.prepare('UPDATE authorities SET serial_number = ? WHERE id = ?')
  const revokeAuthority = db.prepare(
    'UPDATE authorities SET revoked_at = ?, revocation_reason = ? WHERE id = ?',
  )
  const setCrl = db.prepare('UPDATE authorities SET crl = ?, crl_number = ? WHERE id = ?')
  const countRevocation = db.prepare('UPDATE authorities SET revocations = revocations + 1 WHERE id = ?')

  const findIssued = db.prepare<[string], IssuedRow>('SELECT * FROM issued_certificates WHERE id = ?')
  const insertIssued = db.prepare<IssuedRow>(
    `INSERT INTO issued_certificates VALUES (@id, @authority_id, @serial_number, @not_before, @not_after,
      @revoked_at, @revocation_reason, @certificate, @pending)`,
  )
  const setCertificate = db.prepare(
    'UPDATE issued_certificates SET certificate = ?, pending = NULL WHERE id = ?',
  )
  const setAuthorityCertificate = db.prepare<CertificateChange>(
    `UPDATE authorities SET serial_number = @serial_number, not_before = @not_before, not_after = @not_after,
      created_at = min(created_at, @not_before), certificate = @certificate WHERE id = @id`,
  )
  const setIssued = db.prepare<CertificateChange>(
    `UPDATE issued_certificates SET serial_number = @serial_number, not_before = @not_before,
      not_after = @not_after, certificate = @certificate, pending = NULL, revoked_at = NULL,
      revocation_reason = NULL WHERE id = @id`,
  )
  const bySerialNumber = db.prepare<[string, string], IssuedRow>(
    'SELECT * FROM issued_certificates WHERE authority_id = ? AND serial_number = ?',
  )
  const pendingIssued = db.prepare<[string], IssuedRow>(
    'SELECT * FROM issued_certificates WHERE authority_id = ? AND certificate IS NULL',
  )
  const setRevocation = db.prepare(
    'UPDATE issued_certificates SET revoked_at = ?, revocation_reason = ? WHERE id = ?',
  )
  const described = db.prepare<[], IssuedRow>('SELECT * FROM issued_certificates WHERE certificate IS NULL')
  const revocationList = db.prepare<[string], RevocationListRow>(
    'SELECT * FROM revocation_lists WHERE authority_id = ?',
  )
  const setRevocationList = db.prepare<RevocationListRow>(
    `INSERT OR REPLACE INTO revocation_lists
     VALUES (@authority_id, @der, @this_update, @next_update, @revocations)`,
  )
  const revoked = db.prepare<[string, string], RevokedRow>(
    `SELECT serial_number, revoked_at, revocation_reason FROM issued_certificates
       WHERE authority_id = ? AND revoked_at IS NOT NULL
     UNION ALL
     SELECT serial_number, revoked_at, revocation_reason FROM authorities
       WHERE parent_id = ? AND revoked_at IS NOT NULL
     ORDER BY 2, 1`,
  )
  const status = db.prepare<[string, string, string, string, string, string], StatusRow>(
    `SELECT revoked_at, revocation_reason FROM issued_certificates WHERE authority_id = ? AND serial_number = ?
     UNION ALL
     SELECT revoked_at, revocation_reason FROM authorities WHERE parent_id = ? AND serial_number = ?
     UNION ALL
     SELECT NULL, NULL FROM authorities WHERE id = ? AND parent_id IS NULL AND serial_number = ?`,
  )

  return {
    find: (id: string) => find.get(id),
    /** Without keys and certificates: asked for several times with each certificate that is issued. */
    findValidity: (id: string) => findValidity.get(id),
    all: () => all.all(),
    children: (id: string) => children.all(id),
    add: (row: AuthorityRow) => void insert.run(row),
    setMaterial: (material: AuthorityMaterial) => void setMaterial.run(material),
    setSerialNumber: (id: string, serialNumber: string) => void setSerial.run(serialNumber, id),
    revokeAuthority: (id: string, at: number, reason: RevocationReason) =>
      void revokeAuthority.run(at, reason, id),
    setCrl: (id: string, crl: Buffer | null, number: number) => void setCrl.run(crl, number, id),
    countRevocation: (id: string) => void countRevocation.run(id),
    findIssued: (id: string) => findIssued.get(id),
    addIssued: (row: IssuedRow) => void insertIssued.run(row),
    setCertificate: (id: string, certificate: Buffer) => void setCertificate.run(certificate, id),
    /** Another certificate in the place of the one that is there, not revoked. */
    setIssued: (change: CertificateChange) => void setIssued.run(change),
    /** Likewise of the authority itself. */
    setAuthorityCertificate: (change: CertificateChange) => void setAuthorityCertificate.run(change),
    findBySerialNumber: (authorityId: string, serialNumber: string) =>
      bySerialNumber.get(authorityId, serialNumber),
    pendingIssued: (authorityId: string) => pendingIssued.all(authorityId),
    /** Everything whose bytes have not been made. */
    described: () => described.all(),
    revocationList: (authorityId: string) => revocationList.get(authorityId),
    setRevocationList: (row: RevocationListRow) => void setRevocationList.run(row),
    setRevocation: (id: string, at: number | null, reason: RevocationReason | null) =>
      void setRevocation.run(at, reason, id),
    /** Everything that the authority has issued and revoked, CA certificates among it. */
    revoked: (authorityId: string) => revoked.all(authorityId, authorityId),
    /** Revocation status of the serial number; undefined when the authority has not issued it. */
    status: (authorityId: string, serial: string) =>
      status.get(authorityId, serial, authorityId, serial, authorityId, serial),
  }
}
