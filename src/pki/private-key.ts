import { createCipheriv, createHash, createPrivateKey, type KeyObject } from 'node:crypto'
import { octetString, sequence } from './der.js'
import { encryptPbes2 } from './pbes2.js'
import { toPem } from './pem.js'
import { type Random, randomOctets } from './random-octets.js'

/** PrivateKeyInfo of RFC 5208, DER. */
export function exportPkcs8(key: KeyObject): Buffer {
  return key.export({ type: 'pkcs8', format: 'der' })
}

export function pkcs8Pem(key: KeyObject): string {
  return toPem('PRIVATE KEY', exportPkcs8(key))
}

/** EncryptedPrivateKeyInfo of RFC 5208, DER: PBES2 with AES-256-CBC. */
export function encryptPkcs8(key: KeyObject, passphrase: string, random: Random = randomOctets): Buffer {
  const { algorithm, encrypted } = encryptPbes2(exportPkcs8(key), passphrase, random)
  return sequence([algorithm, octetString(encrypted)])
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
  return toPem(...traditionalDer(key))
}

/** The same under a passphrase: `Proc-Type: 4,ENCRYPTED` of RFC 1421 as OpenSSL writes it, with AES-256-CBC. */
export function encryptedTraditionalPem(
  key: KeyObject,
  passphrase: string,
  random: Random = randomOctets,
): string {
  const [label, der] = traditionalDer(key)
  const iv = Buffer.from(random(16))
  const cipher = createCipheriv('aes-256-cbc', pemKey(passphrase, iv.subarray(0, 8)), iv)
  const encrypted = Buffer.concat([cipher.update(der), cipher.final()])
  const begin = `-----BEGIN ${label}-----\n`
  const headers = `Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,${iv.toString('hex').toUpperCase()}\n\n`
  return toPem(label, encrypted).replace(begin, begin + headers)
}

function traditionalDer(key: KeyObject): [label: string, der: Buffer] {
  return key.asymmetricKeyType === 'rsa'
    ? ['RSA PRIVATE KEY', key.export({ type: 'pkcs1', format: 'der' })]
    : ['EC PRIVATE KEY', key.export({ type: 'sec1', format: 'der' })]
}

/** OpenSSL's EVP_BytesToKey with MD5 and one round, which is all that this format knows. */
function pemKey(passphrase: string, salt: Buffer): Buffer {
  const first = createHash('md5').update(passphrase).update(salt).digest()
  return Buffer.concat([first, createHash('md5').update(first).update(passphrase).update(salt).digest()])
}
