import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createCertificate, randomSerialNumber } from '../../src/pki/certificate.js'
import { basicConstraints } from '../../src/pki/extensions.js'
import { isIssuedBy } from '../../src/pki/issuance-check.js'
import { generateEcKeyPair } from '../../src/pki/key-pair.js'
import { distinguishedName } from '../../src/pki/name.js'
import { toPem } from '../../src/pki/pem.js'
import { createPkcs12, Pkcs12Error, readPkcs12 } from '../../src/pki/pkcs12.js'
import { pkcs8Pem } from '../../src/pki/private-key.js'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'

const issuer = distinguishedName({ commonName: 'Issuer' })
const issuerKeys = generateEcKeyPair('ECDSA-P256')
const keys = generateEcKeyPair('ECDSA-P256')
const validity = { notBefore: Date.UTC(2026, 0, 1), notAfter: Date.UTC(2036, 0, 1) }

const root = createCertificate({
  ...validity,
  serialNumber: randomSerialNumber(),
  subject: issuer,
  issuer,
  publicKey: issuerKeys.publicKey,
  extensions: [basicConstraints({ ca: true })],
  signingKey: issuerKeys.privateKey,
})
const leaf = createCertificate({
  ...validity,
  serialNumber: randomSerialNumber(),
  subject: distinguishedName({ commonName: 'Client' }),
  issuer,
  publicKey: keys.publicKey,
  extensions: [basicConstraints({ ca: false })],
  signingKey: issuerKeys.privateKey,
})

const file = (password: string) =>
  createPkcs12({
    privateKey: keys.privateKey,
    certificates: [leaf, root],
    password,
    friendlyName: 'Client 1',
  })

/** Passwords in ASCII, beyond it, and longer than a block of the hash. */
const PASSWORDS = ['Password', 'pä55 wörd ✔', 'long '.repeat(20)]

test.each(PASSWORDS)('openssl reads key and certificates with the password "%s"', (password) => {
  inTemporaryDirectory((at) => {
    writeFileSync(at('client.p12'), file(password))
    const pass = ['-passin', `pass:${password}`, '-nodes']
    const text = openssl(['pkcs12', '-in', at('client.p12'), ...pass])
    expect(text).toContain(toPem('CERTIFICATE', leaf))
    expect(text).toContain(toPem('CERTIFICATE', root))
    expect(text).toContain(pkcs8Pem(keys.privateKey))
    expect(text).toContain('friendlyName: Client 1')
  })
})

test('openssl names the algorithms, none of which is legacy', () => {
  inTemporaryDirectory((at) => {
    writeFileSync(at('client.p12'), file('Password'))
    const text = openssl(['pkcs12', '-in', at('client.p12'), '-passin', 'pass:Password', '-info', '-noout'])
    expect(text).toContain('MAC: sha256, Iteration 2048')
    expect(text.match(/PBES2, PBKDF2, AES-256-CBC, Iteration 2048, PRF hmacWithSHA256/g)).toHaveLength(2)
  })
})

test('a wrong password opens nothing', () => {
  inTemporaryDirectory((at) => {
    writeFileSync(at('client.p12'), file('Password'))
    expect(() => openssl(['pkcs12', '-in', at('client.p12'), '-passin', 'pass:password', '-nodes'])).toThrow(
      'invalid password',
    )
  })
})

const java = spawnSync('keytool', ['-help']).status === 0

test.runIf(java)(
  'Java lists the key with its chain',
  () => {
    inTemporaryDirectory((at) => {
      writeFileSync(at('client.p12'), file('Password'))
      const { status, stdout } = spawnSync(
        'keytool',
        ['-J-Duser.language=en', '-list', '-v', '-keystore', at('client.p12'), '-storepass', 'Password'],
        { encoding: 'utf8' },
      )
      expect(status).toBe(0)
      expect(stdout).toContain('Alias name: client 1')
      expect(stdout).toContain('Entry type: PrivateKeyEntry')
      expect(stdout).toContain('Certificate chain length: 2')
    })
  },
  20_000,
)

test('a certificate is issued by the key that signed it under the name, and by no other', () => {
  const otherKeys = generateEcKeyPair('ECDSA-P256')
  const impostor = createCertificate({
    ...validity,
    serialNumber: randomSerialNumber(),
    subject: issuer,
    issuer,
    publicKey: otherKeys.publicKey,
    extensions: [basicConstraints({ ca: true })],
    signingKey: otherKeys.privateKey,
  })
  expect(isIssuedBy(leaf, root)).toBe(true)
  expect(isIssuedBy(leaf, impostor)).toBe(false)
  expect(isIssuedBy(leaf, leaf)).toBe(false)
  expect(isIssuedBy(Buffer.from('nothing'), root)).toBe(false)
})

test.each(PASSWORDS)('what was written is read with the password "%s", and with no other', (password) => {
  const { privateKey, certificates } = readPkcs12(file(password), password)
  expect(privateKey.equals(keys.privateKey)).toBe(true)
  expect(certificates).toEqual([leaf, root])
  expect(() => readPkcs12(file(password), 'another')).toThrow(Pkcs12Error)
})
