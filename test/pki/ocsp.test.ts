import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { keyIdentifier } from '../../src/pki/certificate.js'
import { extendedKeyUsage, ocspNoCheck } from '../../src/pki/extensions.js'
import { generateEcKeyPair, generateKeyPair } from '../../src/pki/key-pair.js'
import {
  type CertStatus,
  certIdMatches,
  createOcspErrorResponse,
  createOcspResponse,
  type OcspErrorStatus,
  type OcspRequest,
  OcspRequestError,
  type OcspResponseParameters,
  readOcspRequest,
} from '../../src/pki/ocsp.js'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import {
  certificatePem,
  createAuthority,
  createLeaf,
  mutated,
  NOT_AFTER,
  NOT_BEFORE,
  seededRandom,
  type TestAuthority,
  thrownBy,
} from './fixtures.js'

const ecAuthority = createAuthority('EC CA', generateEcKeyPair('ECDSA-P256'))
const rsaAuthority = createAuthority('RSA CA', await generateKeyPair('RSA-2048'))
const delegate = generateEcKeyPair('ECDSA-P384')

function spkiOf(authority: TestAuthority): Buffer {
  return authority.keyPair.publicKey.export({ type: 'spki', format: 'der' })
}

function leafOf(issuer: TestAuthority): Buffer {
  return createLeaf({ issuer, publicKey: generateEcKeyPair('ECDSA-P256').publicKey, serialNumber: 'BEEF01' })
}

/** A request by `openssl ocsp` for the leaf and further serial numbers; the options with a dash are flags. */
function requestFor(issuer: TestAuthority, ...options: readonly string[]): Buffer {
  return inTemporaryDirectory((path) => {
    writeFileSync(path('ca.pem'), certificatePem(issuer.certificate))
    writeFileSync(path('leaf.pem'), certificatePem(leafOf(issuer)))
    const flags = options.filter((option) => option.startsWith('-'))
    const serialNumbers = options
      .filter((option) => !option.startsWith('-'))
      .flatMap((serial) => ['-serial', serial])
    const asked = ['-issuer', path('ca.pem'), '-cert', path('leaf.pem'), ...serialNumbers]
    openssl(['ocsp', ...flags, ...asked, '-reqout', path('request')])
    return readFileSync(path('request'))
  })
}

function respond(
  issuer: TestAuthority,
  request: OcspRequest,
  status: CertStatus,
  parameters: Partial<OcspResponseParameters> = {},
): Buffer {
  return createOcspResponse({
    responder: { keyIdentifier: keyIdentifier(issuer.keyPair.publicKey) },
    producedAt: NOT_BEFORE,
    responses: request.certIds.map(({ raw }) => ({
      certId: raw,
      status,
      thisUpdate: NOT_BEFORE,
      nextUpdate: NOT_AFTER,
    })),
    nonce: request.nonce,
    signingKey: issuer.keyPair.privateKey,
    certificates: [],
    ...parameters,
  })
}

/** What `openssl ocsp` makes of a response: its signature, then the status of the certificate. */
function judge(issuer: TestAuthority, response: Buffer, ...options: readonly string[]): string[] {
  return inTemporaryDirectory((path) => {
    writeFileSync(path('ca.pem'), certificatePem(issuer.certificate))
    writeFileSync(path('leaf.pem'), certificatePem(leafOf(issuer)))
    writeFileSync(path('response'), response)
    const files = ['-CAfile', path('ca.pem'), '-issuer', path('ca.pem'), '-cert', path('leaf.pem')]
    const printed = openssl(['ocsp', '-no_nonce', '-respin', path('response'), ...files, ...options])
    return printed
      .split('\n')
      .map((line) => line.trim().replace(/^.*leaf\.pem: /, ''))
      .filter((line) => line !== '')
      .sort()
  })
}

const issuers = [
  { algorithm: 'RSA', issuer: rsaAuthority },
  { algorithm: 'EC', issuer: ecAuthority },
]

test.for(issuers)('openssl trusts a good answer by an $algorithm issuer', ({ issuer }) => {
  const response = respond(issuer, readOcspRequest(requestFor(issuer)), 'good')

  expect(judge(issuer, response)).toEqual([
    'Next Update: Jan  1 00:00:00 2045 GMT',
    'Response verify OK',
    'This Update: Jan  1 00:00:00 2024 GMT',
    'good',
  ])
})

test.for(issuers)('openssl reads when and why an $algorithm issuer revoked', ({ issuer }) => {
  const revoked = { revokedAt: Date.UTC(2024, 1, 3, 4, 5, 6), reason: 'keyCompromise' } as const
  const response = respond(issuer, readOcspRequest(requestFor(issuer)), revoked)

  expect(judge(issuer, response)).toEqual([
    'Next Update: Jan  1 00:00:00 2045 GMT',
    'Reason: keyCompromise',
    'Response verify OK',
    'Revocation Time: Feb  3 04:05:06 2024 GMT',
    'This Update: Jan  1 00:00:00 2024 GMT',
    'revoked',
  ])
})

test('an unspecified reason is left out', () => {
  const revoked = { revokedAt: NOT_BEFORE, reason: 'unspecified' } as const
  const response = respond(ecAuthority, readOcspRequest(requestFor(ecAuthority)), revoked)

  expect(judge(ecAuthority, response).filter((line) => line.startsWith('Reason'))).toEqual([])
})

test('openssl reads an unknown certificate, named responder and no next update', () => {
  const request = readOcspRequest(requestFor(ecAuthority))
  const response = respond(ecAuthority, request, 'unknown', {
    responder: { name: ecAuthority.name },
    responses: request.certIds.map(({ raw }) => ({ certId: raw, status: 'unknown', thisUpdate: NOT_BEFORE })),
  })

  expect(judge(ecAuthority, response)).toEqual([
    'Response verify OK',
    'This Update: Jan  1 00:00:00 2024 GMT',
    'unknown',
  ])
})

test('openssl trusts a delegated signer', () => {
  const signer = createLeaf({
    issuer: rsaAuthority,
    publicKey: delegate.publicKey,
    serialNumber: '0D',
    commonName: 'OCSP signer',
    extensions: [extendedKeyUsage('OCSPSigning'), ocspNoCheck()],
  })
  const response = respond(rsaAuthority, readOcspRequest(requestFor(rsaAuthority)), 'good', {
    responder: { keyIdentifier: keyIdentifier(delegate.publicKey) },
    signingKey: delegate.privateKey,
    certificates: [signer],
  })

  expect(judge(rsaAuthority, response)).toContain('Response verify OK')
})

test('openssl does not trust a signer that was not delegated', () => {
  const signer = createLeaf({ issuer: rsaAuthority, publicKey: delegate.publicKey })
  const response = respond(rsaAuthority, readOcspRequest(requestFor(rsaAuthority)), 'good', {
    responder: { keyIdentifier: keyIdentifier(delegate.publicKey) },
    signingKey: delegate.privateKey,
    certificates: [signer],
  })

  expect(() => judge(rsaAuthority, response)).toThrow('missing ocspsigning usage')
})

test('openssl recognises its nonce, and misses it when it is another', () => {
  const bytes = requestFor(ecAuthority, '-nonce')
  const request = readOcspRequest(bytes)
  const check = (response: Buffer) =>
    inTemporaryDirectory((path) => {
      writeFileSync(path('ca.pem'), certificatePem(ecAuthority.certificate))
      writeFileSync(path('request'), bytes)
      writeFileSync(path('response'), response)
      const files = ['-CAfile', path('ca.pem'), '-issuer', path('ca.pem')]
      return openssl(['ocsp', '-reqin', path('request'), '-respin', path('response'), ...files])
    })

  expect(request.nonce).toHaveLength(16)
  expect(check(respond(ecAuthority, request, 'good'))).toBe('Response verify OK\n')
  expect(() => check(respond(ecAuthority, request, 'good', { nonce: Buffer.alloc(16) }))).toThrow(
    'Nonce Verify error',
  )
})

test.for(['sha1', 'sha256', 'sha384', 'sha512'] as const)(
  'a CertID with %s matches its issuer only',
  (hash) => {
    const { certIds, nonce } = readOcspRequest(requestFor(rsaAuthority, '-no_nonce', `-${hash}`))
    const [certId] = certIds
    if (certId === undefined) throw new Error('no CertID')

    expect(nonce).toBeUndefined()
    expect(certIds).toHaveLength(1)
    expect(certId).toMatchObject({ hashAlgorithm: hash, serialNumber: 'BEEF01' })
    expect(certIdMatches(certId, rsaAuthority.name, spkiOf(rsaAuthority))).toBe(true)
    expect(certIdMatches(certId, ecAuthority.name, spkiOf(rsaAuthority))).toBe(false)
    expect(certIdMatches(certId, rsaAuthority.name, spkiOf(ecAuthority))).toBe(false)
  },
)

test('a CertID with an unknown hash matches no issuer', () => {
  const [certId] = readOcspRequest(requestFor(rsaAuthority, '-md5')).certIds

  expect(certId?.hashAlgorithm).toBeUndefined()
  expect(certId && certIdMatches(certId, rsaAuthority.name, spkiOf(rsaAuthority))).toBe(false)
})

test('a request may ask for several certificates', () => {
  const { certIds } = readOcspRequest(requestFor(ecAuthority, '0x80', '0x0102'))

  expect(certIds.map(({ serialNumber }) => serialNumber)).toEqual(['BEEF01', '80', '0102'])
})

test.for([
  ['malformedRequest', 'malformedrequest (1)'],
  ['internalError', 'internalerror (2)'],
  ['tryLater', 'trylater (3)'],
  ['sigRequired', 'sigrequired (5)'],
  ['unauthorized', 'unauthorized (6)'],
] as const satisfies readonly (readonly [OcspErrorStatus, string])[])(
  'openssl reads %s',
  ([status, text]) => {
    inTemporaryDirectory((path) => {
      writeFileSync(path('response'), createOcspErrorResponse(status))

      expect(() => openssl(['ocsp', '-noverify', '-respin', path('response')])).toThrow(
        `Responder Error: ${text}`,
      )
    })
  },
)

test('a request cut off at any octet, or with bytes behind it, is malformed', () => {
  const bytes = requestFor(ecAuthority)

  for (let length = 0; length < bytes.length; length++) {
    expect(thrownBy(() => readOcspRequest(bytes.subarray(0, length)))).toBeInstanceOf(OcspRequestError)
  }
  expect(thrownBy(() => readOcspRequest(Buffer.concat([bytes, Buffer.alloc(1)])))).toBeInstanceOf(
    OcspRequestError,
  )
})

test('2,000 damaged requests bring nothing but OcspRequestError', () => {
  const bytes = requestFor(ecAuthority)
  const random = seededRandom(6960)
  const errors = Array.from({ length: 2000 }, () => thrownBy(() => readOcspRequest(mutated(bytes, random))))

  expect(errors.filter((error) => error !== undefined && !(error instanceof OcspRequestError))).toEqual([])
})
