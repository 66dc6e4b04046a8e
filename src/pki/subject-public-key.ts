import type { KeyObject } from 'node:crypto'
import { bitStringOf, childrenOf, readDer } from './asn1.js'

/** SubjectPublicKeyInfo of RFC 5280 section 4.1.2.7, DER. */
export function subjectPublicKeyInfo(publicKey: KeyObject | Buffer): Buffer {
  return Buffer.isBuffer(publicKey) ? publicKey : publicKey.export({ type: 'spki', format: 'der' })
}

/** The octets of subjectPublicKey, which key identifiers and OCSP's issuerKeyHash are hashes of. */
export function subjectPublicKeyBits(publicKey: KeyObject | Buffer): Buffer {
  return bitStringOf(childrenOf(readDer(subjectPublicKeyInfo(publicKey)))[1])
}
