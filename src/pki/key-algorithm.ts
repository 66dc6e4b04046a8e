import type { KeyObject } from 'node:crypto'

export const KEY_ALGORITHMS = ['RSA-2048', 'RSA-4096', 'ECDSA-P256', 'ECDSA-P384'] as const

export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number]

export type EcKeyAlgorithm = Extract<KeyAlgorithm, `ECDSA-${string}`>

export type KeyDescription =
  | { readonly type: 'rsa'; readonly bits: number }
  /** NIST's name of the curve where it has one, otherwise OpenSSL's. */
  | { readonly type: 'ec'; readonly curve: string }
  | { readonly type: 'other'; readonly name: string }

const NIST_CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
}

const BY_DESCRIPTION: Readonly<Record<string, KeyAlgorithm>> = {
  'RSA 2048': 'RSA-2048',
  'RSA 4096': 'RSA-4096',
  'EC P-256': 'ECDSA-P256',
  'EC P-384': 'ECDSA-P384',
}

export function isRsa(algorithm: KeyAlgorithm): boolean {
  return algorithm.startsWith('RSA-')
}

/** Undefined for every key that is not exactly one of `KEY_ALGORITHMS`, RSA-3072 among them. */
export function keyAlgorithmOf(publicKey: KeyObject): KeyAlgorithm | undefined {
  return BY_DESCRIPTION[keyToString(publicKey)]
}

export function describeKey(key: KeyObject): KeyDescription {
  const details = key.asymmetricKeyDetails
  if (key.asymmetricKeyType === 'rsa') return { type: 'rsa', bits: details?.modulusLength ?? 0 }
  if (key.asymmetricKeyType === 'ec') {
    const curve = details?.namedCurve ?? 'explicit parameters'
    return { type: 'ec', curve: NIST_CURVES[curve] ?? curve }
  }
  return { type: 'other', name: key.asymmetricKeyType ?? key.type }
}

/** For messages: `RSA 3072`, `EC P-521`, `ed25519`. */
export function keyToString(key: KeyObject): string {
  const description = describeKey(key)
  if (description.type === 'rsa') return `RSA ${description.bits}`
  return description.type === 'ec' ? `EC ${description.curve}` : description.name
}
