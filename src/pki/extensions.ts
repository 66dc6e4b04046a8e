import { type Asn1, Asn1Error, childrenOf, contentsOf, oidOf, readDer, TAG, tagOf } from './asn1.js'
import {
  bitString,
  boolean,
  constructedTag,
  ia5String,
  integer,
  nullValue,
  octetString,
  oid,
  primitiveTag,
  sequence,
} from './der.js'
import { encodeGeneralNames, type GeneralNames, generalNamesOf } from './general-names.js'

/** Extension of RFC 5280 section 4.1.2.9. `value` is the DER inside extnValue. */
export interface Extension {
  readonly oid: string
  readonly critical: boolean
  readonly value: Buffer
}

/** RFC 5280 section 4.2.1.3: the index is the number of the bit. */
const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const

export type KeyUsage = (typeof KEY_USAGES)[number]

/** RFC 5280 section 4.2.1.12. */
const EXTENDED_KEY_USAGES = {
  serverAuth: oid('1.3.6.1.5.5.7.3.1'),
  clientAuth: oid('1.3.6.1.5.5.7.3.2'),
  codeSigning: oid('1.3.6.1.5.5.7.3.3'),
  emailProtection: oid('1.3.6.1.5.5.7.3.4'),
  timeStamping: oid('1.3.6.1.5.5.7.3.8'),
  OCSPSigning: oid('1.3.6.1.5.5.7.3.9'),
} as const

export type ExtendedKeyUsage = keyof typeof EXTENDED_KEY_USAGES

const ACCESS_OCSP = oid('1.3.6.1.5.5.7.48.1')
const ACCESS_CA_ISSUERS = oid('1.3.6.1.5.5.7.48.2')

export const SUBJECT_ALT_NAME = '2.5.29.17'
const SUBJECT_KEY_IDENTIFIER = '2.5.29.14'
const AUTHORITY_KEY_IDENTIFIER = '2.5.29.35'
const BASIC_CONSTRAINTS = '2.5.29.19'

export interface BasicConstraints {
  readonly ca: boolean
  readonly pathLength?: number | null
}

export function basicConstraints({ ca, pathLength = null }: BasicConstraints): Extension {
  const limit = ca && pathLength !== null ? [integer(pathLength)] : []
  return { oid: BASIC_CONSTRAINTS, critical: true, value: sequence(ca ? [boolean(true), ...limit] : []) }
}

/** Whether the extensions are those of a CA (RFC 5280 section 4.2.1.9). */
export function isAuthority(extensions: readonly Extension[]): boolean {
  const constraints = extensions.find(({ oid }) => oid === BASIC_CONSTRAINTS)
  if (!constraints) return false
  const [ca] = childrenOf(readDer(constraints.value))
  return ca !== undefined && tagOf(ca) === TAG.boolean && contentsOf(ca)[0] !== 0
}

export function keyUsage(...usages: readonly KeyUsage[]): Extension {
  const bits = usages.map((usage) => KEY_USAGES.indexOf(usage))
  const highest = Math.max(0, ...bits)
  const octets = Buffer.alloc(highest < 8 ? 1 : 2)
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7))
  // DER drops the trailing zero bits of a named bit list (X.690 section 11.2.2).
  return { oid: '2.5.29.15', critical: true, value: bitString(octets, 7 - (highest & 7)) }
}

export function extendedKeyUsage(...purposes: readonly ExtendedKeyUsage[]): Extension {
  const value = sequence(purposes.map((purpose) => EXTENDED_KEY_USAGES[purpose]))
  return { oid: '2.5.29.37', critical: false, value }
}

/** Critical is for a certificate whose subject is empty (RFC 5280 section 4.2.1.6). */
export function subjectAltName(names: Partial<GeneralNames> & { readonly critical?: boolean }): Extension {
  return {
    oid: SUBJECT_ALT_NAME,
    critical: names.critical ?? false,
    value: sequence(encodeGeneralNames(names)),
  }
}

export function crlDistributionPoints(url: string): Extension {
  const fullName = constructedTag(0, encodeGeneralNames({ uri: [url] }))
  const point = sequence([constructedTag(0, [fullName])])
  return { oid: '2.5.29.31', critical: false, value: sequence([point]) }
}

export interface AuthorityInformationAccess {
  readonly ocsp?: string
  readonly caIssuers?: string
}

export function authorityInformationAccess({ ocsp, caIssuers }: AuthorityInformationAccess): Extension {
  const access = (method: Buffer, url: string | undefined) =>
    url === undefined ? [] : [sequence([method, ...encodeGeneralNames({ uri: [url] })])]
  const value = sequence([...access(ACCESS_OCSP, ocsp), ...access(ACCESS_CA_ISSUERS, caIssuers)])
  return { oid: '1.3.6.1.5.5.7.1.1', critical: false, value }
}

export function subjectKeyIdentifier(keyId: Buffer): Extension {
  return { oid: SUBJECT_KEY_IDENTIFIER, critical: false, value: octetString(keyId) }
}

export function authorityKeyIdentifier(keyId: Buffer): Extension {
  return { oid: AUTHORITY_KEY_IDENTIFIER, critical: false, value: sequence([primitiveTag(0, keyId)]) }
}

/** The extensions with the identifiers of other keys, in the same order. */
export function withKeyIdentifiers(
  extensions: readonly Extension[],
  { subject, issuer }: { readonly subject: Buffer; readonly issuer: Buffer },
): readonly Extension[] {
  return extensions.map((extension) => {
    if (extension.oid === SUBJECT_KEY_IDENTIFIER) return subjectKeyIdentifier(subject)
    return extension.oid === AUTHORITY_KEY_IDENTIFIER ? authorityKeyIdentifier(issuer) : extension
  })
}

/** id-pkix-ocsp-nocheck, RFC 6960 section 4.2.2.2.1. */
export function ocspNoCheck(): Extension {
  return { oid: '1.3.6.1.5.5.7.48.1.5', critical: false, value: nullValue() }
}

/** Netscape's comment: text for whoever looks at the certificate. It has no meaning to programs. */
export function comment(text: string): Extension {
  return { oid: '2.16.840.1.113730.1.13', critical: false, value: ia5String(text) }
}

export function certificatePolicies(policies: readonly string[]): Extension {
  const value = sequence(policies.map((policy) => sequence([oid(policy)])))
  return { oid: '2.5.29.32', critical: false, value }
}

/** Extensions ::= SEQUENCE OF Extension. */
export function encodeExtensions(extensions: readonly Extension[]): Buffer {
  return sequence(
    extensions.map(({ oid: type, critical, value }) =>
      sequence([oid(type), ...(critical ? [boolean(true)] : []), octetString(value)]),
    ),
  )
}

export function extensionsOf(node: Asn1 | undefined): readonly Extension[] {
  return childrenOf(node).map((extension) => {
    const [type, ...rest] = childrenOf(extension)
    const value = rest.pop()
    const [critical, ...more] = rest
    if (more.length > 0) throw new Asn1Error('An Extension has too many elements.')
    return {
      oid: oidOf(type),
      critical: critical !== undefined && contentsOf(critical, TAG.boolean)[0] !== 0,
      value: contentsOf(value, TAG.octetString),
    }
  })
}

/** The names of the subjectAltName extension among these, none when it is not there. */
export function subjectAltNamesIn(extensions: readonly Extension[]): GeneralNames {
  const extension = extensions.find(({ oid }) => oid === SUBJECT_ALT_NAME)
  return extension ? generalNamesOf(readDer(extension.value)) : { dns: [], ip: [], email: [], uri: [] }
}
