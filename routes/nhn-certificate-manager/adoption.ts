import { readCertificate } from '../../src/pki/certificate.js'
import { fromPem } from '../../src/pki/pem.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { ISSUER } from './issuance.js'
import { type CertificateRow, createCertificateStore } from './store.js'

/** The files of a seed are made when somebody asks for them. */
export function adoptMadeSince(restored: Sandbox, former: Sandbox): void {
  const store = restored.use(createCertificateStore)
  for (const row of store.notMade()) {
    const made = former.use(createCertificateStore).find(row.name)
    if (!made?.file || !isSame(row, made)) continue
    const file = former.vault.open(made.file)
    const der = fromPem('CERTIFICATE', file.toString('latin1'))
    if (!der) continue
    const { serialNumber } = readCertificate(der)
    // An upload that tells the same of itself is not ours, and its authority does not know it.
    if (!restored.authority.adoptCertificate(former, ISSUER, serialNumber)) continue
    store.put({ ...row, file: restored.vault.seal(file), pending: null })
  }
}

const isSame = (row: CertificateRow, made: CertificateRow): boolean =>
  made.file_name === row.file_name &&
  made.valid_from === row.valid_from &&
  made.expires_at === row.expires_at &&
  made.domains === row.domains
