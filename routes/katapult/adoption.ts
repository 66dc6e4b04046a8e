import { readCertificate } from '../../src/pki/certificate.js'
import { fromPem } from '../../src/pki/pem.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { AUTHORITIES } from './authorities.js'
import { createCertificateStore } from './store.js'

/** Keys and certificates are made at the first look, which the world of before may have had. */
export function adoptMadeSince(restored: Sandbox, former: Sandbox): void {
  const store = restored.use(createCertificateStore)
  for (const { id, issuance_id, private_key } of store.notMade()) {
    const made = former.use(createCertificateStore).find(id)
    if (issuance_id === null || made?.issuance_id !== issuance_id || !made.private_key) continue
    if (!private_key)
      store.setPrivateKey(issuance_id, restored.vault.seal(former.vault.open(made.private_key)))
    if (!made.certificate) continue
    const der = fromPem('CERTIFICATE', made.certificate)
    if (!der) continue
    const { serialNumber } = readCertificate(der)
    const isKnown =
      made.issuer === 'self_signed' ||
      restored.authority.adoptCertificate(former, AUTHORITIES[made.issuer], serialNumber)
    if (isKnown) store.setCertificate(issuance_id, made.certificate, made.chain)
  }
}
