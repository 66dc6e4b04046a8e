import { createHash, type KeyObject } from 'node:crypto'
import {
  type Asn1,
  Asn1Error,
  childrenOf,
  contentsOf,
  derOf,
  oidOf,
  onlyChildOf,
  readDer,
  smallIntegerOf,
  TAG,
  tagOf,
} from './asn1.js'
import {
  constructedTag,
  enumerated,
  generalizedTime,
  octetString,
  oid,
  primitiveTag,
  sequence,
} from './der.js'
import { encodeExtensions, extensionsOf } from './extensions.js'
import { type HashAlgorithm, hashAlgorithmByOid } from './hash-algorithm.js'
import { encodeName, type Name } from './name.js'
import { REVOCATION_REASONS, type RevocationReason } from './revocation-list.js'
import { decodeSerialNumber } from './serial-number.js'
import { type Sign, signatureAlgorithmFor, signedParts } from './signature-algorithm.js'
import { subjectPublicKeyBits } from './subject-public-key.js'

/** CertID of RFC 6960 section 4.1.1. */
export interface CertId {
  /** Undefined for a hash that is not known here; such a CertID matches no issuer. */
  readonly hashAlgorithm: HashAlgorithm | undefined
  readonly issuerNameHash: Buffer
  readonly issuerKeyHash: Buffer
  /** Upper-case hexadecimal, whole octets. */
  readonly serialNumber: string
  /** The CertID as it was read, which the response repeats. */
  readonly raw: Buffer
}

export interface OcspRequest {
  readonly nonce?: Buffer
  readonly certIds: readonly CertId[]
}

export class OcspRequestError extends Error {
  override readonly name = 'OcspRequestError'
}

export type CertStatus =
  | 'good'
  | 'unknown'
  | { readonly revokedAt: number; readonly reason: RevocationReason }

export interface OcspSingleResponse {
  /** The `raw` of the request's CertID. */
  readonly certId: Buffer
  readonly status: CertStatus
  readonly thisUpdate: number
  readonly nextUpdate?: number
}

export interface OcspResponseParameters {
  readonly responder: { readonly keyIdentifier: Buffer } | { readonly name: Name }
  readonly producedAt: number
  readonly responses: readonly OcspSingleResponse[]
  readonly nonce?: Buffer | undefined
  readonly signingKey: KeyObject
  readonly sign?: Sign
  /** DER, of a delegated signer and what leads from it to the issuer. */
  readonly certificates: readonly Buffer[]
}

/** OCSPResponseStatus of RFC 6960 section 4.2.1. */
const ERROR_STATUSES = {
  malformedRequest: 1,
  internalError: 2,
  tryLater: 3,
  sigRequired: 5,
  unauthorized: 6,
} as const

export type OcspErrorStatus = keyof typeof ERROR_STATUSES

const NONCE = '1.3.6.1.5.5.7.48.1.2'
const BASIC_RESPONSE = oid('1.3.6.1.5.5.7.48.1.1')
const SUCCESSFUL = enumerated(0)

/** Throws an `OcspRequestError`, and nothing else whatever the bytes. Ignores a signature on the request. */
export function readOcspRequest(der: Buffer): OcspRequest {
  try {
    return requestOf(readDer(der))
  } catch (cause) {
    if (cause instanceof Asn1Error) throw new OcspRequestError('The OCSP request is malformed.', { cause })
    throw cause
  }
}

/** OCSPResponse with a BasicOCSPResponse, RFC 6960 section 4.2.1, DER. */
export function createOcspResponse(parameters: OcspResponseParameters): Buffer {
  const { responder, producedAt, responses, nonce, signingKey, sign, certificates } = parameters
  const algorithm = signatureAlgorithmFor(signingKey)
  const responseData = sequence([
    'name' in responder
      ? constructedTag(1, [encodeName(responder.name)])
      : constructedTag(2, [octetString(responder.keyIdentifier)]),
    generalizedTime(producedAt),
    sequence(responses.map(singleResponse)),
    ...(nonce ? [constructedTag(1, [nonceExtensions(nonce)])] : []),
  ])
  const basicResponse = sequence([
    ...signedParts(responseData, algorithm, signingKey, sign),
    ...(certificates.length > 0 ? [constructedTag(0, [sequence(certificates)])] : []),
  ])
  return sequence([SUCCESSFUL, constructedTag(0, [sequence([BASIC_RESPONSE, octetString(basicResponse)])])])
}

/** A response without a body, unsigned. */
export function createOcspErrorResponse(status: OcspErrorStatus): Buffer {
  return sequence([enumerated(ERROR_STATUSES[status])])
}

/** Whether the certificate that is asked for was issued under this name and key (SubjectPublicKeyInfo). */
export function certIdMatches(certId: CertId, issuerName: Name, issuerSpki: KeyObject | Buffer): boolean {
  const { hashAlgorithm } = certId
  if (hashAlgorithm === undefined) return false
  const digest = (bytes: Buffer) => createHash(hashAlgorithm).update(bytes).digest()
  return (
    digest(encodeName(issuerName)).equals(certId.issuerNameHash) &&
    digest(subjectPublicKeyBits(issuerSpki)).equals(certId.issuerKeyHash)
  )
}

function requestOf(request: Asn1): OcspRequest {
  const fields = childrenOf(childrenOf(request)[0])
  const tagged = (tag: number) => fields.find((field) => tagOf(field) === tag)
  const version = tagged(0xa0)
  if (version && smallIntegerOf(onlyChildOf(version, 0xa0)) !== 0)
    throw new Asn1Error('The version is not 1.')
  const certIds = childrenOf(tagged(TAG.sequence)).map((single) => certIdOf(childrenOf(single)[0]))
  if (certIds.length === 0) throw new Asn1Error('The request asks for nothing.')
  const extensions = tagged(0xa2)
  const nonce = extensions && nonceOf(onlyChildOf(extensions, 0xa2))
  return nonce ? { certIds, nonce } : { certIds }
}

function certIdOf(node: Asn1 | undefined): CertId {
  const [hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber] = childrenOf(node)
  const serial = contentsOf(serialNumber, TAG.integer)
  const positive = (serial[0] ?? 0x80) < 0x80
  if (node === undefined || !positive) throw new Asn1Error('A CertID is malformed.')
  return {
    hashAlgorithm: hashAlgorithmByOid(oidOf(childrenOf(hashAlgorithm)[0])),
    issuerNameHash: contentsOf(issuerNameHash, TAG.octetString),
    issuerKeyHash: contentsOf(issuerKeyHash, TAG.octetString),
    serialNumber: decodeSerialNumber(serial),
    raw: derOf(node),
  }
}

/** RFC 9654 section 2.1: 1 to 128 octets. */
function nonceOf(extensions: Asn1): Buffer | undefined {
  const extension = extensionsOf(extensions).find(({ oid }) => oid === NONCE)
  if (extension === undefined) return undefined
  const nonce = contentsOf(readDer(extension.value), TAG.octetString)
  if (nonce.length === 0 || nonce.length > 128)
    throw new Asn1Error('The nonce does not have 1 to 128 octets.')
  return nonce
}

function nonceExtensions(nonce: Buffer): Buffer {
  return encodeExtensions([{ oid: NONCE, critical: false, value: octetString(nonce) }])
}

function singleResponse({ certId, status, thisUpdate, nextUpdate }: OcspSingleResponse): Buffer {
  return sequence([
    certId,
    certStatus(status),
    generalizedTime(thisUpdate),
    ...(nextUpdate === undefined ? [] : [constructedTag(0, [generalizedTime(nextUpdate)])]),
  ])
}

function certStatus(status: CertStatus): Buffer {
  if (status === 'good') return primitiveTag(0, Buffer.alloc(0))
  if (status === 'unknown') return primitiveTag(2, Buffer.alloc(0))
  const code = REVOCATION_REASONS[status.reason]
  const reason = code === 0 ? [] : [constructedTag(0, [enumerated(code)])]
  return constructedTag(1, [generalizedTime(status.revokedAt), ...reason])
}
