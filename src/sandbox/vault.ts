import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomOctets } from '../pki/random-octets.js'

/**
 * Keeps secrets at rest: AES-256-GCM under the key of a sandbox, or the master key of the process. What lies in a database is
 * `IV (12) ‖ tag (16) ‖ ciphertext`, so no file of the data directory holds a private key in clear.
 */
export interface Vault {
  seal(secret: Buffer): Buffer
  /** Throws when the bytes were not sealed under this key. */
  open(sealed: Buffer): Buffer
}

export function createVault(key: Buffer): Vault {
  return {
    seal(secret) {
      const iv = randomOctets(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const ciphertext = Buffer.concat([cipher.update(secret), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), ciphertext])
    },
    open(sealed) {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
      decipher.setAuthTag(sealed.subarray(12, 28))
      return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()])
    },
  }
}

/** 32 new octets, base64. */
export const freshDataKey = (): string => randomBytes(32).toString('base64')
/** Base64. */
export const freshSalt = (): string => randomBytes(16).toString('base64')

export const vaultOfKey = (base64: string): Vault => createVault(Buffer.from(base64, 'base64'))

/** scrypt (RFC 7914) with N = 2^15, r = 8 and p = 1, in the thread pool. */
export function vaultOfPassphrase(passphrase: string, salt: string): Promise<Vault> {
  const options = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), Buffer.from(salt, 'base64'), 32, options, (error, key) => {
      if (error) reject(error)
      else resolve(createVault(key))
    })
  })
}

/** The master key is not the one with which the data directory was made. */
export class MasterKeyError extends Error {
  constructor(reason: string) {
    super(
      `${reason}; without the master key that it was made with, nothing in the data directory can be read`,
    )
    this.name = 'MasterKeyError'
  }
}

/**
 * The master key: the one given (base64, 32 bytes), else `master.key` of the data directory, else a fresh one. A
 * new data directory gets a new `master.key` with mode 0600; an old one that has lost it is refused.
 */
export function masterKey(given: string | undefined, dataDir: string | undefined, isNew: boolean): Buffer {
  if (given !== undefined) return Buffer.from(given, 'base64')
  if (dataDir === undefined) return randomBytes(32)
  const file = join(dataDir, 'master.key')
  if (existsSync(file)) return Buffer.from(readFileSync(file, 'utf8').trim(), 'base64')
  if (!isNew) throw new MasterKeyError(`${file} is missing`)
  const key = randomBytes(32)
  writeFileSync(file, `${key.toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  return key
}

/** Throws `MasterKeyError` unless the vault opens what `kept` has of an earlier start; keeps something otherwise. */
export function checkVault(kept: {
  value(name: string): Buffer | undefined
  setValue(name: string, value: Buffer): void
}): void {
  try {
    if (kept.value(CHECK) === undefined) kept.setValue(CHECK, Buffer.from(CHECK))
  } catch {
    throw new MasterKeyError('The master key does not fit')
  }
}

const CHECK = 'vault-check'
