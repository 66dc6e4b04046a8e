import type { KeyObject } from 'node:crypto'
import { keyIdentifier } from '../pki/certificate.js'
import {
  authorityInformationAccess,
  authorityKeyIdentifier,
  basicConstraints,
  comment,
  crlDistributionPoints,
  type ExtendedKeyUsage,
  type Extension,
  extendedKeyUsage,
  keyUsage,
  ocspNoCheck,
  subjectAltName,
  subjectKeyIdentifier,
} from '../pki/extensions.js'
import { isRsa } from '../pki/key-algorithm.js'
import type { KeyPair } from '../pki/key-pair.js'
import type { RandomSource } from '../sandbox/random.js'
import type { AuthorityUrls } from './urls.js'

/** A public key as a certificate needs it. Exporting it takes longer than signing with P-256: do it once. */
export interface SubjectKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer
  readonly isRsa: boolean
}

export function subjectKeyOf(key: KeyObject | KeyPair): SubjectKey {
  if ('spki' in key) return { spki: key.spki, isRsa: isRsa(key.algorithm) }
  return { spki: key.export({ type: 'spki', format: 'der' }), isRsa: key.asymmetricKeyType === 'rsa' }
}

/** The extensions of each kind of certificate (RFC 5280 section 4.2). `issuerKeyId` is the issuer's SKI. */
export interface Issuance {
  readonly subjectKey: SubjectKey
  readonly issuerKeyId: Buffer
  /** Where the issuer can be asked; undefined for what is checked in no other place (roots, OCSP responders). */
  readonly urls: AuthorityUrls | undefined
}

export function authorityExtensions(
  issuance: Issuance,
  pathLength: number | null,
  random?: RandomSource,
): Extension[] {
  return [
    basicConstraints({ ca: true, pathLength }),
    keyUsage('digitalSignature', 'keyCertSign', 'cRLSign'),
    ...common(issuance),
    ...(random ? predictability(random) : []),
  ]
}

/** Whoever has the seed has the private key: the certificate of such a key says so. */
export const predictability = ({ seed }: RandomSource): Extension[] =>
  seed === null ? [] : [comment(`Predictable key of random seed ${seed}, for tests only`)]

export interface SubjectAltNames {
  readonly dnsNames: readonly string[]
  readonly ipAddresses: readonly string[]
}

export type TlsPurpose = Extract<ExtendedKeyUsage, 'serverAuth' | 'clientAuth'>

/** A TLS certificate for servers and, in a private PKI as often as not, for clients. */
export function tlsExtensions(
  issuance: Issuance,
  { dnsNames, ipAddresses }: SubjectAltNames,
  purposes: readonly TlsPurpose[] = ['serverAuth', 'clientAuth'],
): Extension[] {
  const named = dnsNames.length + ipAddresses.length > 0
  return [
    basicConstraints({ ca: false }),
    issuance.subjectKey.isRsa
      ? keyUsage('digitalSignature', 'keyEncipherment')
      : keyUsage('digitalSignature'),
    extendedKeyUsage(...purposes),
    ...(named ? [subjectAltName({ dns: dnsNames, ip: ipAddresses })] : []),
    ...common(issuance),
  ]
}

/** A delegated OCSP responder (RFC 6960 section 4.2.2.2), which needs no revocation check of its own. */
export function ocspResponderExtensions(issuance: Issuance): Extension[] {
  return [
    basicConstraints({ ca: false }),
    keyUsage('digitalSignature'),
    extendedKeyUsage('OCSPSigning'),
    ocspNoCheck(),
    ...common(issuance),
  ]
}

function common({ subjectKey, issuerKeyId, urls }: Issuance): Extension[] {
  return [
    subjectKeyIdentifier(keyIdentifier(subjectKey.spki)),
    authorityKeyIdentifier(issuerKeyId),
    ...(urls ? [crlDistributionPoints(urls.crl), authorityInformationAccess(urls)] : []),
  ]
}
