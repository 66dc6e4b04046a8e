import type { KeyObject } from 'node:crypto'
import { constructedTag, enumerated, integer, sequence, time } from './der.js'
import { authorityKeyIdentifier, type Extension, encodeExtensions } from './extensions.js'
import { encodeName, type Name } from './name.js'
import { encodeSerialNumber } from './serial-number.js'
import { type Sign, signatureAlgorithmFor, signedParts } from './signature-algorithm.js'

/** CRLReason of RFC 5280 section 5.3.1. */
export const REVOCATION_REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  caCompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const

export type RevocationReason = keyof typeof REVOCATION_REASONS

export interface RevocationListEntry {
  readonly serialNumber: string
  readonly revokedAt: number
  readonly reason: RevocationReason
}

export interface RevocationListParameters {
  readonly issuer: Name
  readonly authorityKeyIdentifier: Buffer
  readonly crlNumber: number
  readonly thisUpdate: number
  readonly nextUpdate: number
  readonly entries: readonly RevocationListEntry[]
  readonly signingKey: KeyObject
  readonly sign?: Sign
}

const V2 = integer(1)

/** crlEntryExtensions per reason; `unspecified` is better left out (RFC 5280 section 5.3.1). */
const ENTRY_EXTENSIONS: ReadonlyMap<string, Buffer> = new Map(
  Object.entries(REVOCATION_REASONS)
    .filter(([reason]) => reason !== 'unspecified')
    .map(([reason, code]) => [reason, encodeExtensions([reasonCode(code)])]),
)

/** CertificateList of RFC 5280 section 5.1, version 2, DER. */
export function createRevocationList(parameters: RevocationListParameters): Buffer {
  const algorithm = signatureAlgorithmFor(parameters.signingKey)
  const entries = parameters.entries.map(revokedCertificate)
  const tbsCertList = sequence([
    V2,
    algorithm.identifier,
    encodeName(parameters.issuer),
    time(parameters.thisUpdate),
    time(parameters.nextUpdate),
    // An empty list must be absent (RFC 5280 section 5.1.2.6).
    ...(entries.length > 0 ? [sequence(entries)] : []),
    constructedTag(0, [
      encodeExtensions([
        authorityKeyIdentifier(parameters.authorityKeyIdentifier),
        crlNumber(parameters.crlNumber),
      ]),
    ]),
  ])
  return sequence(signedParts(tbsCertList, algorithm, parameters.signingKey, parameters.sign))
}

function revokedCertificate({ serialNumber, revokedAt, reason }: RevocationListEntry): Buffer {
  const extensions = ENTRY_EXTENSIONS.get(reason)
  const [serial, at] = [encodeSerialNumber(serialNumber), time(revokedAt)]
  return sequence(extensions ? [serial, at, extensions] : [serial, at])
}

function crlNumber(number: number): Extension {
  return { oid: '2.5.29.20', critical: false, value: integer(number) }
}

function reasonCode(code: number): Extension {
  return { oid: '2.5.29.21', critical: false, value: enumerated(code) }
}
