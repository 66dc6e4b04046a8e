/** Whole numbers of any size and their big-endian octets. */

export const toInteger = (octets: Uint8Array): bigint =>
  octets.length === 0 ? 0n : BigInt(`0x${Buffer.from(octets).toString('hex')}`)

/** With leading zeros up to `length`; as few octets as it takes if that is not given. */
export function toOctets(value: bigint, length = 0): Buffer {
  const hex = value.toString(16)
  const digits = Math.max(2 * length, hex.length + (hex.length % 2))
  return Buffer.from(hex.padStart(digits, '0'), 'hex')
}

/** The inverse of `value` modulo `modulus`, which have no factor in common. */
export function modularInverse(value: bigint, modulus: bigint): bigint {
  let [remainder, nextRemainder] = [modulus, value % modulus]
  let [factor, nextFactor] = [0n, 1n]
  while (nextRemainder !== 0n) {
    const quotient = remainder / nextRemainder
    ;[remainder, nextRemainder] = [nextRemainder, remainder - quotient * nextRemainder]
    ;[factor, nextFactor] = [nextFactor, factor - quotient * nextFactor]
  }
  if (remainder !== 1n) throw new RangeError('There is no inverse')
  return factor < 0n ? factor + modulus : factor
}

export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b]
  return a
}
