import { type Asn1, Asn1Error, childrenOf, contentsOf, tagOf } from './asn1.js'
import { primitiveTag } from './der.js'
import { decodeIpAddress, encodeIpAddress } from './ip-address.js'

/** The kinds of GeneralName (RFC 5280 section 4.2.1.6) that end up in certificates of servers and people. */
export interface GeneralNames {
  readonly dns: readonly string[]
  /** Canonical text. */
  readonly ip: readonly string[]
  readonly email: readonly string[]
  readonly uri: readonly string[]
}

const RFC822_NAME = 1
const DNS_NAME = 2
const URI = 6
const IP_ADDRESS = 7

/** The elements of GeneralNames, without the SEQUENCE around them. DNS names have to be A-labels already. */
export function encodeGeneralNames({
  dns = [],
  ip = [],
  email = [],
  uri = [],
}: Partial<GeneralNames>): Buffer[] {
  return [
    ...dns.map((name) => ia5(DNS_NAME, name)),
    ...ip.map((address) => primitiveTag(IP_ADDRESS, encodeIpAddress(address))),
    ...email.map((address) => ia5(RFC822_NAME, address)),
    ...uri.map((uri) => ia5(URI, uri)),
  ]
}

/** Other kinds of name are passed over. Blanks, control and non-ASCII characters are an `Asn1Error`. */
export function generalNamesOf(node: Asn1): GeneralNames {
  const names = childrenOf(node)
  const texts = (kind: number) => names.filter((name) => isKind(name, kind)).map((name) => textOf(name))
  return {
    dns: texts(DNS_NAME),
    ip: names.filter((name) => isKind(name, IP_ADDRESS)).map((name) => addressOf(name)),
    email: texts(RFC822_NAME),
    uri: texts(URI),
  }
}

function ia5(kind: number, text: string): Buffer {
  if (!isGraphic(text)) throw new RangeError(`'${text}' is not a name in ASCII`)
  return primitiveTag(kind, Buffer.from(text, 'latin1'))
}

function isKind(name: Asn1, kind: number): boolean {
  return tagOf(name) === (0x80 | kind)
}

function textOf(name: Asn1): string {
  const text = contentsOf(name).toString('latin1')
  if (!isGraphic(text)) throw new Asn1Error('A subject alternative name is not graphic ASCII.')
  return text
}

function addressOf(name: Asn1): string {
  const address = decodeIpAddress(contentsOf(name))
  if (address === undefined) throw new Asn1Error('An IP address does not have 4 or 16 octets.')
  return address
}

function isGraphic(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}
