import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { verifyChain } from '../helpers/chain.js'
import { openssl } from '../helpers/openssl.js'
import { useServer } from '../helpers/server.js'
import { certmanClient, INTERMEDIATE, PASSPHRASE, PROTECTED } from './client.js'
import { csrFor } from './csr.js'

const server = await useServer()
const FROZEN = { mode: 'frozen', now: '2026-03-01T12:00:00Z' } as const

test('a renewal has the same names and algorithm, a new id, serial number and key, and leaves the old one alone', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN })
  const certman = certmanClient(server, sandbox)
  const names = { sanDns: ['a.example.com', 'b.example.com'], sanIp: ['10.0.0.1'] }
  const old = await certman.issue({ ...names, keyAlgorithm: 'ECDSA-P384', validityDays: 90 })
  const before = (await certman.get(`/certificates/${old.certificate.id}`)).body
  await sandbox.advance('P60D')

  const { status, body } = await certman.post(`/certificates/${old.certificate.id}/renew`)
  expect({ status, keys: Object.keys(body), message: body.message }).toEqual({
    status: 201,
    keys: ['message', 'certificate', 'privateKey'],
    message: 'Certificate renewed successfully',
  })
  expect(body.certificate).toEqual({
    id: expect.not.stringMatching(old.certificate.id),
    common_name: 'app.example.com',
    certificate_pem: expect.stringContaining('BEGIN CERTIFICATE'),
    san_dns: names.sanDns,
    san_ip: names.sanIp,
    valid_from: '2026-04-30T12:00:00.000Z',
    valid_to: '2026-07-29T12:00:00.000Z',
    serial_number: expect.not.stringMatching(old.certificate.serial_number),
    created_at: '2026-04-30T12:00:00.000Z',
  })
  const publicKey = (pem: string) => openssl(['x509', '-noout', '-pubkey'], pem)
  expect(publicKey(body.certificate.certificate_pem)).not.toBe(publicKey(old.certificate.certificate_pem))
  expect(
    verifyChain(
      body.certificate.certificate_pem,
      await certman.chain(INTERMEDIATE),
      [],
      '2026-05-01T00:00:00Z',
    ),
  ).toContain('OK')
  expect((await certman.get(`/certificates/${old.certificate.id}`)).body).toEqual(before)
  expect((await certman.get(`/certificates/${body.certificate.id}`)).body.certificate.key_algorithm).toBe(
    'ECDSA-P384',
  )
})

test('validityDays of a renewal is its own', async () => {
  const certman = certmanClient(server, await server.sandbox({ clock: FROZEN }))
  const { certificate } = await certman.issue({ validityDays: 90 })
  const { body } = await certman
    .post(`/certificates/${certificate.id}/renew`, { validityDays: 10 })
    .expect(201)
  expect(body.certificate.valid_to).toBe('2026-03-11T12:00:00.000Z')
  const refused = await certman.post(`/certificates/${certificate.id}/renew`, { validityDays: 398 })
  expect({ status: refused.status, body: refused.body }).toEqual({
    status: 400,
    body: { error: 'validityDays must be at most 397' },
  })
})

test('a certificate from a CSR is renewed with a CSR only, whose key it gets', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const first = csrFor('/O=Acme/CN=csr.example.com')
  const issued = await certman
    .post('/certificates', { caId: INTERMEDIATE, mode: 'csr', csrPem: first })
    .expect(201)
  const path = `/certificates/${issued.body.certificate.id}/renew`
  const without = await certman.post(path)
  expect({ status: without.status, body: without.body }).toEqual({
    status: 400,
    body: { error: 'csrPem is required' },
  })
  const second = csrFor('/CN=another-name.example.com')
  const { status, body } = await certman.post(path, { csrPem: second })
  expect({ status, keys: Object.keys(body) }).toEqual({ status: 201, keys: ['message', 'certificate'] })
  expect(body.certificate.common_name).toBe('csr.example.com')
  const x509 = new X509Certificate(body.certificate.certificate_pem)
  expect(x509.subject).toBe('O=Acme\nCN=csr.example.com')
  expect(x509.publicKey.export({ type: 'spki', format: 'pem' })).toBe(
    openssl(['req', '-noout', '-pubkey'], second),
  )
})

test('a revoked certificate, one that is not there and one of a protected CA are refused as documented', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const { certificate } = await certman.issue()
  await certman.post(`/certificates/${certificate.id}/revoke`).expect(200)
  const revoked = await certman.post(`/certificates/${certificate.id}/renew`)
  expect({ status: revoked.status, body: revoked.body }).toEqual({
    status: 400,
    body: { error: 'A revoked certificate cannot be renewed' },
  })
  const unknown = await certman.post('/certificates/00000000-0000-4000-8000-000000000000/renew')
  expect({ status: unknown.status, body: unknown.body }).toEqual({
    status: 404,
    body: { error: 'Certificate not found' },
  })
  const guarded = await certman.issue({ caId: PROTECTED, caPassphrase: PASSPHRASE })
  const path = `/certificates/${guarded.certificate.id}/renew`
  expect((await certman.post(path)).status).toBe(400)
  expect((await certman.post(path, { caPassphrase: 'guess' })).status).toBe(403)
  await certman.post(path, { caPassphrase: PASSPHRASE }).expect(201)
})

test('a seeded certificate can be renewed too', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const { body } = await certman
    .post('/certificates/660e8400-e29b-41d4-a716-446655440001/renew', { validityDays: 365 })
    .expect(201)
  expect(body.certificate).toMatchObject({
    common_name: 'api.example.com',
    san_dns: ['api.example.com', 'www.example.com'],
  })
})
