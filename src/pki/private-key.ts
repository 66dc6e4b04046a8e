import { createPrivateKey, type KeyObject } from 'node:crypto'
import { toPem } from './pem.js'

/** PrivateKeyInfo of RFC 5208, DER. */
export function exportPkcs8(key: KeyObject): Buffer {
  return key.export({ type: 'pkcs8', format: 'der' })
}

export function pkcs8Pem(key: KeyObject): string {
  return toPem('PRIVATE KEY', exportPkcs8(key))
}

/** EncryptedPrivateKeyInfo of RFC 5208, DER: PBES2 with AES-256-CBC. */
export function encryptPkcs8(key: KeyObject, passphrase: string): Buffer {
  return key.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase })
}

/** Undefined when the passphrase is wrong or the bytes are no EncryptedPrivateKeyInfo. */
export function decryptPkcs8(der: Buffer, passphrase: string): KeyObject | undefined {
  if (isPlain(der)) return undefined
  try {
    return createPrivateKey({ key: der, type: 'pkcs8', format: 'der', passphrase })
  } catch {
    return undefined
  }
}

export function importPkcs8(der: Buffer): KeyObject {
  return createPrivateKey({ key: der, type: 'pkcs8', format: 'der' })
}

/** OpenSSL reads an unencrypted key whatever the passphrase. */
function isPlain(der: Buffer): boolean {
  try {
    importPkcs8(der)
    return true
  } catch {
    return false
  }
}

/** In the older form that names its algorithm: ECPrivateKey of RFC 5915, RSAPrivateKey of RFC 8017. */
export function traditionalPem(key: KeyObject): string {
  const type = key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1'
  return key.export({ type, format: 'pem' }).toString()
}
