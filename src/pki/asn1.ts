import forge from 'node-forge'
import { oid } from './der.js'

/**
 * Reading DER with forge, strictly: one value, no trailing bytes, no deep nesting, and only bytes that forge
 * would write again the same way. That last rule turns away indefinite and padded lengths, and makes
 * `derOf(node)` the very bytes a signature was made over.
 */

export type Asn1 = forge.asn1.Asn1

/** Bytes that are not the ASN.1 they should be. The readers of this folder turn it into their own errors. */
export class Asn1Error extends Error {
  override readonly name = 'Asn1Error'
}

/** Identifier octets, class and constructed bit included. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const

const DEEPEST = 32

type FromDer = (bytes: string, options: { decodeBitStrings: boolean; maxDepth: number }) => Asn1

/** The type package does not know the options. Left on, `decodeBitStrings` takes EC signatures apart. */
const fromDer = forge.asn1.fromDer as unknown as FromDer

export function readDer(der: Buffer): Asn1 {
  let node: Asn1
  try {
    node = fromDer(der.toString('latin1'), { decodeBitStrings: false, maxDepth: DEEPEST })
  } catch (cause) {
    throw new Asn1Error('The bytes are not DER.', { cause })
  }
  if (!derOf(node).equals(der)) throw new Asn1Error('The bytes are BER, not DER.')
  return node
}

export function derOf(node: Asn1): Buffer {
  return Buffer.from(forge.asn1.toDer(node).getBytes(), 'latin1')
}

export function tagOf(node: Asn1): number {
  return node.tagClass | node.type | (node.constructed ? 0x20 : 0)
}

/** The contents octets of a primitive value; with `tag`, of that tag and no other. */
export function contentsOf(node: Asn1 | undefined, tag?: number): Buffer {
  if (node === undefined || typeof node.value !== 'string' || (tag !== undefined && tagOf(node) !== tag)) {
    throw new Asn1Error(`Expected ${expectation(tag)}.`)
  }
  // forge hands out the values of type 30, whatever their class, as UTF-16 text.
  return node.type === TAG.bmpString
    ? Buffer.from(node.value, 'utf16le').swap16()
    : Buffer.from(node.value, 'latin1')
}

/** The elements of a constructed value; with `tag`, of that tag and no other. */
export function childrenOf(node: Asn1 | undefined, tag: number = TAG.sequence): readonly Asn1[] {
  if (node === undefined || typeof node.value === 'string' || tagOf(node) !== tag) {
    throw new Asn1Error(`Expected ${expectation(tag)}.`)
  }
  return node.value
}

/** The one element of an EXPLICIT tag or of a SET that must hold one. */
export function onlyChildOf(node: Asn1 | undefined, tag: number): Asn1 {
  const [child, ...more] = childrenOf(node, tag)
  if (child === undefined || more.length > 0)
    throw new Asn1Error(`Expected one element in ${expectation(tag)}.`)
  return child
}

export function oidOf(node: Asn1 | undefined): string {
  const contents = contentsOf(node, TAG.oid)
  try {
    const dotted = forge.asn1.derToOid(contents.toString('latin1'))
    // forge lets padded and unfinished arcs pass, by which one identifier could pose as another.
    if (oid(dotted).subarray(2).equals(contents)) return dotted
  } catch (cause) {
    throw new Asn1Error('An object identifier is malformed.', { cause })
  }
  throw new Asn1Error('An object identifier is malformed.')
}

/** The octets of a BIT STRING whose bits fill whole octets. */
export function bitStringOf(node: Asn1 | undefined): Buffer {
  const contents = contentsOf(node, TAG.bitString)
  if (contents[0] !== 0) throw new Asn1Error('Expected a BIT STRING of whole octets.')
  return contents.subarray(1)
}

/** A small non-negative INTEGER. */
export function smallIntegerOf(node: Asn1 | undefined): number {
  const contents = contentsOf(node, TAG.integer)
  if (contents.length === 0 || contents.length > 4) throw new Asn1Error('Expected a small INTEGER.')
  const value = contents.readIntBE(0, contents.length)
  if (value < 0) throw new Asn1Error('Expected a non-negative INTEGER.')
  return value
}

/** Time of RFC 5280 section 4.1.2.5, in milliseconds. */
export function timeOf(node: Asn1 | undefined): number {
  const text = contentsOf(node).toString('latin1')
  const generalized = node?.type === TAG.generalizedTime
  const full = generalized ? text : `${text < '50' ? '20' : '19'}${text}`
  if (!/^\d{14}Z$/.test(full) || (!generalized && node?.type !== TAG.utcTime))
    throw new Asn1Error('Expected a time.')
  const [year, rest] = [full.slice(0, 4), full.slice(4).match(/\d\d/g) ?? []]
  const at = Date.parse(`${year}-${rest[0]}-${rest[1]}T${rest[2]}:${rest[3]}:${rest[4]}Z`)
  if (Number.isNaN(at)) throw new Asn1Error('Expected a time.')
  return at
}

function expectation(tag: number | undefined): string {
  return tag === undefined ? 'a primitive value' : `tag 0x${tag.toString(16).padStart(2, '0')}`
}
