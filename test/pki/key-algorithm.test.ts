import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { describeKey, isRsa, KEY_ALGORITHMS, keyAlgorithmOf } from '../../src/pki/key-algorithm.js'
import { generateEcKeyPair, generateKeyPair } from '../../src/pki/key-pair.js'

test.for([
  ['RSA-2048', { type: 'rsa', bits: 2048 }],
  ['ECDSA-P256', { type: 'ec', curve: 'P-256' }],
  ['ECDSA-P384', { type: 'ec', curve: 'P-384' }],
] as const)('a %s key pair is recognised', async ([algorithm, description]) => {
  const { publicKey, privateKey } = await generateKeyPair(algorithm)

  expect(keyAlgorithmOf(publicKey)).toBe(algorithm)
  expect(describeKey(publicKey)).toEqual(description)
  expect(createPublicKey(privateKey).equals(publicKey)).toBe(true)
})

test('EC keys are made on the spot', () => {
  expect(keyAlgorithmOf(generateEcKeyPair('ECDSA-P384').publicKey)).toBe('ECDSA-P384')
})

test('other keys are described, but are none of our algorithms', () => {
  const keys = [
    generateKeyPairSync('rsa', { modulusLength: 1024 }),
    generateKeyPairSync('ec', { namedCurve: 'P-521' }),
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
    generateKeyPairSync('ed25519'),
  ].map(({ publicKey }) => publicKey)

  expect(keys.map(keyAlgorithmOf)).toEqual([undefined, undefined, undefined, undefined])
  expect(keys.map(describeKey)).toEqual([
    { type: 'rsa', bits: 1024 },
    { type: 'ec', curve: 'P-521' },
    { type: 'ec', curve: 'secp256k1' },
    { type: 'other', name: 'ed25519' },
  ])
})

test('two of the algorithms are RSA', () => {
  expect(KEY_ALGORITHMS.filter(isRsa)).toEqual(['RSA-2048', 'RSA-4096'])
})

test.each(['ECDSA-P256', 'ECDSA-P384'] as const)(
  'the bytes of a %s key pair are what OpenSSL would write',
  (algorithm) => {
    for (let round = 0; round < 600; round++) {
      const pair = generateEcKeyPair(algorithm)
      const { spki, pkcs8 } = pair
      expect(pair.privateKey.export({ type: 'pkcs8', format: 'der' }).equals(pkcs8)).toBe(true)
      const privateKey = createPrivateKey({ key: pkcs8, type: 'pkcs8', format: 'der' })
      expect(privateKey.export({ type: 'pkcs8', format: 'der' }).equals(pkcs8)).toBe(true)
      expect(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).equals(spki)).toBe(true)
    }
  },
)
