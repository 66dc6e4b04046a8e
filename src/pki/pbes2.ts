import { createCipheriv, createDecipheriv, pbkdf2Sync } from 'node:crypto'
import { type Asn1, childrenOf, contentsOf, TAG } from './asn1.js'
import { integer, nullValue, octetString, oid, sequence } from './der.js'
import type { Random } from './random-octets.js'

const PBES2 = oid('1.2.840.113549.1.5.13')
const PBKDF2 = oid('1.2.840.113549.1.5.12')
const HMAC_WITH_SHA256 = oid('1.2.840.113549.2.9')
const AES_256_CBC = oid('2.16.840.1.101.3.4.1.42')

/** What OpenSSL 3 takes as well; each iteration counts only against guessing the password. */
export const ITERATIONS = 2048

/**
 * Encryption under a password, PBES2 of RFC 8018 section 6.2: PBKDF2 with HMAC-SHA-256, AES-256-CBC. With the
 * AlgorithmIdentifier. (`KeyObject.export` does the same, but draws salt and IV by itself.)
 */
export function encryptPbes2(
  contents: Buffer,
  password: string,
  random: Random,
): { algorithm: Buffer; encrypted: Buffer } {
  const salt = Buffer.from(random(16))
  const iv = Buffer.from(random(16))
  const cipher = createCipheriv('aes-256-cbc', encryptionKey(password, salt), iv)
  const encrypted = Buffer.concat([cipher.update(contents), cipher.final()])
  const parameters = [octetString(salt), integer(ITERATIONS), sequence([HMAC_WITH_SHA256, nullValue()])]
  const derivation = sequence([PBKDF2, sequence(parameters)])
  return {
    algorithm: sequence([PBES2, sequence([derivation, sequence([AES_256_CBC, octetString(iv)])])]),
    encrypted,
  }
}

/** What `encryptPbes2` encrypted; other programs choose other parameters. Throws when the password is wrong. */
export function decryptPbes2(algorithm: Asn1 | undefined, encrypted: Buffer, password: string): Buffer {
  const [derivation, encryption] = childrenOf(childrenOf(algorithm)[1])
  const salt = contentsOf(childrenOf(childrenOf(derivation)[1])[0], TAG.octetString)
  const iv = contentsOf(childrenOf(encryption)[1], TAG.octetString)
  const decipher = createDecipheriv('aes-256-cbc', encryptionKey(password, salt), iv)
  return Buffer.concat([decipher.update(encrypted), decipher.final()])
}

const encryptionKey = (password: string, salt: Buffer) => pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256')
