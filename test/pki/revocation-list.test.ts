import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { keyIdentifier } from '../../src/pki/certificate.js'
import { generateEcKeyPair, generateKeyPair } from '../../src/pki/key-pair.js'
import { toPem } from '../../src/pki/pem.js'
import {
  createRevocationList,
  REVOCATION_REASONS,
  type RevocationListEntry,
  type RevocationReason,
} from '../../src/pki/revocation-list.js'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import {
  certificatePem,
  createAuthority,
  createLeaf,
  NOT_AFTER,
  NOT_BEFORE,
  type TestAuthority,
} from './fixtures.js'

const leafKey = generateEcKeyPair('ECDSA-P256')
const authorities = [
  createAuthority('RSA CA', await generateKeyPair('RSA-2048')),
  createAuthority('P-256 CA', generateEcKeyPair('ECDSA-P256')),
  createAuthority('P-384 CA', generateEcKeyPair('ECDSA-P384')),
]

function listOf({ name, keyPair }: TestAuthority, entries: readonly RevocationListEntry[]): string {
  const der = createRevocationList({
    issuer: name,
    authorityKeyIdentifier: keyIdentifier(keyPair.publicKey),
    crlNumber: 4711,
    thisUpdate: NOT_BEFORE,
    nextUpdate: NOT_AFTER,
    entries,
    signingKey: keyPair.privateKey,
  })
  return toPem('X509 CRL', der)
}

/** What openssl says about the signature, and whether it lets the certificate pass. */
function judge(authority: TestAuthority, list: string, certificate: Buffer): string[] {
  return inTemporaryDirectory((path) => {
    writeFileSync(path('ca.pem'), certificatePem(authority.certificate))
    writeFileSync(path('list.pem'), list)
    writeFileSync(path('leaf.pem'), certificatePem(certificate))
    const signature = openssl(['crl', '-in', path('list.pem'), '-CAfile', path('ca.pem'), '-noout'])
    const files = ['-CAfile', path('ca.pem'), '-CRLfile', path('list.pem'), path('leaf.pem')]
    try {
      return [
        signature.trim(),
        openssl(['verify', '-x509_strict', '-crl_check', ...files])
          .replace(/^.*: /, '')
          .trim(),
      ]
    } catch (error) {
      return [signature.trim(), String(error).includes('certificate revoked') ? 'revoked' : String(error)]
    }
  })
}

test.for(authorities.map((authority) => ({ name: authority.name.at(-1)?.value, authority })))(
  'openssl finds a revoked certificate on the list of a $name',
  ({ authority }) => {
    const revoked = createLeaf({ issuer: authority, publicKey: leafKey.publicKey, serialNumber: 'FACE' })
    const valid = createLeaf({ issuer: authority, publicKey: leafKey.publicKey, serialNumber: 'CAFE' })
    const list = listOf(authority, [{ serialNumber: 'face', revokedAt: NOT_BEFORE, reason: 'keyCompromise' }])

    expect(judge(authority, list, revoked)).toEqual(['verify OK', 'revoked'])
    expect(judge(authority, list, valid)).toEqual(['verify OK', 'OK'])
  },
)

test('an empty list is valid, and has its number and authority key identifier', () => {
  const [, authority] = authorities
  if (authority === undefined) throw new Error('no authority')
  const list = listOf(authority, [])

  const printed = openssl(['crl', '-noout', '-text'], list)

  expect(judge(authority, list, authority.certificate)).toEqual(['verify OK', 'OK'])
  expect(printed).toContain('Version 2 (0x1)')
  expect(printed).toContain('Last Update: Jan  1 00:00:00 2024 GMT')
  expect(printed).toContain('Next Update: Jan  1 00:00:00 2045 GMT')
  expect(printed).toMatch(/X509v3 CRL Number: \n\s+4711\n/)
  expect(printed).toMatch(/X509v3 Authority Key Identifier: \n\s+([0-9A-F]{2}:){19}[0-9A-F]{2}\n/)
  expect(printed).toContain('No Revoked Certificates.')
})

test('every reason is told but the unspecified one', () => {
  const [authority] = authorities
  if (authority === undefined) throw new Error('no authority')
  const reasons = Object.keys(REVOCATION_REASONS) as RevocationReason[]
  const entries = reasons.map((reason, index) => ({
    serialNumber: `A${index}`,
    revokedAt: NOT_BEFORE,
    reason,
  }))

  const printed = openssl(['crl', '-noout', '-text'], listOf(authority, entries))

  expect(printed.match(/Serial Number: \w+/g)).toHaveLength(10)
  expect(printed.match(/(?<=X509v3 CRL Reason Code: \n +)\S.*/g)).toEqual([
    'Key Compromise',
    'CA Compromise',
    'Affiliation Changed',
    'Superseded',
    'Cessation Of Operation',
    'Certificate Hold',
    'Remove From CRL',
    'Privilege Withdrawn',
    'AA Compromise',
  ])
})
