import { constants, type KeyObject, verify } from 'node:crypto'
import { type Asn1, Asn1Error, childrenOf, oidOf, onlyChildOf, smallIntegerOf, tagOf } from './asn1.js'
import { type HashAlgorithm, hashAlgorithmByOid } from './hash-algorithm.js'
import {
  type SignatureHash,
  signatureAlgorithmByOid,
  signatureAlgorithmNameOf,
} from './signature-algorithm.js'

const RSASSA_PSS = '1.2.840.113549.1.1.10'
const MGF1 = '1.2.840.113549.1.1.8'

export interface SignedBytes {
  /** AlgorithmIdentifier. */
  readonly algorithm: Asn1
  readonly bytes: Buffer
  readonly signature: Buffer
}

interface Scheme {
  readonly keyType: 'rsa' | 'ec'
  readonly hash: SignatureHash
  /** RSASSA-PSS when given, PKCS #1 v1.5 otherwise. */
  readonly saltLength?: number
}

/** Why the signature is not to be trusted, as a sentence; undefined when it is. */
export function signatureFault(signed: SignedBytes, key: KeyObject): string | undefined {
  const [identifier, parameters] = childrenOf(signed.algorithm)
  const type = oidOf(identifier)
  const name = signatureAlgorithmNameOf(type)
  const scheme = type === RSASSA_PSS ? pssScheme(parameters) : signatureAlgorithmByOid(type)
  if (scheme === undefined) return `The signature algorithm ${name} is not accepted.`
  if (scheme.keyType !== key.asymmetricKeyType) {
    return `The signature algorithm ${name} does not belong to the key.`
  }
  return isSignedBy(key, scheme, signed) ? undefined : 'The signature does not match the public key.'
}

function isSignedBy(
  key: KeyObject,
  { hash, saltLength }: Scheme,
  { bytes, signature }: SignedBytes,
): boolean {
  const pss = saltLength === undefined ? {} : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
  try {
    return verify(hash, bytes, { key, ...pss }, signature)
  } catch {
    // OpenSSL gives up on some keys and signatures instead of answering.
    return false
  }
}

/** RSASSA-PSS-params, RFC 4055 section 3.1. The defaults are SHA-1: both hashes must be named, and the same. */
function pssScheme(parameters: Asn1 | undefined): Scheme | undefined {
  const fields = new Map(childrenOf(parameters).map((field) => [tagOf(field), field]))
  const [hashField, maskField, saltField] = [fields.get(0xa0), fields.get(0xa1), fields.get(0xa2)]
  if (hashField === undefined || maskField === undefined) return undefined

  const hash = hashOf(onlyChildOf(hashField, 0xa0))
  const [mask, maskHash] = childrenOf(onlyChildOf(maskField, 0xa1))
  if (maskHash === undefined) throw new Asn1Error('Expected the hash of MGF1.')
  const same = oidOf(mask) === MGF1 && hashOf(maskHash) === hash
  const saltLength = saltField ? smallIntegerOf(onlyChildOf(saltField, 0xa2)) : 20
  return hash && hash !== 'sha1' && same ? { keyType: 'rsa', hash, saltLength } : undefined
}

/** From an AlgorithmIdentifier. */
function hashOf(node: Asn1): HashAlgorithm | undefined {
  return hashAlgorithmByOid(oidOf(childrenOf(node)[0]))
}
