import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { certificateText, verifyChain } from '../helpers/chain.js'
import { openssl } from '../helpers/openssl.js'
import { useServer } from '../helpers/server.js'
import { certmanClient, INTERMEDIATE } from './client.js'
import { csrFor, EC, RSA } from './csr.js'

const server = await useServer()

test.each([
  ['RSA-2048', RSA(2048)],
  ['RSA-3072', RSA(3072)],
  ['ECDSA-P256', EC('P-256')],
  ['ECDSA-P384', EC('P-384')],
])('a %s CSR of openssl req is certified with its names and its key', async (keyAlgorithm, key) => {
  const certman = certmanClient(server, await server.sandbox())
  const csr = csrFor('/C=DE/O=Acme Corp/CN=csr.example.com', key, [
    'subjectAltName=DNS:csr.example.com,DNS:*.csr.example.com,IP:10.1.2.3,IP:fd00::1',
  ])
  const { status, body } = await certman.post('/certificates', {
    caId: INTERMEDIATE,
    mode: 'csr',
    csrPem: csr,
    sanDns: ['extrrefused.example', 'csr.example.com'],
    keyAlgorithm: 'does not count here',
  })
  expect(status).toBe(201)
  expect(body).toEqual({
    certificate: expect.objectContaining({
      common_name: 'csr.example.com',
      san_dns: ['csr.example.com', '*.csr.example.com', 'extrrefused.example'],
      san_ip: ['10.1.2.3', 'fd00::1'],
    }),
  })
  const pem = body.certificate.certificate_pem as string
  expect(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'pem' })).toBe(
    openssl(['req', '-noout', '-pubkey'], csr),
  )
  expect(certificateText(pem)).toContain('Subject: CN=csr.example.com,O=Acme Corp,C=DE')
  expect(verifyChain(pem, await certman.chain(INTERMEDIATE))).toContain('OK')
  const { body: found } = await certman.get(`/certificates/${body.certificate.id}`)
  expect(found.certificate.key_algorithm).toBe(keyAlgorithm)
})

test('commonName in the body goes before the common name of the CSR', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const csr = csrFor('/O=Acme/CN=in-the-csr.example.com')
  const { body } = await certman.post('/certificates', {
    caId: INTERMEDIATE,
    mode: 'csr',
    csrPem: csr,
    commonName: 'in-the-body.example.com',
  })
  expect(body.certificate).toMatchObject({
    common_name: 'in-the-body.example.com',
    san_dns: ['in-the-body.example.com'],
  })
  expect(certificateText(body.certificate.certificate_pem)).toContain(
    'Subject: CN=in-the-body.example.com,O=Acme',
  )
})

test('what is wrong with a CSR is said, with 400', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const csr = csrFor('/CN=refused.example')
  const lines = csr.split('\n')
  const middle = Math.floor(lines.length / 2)
  const tampered = lines
    .map((line, index) => (index === middle ? [...line].reverse().join('') : line))
    .join('\n')
  const cases: [string, string | undefined][] = [
    ['no CSR', undefined],
    ['empty', ''],
    ['no PEM', 'hello'],
    ['truncated', `${lines.slice(0, 3).join('\n')}\n-----END CERTIFICATE REQUEST-----\n`],
    ['tampered', tampered],
    ['weak RSA', csrFor('/CN=refused.example', RSA(1024))],
    ['other curve', csrFor('/CN=refused.example', EC('P-521'))],
    ['Ed25519', csrFor('/CN=refused.example', ['-newkey', 'ed25519'])],
    ['no common name', csrFor('/O=Acme', EC('P-256'))],
    ['long common name', csrFor('/O=Acme', EC('P-256'), ['subjectAltName=DNS:refused..example'])],
    ['oversized', `${csr}${'\n'.repeat(70_000)}`],
  ]
  for (const [name, csrPem] of cases) {
    const { status, body } = await certman.post('/certificates', { caId: INTERMEDIATE, mode: 'csr', csrPem })
    expect({ name, status, keys: Object.keys(body) }).toEqual({ name, status: 400, keys: ['error'] })
    expect(body.error).toMatch(/csrPem|commonName/)
  }
  const { body } = await certman.get('/certificates?search=refused.example')
  expect(body.total).toBe(0)
})
