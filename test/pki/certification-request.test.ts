import { createPublicKey } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import {
  CertificationRequestError,
  createCertificationRequest,
  readCertificationRequest,
} from '../../src/pki/certification-request.js'
import { keyAlgorithmOf } from '../../src/pki/key-algorithm.js'
import { generateEcKeyPair, generateKeyPair } from '../../src/pki/key-pair.js'
import { distinguishedName } from '../../src/pki/name.js'
import { fromPem, toPem } from '../../src/pki/pem.js'
import { pkcs8Pem } from '../../src/pki/private-key.js'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import { mutated, seededRandom, thrownBy } from './fixtures.js'

/** Now and then openssl searches long for an RSA key. */
vi.setConfig({ testTimeout: 30_000 })

const SUBJECT = '/C=NL/ST=Utrecht/O=Büro/CN=www.example.com/emailAddress=a@example.com'
const NAMES =
  'subjectAltName=DNS:www.example.com,DNS:*.example.com,IP:192.0.2.1,IP:2001:db8::1,email:a@example.com'

const P256 = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']
const RSA_2048 = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']

const rsaPair = await generateKeyPair('RSA-2048')
const rsaKey = pkcs8Pem(rsaPair.privateKey)

/** A request by `openssl req` for a key that `openssl genpkey` makes, or for one in PEM. */
function requestFor(key: readonly string[] | string, ...options: readonly string[]): string {
  return inTemporaryDirectory((path) => {
    if (typeof key === 'string') writeFileSync(path('key.pem'), key)
    else openssl(['genpkey', ...key, '-out', path('key.pem')])
    openssl([
      ...['req', '-new', '-key', path('key.pem'), '-subj', SUBJECT, '-utf8', '-out', path('request.pem')],
      ...options,
    ])
    return openssl(['req', '-in', path('request.pem')])
  })
}

function faultOf(pem: string): { reason: string; message: string } {
  const error = thrownBy(() => readCertificationRequest(pem))
  if (!(error instanceof CertificationRequestError))
    throw new Error('Not a CertificationRequestError', { cause: error })
  return { reason: error.reason, message: error.message }
}

function derOf(pem: string): Buffer {
  return fromPem('CERTIFICATE REQUEST', pem) ?? Buffer.alloc(0)
}

function pemOf(der: Buffer): string {
  return toPem('CERTIFICATE REQUEST', der)
}

test.for([
  ['RSA-2048', RSA_2048],
  ['ECDSA-P256', P256],
  ['ECDSA-P384', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384']],
] as const)('a %s request by openssl is read', ([algorithm, key]) => {
  const { publicKey, spki, ...request } = readCertificationRequest(requestFor(key, '-addext', NAMES))

  expect(request).toEqual({
    subject: distinguishedName({
      country: 'NL',
      state: 'Utrecht',
      organization: 'Büro',
      commonName: 'www.example.com',
      email: 'a@example.com',
    }),
    commonName: 'www.example.com',
    dnsNames: ['www.example.com', '*.example.com'],
    ipAddresses: ['192.0.2.1', '2001:db8::1'],
    emails: ['a@example.com'],
    uris: [],
  })
  expect(keyAlgorithmOf(publicKey)).toBe(algorithm)
  expect(publicKey.export({ type: 'spki', format: 'der' })).toEqual(spki)
})

test('a request without names or attributes is read', () => {
  expect(readCertificationRequest(requestFor(P256))).toMatchObject({
    dnsNames: [],
    ipAddresses: [],
    emails: [],
  })
})

test('a request with other extensions, a challenge password and text around it is read', () => {
  const pem = requestFor(P256, '-addext', 'keyUsage=critical,digitalSignature', '-addext', NAMES)
  const dressed = `subject=x\r\n${pem.replaceAll('\n', '\r\n').replaceAll('CERTIFICATE', 'NEW CERTIFICATE')}bye`

  expect(readCertificationRequest(dressed).dnsNames).toEqual(['www.example.com', '*.example.com'])
})

test.for(['-sha384', '-sha512'])('signatures with %s are accepted', (hash) => {
  expect(readCertificationRequest(requestFor(rsaKey, hash)).commonName).toBe('www.example.com')
  expect(readCertificationRequest(requestFor(P256, hash)).commonName).toBe('www.example.com')
})

test.for(['digest', '20', 'max'])('RSASSA-PSS with salt length %s is accepted', (salt) => {
  const pss = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', `rsa_pss_saltlen:${salt}`]

  expect(readCertificationRequest(requestFor(rsaKey, '-sha256', ...pss)).commonName).toBe('www.example.com')
})

test.for([
  ['-sha1', [], 'sha1WithRSAEncryption'],
  ['-md5', [], 'md5WithRSAEncryption'],
  ['-sha224', [], 'sha224WithRSAEncryption'],
  ['-sha1', ['-sigopt', 'rsa_padding_mode:pss'], 'rsassaPss'],
] as const)('signatures with %s %s are refused', ([hash, options, name]) => {
  expect(faultOf(requestFor(rsaKey, hash, ...options))).toEqual({
    reason: 'badSignature',
    message: `The signature algorithm ${name} is not accepted.`,
  })
})

test('an ECDSA signature with SHA-1 is refused', () => {
  expect(faultOf(requestFor(P256, '-sha1'))).toEqual({
    reason: 'badSignature',
    message: 'The signature algorithm ecdsa-with-SHA1 is not accepted.',
  })
})

test('RSA keys below 2048 bits are weak', () => {
  const key = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024']

  expect(faultOf(requestFor(key))).toEqual({
    reason: 'weakKey',
    message: 'The RSA key has 1024 bits; it needs at least 2048.',
  })
})

test('an RSA-3072 key is accepted although we make none', () => {
  const key = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:3072']

  expect(keyAlgorithmOf(readCertificationRequest(requestFor(key)).publicKey)).toBeUndefined()
})

test.for([
  [['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'], 'EC P-521'],
  [['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'], 'EC secp256k1'],
  [['-algorithm', 'ed25519'], 'ed25519'],
  [['-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'], 'rsa-pss'],
] as const)('%j is an unsupported key', ([key, name]) => {
  expect(faultOf(requestFor(key))).toEqual({
    reason: 'unsupportedKey',
    message: `The key is ${name}; RSA, EC P-256 and EC P-384 are supported.`,
  })
})

test('a curve spelled out in parameters is an unsupported key', () => {
  const key = [...P256, '-pkeyopt', 'ec_param_enc:explicit']

  expect(faultOf(requestFor(key)).reason).toBe('unsupportedKey')
})

test('an altered request has a bad signature', () => {
  const der = derOf(requestFor(P256))
  der.write('xxx', der.indexOf('www.example.com'))

  expect(faultOf(pemOf(der))).toEqual({
    reason: 'badSignature',
    message: 'The signature does not match the public key.',
  })
})

test('a request with the key of somebody else has a bad signature', () => {
  const mine = createCertificationRequest({
    subject: [],
    dnsNames: [],
    keyPair: { publicKey: rsaPair.publicKey, privateKey: generateEcKeyPair('ECDSA-P256').privateKey },
  })

  expect(faultOf(pemOf(mine))).toEqual({
    reason: 'badSignature',
    message: 'The signature algorithm ecdsa-with-SHA256 does not belong to the key.',
  })
})

test('a request cut off at any octet is malformed', () => {
  const der = derOf(requestFor(P256, '-addext', NAMES))
  const reasons = Array.from(
    { length: der.length },
    (_, length) => faultOf(pemOf(der.subarray(0, length))).reason,
  )

  expect(new Set(reasons)).toEqual(new Set(['malformed']))
})

test('PEM text cut off anywhere is malformed', () => {
  const pem = requestFor(P256).trimEnd()
  const reasons = Array.from({ length: pem.length }, (_, length) => faultOf(pem.slice(0, length)).reason)

  expect(new Set(reasons)).toEqual(new Set(['malformed']))
})

test.for([
  ['nothing', ''],
  ['text', 'hello'],
  ['a PEM of nothing', pemOf(Buffer.alloc(0))],
  ['a PEM of zeros', pemOf(Buffer.alloc(500))],
  ['bad base64', '-----BEGIN CERTIFICATE REQUEST-----\n!!!!\n-----END CERTIFICATE REQUEST-----\n'],
  ['another label', toPem('CERTIFICATE', Buffer.from('3000', 'hex'))],
  ['an empty sequence', pemOf(Buffer.from('3000', 'hex'))],
  ['sequences 10,000 deep', pemOf(Buffer.from('3080'.repeat(10_000), 'hex'))],
  ['a megabyte', pemOf(Buffer.alloc(1_000_000, 0x30))],
  ['a length of four gigabytes', pemOf(Buffer.from('3084ffffffff0201', 'hex'))],
  ['a length of 126 octets', pemOf(Buffer.from(`30fe${'ff'.repeat(126)}`, 'hex'))],
])('%s is malformed', ([, pem = '']) => {
  expect(faultOf(pem).reason).toBe('malformed')
})

test('lengths that are not minimal and trailing bytes are malformed', () => {
  const der = derOf(requestFor(P256))
  const body = der.subarray(der.readUInt8(1) === 0x81 ? 3 : 4)
  const length = Buffer.from([0x30, 0x83, 0, body.length >> 8, body.length & 0xff])

  expect(faultOf(pemOf(Buffer.concat([length, body]))).reason).toBe('malformed')
  expect(faultOf(pemOf(Buffer.concat([der, Buffer.from([0])]))).reason).toBe('malformed')
})

test('a name with a NUL in it is malformed', () => {
  const der = derOf(requestFor(P256, '-addext', 'subjectAltName=DNS:good.example.evil.example'))
  der[der.indexOf('good.example.evil') + 'good.example'.length] = 0

  expect(faultOf(pemOf(der)).reason).toBe('malformed')
})

test('2,000 damaged requests bring nothing but CertificationRequestError', () => {
  const der = derOf(requestFor(P256, '-addext', NAMES))
  const random = seededRandom(2986)
  const errors = Array.from({ length: 2000 }, () =>
    thrownBy(() => readCertificationRequest(pemOf(mutated(der, random)))),
  )

  expect(
    errors.filter((error) => error !== undefined && !(error instanceof CertificationRequestError)),
  ).toEqual([])
})

test('openssl verifies and reads a request of ours', () => {
  const der = createCertificationRequest({
    subject: distinguishedName({ commonName: 'www.example.com' }),
    dnsNames: ['www.example.com', 'example.com'],
    ipAddresses: ['192.0.2.1'],
    keyPair: rsaPair,
  })

  const printed = openssl(['req', '-verify', '-noout', '-text'], pemOf(der))

  expect(printed).toContain('verify OK')
  expect(printed).toContain('Subject: CN = www.example.com')
  expect(printed).toContain('DNS:www.example.com, DNS:example.com, IP Address:192.0.2.1')
})

test('a request of ours without names is read back', () => {
  const keyPair = generateEcKeyPair('ECDSA-P384')
  const subject = distinguishedName({ commonName: 'x' })
  const der = createCertificationRequest({ subject, dnsNames: [], keyPair })

  expect(readCertificationRequest(pemOf(der))).toMatchObject({ subject, dnsNames: [] })
  expect(openssl(['req', '-verify', '-noout'], pemOf(der))).toContain('verify OK')
})

test('an RSA key with exponent 1, which anybody can sign for, is weak', () => {
  const modulus = rsaPair.publicKey.export({ format: 'jwk' }).n ?? ''
  const publicKey = createPublicKey({ key: { kty: 'RSA', n: modulus, e: 'AQ' }, format: 'jwk' })
  const keyPair = { publicKey, privateKey: rsaPair.privateKey }

  expect(faultOf(pemOf(createCertificationRequest({ subject: [], dnsNames: [], keyPair })))).toEqual({
    reason: 'weakKey',
    message: 'The RSA key has the public exponent 1.',
  })
})

test('an RSA key beyond 16,384 bits is unsupported', () => {
  const modulus = Buffer.alloc(2080, 0xff).toString('base64url')
  const publicKey = createPublicKey({ key: { kty: 'RSA', n: modulus, e: 'AQAB' }, format: 'jwk' })
  const keyPair = { publicKey, privateKey: rsaPair.privateKey }

  expect(faultOf(pemOf(createCertificationRequest({ subject: [], dnsNames: [], keyPair })))).toEqual({
    reason: 'unsupportedKey',
    message: 'The RSA key has 16640 bits; 16384 is the most.',
  })
})
