import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import supertest from 'supertest'
import { expect, test } from 'vitest'
import { clientFor, startEmulator, useServer } from '../helpers/server.js'
import { type Certman, certmanClient, INTERMEDIATE } from './client.js'
import { csrFor } from './csr.js'

const server = await useServer()
const KEY = '6c0d3f5e-5f0c-4a4e-9a54-2c7a3d1b9a10'

const issueWith = (certman: Certman, body: object, key = KEY) =>
  certman.post('/certificates', { caId: INTERMEDIATE, mode: 'csr', ...body }).set('Idempotency-Key', key)
const total = async (certman: Certman) => (await certman.get('/certificates')).body.total as number

test('the same key and body get the same answer byte for byte, and one certificate', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const csrPem = csrFor('/CN=once.example.com')
  const before = await total(certman)
  const first = await issueWith(certman, { csrPem }).expect(201)
  const second = await issueWith(certman, { csrPem }).expect(201)
  expect(second.text).toBe(first.text)
  expect(first.headers['idempotent-replayed']).toBeUndefined()
  expect(second.headers['idempotent-replayed']).toBe('true')
  expect(second.headers['content-type']).toBe(first.headers['content-type'])
  expect(await total(certman)).toBe(before + 1)
})

test('of identical requests at the same moment one issues; the others are told that it runs, or get its answer', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const { id } = await certman.createCa({ keyAlgorithm: 'RSA-2048' })
  const csrPem = csrFor('/CN=race.example.com')
  const before = await total(certman)
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => issueWith(certman, { caId: id, csrPem })),
  )
  const issued = answers.filter(({ status }) => status === 201)
  const refused = answers.filter(({ status }) => status === 409)
  expect(issued.length + refused.length).toBe(20)
  expect(issued.length).toBeGreaterThan(0)
  expect(new Set(issued.map(({ text }) => text)).size).toBe(1)
  for (const { body } of refused) {
    expect(body).toEqual({ error: 'A request with this Idempotency-Key is still being processed' })
  }
  expect(await total(certman)).toBe(before + 1)
})

test('another body, or another endpoint, under the same key is a 422', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const csrPem = csrFor('/CN=a.example.com')
  const { body } = await issueWith(certman, { csrPem }).expect(201)
  const error = { error: 'Idempotency-Key was already used for a different request' }
  const other = await issueWith(certman, { csrPem, validityDays: 30 })
  expect({ status: other.status, body: other.body }).toEqual({ status: 422, body: error })
  const renewal = certman
    .post(`/certificates/${body.certificate.id}/renew`, { csrPem })
    .set('Idempotency-Key', KEY)
  const elsewhere = await renewal
  expect({ status: elsewhere.status, body: elsewhere.body }).toEqual({ status: 422, body: error })
})

test('a field more is another body, though nobody reads it; spaces are not', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const body = { caId: INTERMEDIATE, mode: 'csr', csrPem: csrFor('/CN=a.example.com') }
  const send = (text: string) =>
    certman.request.post('/v1/certificates').set('Idempotency-Key', KEY).type('application/json').send(text)
  const first = await send(JSON.stringify(body)).expect(201)
  expect((await send(JSON.stringify(body, null, 2)).expect(201)).text).toBe(first.text)
  await send(JSON.stringify({ ...body, note: 'x' })).expect(422)
})

test('an empty key is refused', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const { status, body } = await issueWith(certman, { csrPem: csrFor('/CN=a.example.com') }, '')
  expect({ status, body }).toEqual({ status: 400, body: { error: 'idempotency-key must not be empty' } })
})

test('renewals with a CSR are idempotent as well', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const { body } = await certman.post('/certificates', {
    caId: INTERMEDIATE,
    mode: 'csr',
    csrPem: csrFor('/CN=a.example.com'),
  })
  const renew = () =>
    certman
      .post(`/certificates/${body.certificate.id}/renew`, { csrPem: next })
      .set('Idempotency-Key', KEY)
      .expect(201)
  const next = csrFor('/CN=a.example.com')
  const first = await renew()
  expect((await renew()).text).toBe(first.text)
})

test('managed requests ignore the header: each makes its own key', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const issue = () =>
    certman
      .post('/certificates', { caId: INTERMEDIATE, commonName: 'a.example.com' })
      .set('Idempotency-Key', KEY)
      .expect(201)
  const [first, second] = [await issue(), await issue()]
  expect(second.body.certificate.id).not.toBe(first.body.certificate.id)
  expect(second.headers['idempotent-replayed']).toBeUndefined()
})

test('keys belong to their API key', async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  const { key } = await certman.createKey('all')
  const csrPem = csrFor('/CN=a.example.com')
  const first = await issueWith(certman, { csrPem }).expect(201)
  const other = await issueWith(certmanClient(server, sandbox, key), { csrPem }).expect(201)
  expect(other.body.certificate.id).not.toBe(first.body.certificate.id)
})

test("a key runs out after 24 hours of the sandbox's clock, not before", async () => {
  const sandbox = await server.sandbox({ clock: { mode: 'frozen', now: '2026-03-01T00:00:00Z' } })
  const certman = certmanClient(server, sandbox)
  const csrPem = csrFor('/CN=a.example.com')
  const first = await issueWith(certman, { csrPem }).expect(201)
  await sandbox.advance('PT23H59M59S')
  expect((await issueWith(certman, { csrPem })).text).toBe(first.text)
  await sandbox.advance('PT1S')
  const later = await issueWith(certman, { csrPem }).expect(201)
  expect(later.body.certificate.id).not.toBe(first.body.certificate.id)
})

test('a failure is not remembered', async () => {
  const certman = certmanClient(server, await server.sandbox())
  await issueWith(certman, { csrPem: 'not a CSR' }).expect(400)
  await issueWith(certman, { csrPem: csrFor('/CN=a.example.com') }).expect(201)
})

test('a key of 255 characters is taken, one of 256 is refused', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const csrPem = csrFor('/CN=a.example.com')
  await issueWith(certman, { csrPem }, 'k'.repeat(255)).expect(201)
  const { status, body } = await issueWith(certman, { csrPem }, 'k'.repeat(256))
  expect({ status, body }).toEqual({
    status: 400,
    body: { error: 'idempotency-key must be at most 255 characters' },
  })
})

test('an answer is replayed after a restart with a data directory', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'certulator-'))
  const csrPem = csrFor('/CN=a.example.com')
  const issue = (url: string) =>
    supertest(url)
      .post('/v1/certificates')
      .auth('cm_prod_full_access_for_local_tests', { type: 'bearer' })
      .set('Idempotency-Key', KEY)
      .send({ caId: INTERMEDIATE, mode: 'csr', csrPem })
      .expect(201)
  const before = await startEmulator({ dataDir })
  const first = await issue(clientFor(before).url)
  await before.close()
  const after = await startEmulator({ dataDir })
  const second = await issue(clientFor(after).url)
  await after.close()
  await rm(dataDir, { recursive: true })
  expect(second.text).toBe(first.text)
  expect(second.headers['idempotent-replayed']).toBe('true')
})
