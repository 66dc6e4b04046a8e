import { type Asn1, Asn1Error, childrenOf, contentsOf, derOf, oidOf, readDer, TAG, tagOf } from './asn1.js'
import { ia5String, oid, printableString, sequence, set, utf8String } from './der.js'

/** Name of RFC 5280 section 4.1.2.4, flat, in the order of the encoding. Plain JSON. */
export type Name = readonly NameAttribute[]

export interface NameAttribute {
  readonly oid: string
  readonly value: string
  /** The AttributeValue as it was read, hexadecimal DER, where `encodeName` would write another. */
  readonly encoding?: string
  /** The attribute belongs to the same RelativeDistinguishedName as the one before it. */
  readonly joined?: true
}

/** Absent, null and empty parts are left out. */
export interface DistinguishedName {
  readonly country?: string | null | undefined
  readonly state?: string | null | undefined
  readonly locality?: string | null | undefined
  readonly organization?: string | null | undefined
  readonly organizationalUnit?: string | null | undefined
  readonly commonName?: string | null | undefined
  readonly email?: string | null | undefined
}

const COMMON_NAME = '2.5.4.3'

/** In the order in which certificates conventionally list them. */
const ATTRIBUTE_TYPES = {
  country: '2.5.4.6',
  state: '2.5.4.8',
  locality: '2.5.4.7',
  organization: '2.5.4.10',
  organizationalUnit: '2.5.4.11',
  commonName: COMMON_NAME,
  email: '1.2.840.113549.1.9.1',
} as const satisfies Record<keyof DistinguishedName, string>

const SHORT_NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.42': 'GN',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
}

/** countryName, serialNumber and dnQualifier. */
const PRINTABLE: ReadonlySet<string> = new Set(['2.5.4.6', '2.5.4.5', '2.5.4.46'])

/** emailAddress and domainComponent. */
const IA5: ReadonlySet<string> = new Set(['1.2.840.113549.1.9.1', '0.9.2342.19200300.100.1.25'])

export function distinguishedName(parts: DistinguishedName): Name {
  return Object.entries(ATTRIBUTE_TYPES).flatMap(([part, oid]) => {
    const value = parts[part as keyof DistinguishedName]
    return value ? [{ oid, value }] : []
  })
}

export function encodeName(name: Name): Buffer {
  const rdns: Buffer[][] = []
  for (const attribute of name) {
    const encoded = sequence([oid(attribute.oid), encodeValue(attribute)])
    const previous = rdns.at(-1)
    if (attribute.joined && previous) previous.push(encoded)
    else rdns.push([encoded])
  }
  return sequence(rdns.map((rdn) => set(rdn)))
}

/** Throws an `Asn1Error`. What `decodeName` reads, `encodeName` writes byte for byte. */
export function decodeName(der: Buffer): Name {
  return nameOf(readDer(der))
}

export function nameOf(node: Asn1 | undefined): Name {
  return childrenOf(node).flatMap((rdn) => {
    const attributes = childrenOf(rdn, TAG.set)
    if (attributes.length === 0) throw new Asn1Error('A RelativeDistinguishedName is empty.')
    return attributes.map((attribute, index) => attributeOf(attribute, index > 0))
  })
}

/** The most specific one, should there be several. */
export function commonNameOf(name: Name): string | undefined {
  return name[commonNameIndex(name)]?.value
}

/** With the most specific common name replaced, or one added at the end. */
export function withCommonName(name: Name, commonName: string): Name {
  const index = commonNameIndex(name)
  const replacement = { oid: COMMON_NAME, value: commonName }
  if (index < 0) return [...name, replacement]
  return name.map((attribute, at) => {
    if (at !== index) return attribute
    return attribute.joined ? { ...replacement, joined: true } : replacement
  })
}

/** RFC 4514: the most specific part first. */
export function nameToString(name: Name): string {
  const rdns: string[] = []
  for (const { oid, value, joined } of name) {
    const text = `${SHORT_NAMES[oid] ?? oid}=${escaped(value)}`
    if (joined && rdns.length > 0) rdns.push(`${rdns.pop()}+${text}`)
    else rdns.push(text)
  }
  return rdns.reverse().join(',')
}

function commonNameIndex(name: Name): number {
  return name.map(({ oid }) => oid).lastIndexOf(COMMON_NAME)
}

function encodeValue({ oid, value, encoding }: NameAttribute): Buffer {
  if (encoding !== undefined) return Buffer.from(encoding, 'hex')
  // A value outside the character set of its type is still better in UTF-8 than maimed.
  if (PRINTABLE.has(oid) && /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value)) return printableString(value)
  if (IA5.has(oid) && isAscii(value)) return ia5String(value)
  return utf8String(value)
}

function attributeOf(node: Asn1, joined: boolean): NameAttribute {
  const [type, content, ...more] = childrenOf(node)
  if (content === undefined || more.length > 0) throw new Asn1Error('An AttributeTypeAndValue is malformed.')
  const attribute = { oid: oidOf(type), value: textOf(content) }
  const der = derOf(content)
  const same = encodeValue(attribute).equals(der)
  return { ...attribute, ...(!same && { encoding: der.toString('hex') }), ...(joined && { joined: true }) }
}

/** Values that are no text become `#` and their hexadecimal DER, as in RFC 4514 section 2.4. */
function textOf(node: Asn1): string {
  switch (tagOf(node)) {
    case TAG.utf8String:
      return contentsOf(node).toString('utf8')
    case TAG.bmpString:
      return contentsOf(node).swap16().toString('utf16le')
    case TAG.printableString:
    case TAG.numericString:
    case TAG.teletexString:
    case TAG.ia5String:
    case TAG.visibleString:
      return contentsOf(node).toString('latin1')
    default:
      return `#${derOf(node).toString('hex')}`
  }
}

function isAscii(value: string): boolean {
  return Buffer.byteLength(value) === value.length
}

function escaped(value: string): string {
  return value
    .replace(/["+,;<>\\]/g, '\\$&')
    .replace(/^[ #]/, '\\$&')
    .replace(/ $/, '\\ ')
    .replaceAll('\0', '\\00')
}
