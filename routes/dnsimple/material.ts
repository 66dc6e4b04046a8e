import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { makeKeyMaterial, sign } from './issuance.js'
import type { CertificateRow } from './rows.js'
import { createCertificateStore } from './store-certificates.js'
import { stateOf } from './views.js'

/**
 * The row with its bytes. A seed only describes its issued certificates, so that a sandbox is there in
 * milliseconds; key, CSR and certificate are made when somebody looks.
 */
export async function withMaterial(sandbox: Sandbox, row: CertificateRow): Promise<CertificateRow> {
  if (row.authority_certificate !== null || stateOf(row) !== 'issued' || row.expires_at === null) return row
  const store = sandbox.use(createCertificateStore)
  const random = sandbox.random.derive(`dnsimple certificate ${row.id}`)
  const material = await makeKeyMaterial(sandbox, row, random)
  const signed = await sign(sandbox, row, material.keyPair, row.expires_at, { random })
  return sandbox.transaction(() => {
    const current = store.find(row.id) ?? row
    // Somebody else looked at the same moment.
    if (current.authority_certificate !== null) return current
    sandbox.authority.record(signed)
    const private_key = current.key_removed === 1 ? null : material.stored.private_key
    store.update(row.id, { csr: material.stored.csr, private_key, authority_certificate: signed.id })
    return store.find(row.id) ?? current
  })
}
