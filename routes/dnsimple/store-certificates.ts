import type { Db } from '../../src/db/open.js'
import type { CertificateRow, DomainRow, New, Ordering, Page, RenewalRow } from './rows.js'
import { inserter, orderBy, updater } from './store-statements.js'

export function createCertificateStore(db: Db) {
  const find = db.prepare<[number], CertificateRow>('SELECT * FROM dnsimple_certificates WHERE id = ?')
  const all = db.prepare<[], CertificateRow>('SELECT * FROM dnsimple_certificates ORDER BY id')
  const notMade = db.prepare<[], CertificateRow>(
    `SELECT * FROM dnsimple_certificates WHERE issued_at IS NOT NULL AND authority_certificate IS NULL
     ORDER BY id`,
  )
  const ofDomain = db.prepare<[number], CertificateRow>(
    'SELECT * FROM dnsimple_certificates WHERE domain_id = ? ORDER BY id',
  )
  const add = inserter<CertificateRow>(db, 'dnsimple_certificates', [
    ...(['id', 'domain_id', 'contact_id', 'name', 'common_name', 'alternate_names', 'names'] as const),
    ...(['key_algorithm', 'auto_renew', 'renews', 'created_at', 'updated_at', 'requested_at'] as const),
    ...(['issued_at', 'failed_at', 'failure', 'cancelled_at', 'expires_at', 'csr', 'private_key'] as const),
    ...(['key_removed', 'authority_certificate', 'auto_renewal_at', 'job'] as const),
  ])
  const counted = db.prepare(
    'UPDATE dnsimple_domains SET certificate_count = certificate_count + 1 WHERE id = ?',
  )
  const newOrders = db.prepare<[number, number], { total: number }>(
    'SELECT count(*) AS total FROM dnsimple_certificates WHERE domain_id = ? AND issued_at > ? AND renews = 0',
  )
  const duplicates = db.prepare<[number, number, string], { total: number }>(
    'SELECT count(*) AS total FROM dnsimple_certificates WHERE domain_id = ? AND issued_at > ? AND names = ?',
  )
  const renewal = db.prepare<[number], RenewalRow>('SELECT * FROM dnsimple_renewals WHERE id = ?')
  const renewalByNew = db.prepare<[number], RenewalRow>(
    'SELECT * FROM dnsimple_renewals WHERE new_certificate_id = ?',
  )
  const automaticSuccessors = db.prepare<[number], CertificateRow>(
    `SELECT c.* FROM dnsimple_renewals r JOIN dnsimple_certificates c ON c.id = r.new_certificate_id
     WHERE r.old_certificate_id = ? AND r.automatic = 1 ORDER BY r.id`,
  )
  const addRenewal = inserter<RenewalRow>(db, 'dnsimple_renewals', [
    ...(['id', 'old_certificate_id', 'new_certificate_id', 'auto_renew', 'automatic', 'created_at'] as const),
  ])
  const startSequence = db.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('dnsimple_renewals', ?)")
  const limits = db.prepare<[], { name: string; per_week: number }>('SELECT * FROM dnsimple_ca_limits')
  const setLimit = db.prepare('INSERT OR REPLACE INTO dnsimple_ca_limits VALUES (?, ?)')
  const dropLimit = db.prepare('DELETE FROM dnsimple_ca_limits WHERE name = ?')
  return {
    find: (id: number) => find.get(id),
    all: () => all.all(),
    /** Issued, but without the bytes. */
    notMade: () => notMade.all(),
    ofDomain: (domainId: number) => ofDomain.all(domainId),
    add(row: New<CertificateRow>): number {
      counted.run(row.domain_id)
      return add(row)
    },
    update: updater<CertificateRow>(db, 'dnsimple_certificates'),
    list(domain: DomainRow, ordering: readonly Ordering[], { offset, limit }: Page) {
      const rows = db
        .prepare<[number, number, number], CertificateRow>(
          `SELECT * FROM dnsimple_certificates WHERE domain_id = ? ORDER BY ${orderBy(ordering, 'id DESC')}
         LIMIT ? OFFSET ?`,
        )
        .all(domain.id, limit, offset)
      return { rows, total: domain.certificate_count }
    },
    /** First issuances for the domain since then; renewals do not count. */
    issuedSince: (domainId: number, since: number) => newOrders.get(domainId, since)?.total ?? 0,
    /** Issuances for exactly these names since then, renewals among them. */
    duplicatesSince: (domainId: number, since: number, names: string) =>
      duplicates.get(domainId, since, names)?.total ?? 0,
    findRenewal: (id: number) => renewal.get(id),
    renewalThatMade: (certificateId: number) => renewalByNew.get(certificateId),
    /** The certificates that the automatic renewal ordered for this one, failed ones too. */
    automaticSuccessors: (certificateId: number) => automaticSuccessors.all(certificateId),
    addRenewal: (row: New<RenewalRow>) => addRenewal(row),
    /** The first renewal gets the id after this one. */
    startRenewalsAfter: (id: number) => void startSequence.run(id),
    caLimits: () => new Map(limits.all().map((row) => [row.name, row.per_week])),
    setCaLimit: (name: string, perWeek: number | null) =>
      void (perWeek === null ? dropLimit.run(name) : setLimit.run(name, perWeek)),
  }
}
