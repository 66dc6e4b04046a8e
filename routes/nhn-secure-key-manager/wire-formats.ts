import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
} from 'node:crypto'
import type { Random } from '../../src/pki/random-octets.js'

/**
 * Ciphertexts and signatures begin with the key's version as a big-endian 32-bit integer. Behind it stand an IV
 * and AES-256-CBC with PKCS#7 padding, or one RSA block; the whole is base64 (contract §3.1, §3.3).
 */

const VERSION_LENGTH = 4
const IV_LENGTH = 16
const BLOCK_LENGTH = 16
const RSA_LENGTH = 256

export const PLAINTEXT_LIMIT = 32_768
/** What a block of PKCS#1 v1.5 holds in RSA-2048: 256 bytes less 11 of padding. */
export const SIGNED_LIMIT = RSA_LENGTH - 11

export interface Versioned {
  readonly version: number
  readonly contents: Buffer
}

/** Undefined when the text is not clean base64 or too short to name a version. */
export function readVersioned(text: string): Versioned | undefined {
  const bytes = Buffer.from(text, 'base64')
  // Node passes over what is not base64: what it read must say the same when written again.
  if (bytes.length < VERSION_LENGTH || bytes.toString('base64') !== text) return undefined
  return { version: bytes.readInt32BE(), contents: bytes.subarray(VERSION_LENGTH) }
}

function writeVersioned(version: number, ...parts: readonly Buffer[]): string {
  const prefix = Buffer.alloc(VERSION_LENGTH)
  prefix.writeInt32BE(version)
  return Buffer.concat([prefix, ...parts]).toString('base64')
}

/** The IV is all that comes of `random`. */
export function encrypt(key: Buffer, version: number, plaintext: string, random: Random): string {
  const iv = random(IV_LENGTH)
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  return writeVersioned(version, iv, cipher.update(plaintext, 'utf8'), cipher.final())
}

/** Undefined when the bytes have another layout, or the padding or the UTF-8 inside is broken. */
export function decrypt(key: Buffer, contents: Buffer): string | undefined {
  const encrypted = contents.subarray(IV_LENGTH)
  if (encrypted.length === 0 || encrypted.length % BLOCK_LENGTH !== 0) return undefined
  try {
    const decipher = createDecipheriv('aes-256-cbc', key, contents.subarray(0, IV_LENGTH))
    const plaintext = Buffer.concat([decipher.update(encrypted), decipher.final()])
    // CBC proves nothing by itself: wrong bytes that pass as padding are still no text, nearly always.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plaintext)
  } catch {
    return undefined
  }
}

/**
 * A ciphertext that nobody can decrypt any more. The block before the last decides over the last byte of the text,
 * which says how long the padding is (1 to 16); with its highest bit flipped it says 129 or more.
 */
export function tampered(ciphertext: string): string {
  const bytes = Buffer.from(ciphertext, 'base64')
  const decisive = bytes.length - BLOCK_LENGTH - 1
  bytes[decisive] = (bytes[decisive] ?? 0) ^ 0x80
  return bytes.toString('base64')
}

/** The private key's operation on the text itself in type-1 padding: no hash, no DigestInfo (contract §3.3). */
export function sign(key: KeyObject, version: number, plaintext: string): string {
  const block = privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(plaintext, 'utf8'))
  return writeVersioned(version, block)
}

/** The text that was signed; undefined when the bytes are no RSA block of this key. */
export function recover(key: KeyObject, block: Buffer): Buffer | undefined {
  if (block.length !== RSA_LENGTH) return undefined
  try {
    return publicDecrypt({ key: createPublicKey(key), padding: constants.RSA_PKCS1_PADDING }, block)
  } catch {
    return undefined
  }
}

/** `0x00, 0x20, …`: lower-case hexadecimal, comma and space between the bytes (contract §2.9). */
export function hexList(bytes: Buffer): string {
  return Array.from(bytes, (byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ')
}
