import { readCertificate } from '../pki/certificate.js'
import { signDeterministically } from '../pki/deterministic-signature.js'
import { isIssuedBy } from '../pki/issuance-check.js'
import { reissueCertificate } from '../pki/reissue.js'
import type { Materialiser } from './materialiser.js'
import type { Validity } from './reissue.js'
import type { AuthorityRow, AuthorityStore } from './store.js'

/**
 * The certificate as its issuer would have signed it with another validity, and nothing else changed. Undefined when
 * the issuer is none of this sandbox's, or its key is not at hand because a passphrase protects it.
 */
export function createResignature(
  store: AuthorityStore,
  materialiser: Materialiser,
): (der: Buffer, validity: Validity) => Promise<Buffer | undefined> {
  const issuerOf = (der: Buffer): AuthorityRow | undefined =>
    store.all().find(({ certificate }) => certificate !== null && isIssuedBy(der, certificate))

  return async (der, validity) => {
    const issuer = issuerOf(der)
    if (!issuer || issuer.protected) return undefined
    const { privateKey: signingKey } = await materialiser.unlock(issuer, undefined)
    const { serialNumber } = readCertificate(der)
    return reissueCertificate(der, { ...validity, serialNumber, signingKey, sign: signDeterministically })
  }
}
