/**
 * A writer of DER (X.690 clause 10) on Buffers.
 *
 * Reading is forge's business (`asn1.ts`). Writing is not: forge builds binary strings, and a revocation list
 * of 10,000 entries takes it 80 ms where these few functions need 20.
 */

/** One TLV: tag octet, definite minimal length, the parts one after another. */
export function tlv(tag: number, parts: readonly Uint8Array[]): Buffer {
  let length = 0
  for (const part of parts) length += part.length
  const lengthOctets =
    length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4

  const der = Buffer.allocUnsafe(2 + lengthOctets + length)
  der[0] = tag
  if (lengthOctets === 0) {
    der[1] = length
  } else {
    der[1] = 0x80 | lengthOctets
    der.writeUIntBE(length, 2, lengthOctets)
  }
  let offset = 2 + lengthOctets
  for (const part of parts) {
    der.set(part, offset)
    offset += part.length
  }
  return der
}

export const sequence = (parts: readonly Uint8Array[]): Buffer => tlv(0x30, parts)
export const set = (parts: readonly Uint8Array[]): Buffer => tlv(0x31, parts)
export const octetString = (contents: Uint8Array): Buffer => tlv(0x04, [contents])
export const utf8String = (text: string): Buffer => tlv(0x0c, [Buffer.from(text, 'utf8')])
export const printableString = (text: string): Buffer => tlv(0x13, [Buffer.from(text, 'latin1')])
export const ia5String = (text: string): Buffer => tlv(0x16, [Buffer.from(text, 'latin1')])
export const boolean = (value: boolean): Buffer => Buffer.from([0x01, 0x01, value ? 0xff : 0x00])
export const enumerated = (value: number): Buffer => Buffer.from([0x0a, 0x01, value])
export const nullValue = (): Buffer => Buffer.from([0x05, 0x00])

/** `[number] EXPLICIT`, and any IMPLICIT tag on a constructed type, whose parts are then the contents. */
export const constructedTag = (number: number, parts: readonly Uint8Array[]): Buffer =>
  tlv(0xa0 | number, parts)

/** `[number] IMPLICIT` on a primitive type. */
export const primitiveTag = (number: number, contents: Uint8Array): Buffer => tlv(0x80 | number, [contents])

/** A non-negative INTEGER, from a safe integer or from its magnitude, big-endian. */
export function integer(value: number | Uint8Array): Buffer {
  const magnitude = typeof value === 'number' ? magnitudeOf(value) : value
  let start = 0
  while (start < magnitude.length - 1 && magnitude[start] === 0) start++
  const significant = magnitude.subarray(start)
  const lead = significant[0] ?? 0
  return tlv(0x02, lead >= 0x80 || significant.length === 0 ? [Buffer.alloc(1), significant] : [significant])
}

export function bitString(contents: Uint8Array, unusedBits = 0): Buffer {
  return tlv(0x03, [Buffer.from([unusedBits]), contents])
}

/** From dotted text. Throws a RangeError on what is no object identifier, or has an arc beyond 2^53. */
export function oid(dotted: string): Buffer {
  const known = oids.get(dotted)
  if (known) return known
  const der = encodeOid(dotted)
  if (oids.size < REMEMBERED) oids.set(dotted, der)
  return der
}

/** The same twenty stand in every certificate. */
const oids = new Map<string, Buffer>()
const REMEMBERED = 100

function encodeOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const arcs = [first * 40 + second, ...rest]
  const valid = /^[0-2](\.\d+)+$/.test(dotted) && (first === 2 || second < 40)
  if (!valid || !arcs.every(Number.isSafeInteger)) {
    throw new RangeError(`'${dotted}' is not an object identifier`)
  }
  const octets: number[] = []
  for (const arc of arcs) {
    const base128 = [arc % 128]
    for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128)) {
      base128.unshift((high % 128) | 0x80)
    }
    octets.push(...base128)
  }
  return tlv(0x06, [Buffer.from(octets)])
}

/** Time of RFC 5280 section 4.1.2.5: UTCTime from 1950 to 2049, GeneralizedTime otherwise; whole seconds. */
export function time(at: number): Buffer {
  const digits = timeDigits(at)
  const utcTime = digits >= '1950' && digits < '2050'
  return utcTime
    ? tlv(0x17, [Buffer.from(digits.slice(2), 'latin1')])
    : tlv(0x18, [Buffer.from(digits, 'latin1')])
}

export function generalizedTime(at: number): Buffer {
  return tlv(0x18, [Buffer.from(timeDigits(at), 'latin1')])
}

/** `YYYYMMDDhhmmssZ` */
function timeDigits(at: number): string {
  const text = new Date(at).toISOString()
  if (text.length !== 24) throw new RangeError(`the year of ${text} does not have four digits`)
  return `${text.slice(0, 19).replace(/[-:T]/g, '')}Z`
}

function magnitudeOf(value: number): Buffer {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${value} is not a non-negative integer`)
  const octets = Buffer.alloc(8)
  octets.writeBigUInt64BE(BigInt(value))
  return octets
}
