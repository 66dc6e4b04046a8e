import { createECDH, createHash, createHmac, type KeyObject, sign } from 'node:crypto'
import { modularInverse, toInteger, toOctets } from './big-integer.js'
import { integer, sequence } from './der.js'
import { describeKey } from './key-algorithm.js'
import type { Sign } from './signature-algorithm.js'

interface Curve {
  /** As OpenSSL calls it. */
  readonly name: string
  readonly octets: number
  readonly order: bigint
}

/** The orders of SEC 2 sections 2.4.2 and 2.5.1. */
const CURVES: Readonly<Record<string, Curve>> = {
  'P-256': {
    name: 'prime256v1',
    octets: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  'P-384': {
    name: 'secp384r1',
    octets: 48,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
}

/**
 * A signature that follows from the key and what is signed: ECDSA after RFC 6979. PKCS#1 v1.5 of RSA is like that
 * by itself. Throws a RangeError for a curve other than P-256 and P-384.
 */
export const signDeterministically: Sign = (hash, bytes, key) => {
  if (key.asymmetricKeyType === 'rsa') return sign(hash, bytes, key)
  const { curve, secret } = signingKey(key)
  const { order, octets, name } = curve
  const digest = createHash(hash).update(bytes).digest()
  const message = leftmostBits(digest, curve) % order
  const ecdh = createECDH(name)
  for (const nonce of nonces(hash, curve, secret, message)) {
    ecdh.setPrivateKey(toOctets(nonce, octets))
    const r = toInteger(ecdh.getPublicKey().subarray(1, 1 + octets)) % order
    const s = (modularInverse(nonce, order) * (message + r * secret)) % order
    if (r !== 0n && s !== 0n) return sequence([integer(toOctets(r)), integer(toOctets(s))])
  }
  throw new Error('The generator of nonces has no end')
}

/** The generation of k, RFC 6979 section 3.2: HMAC_DRBG under the key and the message's digest. */
function* nonces(hash: string, curve: Curve, secret: bigint, message: bigint): Generator<bigint, void> {
  const hmac = (secretKey: Buffer, ...parts: readonly Buffer[]) => {
    const mac = createHmac(hash, secretKey)
    for (const part of parts) mac.update(part)
    return mac.digest()
  }
  const { length } = createHash(hash).digest()
  const seed = Buffer.concat([toOctets(secret, curve.octets), toOctets(message, curve.octets)])
  let value = Buffer.alloc(length, 1)
  let key = Buffer.alloc(length)
  const update = (separator: number, ...parts: readonly Buffer[]) => {
    key = hmac(key, value, Buffer.from([separator]), ...parts)
    value = hmac(key, value)
  }
  update(0, seed)
  update(1, seed)
  for (;;) {
    const parts: Buffer[] = []
    for (let filled = 0; filled < curve.octets; filled += length) {
      value = hmac(key, value)
      parts.push(value)
    }
    const nonce = leftmostBits(Buffer.concat(parts), curve)
    if (nonce > 0n && nonce < curve.order) yield nonce
    update(0)
  }
}

/** bits2int of RFC 6979 section 2.3.2; the orders of both curves fill whole octets. */
const leftmostBits = (octets: Buffer, curve: Curve): bigint => toInteger(octets.subarray(0, curve.octets))

interface SigningKey {
  readonly curve: Curve
  readonly secret: bigint
}

/** Exporting a key takes longer than the rest: CAs sign again and again. */
const signingKeys = new WeakMap<KeyObject, SigningKey>()

function signingKey(key: KeyObject): SigningKey {
  const known = signingKeys.get(key)
  if (known) return known
  const description = describeKey(key)
  const curve = description.type === 'ec' ? CURVES[description.curve] : undefined
  const { d } = key.export({ format: 'jwk' })
  if (!curve || d === undefined) throw new RangeError('The key is on neither P-256 nor P-384')
  const made = { curve, secret: toInteger(Buffer.from(d, 'base64url')) }
  signingKeys.set(key, made)
  return made
}
