import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { keyAlgorithmOf } from '../../src/pki/key-algorithm.js'
import { generateKeyPair } from '../../src/pki/key-pair.js'
import { createKeystream } from '../../src/pki/keystream.js'
import { openssl } from '../helpers/openssl.js'

const KEY = Buffer.alloc(32, 7)

test('a keystream is AES-256 in counter mode, as OpenSSL writes it', () => {
  const zeros = Buffer.alloc(2000)
  const args = ['enc', '-aes-256-ctr', '-K', KEY.toString('hex'), '-iv', '0'.repeat(32), '-base64', '-A']
  expect(createKeystream(KEY).octets(2000).toString('base64')).toBe(openssl(args, zeros))
})

test('how it is divided into draws does not matter', () => {
  const whole = createKeystream(KEY).octets(5000)
  const { octets, position } = createKeystream(KEY)
  const parts: Buffer[] = []
  for (let count = 0; position() < 5000; count = (count * 7 + 3) % 701) {
    parts.push(Buffer.from(octets(Math.min(count, 5000 - position()))))
  }
  expect(Buffer.concat(parts)).toEqual(whole)
})

test.each([0, 1, 15, 16, 17, 511, 512, 4097])('it goes on at octet %i', (start) => {
  const rest = Buffer.from(createKeystream(KEY).octets(6000).subarray(start))
  const { octets, position } = createKeystream(KEY, start)
  expect(octets(6000 - start)).toEqual(rest)
  expect(position()).toBe(6000)
})

test.each([
  ['RSA-2048', 2048],
  ['RSA-4096', 4096],
] as const)(
  'a key pair of %s follows from the octets, and OpenSSL finds nothing wrong with it',
  async (algorithm, bits) => {
    const pair = await generateKeyPair(algorithm, createKeystream(KEY).octets)
    const again = await generateKeyPair(algorithm, createKeystream(KEY).octets)
    const other = await generateKeyPair(algorithm, createKeystream(Buffer.alloc(32, 8)).octets)
    expect(again.pkcs8).toEqual(pair.pkcs8)
    expect(again.spki).toEqual(pair.spki)
    expect(other.spki).not.toEqual(pair.spki)
    const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' })
    expect(openssl(['rsa', '-check', '-noout'], pem)).toContain('RSA key ok')
    expect(openssl(['pkey', '-text', '-noout'], pem)).toContain(`Private-Key: (${bits} bit, 2 primes)`)
    expect(keyAlgorithmOf(pair.publicKey)).toBe(algorithm)
    expect(pair.publicKey.export({ type: 'spki', format: 'der' })).toEqual(pair.spki)
  },
)

test.each(['ECDSA-P256', 'ECDSA-P384'] as const)(
  'a key pair of %s follows from the octets',
  async (algorithm) => {
    const pair = await generateKeyPair(algorithm, createKeystream(KEY).octets)
    const again = await generateKeyPair(algorithm, createKeystream(KEY).octets)
    expect(again.pkcs8).toEqual(pair.pkcs8)
    const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' })
    expect(openssl(['pkey', '-check', '-noout'], pem)).toContain('Key is valid')
  },
)

test('octets that are no key of the curve are passed over', async () => {
  const usable = createHash('sha256').update('key').digest()
  const draws = [Buffer.alloc(32), Buffer.alloc(32, 255), usable]
  const { privateKey } = await generateKeyPair('ECDSA-P256', () => draws.shift() ?? Buffer.alloc(0))
  expect(privateKey.export({ format: 'jwk' }).d).toBe(usable.toString('base64url'))
})
