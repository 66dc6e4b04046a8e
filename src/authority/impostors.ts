import { type Certificate, createCertificate, keyIdentifier } from '../pki/certificate.js'
import { signDeterministically } from '../pki/deterministic-signature.js'
import { withKeyIdentifiers } from '../pki/extensions.js'
import { isIssuedBy } from '../pki/issuance-check.js'
import { keyAlgorithmOf } from '../pki/key-algorithm.js'
import type { KeyPair } from '../pki/key-pair.js'
import type { RandomSource } from '../sandbox/random.js'
import type { Authority } from './authority.js'

/** The keys of the CAs that pass themselves off as others, so that each is the same one every time. */
const impostorKeys = new WeakMap<Authority, Map<string, Promise<KeyPair>>>()

/**
 * For each of the CA certificates one that says the same and is of another CA: other keys, up to an impostor of the
 * root, which signs itself. Among themselves they are as good a chain as the real ones.
 */
export async function impostorsOf(
  certificates: readonly Certificate[],
  { authority, random }: { readonly authority: Authority; readonly random: RandomSource },
): Promise<Map<Certificate, Buffer>> {
  const keys = impostorKeys.get(authority) ?? new Map<string, Promise<KeyPair>>()
  impostorKeys.set(authority, keys)

  /** The key of the impostor of whoever has this name and, where it is known, this key. */
  function keyFor(identity: string, model: Certificate): Promise<KeyPair> {
    const algorithm = keyAlgorithmOf(model.publicKey) ?? 'ECDSA-P256'
    const key =
      keys.get(identity) ?? authority.generateKey(algorithm, random.derive(`impostor of ${identity}`))
    keys.set(identity, key)
    return key
  }

  const identityOf = ({ publicKey }: Certificate) => keyIdentifier(publicKey).toString('hex')
  const impostors = new Map<Certificate, Buffer>()
  for (const certificate of certificates) {
    const issuer = certificates.find(({ raw }) => isIssuedBy(certificate.raw, raw))
    const own = await keyFor(identityOf(certificate), certificate)
    const signer = issuer
      ? await keyFor(identityOf(issuer), issuer)
      : await keyFor(`issuer ${JSON.stringify(certificate.issuer)}`, certificate)
    const identifiers = { subject: keyIdentifier(own.spki), issuer: keyIdentifier(signer.spki) }
    const impostor = createCertificate({
      ...certificate,
      publicKey: own.spki,
      extensions: withKeyIdentifiers(certificate.extensions, identifiers),
      signingKey: signer.privateKey,
      sign: signDeterministically,
    })
    impostors.set(certificate, impostor)
  }
  return impostors
}
