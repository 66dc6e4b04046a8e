import { checkPrime } from 'node:crypto'
import { greatestCommonDivisor, modularInverse, toInteger, toOctets } from './big-integer.js'
import { bitString, integer, nullValue, octetString, oid, sequence } from './der.js'
import type { Random } from './random-octets.js'

const EXPONENT = 65_537n
const RSA_ENCRYPTION = sequence([oid('1.2.840.113549.1.1.1'), nullValue()])

/** Bits by which the primes have to differ (FIPS 186-5 appendix A.1.3). */
const APART = 100n
/** So many numbers from a random start on are looked at before there is another start. */
const WINDOW = 16_384

/**
 * An RSA key pair that follows from its source of octets: two probable primes and e = 65537, after the conditions of
 * FIPS 186-5 appendix A.1.3. Primality is tested in the thread pool, a candidate at a time, so requests go on.
 */
export async function rsaKeyFrom(bits: number, random: Random): Promise<{ spki: Buffer; pkcs8: Buffer }> {
  const half = bits / 2
  const first = await findPrime(half, random, () => true)
  const isApart = (prime: bigint) => absolute(prime - first) >> (BigInt(half) - APART) > 0n
  const second = await findPrime(half, random, isApart)
  const [p, q] = first > second ? [first, second] : [second, first]

  const order = ((p - 1n) * (q - 1n)) / greatestCommonDivisor(p - 1n, q - 1n)
  const d = modularInverse(EXPONENT, order)
  if (d >> BigInt(half) === 0n) return rsaKeyFrom(bits, random)
  const numbers = [p * q, EXPONENT, d, p, q, d % (p - 1n), d % (q - 1n), modularInverse(q, p)]
  const [modulus, exponent, ...secrets] = numbers.map((number) => integer(toOctets(number)))
  if (!modulus || !exponent) throw new Error('An RSA key without a modulus')
  const privateKey = sequence([integer(0), modulus, exponent, ...secrets])
  return {
    spki: sequence([RSA_ENCRYPTION, bitString(sequence([modulus, exponent]))]),
    pkcs8: sequence([integer(0), RSA_ENCRYPTION, octetString(privateKey)]),
  }
}

/** The first number after a random start that is prime, has no factor e in its predecessor, and suits `accept`. */
async function findPrime(bits: number, random: Random, accept: (prime: bigint) => boolean): Promise<bigint> {
  for (;;) {
    const start = randomStart(bits, random)
    for (const offset of withoutSmallFactors(start)) {
      const candidate = start + BigInt(offset)
      if (candidate >> BigInt(bits) !== 0n) break
      if (candidate % EXPONENT === 1n || !accept(candidate)) continue
      if (await isPrime(candidate)) return candidate
    }
  }
}

/** Odd, with both of the highest bits set: the product of two then has all its bits. */
function randomStart(bits: number, random: Random): bigint {
  const octets = Buffer.from(random(bits / 8))
  octets[0] = (octets[0] ?? 0) | 0xc0
  const last = octets.length - 1
  octets[last] = (octets[last] ?? 0) | 1
  return toInteger(octets)
}

/** Even offsets from `start` below `WINDOW` whose numbers no small prime divides: one in twenty is worth a test. */
function withoutSmallFactors(start: bigint): number[] {
  const composite = new Uint8Array(WINDOW)
  for (const { product, primes } of smallPrimes()) {
    const residue = Number(start % product)
    for (const prime of primes) {
      for (let at = (prime - (residue % prime)) % prime; at < WINDOW; at += prime) composite[at] = 1
    }
  }
  const offsets: number[] = []
  for (let at = 0; at < WINDOW; at += 2) if (composite[at] === 0) offsets.push(at)
  return offsets
}

interface PrimeGroup {
  /** Below 2^53: one division of a large number serves them all. */
  readonly product: bigint
  readonly primes: readonly number[]
}

let groups: readonly PrimeGroup[] | undefined

function smallPrimes(): readonly PrimeGroup[] {
  groups ??= groupsOf(oddPrimesBelow(32_768))
  return groups
}

function groupsOf(primes: readonly number[]): PrimeGroup[] {
  const made: PrimeGroup[] = []
  let [product, members]: [number, number[]] = [1, []]
  for (const prime of primes) {
    if (product * prime > Number.MAX_SAFE_INTEGER) {
      made.push({ product: BigInt(product), primes: members })
      ;[product, members] = [1, []]
    }
    product *= prime
    members.push(prime)
  }
  return [...made, { product: BigInt(product), primes: members }]
}

function oddPrimesBelow(limit: number): number[] {
  const composite = new Uint8Array(limit)
  const primes: number[] = []
  for (let number = 3; number < limit; number += 2) {
    if (composite[number] === 1) continue
    primes.push(number)
    for (let multiple = number * number; multiple < limit; multiple += 2 * number) composite[multiple] = 1
  }
  return primes
}

const absolute = (value: bigint): bigint => (value < 0n ? -value : value)

/** OpenSSL takes 64 rounds of Miller and Rabin at least, each composite is found in the first. */
const isPrime = (candidate: bigint): Promise<boolean> =>
  new Promise((resolve, reject) => {
    checkPrime(candidate, (error, prime) => (error ? reject(error) : resolve(prime)))
  })
