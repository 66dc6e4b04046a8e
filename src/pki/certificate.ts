import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import {
  type Asn1,
  Asn1Error,
  childrenOf,
  contentsOf,
  derOf,
  oidOf,
  onlyChildOf,
  readDer,
  TAG,
  tagOf,
  timeOf,
} from './asn1.js'
import { constructedTag, integer, sequence, time } from './der.js'
import {
  type Extension,
  encodeExtensions,
  extensionsOf,
  SUBJECT_ALT_NAME,
  subjectAltNamesIn,
} from './extensions.js'
import { encodeName, type Name, nameOf } from './name.js'
import { fromPem } from './pem.js'
import { type Random, randomOctets } from './random-octets.js'
import { decodeSerialNumber, encodeSerialNumber } from './serial-number.js'
import {
  type Sign,
  type SignatureAlgorithmName,
  signatureAlgorithmFor,
  signatureAlgorithmNameOf,
  signedParts,
} from './signature-algorithm.js'
import { subjectPublicKeyBits, subjectPublicKeyInfo } from './subject-public-key.js'

export interface CertificateParameters {
  /** Hexadecimal, positive, at most 20 octets. */
  readonly serialNumber: string
  readonly subject: Name
  readonly issuer: Name
  /** A key, or its SubjectPublicKeyInfo. */
  readonly publicKey: KeyObject | Buffer
  /** Both ends of the validity belong to it; fractions of a second are cut off. */
  readonly notBefore: number
  readonly notAfter: number
  /** In this order, key identifiers included. */
  readonly extensions: readonly Extension[]
  readonly signingKey: KeyObject
  readonly signatureAlgorithmOverride?: SignatureAlgorithmName
  readonly sign?: Sign
}

export interface Certificate {
  /** Upper-case hexadecimal, whole octets. */
  readonly serialNumber: string
  readonly subject: Name
  readonly issuer: Name
  readonly notBefore: number
  readonly notAfter: number
  readonly publicKey: KeyObject
  readonly dnsNames: readonly string[]
  readonly ipAddresses: readonly string[]
  readonly extensions: readonly Extension[]
  readonly signatureAlgorithm: { readonly oid: string; readonly name: string }
  readonly raw: Buffer
}

/** Bytes that are no X.509 certificate. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
}

const V3 = constructedTag(0, [integer(2)])

/** Certificate of RFC 5280 section 4.1, version 3, DER. */
export function createCertificate(parameters: CertificateParameters): Buffer {
  const { signingKey, signatureAlgorithmOverride, sign } = parameters
  const algorithm = signatureAlgorithmFor(signingKey, signatureAlgorithmOverride)
  // Without a subject, subjectAltName has to be critical (RFC 5280 section 4.1.2.6).
  const extensions =
    parameters.subject.length > 0 ? parameters.extensions : parameters.extensions.map(criticalIfNaming)
  const tbsCertificate = sequence([
    V3,
    encodeSerialNumber(parameters.serialNumber),
    algorithm.identifier,
    encodeName(parameters.issuer),
    sequence([time(parameters.notBefore), time(parameters.notAfter)]),
    encodeName(parameters.subject),
    subjectPublicKeyInfo(parameters.publicKey),
    constructedTag(3, [encodeExtensions(extensions)]),
  ])
  return sequence(signedParts(tbsCertificate, algorithm, signingKey, sign))
}

const criticalIfNaming = (extension: Extension): Extension =>
  extension.oid === SUBJECT_ALT_NAME ? { ...extension, critical: true } : extension

/** RFC 5280 section 4.2.1.2, method (1): SHA-1 of the subjectPublicKey. */
export function keyIdentifier(publicKey: KeyObject | Buffer): Buffer {
  return createHash('sha1').update(subjectPublicKeyBits(publicKey)).digest()
}

/** 16 octets, the first neither zero nor negative, so that all have 32 digits; 126 of the bits are random. */
export function randomSerialNumber(random: Random = randomOctets): string {
  const octets = Buffer.from(random(16))
  octets[0] = ((octets[0] ?? 0) & 0x7f) | 0x40
  return octets.toString('hex').toUpperCase()
}

/** From DER, or from the first certificate in a PEM text. Throws a `CertificateError`. */
export function readCertificate(input: Buffer | string): Certificate {
  const raw = typeof input === 'string' ? fromPem('CERTIFICATE', input) : input
  if (raw === undefined) throw new CertificateError('The text holds no certificate in PEM.')
  try {
    return certificateOf(raw)
  } catch (cause) {
    if (cause instanceof Asn1Error) throw new CertificateError('The certificate is malformed.', { cause })
    throw cause
  }
}

function certificateOf(raw: Buffer): Certificate {
  const [tbsCertificate, algorithm] = childrenOf(readDer(raw))
  const fields = [...childrenOf(tbsCertificate)]
  // Version 1 certificates leave the version out.
  if (fields[0] && tagOf(fields[0]) === 0xa0) fields.shift()
  const [serialNumber, , issuer, validity, subject, spki, ...rest] = fields
  const [notBefore, notAfter] = childrenOf(validity)
  const wrapped = rest.find((field) => tagOf(field) === 0xa3)
  const extensions = wrapped ? extensionsOf(onlyChildOf(wrapped, 0xa3)) : []
  const { dns, ip } = subjectAltNamesIn(extensions)
  const oid = oidOf(childrenOf(algorithm)[0])
  return {
    serialNumber: decodeSerialNumber(contentsOf(serialNumber, TAG.integer)),
    subject: nameOf(subject),
    issuer: nameOf(issuer),
    notBefore: timeOf(notBefore),
    notAfter: timeOf(notAfter),
    publicKey: publicKeyOf(spki),
    dnsNames: dns,
    ipAddresses: ip,
    extensions,
    signatureAlgorithm: { oid, name: signatureAlgorithmNameOf(oid) },
    raw,
  }
}

function publicKeyOf(spki: Asn1 | undefined): KeyObject {
  if (spki === undefined) throw new Asn1Error('The public key is missing.')
  try {
    return createPublicKey({ key: derOf(spki), type: 'spki', format: 'der' })
  } catch (cause) {
    throw new CertificateError('The public key of the certificate cannot be read.', { cause })
  }
}
