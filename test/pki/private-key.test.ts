import { expect, test } from 'vitest'
import { generateEcKeyPair, generateKeyPair } from '../../src/pki/key-pair.js'
import { toPem } from '../../src/pki/pem.js'
import { decryptPkcs8, encryptPkcs8, exportPkcs8, importPkcs8, pkcs8Pem } from '../../src/pki/private-key.js'
import { openssl } from '../helpers/openssl.js'

const rsa = await generateKeyPair('RSA-2048')
const ec = generateEcKeyPair('ECDSA-P384')
const keys = [
  { type: 'RSA', key: rsa.privateKey },
  { type: 'EC', key: ec.privateKey },
]

test.for(keys)('an $type key is exported, read by openssl and imported', ({ key }) => {
  expect(openssl(['pkey', '-check', '-noout'], pkcs8Pem(key))).toContain('Key is valid')
  expect(importPkcs8(exportPkcs8(key)).equals(key)).toBe(true)
})

test.for(keys)('openssl decrypts an encrypted $type key', ({ key }) => {
  const encrypted = toPem('ENCRYPTED PRIVATE KEY', encryptPkcs8(key, 'pässphrase'))

  expect(openssl(['pkey', '-passin', 'pass:pässphrase'], encrypted)).toBe(pkcs8Pem(key))
  expect(openssl(['asn1parse'], encrypted)).toMatch(/PBES2[\s\S]*aes-256-cbc/)
})

test.for(keys)('an encrypted $type key opens with its passphrase only', ({ key }) => {
  const encrypted = encryptPkcs8(key, 'right')

  expect(decryptPkcs8(encrypted, 'right')?.equals(key)).toBe(true)
  expect(decryptPkcs8(encrypted, 'wrong')).toBeUndefined()
  expect(decryptPkcs8(encrypted, '')).toBeUndefined()
})

test('a key that is not encrypted, or no key, does not decrypt', () => {
  expect(decryptPkcs8(exportPkcs8(ec.privateKey), 'any')).toBeUndefined()
  expect(decryptPkcs8(Buffer.from('no key'), 'any')).toBeUndefined()
})
