import type { Sandbox } from '../../src/sandbox/sandbox.js'
import type { CertificateRow } from './rows.js'
import { createCertificateStore } from './store-certificates.js'

/** Key, CSR and certificate of what a seed only describes are made at the first look. */
export function adoptMadeSince(restored: Sandbox, former: Sandbox): void {
  const store = restored.use(createCertificateStore)
  for (const row of store.notMade()) {
    const made = former.use(createCertificateStore).find(row.id)
    if (!made?.authority_certificate || !isSame(row, made)) continue
    // The key was removed since: the snapshot's certificate has one, so it has to be another.
    if (!made.private_key && row.key_removed === 0) continue
    const issued = former.authority.findCertificate(made.authority_certificate)
    if (!issued) continue
    if (!restored.authority.adoptCertificate(former, issued.authority_id, issued.serial_number)) continue
    const private_key = made.private_key && restored.vault.seal(former.vault.open(made.private_key))
    store.update(row.id, {
      csr: made.csr,
      private_key: row.key_removed === 1 ? null : private_key,
      authority_certificate: made.authority_certificate,
    })
  }
}

const isSame = (row: CertificateRow, made: CertificateRow): boolean =>
  made.domain_id === row.domain_id &&
  made.names === row.names &&
  made.key_algorithm === row.key_algorithm &&
  made.issued_at === row.issued_at &&
  made.expires_at === row.expires_at
