import { createPrivateKey, X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { certificateText, verifyChain } from '../helpers/chain.js'
import { useServer } from '../helpers/server.js'
import { certmanClient, INTERMEDIATE, PASSPHRASE, PROTECTED, ROOT } from './client.js'

const server = await useServer()
const FROZEN = { mode: 'frozen', now: '2026-03-01T12:00:00.250Z' } as const
const AT = '2026-03-02T00:00:00Z'

const ALGORITHMS = {
  'RSA-2048': /Public-Key: \(2048 bit\)/,
  'RSA-4096': /Public-Key: \(4096 bit\)/,
  'ECDSA-P256': /NIST CURVE: P-256/,
  'ECDSA-P384': /NIST CURVE: P-384/,
}

test.each(Object.entries(ALGORITHMS))(
  'a managed %s certificate verifies and matches its private key',
  async (keyAlgorithm, text) => {
    const sandbox = await server.sandbox({ clock: FROZEN })
    const certman = certmanClient(server, sandbox)
    const { certificate, privateKey = '' } = await certman.issue({ keyAlgorithm })

    expect(verifyChain(certificate.certificate_pem, await certman.chain(INTERMEDIATE), [], AT)).toContain(
      'leaf.pem: OK',
    )
    expect(certificateText(certificate.certificate_pem)).toMatch(text)
    expect(privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
    expect(
      new X509Certificate(certificate.certificate_pem).checkPrivateKey(createPrivateKey(privateKey)),
    ).toBe(true)
  },
)

test('the answer of issuing has the documented keys, values and status', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN })
  const certman = certmanClient(server, sandbox)
  const { status, body } = await certman.post('/certificates', {
    caId: ROOT,
    mode: 'managed',
    commonName: 'api.example.com',
    sanDns: ['api.example.com', 'www.example.com'],
    sanIp: ['192.168.1.1', '2001:0DB8::0001'],
    keyAlgorithm: 'ECDSA-P256',
    validityDays: 365,
  })
  expect(status).toBe(201)
  expect(Object.keys(body)).toEqual(['certificate', 'privateKey'])
  expect(body.certificate).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    common_name: 'api.example.com',
    certificate_pem: expect.stringMatching(/^-----BEGIN CERTIFICATE-----\n/),
    san_dns: ['api.example.com', 'www.example.com'],
    san_ip: ['192.168.1.1', '2001:db8::1'],
    valid_from: '2026-03-01T12:00:00.000Z',
    valid_to: '2027-03-01T12:00:00.000Z',
    serial_number: expect.stringMatching(/^[0-9A-F]{16,40}$/),
    created_at: '2026-03-01T12:00:00.250Z',
  })
  expect(Object.keys(body.certificate)).toEqual([
    'id',
    'common_name',
    'certificate_pem',
    'san_dns',
    'san_ip',
    'valid_from',
    'valid_to',
    'serial_number',
    'created_at',
  ])
  const x509 = new X509Certificate(body.certificate.certificate_pem)
  expect(x509.serialNumber).toBe(body.certificate.serial_number)
  expect(new Date(x509.validFrom).toISOString()).toBe('2026-03-01T12:00:00.000Z')
  expect(new Date(x509.validTo).toISOString()).toBe('2027-03-01T12:00:00.000Z')
  expect(x509.subjectAltName).toBe(
    'DNS:api.example.com, DNS:www.example.com, IP Address:192.168.1.1, IP Address:2001:DB8:0:0:0:0:0:1',
  )
})

test('the certificate has the extensions of RFC 5280 with the URLs of its CA', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN })
  const certman = certmanClient(server, sandbox)
  const { certificate } = await certman.issue({ keyAlgorithm: 'RSA-2048' })
  const text = certificateText(certificate.certificate_pem)
  const base = `${server.url}/pki/${sandbox.id}/${INTERMEDIATE}`
  expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/)
  expect(text).toMatch(/Key Usage: critical\s+Digital Signature, Key Encipherment\n/)
  expect(text).toMatch(/Extended Key Usage: \s+TLS Web Server Authentication, TLS Web Client Authentication/)
  expect(text).toMatch(/Subject Key Identifier: \s+[0-9A-F:]{59}/)
  expect(text).toMatch(/Authority Key Identifier: \s+[0-9A-F:]{59}/)
  expect(text).toContain(
    `CRL Distribution Points: \n                Full Name:\n                  URI:${base}/ca.crl`,
  )
  expect(text).toContain(`OCSP - URI:${base}/ocsp`)
  expect(text).toContain(`CA Issuers - URI:${base}/ca.crt`)
})

test('managed is the mode, ECDSA-P256 the algorithm and 365 days the validity, unless the body says otherwise', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN })
  const certman = certmanClient(server, sandbox)
  const { certificate, privateKey } = await certman.issue()
  expect(privateKey).toBeDefined()
  expect(certificate.valid_to).toBe('2027-03-01T12:00:00.000Z')
  const { body } = await certman.get(`/certificates/${certificate.id}`).expect(200)
  expect(body.certificate).toMatchObject({ key_algorithm: 'ECDSA-P256', ca_id: INTERMEDIATE })
})

test('a common name that is a DNS name becomes the SAN when none is given', async () => {
  const certman = certmanClient(server, await server.sandbox({ clock: FROZEN }))
  const named = await certman.issue({ commonName: '*.Apps.example.com' })
  expect(named.certificate.san_dns).toEqual(['*.apps.example.com'])
  const unnamed = await certman.issue({ commonName: 'Jane Doe', sanIp: ['10.0.0.1'] })
  expect(unnamed.certificate).toMatchObject({ san_dns: [], san_ip: ['10.0.0.1'] })
  const international = await certman.issue({
    commonName: 'bücher',
    sanDns: ['bücher.example', '*.bücher.example'],
  })
  expect(international.certificate.san_dns).toEqual(['xn--bcher-kva.example', '*.xn--bcher-kva.example'])
})

test('the limits of commonName and validityDays are accepted, one past them is not', async () => {
  const certman = certmanClient(server, await server.sandbox({ clock: FROZEN }))
  await certman.issue({ commonName: 'x'.repeat(64), validityDays: 1 })
  await certman.issue({ validityDays: 397 })
  const refusals: [object, string][] = [
    [{ commonName: 'x'.repeat(65) }, 'commonName must be at most 64 characters'],
    [{ commonName: '' }, 'commonName must not be empty'],
    [{ commonName: 'a\u0000b.example.com' }, 'commonName must not have control characters'],
    [{ commonName: '\ud800' }, 'commonName must not have control characters'],
    [{ validityDays: 0 }, 'validityDays must be at least 1'],
    [{ validityDays: 398 }, 'validityDays must be at most 397'],
    [{ validityDays: 1.5 }, 'validityDays must be a whole number'],
    [{ validityDays: '90' }, 'validityDays must be of type number, not string'],
    [
      { keyAlgorithm: 'RSA-1024' },
      'keyAlgorithm must be one of "RSA-2048", "RSA-4096", "ECDSA-P256", "ECDSA-P384"',
    ],
    [{ mode: 'auto' }, 'mode must be one of "managed", "csr"'],
    [
      { sanDns: ['a.*.example.com'] },
      'sanDns[0] must be a DNS name; a wildcard can be its left-most label only',
    ],
    [
      { sanDns: ['-a.example.com'] },
      'sanDns[0] must be a DNS name; a wildcard can be its left-most label only',
    ],
    [{ sanDns: 'a.example.com' }, 'sanDns must be of type array, not string'],
    [{ sanIp: ['300.1.1.1'] }, 'sanIp[0] must be an IPv4 or IPv6 address'],
    [{ caId: undefined }, 'caId is required'],
    [{ caId: 'abc' }, 'caId must be a UUID'],
    [{ commonName: undefined }, 'commonName is required in managed mode'],
  ]
  for (const [body, error] of refusals) {
    const answer = await certman.post('/certificates', {
      caId: INTERMEDIATE,
      commonName: 'x.example.com',
      ...body,
    })
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body: { error } })
  }
})

test('a certificate cannot outlive its CA', async () => {
  const certman = certmanClient(
    server,
    await server.sandbox({ clock: { mode: 'frozen', now: '2029-05-01T00:00:00Z' } }),
  )
  const { status, body } = await certman.post('/certificates', {
    caId: INTERMEDIATE,
    commonName: 'a.example.com',
    validityDays: 32,
  })
  expect({ status, body }).toEqual({
    status: 400,
    body: { error: 'validityDays is too large: the certificate would outlive its CA' },
  })
  await certman.issue({ validityDays: 31 })
})

test('an expired CA does not issue', async () => {
  const certman = certmanClient(
    server,
    await server.sandbox({ clock: { mode: 'frozen', now: '2029-06-01T00:00:00Z' } }),
  )
  const { status, body } = await certman.post('/certificates', {
    caId: INTERMEDIATE,
    commonName: 'a.example.com',
    validityDays: 1,
  })
  expect({ status, body }).toEqual({ status: 400, body: { error: 'The CA has expired' } })
})

test('a CA below a revoked one does not issue, and is gone from the list only if it was revoked itself', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN })
  const certman = certmanClient(server, sandbox)
  await sandbox.console('certman').post(`/cas/${ROOT}/revoke`).send({ reason: 'keyCompromise' }).expect(200)
  const { status, body } = await certman.post('/certificates', {
    caId: INTERMEDIATE,
    commonName: 'a.example.com',
  })
  expect({ status, body }).toEqual({
    status: 400,
    body: { error: 'The CA, or one above it, is revoked and cannot issue certificates' },
  })
  const { body: list } = await certman.get('/cas')
  expect(list.cas.map((ca: { id: string }) => ca.id)).toEqual([INTERMEDIATE, PROTECTED])
})

test('a protected CA wants its passphrase: none is 400, a wrong one 403, the right one issues', async () => {
  const certman = certmanClient(server, await server.sandbox({ clock: FROZEN }))
  const body = { caId: PROTECTED, commonName: 'hsm.example.com' }
  const missing = await certman.post('/certificates', body)
  expect({ status: missing.status, body: missing.body }).toEqual({
    status: 400,
    body: { error: 'caPassphrase is required: the CA is protected by a passphrase' },
  })
  const wrong = await certman.post('/certificates', { ...body, caPassphrase: 'guess' })
  expect({ status: wrong.status, body: wrong.body }).toEqual({
    status: 403,
    body: { error: 'caPassphrase is wrong' },
  })
  const { certificate } = await certman.issue({ ...body, caPassphrase: PASSPHRASE })
  expect(verifyChain(certificate.certificate_pem, await certman.chain(PROTECTED), [], AT)).toContain('OK')
})

test('serial numbers are different, and a private key is nowhere but in the answer', async () => {
  const certman = certmanClient(server, await server.sandbox({ clock: FROZEN }))
  const issued = await Promise.all(Array.from({ length: 50 }, () => certman.issue()))
  expect(new Set(issued.map(({ certificate }) => certificate.serial_number)).size).toBe(50)
  expect(new Set(issued.map(({ privateKey }) => privateKey)).size).toBe(50)
  const { body } = await certman.get(`/certificates/${issued[0]?.certificate.id}`)
  expect(JSON.stringify(body)).not.toContain('PRIVATE KEY')
})
