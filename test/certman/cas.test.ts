import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { certificateText, verifyChain } from '../helpers/chain.js'
import { useServer } from '../helpers/server.js'
import { certmanClient, INTERMEDIATE, PROTECTED, ROOT } from './client.js'

const server = await useServer()

const rootSummary = {
  id: ROOT,
  name: 'Production Root CA',
  common_name: 'Production Root CA',
  organization: 'Acme Corp',
  key_algorithm: 'ECDSA-P384',
  valid_from: '2024-01-01T00:00:00.000Z',
  valid_to: '2034-01-01T00:00:00.000Z',
  created_at: '2024-01-01T00:00:00.000Z',
  parent_ca_id: null,
  depth: 0,
  path_length: null,
}
const intermediateSummary = {
  id: INTERMEDIATE,
  name: 'Production Intermediate CA',
  common_name: 'Production Intermediate CA',
  organization: 'Acme Corp',
  key_algorithm: 'ECDSA-P256',
  valid_from: '2024-06-01T00:00:00.000Z',
  valid_to: '2029-06-01T00:00:00.000Z',
  created_at: '2024-06-01T00:00:00.000Z',
  parent_ca_id: ROOT,
  depth: 1,
  path_length: 0,
}
const protectedSummary = {
  ...intermediateSummary,
  id: PROTECTED,
  name: 'Protected Intermediate CA',
  common_name: 'Protected Intermediate CA',
  valid_to: '2033-06-01T00:00:00.000Z',
}

test('the list has the CAs of the seed with the documented keys, in order', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const { status, body, text } = await certman.get('/cas')
  expect({ status, body }).toEqual({
    status: 200,
    body: { cas: [rootSummary, intermediateSummary, protectedSummary] },
  })
  expect(text.startsWith(`{"cas":[${JSON.stringify(rootSummary)}`)).toBe(true)
})

test('the list filters by type and parent', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const cas = async (query: string) => (await certman.get(`/cas?${query}`).expect(200)).body
  expect(await cas('type=root')).toEqual({ cas: [rootSummary] })
  expect(await cas('type=intermediate')).toEqual({ cas: [intermediateSummary, protectedSummary] })
  expect(await cas(`parentCaId=${ROOT.toUpperCase()}`)).toEqual({
    cas: [intermediateSummary, protectedSummary],
  })
  expect(await cas(`parentCaId=${INTERMEDIATE}`)).toEqual({ cas: [] })
  expect(await cas(`parentCaId=${ROOT}&type=root`)).toEqual({ cas: [] })
})

test('a filter that is none is a 400', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const type = await certman.get('/cas?type=leaf')
  expect({ status: type.status, body: type.body }).toEqual({
    status: 400,
    body: { error: 'type must be one of "root", "intermediate", "all"' },
  })
  const parent = await certman.get('/cas?parentCaId=1')
  expect({ status: parent.status, body: parent.body }).toEqual({
    status: 400,
    body: { error: 'parentCaId must be a UUID' },
  })
})

test('one CA comes with its certificate, which says the same', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const { status, body } = await certman.get(`/cas/${ROOT}`)
  const pem = body.ca.certificate_pem as string
  const x509 = new X509Certificate(pem)
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      ca: {
        id: ROOT,
        name: 'Production Root CA',
        common_name: 'Production Root CA',
        organization: 'Acme Corp',
        country: 'US',
        state: 'California',
        locality: 'San Francisco',
        key_algorithm: 'ECDSA-P384',
        certificate_pem: pem,
        serial_number: x509.serialNumber,
        valid_from: '2024-01-01T00:00:00.000Z',
        valid_to: '2034-01-01T00:00:00.000Z',
        created_at: '2024-01-01T00:00:00.000Z',
        has_passphrase: false,
        parent_ca_id: null,
        depth: 0,
        path_length: null,
        revoked_at: null,
        revocation_reason: null,
      },
    },
  })
  expect(certificateText(pem)).toContain(
    'Subject: CN=Production Root CA,O=Acme Corp,L=San Francisco,ST=California,C=US',
  )
  expect(certificateText(pem)).toMatch(/CA:TRUE\n/)
  expect(x509.verify(x509.publicKey)).toBe(true)
  const { body: again } = await certman.get(`/cas/${ROOT}`)
  expect(again).toEqual(body)
})

test('the chain goes from the CA up to the root and verifies', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const { body } = await certman.get(`/cas/${INTERMEDIATE}/chain`).expect(200)
  const { body: root } = await certman.get(`/cas/${ROOT}/chain`).expect(200)
  expect(body).toEqual({ caId: INTERMEDIATE, chainLength: 2, chain: [body.chain[0], root.chain[0]] })
  expect(verifyChain(body.chain[0], root.chain)).toContain('OK')
  expect(certificateText(body.chain[0])).toMatch(/CA:TRUE, pathlen:0\n/)
})

test('a CA that is not there, or not to be read, is a 404; an id that is none, a 400', async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  const { key } = await certman.createKey({ [ROOT]: { canRead: true, canIssue: false, canRevoke: false } })
  const other = certmanClient(server, sandbox, key)
  for (const path of [`/cas/${INTERMEDIATE}`, `/cas/${INTERMEDIATE}/chain`]) {
    const { status, body } = await other.get(path)
    expect({ status, body }).toEqual({ status: 404, body: { error: 'Certificate Authority not found' } })
  }
  const unknown = await certman.get('/cas/00000000-0000-4000-8000-000000000000')
  expect({ status: unknown.status, body: unknown.body }).toEqual({
    status: 404,
    body: { error: 'Certificate Authority not found' },
  })
  const malformed = await certman.get('/cas/12')
  expect({ status: malformed.status, body: malformed.body }).toEqual({
    status: 400,
    body: { error: 'id must be a UUID' },
  })
  expect((await other.get('/cas')).body).toEqual({ cas: [rootSummary] })
})

test('a revoked CA is out of the list and can still be read', async () => {
  const sandbox = await server.sandbox({ clock: { mode: 'frozen', now: '2026-02-01T00:00:00Z' } })
  const certman = certmanClient(server, sandbox)
  await sandbox
    .console('certman')
    .post(`/cas/${INTERMEDIATE}/revoke`)
    .send({ reason: 'superseded' })
    .expect(200)
  expect((await certman.get('/cas')).body).toEqual({ cas: [rootSummary, protectedSummary] })
  const { body } = await certman.get(`/cas/${INTERMEDIATE}`).expect(200)
  expect(body.ca).toMatchObject({ revoked_at: '2026-02-01T00:00:00.000Z', revocation_reason: 'superseded' })
})
