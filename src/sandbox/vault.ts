import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomOctets } from '../pki/random-octets.js'

/**
 * Keeps secrets at rest: AES-256-GCM under one master key per process. What lies in a database is
 * `IV (12) ‖ tag (16) ‖ ciphertext`, so no file of the data directory holds a private key in clear.
 */
export interface Vault {
  seal(secret: Buffer): Buffer
  /** Throws when the bytes were not sealed under this master key. */
  open(sealed: Buffer): Buffer
}

export function createVault(masterKey: Buffer): Vault {
  return {
    seal(secret) {
      const iv = randomOctets(12)
      const cipher = createCipheriv('aes-256-gcm', masterKey, iv)
      const ciphertext = Buffer.concat([cipher.update(secret), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), ciphertext])
    },
    open(sealed) {
      const decipher = createDecipheriv('aes-256-gcm', masterKey, sealed.subarray(0, 12))
      decipher.setAuthTag(sealed.subarray(12, 28))
      return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()])
    },
  }
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
