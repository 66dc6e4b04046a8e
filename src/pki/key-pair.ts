import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  type ECDH,
  type KeyObject,
  generateKeyPair as startKeyPair,
} from 'node:crypto'
import type { EcKeyAlgorithm, KeyAlgorithm } from './key-algorithm.js'
import { importPkcs8 } from './private-key.js'
import type { Random } from './random-octets.js'
import { rsaKeyFrom } from './rsa-key.js'

/**
 * A new key pair, as bytes: a leaf's key is written into a certificate and an answer and never signs anything, and
 * bytes cost a tenth of what a `KeyObject` and its exports do. Besides, a `KeyObject` that `generateKeyPair` gave
 * can hang Node 20 for good when its details are read while the garbage collector runs; these are imported.
 */
export interface KeyPair {
  readonly algorithm: KeyAlgorithm
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer
  /** PrivateKeyInfo, DER. */
  readonly pkcs8: Buffer
  /** Imported at the first use. */
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

/**
 * RSA keys come from the thread pool; an EC key is made sooner than the way there and back takes. With `random`, the
 * key pair follows from its octets.
 */
export async function generateKeyPair(algorithm: KeyAlgorithm, random?: Random): Promise<KeyPair> {
  if (algorithm !== 'RSA-2048' && algorithm !== 'RSA-4096') return generateEcKeyPair(algorithm, random)
  const bits = algorithm === 'RSA-2048' ? 2048 : 4096
  if (!random) return generateRsaKeyPair(algorithm, bits)
  const { spki, pkcs8 } = await rsaKeyFrom(bits, random)
  return keyPair(algorithm, spki, pkcs8, () => importPkcs8(pkcs8))
}

function generateRsaKeyPair(algorithm: KeyAlgorithm, modulusLength: number): Promise<KeyPair> {
  const publicKeyEncoding = { type: 'spki', format: 'der' } as const
  const privateKeyEncoding = { type: 'pkcs8', format: 'der' } as const
  return new Promise((resolve, reject) => {
    startKeyPair('rsa', { modulusLength, publicKeyEncoding, privateKeyEncoding }, (error, spki, pkcs8) => {
      if (error) reject(error)
      else resolve(keyPair(algorithm, spki, pkcs8, () => importPkcs8(pkcs8)))
    })
  })
}

interface Curve {
  /** As OpenSSL calls it. */
  readonly name: string
  readonly fieldOctets: number
  /** What stands before the point in SubjectPublicKeyInfo (RFC 5480). */
  readonly spkiPrefix: Buffer
  /** What stands before the private key in PrivateKeyInfo with ECPrivateKey (RFC 5915). */
  readonly pkcs8Prefix: Buffer
  /** What stands between private key and point. */
  readonly pointPrefix: Buffer
}

const CURVES: Readonly<Record<EcKeyAlgorithm, Curve>> = {
  'ECDSA-P256': {
    name: 'prime256v1',
    fieldOctets: 32,
    spkiPrefix: Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex'),
    pkcs8Prefix: Buffer.from(
      '308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420',
      'hex',
    ),
    pointPrefix: Buffer.from('a144034200', 'hex'),
  },
  'ECDSA-P384': {
    name: 'secp384r1',
    fieldOctets: 48,
    spkiPrefix: Buffer.from('3076301006072a8648ce3d020106052b81040022036200', 'hex'),
    pkcs8Prefix: Buffer.from('3081b6020100301006072a8648ce3d020106052b8104002204819e30819b0201010430', 'hex'),
    pointPrefix: Buffer.from('a164036200', 'hex'),
  },
}

export function generateEcKeyPair(algorithm: EcKeyAlgorithm, random?: Random): KeyPair {
  const { name, fieldOctets, spkiPrefix, pkcs8Prefix, pointPrefix } = CURVES[algorithm]
  const ecdh = createECDH(name)
  const point = random ? pointOf(ecdh, fieldOctets, random) : ecdh.generateKeys()
  const scalar = ecdh.getPrivateKey()
  // Leading zeros are cut off by OpenSSL, and wanted by RFC 5915.
  const padding = Buffer.alloc(fieldOctets - scalar.length)
  const spki = Buffer.concat([spkiPrefix, point])
  const d = Buffer.concat([padding, scalar])
  const pkcs8 = Buffer.concat([pkcs8Prefix, d, pointPrefix, point])
  return keyPair(algorithm, spki, pkcs8, () => {
    const x = point.subarray(1, 1 + fieldOctets).toString('base64url')
    const y = point.subarray(1 + fieldOctets).toString('base64url')
    const jwk = { kty: 'EC', crv: CURVE_NAMES[algorithm], x, y, d: d.toString('base64url') }
    // OpenSSL takes five times as long to find out what a PKCS#8 is.
    return createPrivateKey({ key: jwk, format: 'jwk' })
  })
}

/** The first octets that are a private key of the curve: nearly all are (FIPS 186-5 appendix A.2.2). */
function pointOf(ecdh: ECDH, fieldOctets: number, random: Random): Buffer {
  for (;;) {
    try {
      ecdh.setPrivateKey(random(fieldOctets))
      return ecdh.getPublicKey()
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ERR_CRYPTO_INVALID_KEYTYPE'))
        throw error
    }
  }
}

/** The names of JSON Web Keys (RFC 7518). */
const CURVE_NAMES = { 'ECDSA-P256': 'P-256', 'ECDSA-P384': 'P-384' } satisfies Record<EcKeyAlgorithm, string>

function keyPair(
  algorithm: KeyAlgorithm,
  spki: Buffer,
  pkcs8: Buffer,
  importPrivateKey: () => KeyObject,
): KeyPair {
  let publicKey: KeyObject | undefined
  let privateKey: KeyObject | undefined
  return {
    algorithm,
    spki,
    pkcs8,
    get publicKey() {
      publicKey ??= createPublicKey({ key: spki, type: 'spki', format: 'der' })
      return publicKey
    },
    get privateKey() {
      privateKey ??= importPrivateKey()
      return privateKey
    },
  }
}
