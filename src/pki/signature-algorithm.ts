import { type KeyObject, sign as signRandomly } from 'node:crypto'
import { bitString, nullValue, oid, sequence } from './der.js'
import type { HashAlgorithm } from './hash-algorithm.js'
import { keyToString } from './key-algorithm.js'

export type SignatureHash = Exclude<HashAlgorithm, 'sha1'>

export interface SignatureAlgorithm {
  readonly name: SignatureAlgorithmName
  readonly oid: string
  readonly keyType: 'rsa' | 'ec'
  readonly hash: SignatureHash
  /** AlgorithmIdentifier: NULL parameters with RSA (RFC 4055), none with ECDSA (RFC 5758). */
  readonly identifier: Buffer
}

export type SignatureAlgorithmName = keyof typeof SIGNATURE_ALGORITHMS

const rsa = (dotted: string, hash: SignatureHash) =>
  ({ oid: dotted, keyType: 'rsa', hash, identifier: sequence([oid(dotted), nullValue()]) }) as const
const ecdsa = (dotted: string, hash: SignatureHash) =>
  ({ oid: dotted, keyType: 'ec', hash, identifier: sequence([oid(dotted)]) }) as const

/** What we sign with, and accept in requests. */
const SIGNATURE_ALGORITHMS = {
  sha256WithRSAEncryption: rsa('1.2.840.113549.1.1.11', 'sha256'),
  sha384WithRSAEncryption: rsa('1.2.840.113549.1.1.12', 'sha384'),
  sha512WithRSAEncryption: rsa('1.2.840.113549.1.1.13', 'sha512'),
  'ecdsa-with-SHA256': ecdsa('1.2.840.10045.4.3.2', 'sha256'),
  'ecdsa-with-SHA384': ecdsa('1.2.840.10045.4.3.3', 'sha384'),
  'ecdsa-with-SHA512': ecdsa('1.2.840.10045.4.3.4', 'sha512'),
} as const

/** What we only name. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'md2WithRSAEncryption',
  '1.2.840.113549.1.1.4': 'md5WithRSAEncryption',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  '1.2.840.113549.1.1.10': 'rsassaPss',
  '1.2.840.113549.1.1.14': 'sha224WithRSAEncryption',
  '1.2.840.10045.4.1': 'ecdsa-with-SHA1',
  '1.2.840.10045.4.3.1': 'ecdsa-with-SHA224',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
}

const BY_KEY: Readonly<Record<string, SignatureAlgorithmName>> = {
  'EC P-256': 'ecdsa-with-SHA256',
  'EC P-384': 'ecdsa-with-SHA384',
}

const BY_OID: ReadonlyMap<string, SignatureAlgorithm> = new Map(
  (Object.keys(SIGNATURE_ALGORITHMS) as SignatureAlgorithmName[]).map((name) => {
    const algorithm = { name, ...SIGNATURE_ALGORITHMS[name] }
    return [algorithm.oid, algorithm]
  }),
)

/** Undefined for every algorithm that we do not sign with, SHA-1 among them. */
export function signatureAlgorithmByOid(dotted: string): SignatureAlgorithm | undefined {
  return BY_OID.get(dotted)
}

/** The identifier itself when the algorithm is unknown. */
export function signatureAlgorithmNameOf(dotted: string): string {
  return BY_OID.get(dotted)?.name ?? OTHER_NAMES[dotted] ?? dotted
}

/** What a key signs with, unless told otherwise. Throws a RangeError for a key that cannot sign so. */
export function signatureAlgorithmFor(key: KeyObject, override?: SignatureAlgorithmName): SignatureAlgorithm {
  const text = keyToString(key)
  const byKey = key.asymmetricKeyType === 'rsa' ? 'sha256WithRSAEncryption' : BY_KEY[text]
  const name = override ?? byKey
  if (name === undefined || SIGNATURE_ALGORITHMS[name].keyType !== key.asymmetricKeyType) {
    throw new RangeError(`${text} keys do not sign with ${name ?? 'any algorithm known here'}`)
  }
  return { name, ...SIGNATURE_ALGORITHMS[name] }
}

/** A signature over the bytes' hash, ECDSA ones in DER; of OpenSSL, which draws a nonce for each, or another. */
export type Sign = (hash: SignatureHash, bytes: Buffer, key: KeyObject) => Buffer

/** The three elements of a signed structure: what is signed, the AlgorithmIdentifier, the signature. */
export function signedParts(
  toBeSigned: Buffer,
  algorithm: SignatureAlgorithm,
  signingKey: KeyObject,
  sign: Sign = signRandomly,
): Buffer[] {
  return [toBeSigned, algorithm.identifier, bitString(sign(algorithm.hash, toBeSigned, signingKey))]
}
