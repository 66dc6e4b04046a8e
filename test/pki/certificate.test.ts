import { createHash, X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  CertificateError,
  createCertificate,
  keyIdentifier,
  randomSerialNumber,
  readCertificate,
} from '../../src/pki/certificate.js'
import {
  authorityInformationAccess,
  authorityKeyIdentifier,
  basicConstraints,
  certificatePolicies,
  crlDistributionPoints,
  extendedKeyUsage,
  keyUsage,
  ocspNoCheck,
  subjectAltName,
  subjectKeyIdentifier,
} from '../../src/pki/extensions.js'
import { KEY_ALGORITHMS, type KeyAlgorithm } from '../../src/pki/key-algorithm.js'
import { generateEcKeyPair, generateKeyPair, type KeyPair } from '../../src/pki/key-pair.js'
import { distinguishedName } from '../../src/pki/name.js'
import { toPem } from '../../src/pki/pem.js'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import {
  certificatePem,
  createAuthority,
  createLeaf,
  mutated,
  NOT_AFTER,
  NOT_BEFORE,
  seededRandom,
  thrownBy,
} from './fixtures.js'

const keyPairs = new Map<KeyAlgorithm, KeyPair>(
  await Promise.all(
    KEY_ALGORITHMS.map(async (algorithm) => [algorithm, await generateKeyPair(algorithm)] as const),
  ),
)

function keyPairOf(algorithm: KeyAlgorithm): KeyPair {
  return keyPairs.get(algorithm) ?? generateEcKeyPair('ECDSA-P256')
}

const p256 = keyPairOf('ECDSA-P256')
const pairs = KEY_ALGORITHMS.flatMap((issuer) => KEY_ALGORITHMS.map((subject) => ({ issuer, subject })))

function text(der: Buffer): string {
  return openssl(['x509', '-noout', '-text'], certificatePem(der))
}

/** `openssl verify -x509_strict` of the last certificate, the ones between untrusted. */
function verify(root: Buffer, ...chain: readonly Buffer[]): string {
  return inTemporaryDirectory((path) => {
    writeFileSync(path('root.pem'), certificatePem(root))
    writeFileSync(path('untrusted.pem'), certificatePem(...chain.slice(0, -1)))
    writeFileSync(path('leaf.pem'), certificatePem(...chain.slice(-1)))
    const untrusted = chain.length > 1 ? ['-untrusted', path('untrusted.pem')] : []
    return openssl(['verify', '-x509_strict', '-CAfile', path('root.pem'), ...untrusted, path('leaf.pem')])
  })
}

test.for(pairs)('openssl verifies a $subject certificate under a $issuer root', ({ issuer, subject }) => {
  const root = createAuthority('Root', keyPairOf(issuer))
  const leaf = createLeaf({ issuer: root, publicKey: keyPairOf(subject).publicKey })

  expect(verify(root.certificate, leaf)).toMatch(/: OK\n$/)
})

test('openssl verifies root, intermediate with path length 0, leaf', () => {
  const root = createAuthority('Root', keyPairOf('RSA-2048'))
  const intermediate = createAuthority('Intermediate', keyPairOf('ECDSA-P384'), {
    issuer: root,
    pathLength: 0,
  })
  const leaf = createLeaf({ issuer: intermediate, publicKey: p256.publicKey })

  expect(verify(root.certificate, intermediate.certificate, leaf)).toMatch(/: OK\n$/)
})

test('openssl refuses an intermediate below path length 0', () => {
  const root = createAuthority('Root', keyPairOf('ECDSA-P384'))
  const upper = createAuthority('Upper', p256, { issuer: root, pathLength: 0 })
  const lower = createAuthority('Lower', keyPairOf('RSA-2048'), { issuer: upper })
  const leaf = createLeaf({ issuer: lower, publicKey: p256.publicKey })

  expect(() => verify(root.certificate, upper.certificate, lower.certificate, leaf)).toThrow(
    'path length constraint exceeded',
  )
})

test('openssl reads every field and extension', () => {
  const issuer = createAuthority('Issuing CA', p256)
  const keyId = keyIdentifier(p256.publicKey)
  const certificate = createCertificate({
    serialNumber: 'abcdef0123456789',
    subject: distinguishedName({
      country: 'DE',
      state: 'Bayern',
      locality: 'München',
      organization: 'Bäckerei',
      organizationalUnit: 'Ofen',
      commonName: 'example.com',
      email: 'ofen@example.com',
    }),
    issuer: issuer.name,
    publicKey: p256.publicKey,
    notBefore: Date.UTC(2025, 0, 2, 3, 4, 5, 999),
    notAfter: Date.UTC(2026, 11, 31, 23, 59, 59),
    extensions: [
      basicConstraints({ ca: false }),
      keyUsage('digitalSignature', 'keyEncipherment', 'keyAgreement', 'decipherOnly'),
      extendedKeyUsage('serverAuth', 'clientAuth', 'OCSPSigning', 'emailProtection'),
      subjectKeyIdentifier(keyId),
      authorityKeyIdentifier(keyId),
      subjectAltName({
        dns: ['example.com', '*.example.com'],
        ip: ['192.0.2.1', '2001:db8::1'],
        email: ['a@example.com'],
        uri: ['spiffe://example.com/a'],
      }),
      crlDistributionPoints('http://ca.example/crl'),
      authorityInformationAccess({ ocsp: 'http://ca.example/ocsp', caIssuers: 'http://ca.example/ca.der' }),
      ocspNoCheck(),
      certificatePolicies(['2.23.140.1.2.1', '1.3.6.1.4.1.99999.1']),
    ],
    signingKey: p256.privateKey,
  })
  const keyIdText = keyId.toString('hex').toUpperCase().match(/../g)?.join(':')

  const printed = openssl(
    ['x509', '-noout', '-text', '-nameopt', 'RFC2253,utf8,-esc_msb'],
    certificatePem(certificate),
  )
  const lines = printed.split('\n').map((line) => line.trim())

  expect(lines).toEqual(
    expect.arrayContaining([
      'Version: 3 (0x2)',
      'ab:cd:ef:01:23:45:67:89',
      'Signature Algorithm: ecdsa-with-SHA256',
      'Issuer: CN=Issuing CA,O=Testing,C=NL',
      'Not Before: Jan  2 03:04:05 2025 GMT',
      'Not After : Dec 31 23:59:59 2026 GMT',
      'Subject: emailAddress=ofen@example.com,CN=example.com,OU=Ofen,O=Bäckerei,L=München,ST=Bayern,C=DE',
      'X509v3 Basic Constraints: critical',
      'CA:FALSE',
      'X509v3 Key Usage: critical',
      'Digital Signature, Key Encipherment, Key Agreement, Decipher Only',
      'TLS Web Server Authentication, TLS Web Client Authentication, OCSP Signing, E-mail Protection',
      'DNS:example.com, DNS:*.example.com, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1, email:a@example.com, URI:spiffe://example.com/a',
      'URI:http://ca.example/crl',
      'OCSP - URI:http://ca.example/ocsp',
      'CA Issuers - URI:http://ca.example/ca.der',
      'OCSP No Check:',
      'Policy: 2.23.140.1.2.1',
      'Policy: 1.3.6.1.4.1.99999.1',
      keyIdText,
    ]),
  )
})

test('an authority has its path length, or none', () => {
  expect(text(createAuthority('A', p256, { pathLength: 3 }).certificate)).toContain('CA:TRUE, pathlen:3')
  expect(text(createAuthority('A', p256).certificate)).toMatch(/CA:TRUE\n/)
})

test('times are UTCTime up to 2049 and GeneralizedTime from 2050', () => {
  const { certificate, name, keyPair } = createAuthority('A', p256)
  const late = createCertificate({
    ...readCertificate(certificate),
    issuer: name,
    notBefore: Date.UTC(2049, 11, 31, 23, 59, 59),
    notAfter: Date.UTC(2050, 0, 1),
    signingKey: keyPair.privateKey,
  })

  const parsed = openssl(['asn1parse'], toPem('CERTIFICATE', late))

  expect(parsed).toMatch(/UTCTIME\s+:491231235959Z/)
  expect(parsed).toMatch(/GENERALIZEDTIME\s+:20500101000000Z/)
})

test('a certificate without a subject has a critical subjectAltName', () => {
  const issuer = createAuthority('Root', p256)
  const leaf = createCertificate({
    serialNumber: '2',
    subject: [],
    issuer: issuer.name,
    publicKey: p256.publicKey,
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
    extensions: [
      basicConstraints({ ca: false }),
      subjectKeyIdentifier(keyIdentifier(p256.publicKey)),
      authorityKeyIdentifier(keyIdentifier(p256.publicKey)),
      subjectAltName({ dns: ['example.com'], critical: true }),
    ],
    signingKey: p256.privateKey,
  })

  expect(text(leaf)).toContain('X509v3 Subject Alternative Name: critical')
  expect(verify(issuer.certificate, leaf)).toMatch(/: OK\n$/)
})

test('the signature algorithm can be chosen, within what the key can do', () => {
  const base = {
    ...readCertificate(createAuthority('A', p256).certificate),
    signingKey: p256.privateKey,
  }
  const certificate = createCertificate({ ...base, signatureAlgorithmOverride: 'ecdsa-with-SHA512' })

  expect(readCertificate(certificate).signatureAlgorithm).toEqual({
    oid: '1.2.840.10045.4.3.4',
    name: 'ecdsa-with-SHA512',
  })
  expect(() => createCertificate({ ...base, signatureAlgorithmOverride: 'sha256WithRSAEncryption' })).toThrow(
    'EC P-256 keys do not sign with sha256WithRSAEncryption',
  )
})

test.for(KEY_ALGORITHMS)('the key identifier of a %s key is the one openssl derives', (algorithm) => {
  const { publicKey, privateKey } = keyPairOf(algorithm)
  const made = inTemporaryDirectory((path) => {
    writeFileSync(path('key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
    return openssl(['req', '-x509', '-new', '-key', path('key.pem'), '-subj', '/CN=x'])
  })
  const extension = readCertificate(made).extensions.find(({ oid }) => oid === '2.5.29.14')

  expect(extension?.value.subarray(2)).toEqual(keyIdentifier(publicKey))
  expect(keyIdentifier(publicKey.export({ type: 'spki', format: 'der' }))).toEqual(keyIdentifier(publicKey))
})

test('a certificate is read as it was written, and as Node reads it', () => {
  const issuer = createAuthority('Root', keyPairOf('RSA-2048'))
  const der = createLeaf({
    issuer,
    publicKey: p256.publicKey,
    serialNumber: '0fedcba9876543210fedcba9876543210fedcba9',
    extensions: [
      subjectAltName({ dns: ['a.example.com', 'b.example.com'], ip: ['2001:DB8::0:1', '192.0.2.7'] }),
    ],
  })
  const { publicKey, extensions, ...certificate } = readCertificate(certificatePem(der))
  const node = new X509Certificate(der)

  expect(certificate).toEqual({
    serialNumber: '0FEDCBA9876543210FEDCBA9876543210FEDCBA9',
    subject: distinguishedName({ commonName: 'www.example.com' }),
    issuer: issuer.name,
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
    dnsNames: ['a.example.com', 'b.example.com'],
    ipAddresses: ['2001:db8::1', '192.0.2.7'],
    signatureAlgorithm: { oid: '1.2.840.113549.1.1.11', name: 'sha256WithRSAEncryption' },
    raw: der,
  })
  expect(publicKey.equals(p256.publicKey)).toBe(true)
  expect(extensions.map(({ critical }) => critical)).toEqual([true, true, false, false, false])
  expect(node.serialNumber).toBe(certificate.serialNumber)
  expect(node.verify(issuer.keyPair.publicKey)).toBe(true)
})

test('serial numbers are 32 hexadecimal digits, positive and different', () => {
  const serialNumbers = Array.from({ length: 200 }, () => randomSerialNumber())

  expect(new Set(serialNumbers).size).toBe(200)
  for (const serialNumber of serialNumbers) expect(serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/)
  expect(randomSerialNumber((octets) => Buffer.alloc(octets))).toBe(`40${'00'.repeat(15)}`)
})

test.for([
  ['1', '01'],
  ['FF', 'FF'],
  ['abc', '0ABC'],
  [`7f${'00'.repeat(19)}`, `7F${'00'.repeat(19)}`],
] as const)('serial number %s is read back as %s', ([written, read]) => {
  const { certificate } = createAuthority('A', p256, { serialNumber: written })

  expect(readCertificate(certificate).serialNumber).toBe(read)
  expect(openssl(['x509', '-noout', '-serial'], certificatePem(certificate))).toBe(`serial=${read}\n`)
})

test.for(['', '0', '0000', '-1', 'xyz', '12 34', '80'.repeat(20), '7F'.repeat(21)])(
  'serial number "%s" is refused',
  (serialNumber) => {
    expect(() => createAuthority('A', p256, { serialNumber })).toThrow(RangeError)
  },
)

test('certificates that openssl made are read', () => {
  const pem = inTemporaryDirectory((path) => {
    writeFileSync(path('config'), '[req]\ndistinguished_name=none\n[none]\n[directory]\nCN=somebody\n')
    openssl(['genpkey', '-algorithm', 'ed25519', '-out', path('key.pem')])
    return openssl([
      ...['req', '-x509', '-new', '-key', path('key.pem'), '-config', path('config'), '-utf8'],
      ...['-subj', '/C=SE/O=Änglar/CN=old.example/emailAddress=a@old.example', '-set_serial', '4660'],
      ...['-addext', 'subjectAltName=DNS:old.example,dirName:directory', '-days', '3'],
    ])
  })
  const certificate = readCertificate(pem)

  expect(certificate.serialNumber).toBe('1234')
  expect(certificate.dnsNames).toEqual(['old.example'])
  expect(certificate.subject.map(({ value }) => value)).toEqual([
    'SE',
    'Änglar',
    'old.example',
    'a@old.example',
  ])
  expect(certificate.signatureAlgorithm.name).toBe('Ed25519')
  expect(certificate.notAfter - certificate.notBefore).toBe(3 * 86_400_000)
  expect(createHash('sha1').update(certificate.raw).digest('hex').toUpperCase().match(/../g)?.join(':')).toBe(
    new X509Certificate(pem).fingerprint,
  )
})

test('what is no certificate is a CertificateError', () => {
  const der = createLeaf({ issuer: createAuthority('Root', p256), publicKey: p256.publicKey })

  expect(thrownBy(() => readCertificate('no PEM'))).toBeInstanceOf(CertificateError)
  for (let length = 0; length < der.length; length++) {
    expect(thrownBy(() => readCertificate(der.subarray(0, length)))).toBeInstanceOf(CertificateError)
  }
  expect(thrownBy(() => readCertificate(Buffer.concat([der, Buffer.alloc(1)])))).toBeInstanceOf(
    CertificateError,
  )
})

test('a damaged certificate is read or is a CertificateError', () => {
  const der = createLeaf({ issuer: createAuthority('Root', p256), publicKey: p256.publicKey })
  const random = seededRandom(5280)
  const others = Array.from({ length: 1000 }, () => thrownBy(() => readCertificate(mutated(der, random))))

  expect(others.filter((error) => error !== undefined && !(error instanceof CertificateError))).toEqual([])
})
