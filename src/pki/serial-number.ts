import { integer } from './der.js'

/**
 * Serial numbers (RFC 5280 section 4.1.2.2) are upper-case hexadecimal text in this folder, whole octets,
 * without leading zero octets: what `openssl x509 -serial` prints.
 */

const LONGEST = 20

/** The INTEGER. Throws a RangeError unless the number is positive and fits in 20 octets. */
export function encodeSerialNumber(serialNumber: string): Buffer {
  const octets = Buffer.from(serialNumber.length % 2 === 0 ? serialNumber : `0${serialNumber}`, 'hex')
  const encoded = integer(octets)
  const valid = /^[0-9A-Fa-f]*[1-9A-Fa-f][0-9A-Fa-f]*$/.test(serialNumber) && encoded.length <= 2 + LONGEST
  if (!valid) throw new RangeError(`'${serialNumber}' is not a positive serial number of at most 20 octets`)
  return encoded
}

/** From the contents octets of the INTEGER. */
export function decodeSerialNumber(contents: Buffer): string {
  const text = contents.toString('hex').toUpperCase()
  return text.length > 2 && text.startsWith('00') ? text.slice(2) : text
}
