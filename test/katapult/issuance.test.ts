import { expect, test } from 'vitest'
import { openssl } from '../helpers/openssl.js'
import { useServer } from '../helpers/server.js'
import { ISSUED, type KatapultSandbox, katapultSandbox, now } from './client.js'

const server = await useServer()
const DAY = 86_400

const stateOf = async ({ get }: KatapultSandbox, id: string) => {
  const { body } = await get(`/certificates/${id}`)
  return body.certificate[0] as Record<string, unknown>
}

async function order({ console }: KatapultSandbox, fields: object = {}) {
  const order = { name: 'shop.example.com', issuer: 'lets_encrypt', keyAlgorithm: 'ECDSA-P256', ...fields }
  const { status, body } = await console.post('/certificates').send(order)
  expect(status).toBe(201)
  return body.certificate as Record<string, string>
}

test.each(['lets_encrypt', 'self_signed'])(
  'a %s certificate is pending, then issuing, then issued',
  async (issuer) => {
    const sandbox = await katapultSandbox(server, { settings: { issuanceDelay: 'PT10M' } })
    const created = await order(sandbox, { issuer, additionalNames: ['*.shop.example.com', '192.0.2.7'] })
    expect(created).toEqual({
      id: expect.stringMatching(/^cert_[A-Za-z0-9]{16}$/),
      name: 'shop.example.com',
      additional_names: ['*.shop.example.com', '192.0.2.7'],
      issuer,
      state: 'pending',
      created_at: now,
      expires_at: null,
      last_issued_at: null,
      issue_error: null,
      authorization_method: null,
      certificate_api_url: expect.any(String),
      certificate: null,
      chain: null,
      private_key: null,
    })
    const { id = '' } = created
    expect(await stateOf(sandbox, id)).toEqual(created)
    await sandbox.advance('PT5M')
    expect(await stateOf(sandbox, id)).toEqual({ ...created, state: 'issuing' })
    await sandbox.advance('PT4M59.999S')
    expect(await stateOf(sandbox, id)).toMatchObject({ state: 'issuing', certificate: null })
    await sandbox.advance('PT0.001S')
    const issued = await stateOf(sandbox, id)
    expect(issued).toMatchObject({
      state: 'issued',
      last_issued_at: now + 600,
      expires_at: now + 600 + 90 * DAY,
    })
    expect(openssl(['x509', '-noout', '-ext', 'subjectAltName'], String(issued.certificate))).toContain(
      'DNS:shop.example.com, DNS:*.shop.example.com, IP Address:192.0.2.7',
    )
  },
)

test('time can pass over the issuance, and long after it the certificate says when it was issued', async () => {
  const sandbox = await katapultSandbox(server)
  const { id = '' } = await order(sandbox)
  await sandbox.advance('2140-01-01T00:00:00Z')
  const issued = await stateOf(sandbox, id)
  expect(issued).toMatchObject({ state: 'issued', last_issued_at: now + 2, expires_at: now + 2 + 90 * DAY })
  expect(openssl(['x509', '-noout', '-startdate'], String(issued.certificate))).toBe(
    'notBefore=Mar  1 12:00:32 2026 GMT\n',
  )
})

test('without a delay, a certificate is issued at once', async () => {
  const sandbox = await katapultSandbox(server, { settings: { issuanceDelay: 'PT0S' } })
  const created = await order(sandbox, { keyAlgorithm: 'RSA-2048' })
  expect(created).toMatchObject({ state: 'issued', last_issued_at: now })
  expect(created.private_key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/)
})

test('an issuance can be made to fail', async () => {
  const sandbox = await katapultSandbox(server, { settings: { issuanceDelay: 'PT10M' } })
  const { id = '' } = await order(sandbox, { issueError: 'CAA forbids it' })
  expect(await stateOf(sandbox, id)).toMatchObject({ state: 'pending', issue_error: null })
  await sandbox.advance('PT9M')
  expect(await stateOf(sandbox, id)).toMatchObject({ state: 'issuing', issue_error: null })
  await sandbox.advance('PT1M')
  expect(await stateOf(sandbox, id)).toMatchObject({
    state: 'issue_failed',
    issue_error: 'CAA forbids it',
    last_issued_at: null,
    certificate: null,
  })
})

test('with the delay `manual`, the console says when', async () => {
  const sandbox = await katapultSandbox(server, { settings: { issuanceDelay: 'manual' } })
  const { id = '' } = await order(sandbox)
  await sandbox.advance('P1D')
  expect(await stateOf(sandbox, id)).toMatchObject({ state: 'pending' })
  const { body } = await sandbox.console.post(`/certificates/${id}/issue`).expect(200)
  expect(body.certificate).toMatchObject({ state: 'issued', last_issued_at: now + DAY })
  expect(await stateOf(sandbox, id)).toEqual(body.certificate)
})

test.each(['manual', 'PT10M'])(
  'an order fails with its own error, with the delay %s',
  async (issuanceDelay) => {
    const sandbox = await katapultSandbox(server, { settings: { issuanceDelay } })
    const created = await order(sandbox, { issueError: 'CAA forbids it' })
    expect(created).toMatchObject({ state: 'pending', issue_error: null })
    const fail = async (body?: object) =>
      (await sandbox.console.post(`/certificates/${created.id}/fail`).send(body).expect(200)).body.certificate
    const failed = { ...created, state: 'issue_failed', issue_error: 'CAA forbids it' }
    expect(await fail()).toEqual(failed)
    expect(await fail({ error: 'another' })).toEqual({ ...failed, issue_error: 'another' })
    await sandbox.console.post(`/certificates/${created.id}/issue`).expect(200)
    expect(await fail()).toMatchObject({ issue_error: 'The domain could not be verified' })
  },
)

test('failing before the certificate is issued leaves none', async () => {
  const sandbox = await katapultSandbox(server, { settings: { issuanceDelay: 'PT10M' } })
  const { id = '' } = await order(sandbox)
  const { body } = await sandbox.console.post(`/certificates/${id}/fail`).expect(200)
  expect(body.certificate).toMatchObject({
    state: 'issue_failed',
    issue_error: 'The domain could not be verified',
    certificate: null,
  })
  await sandbox.advance('PT20M')
  expect(await stateOf(sandbox, id)).toEqual(body.certificate)
})

test('failing afterwards keeps the certificate, issuing again replaces it', async () => {
  const sandbox = await katapultSandbox(server)
  const before = await stateOf(sandbox, 'cert_LetsEncrypt00001')
  const failed = await sandbox.console.post('/certificates/cert_LetsEncrypt00001/fail').send({ error: 'no' })
  expect(failed.body.certificate).toEqual({ ...before, state: 'issue_failed', issue_error: 'no' })
  // Twice within the same second: each has a key of its own.
  const answers = [
    await sandbox.console.post('/certificates/cert_LetsEncrypt00001/issue').expect(200),
    await sandbox.console.post('/certificates/cert_LetsEncrypt00001/issue').expect(200),
  ]
  const issued = answers.map(({ body }) => body.certificate)
  for (const certificate of issued) {
    expect(certificate).toMatchObject({ state: 'issued', issue_error: null, last_issued_at: now })
    expect(openssl(['pkey', '-pubout'], certificate.private_key)).toBe(
      openssl(['x509', '-pubkey', '-noout'], certificate.certificate),
    )
  }
  expect(new Set([before.private_key, ...issued.map((each) => each.private_key)]).size).toBe(3)
})

test('what is in the trash, custom or not there is not issued', async () => {
  const { console } = await katapultSandbox(server)
  await console.post(`/certificates/${ISSUED}/trash`).expect(200)
  for (const action of ['issue', 'fail']) {
    const trashed = await console.post(`/certificates/${ISSUED}/${action}`)
    expect([trashed.status, trashed.body.detail]).toEqual([
      409,
      `The certificate "${ISSUED}" is in the trash`,
    ])
    const custom = await console.post(`/certificates/cert_CustomUpload0001/${action}`)
    expect([custom.status, custom.body.detail]).toEqual([
      409,
      'The certificate "cert_CustomUpload0001" is custom: nobody issues it, it was uploaded',
    ])
    const unknown = await console.post(`/certificates/cert_x/${action}`)
    expect([unknown.status, unknown.body.detail]).toEqual([404, 'There is no certificate "cert_x"'])
  }
})

test('names of all kinds become certificates', async () => {
  const sandbox = await katapultSandbox(server, { settings: { issuanceDelay: 'PT0S' } })
  const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.example.com`
  const names: readonly (readonly [string, string])[] = [
    ['bücher.example', 'DNS:xn--bcher-kva.example'],
    ['*.Example.COM', 'DNS:*.example.com'],
    ['under_score.example.com', 'DNS:under_score.example.com'],
    ['2001:db8::1', 'IP Address:2001:DB8:0:0:0:0:0:1'],
    [long, `DNS:${long}`],
  ]
  for (const [name, san] of names) {
    const { certificate = '' } = await order(sandbox, { name, issuer: 'self_signed' })
    expect(openssl(['x509', '-noout', '-ext', 'subjectAltName'], certificate)).toContain(san)
  }
  for (const name of ['', 'a b', '-a.example', 'a..b', '*', 'a.*.b', 'x'.repeat(64), '1.2.3']) {
    const { status } = await sandbox.console.post('/certificates').send({ name, issuer: 'self_signed' })
    expect({ name, status }).toEqual({ name, status: 400 })
  }
})
