import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import { useServer } from '../helpers/server.js'
import { ISSUED, katapultSandbox, now, ORGANIZATION, TRASHED } from './client.js'

const server = await useServer()

/** A certificate that openssl made, as somebody would upload it. */
const upload = inTemporaryDirectory((path) => {
  const subject = ['-subj', '/CN=uploaded.example.com', '-addext', 'subjectAltName=DNS:uploaded.example.com']
  const files = ['-keyout', path('key'), '-out', path('certificate')]
  openssl(['req', '-x509', '-newkey', 'rsa:2048', '-noenc', '-days', '30', ...subject, ...files])
  const read = (name: string) => readFileSync(path(name), 'utf8')
  return { certificate: read('certificate'), privateKey: read('key') }
})

test('a custom certificate is issued from the start, with the very PEMs that were uploaded', async () => {
  const { console, get } = await katapultSandbox(server)
  const body = { name: 'uploaded.example.com', issuer: 'custom', ...upload, chain: upload.certificate }
  const { status, body: answer } = await console.post('/certificates').send(body)
  expect(status).toBe(201)
  const enddate = openssl(['x509', '-noout', '-enddate'], upload.certificate).trim().replace('notAfter=', '')
  expect(answer.certificate).toEqual({
    id: expect.stringMatching(/^cert_[A-Za-z0-9]{16}$/),
    name: 'uploaded.example.com',
    additional_names: [],
    issuer: 'custom',
    state: 'issued',
    created_at: now,
    expires_at: Date.parse(enddate) / 1000,
    last_issued_at: now,
    issue_error: null,
    authorization_method: null,
    certificate_api_url: expect.any(String),
    certificate: upload.certificate,
    chain: upload.certificate,
    private_key: upload.privateKey,
  })
  expect((await get(`/certificates/${answer.certificate.id}`)).body.certificate).toEqual([answer.certificate])
})

test('unknown fields, issuers and organizations are refused by name', async () => {
  const { console } = await katapultSandbox(server)
  const base = { name: 'x.example.com', issuer: 'self_signed' }
  const refusal = async (fields: object) =>
    (await console.post('/certificates').send({ ...base, ...fields })).body
  expect((await refusal({ colour: 'red' })).detail).toBe('the body: has unknown fields: "colour"')
  expect((await refusal({ issuer: 'acme' })).detail).toContain('issuer: must be one of')
  expect(await refusal({ organization: 'org_x' })).toEqual({
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: 'There is no organization "org_x"',
  })
})

test('the console lists what is not in the trash, as it is on the wire', async () => {
  const { console, get } = await katapultSandbox(server)
  const { body } = await console.get('/certificates').expect(200)
  const ids = body.items.map(({ id }: { id: string }) => id)
  expect(ids).toContain('cert_NotActivated0001')
  expect(ids).not.toContain(TRASHED)
  expect(body.items[0]).toEqual((await get(`/certificates/${ISSUED}`)).body.certificate[0])
})

test('the trash keeps a certificate for 48 hours', async () => {
  const { console, get, advance } = await katapultSandbox(server)
  const { status, body } = await console.post(`/certificates/${ISSUED}/trash`)
  const trashObject = {
    id: expect.stringMatching(/^trsh_[A-Za-z0-9]{16}$/),
    keep_until: now + 172_800,
    object_id: ISSUED,
    object_type: 'Certificate',
  }
  expect({ status, body }).toEqual({ status: 200, body: { trashObject } })
  expect((await get(`/certificates/${ISSUED}`)).body.detail).toEqual({ trash_object: body.trashObject })
  const kept = await console.get('/trash')
  expect(kept.body.items.map((each: { object_id: string }) => each.object_id)).toEqual([TRASHED, ISSUED])
  await advance('PT47H59M59.999S')
  expect((await get(`/certificates/${ISSUED}`)).status).toBe(406)
  expect((await console.get('/trash')).body.items).toEqual([body.trashObject])
  await advance('PT0.001S')
  expect((await get(`/certificates/${ISSUED}`)).body.code).toBe('certificate_not_found')
  expect((await console.get('/trash')).body.items).toEqual([])
  expect((await console.post(`/certificates/${ISSUED}/restore`)).status).toBe(404)
})

test('a certificate out of the trash is as it was', async () => {
  const { console, get } = await katapultSandbox(server)
  const before = await get(`/certificates/${ISSUED}`)
  await console.post(`/certificates/${ISSUED}/trash`).expect(200)
  const again = await console.post(`/certificates/${ISSUED}/trash`)
  expect([again.status, again.body.detail]).toEqual([409, `The certificate "${ISSUED}" is in the trash`])
  const { body } = await console.post(`/certificates/${ISSUED}/restore`).expect(200)
  expect(body.certificate).toEqual(before.body.certificate[0])
  expect((await get(`/certificates/${ISSUED}`)).text).toBe(before.text)
  const notThere = await console.post(`/certificates/${ISSUED}/restore`)
  expect([notThere.status, notThere.body.detail]).toEqual([
    409,
    `The certificate "${ISSUED}" is not in the trash`,
  ])
})

test('what is in the trash keeps its URL', async () => {
  const { console, get } = await katapultSandbox(server)
  const before = await get(`/certificates/${ISSUED}`)
  await console.post(`/certificates/${ISSUED}/trash`).expect(200)
  for (const action of ['reset-api-url', 'forget-api-url']) {
    const { status, body } = await console.post(`/certificates/${ISSUED}/${action}`)
    expect({ status, body }).toEqual({
      status: 409,
      body: {
        type: 'about:blank',
        title: 'Conflict',
        status: 409,
        detail: `The certificate "${ISSUED}" is in the trash`,
      },
    })
  }
  await console.post(`/certificates/${ISSUED}/restore`).expect(200)
  expect((await get(`/certificates/${ISSUED}`)).text).toBe(before.text)
})

test('names that are there already are not repeated, however they are written', async () => {
  const { console } = await katapultSandbox(server)
  const names = [
    'WWW.example.com',
    'bücher.example',
    'XN--bcher-kva.example',
    '::1',
    '0:0::1',
    '*.Example.com',
  ]
  const { body } = await console
    .post('/certificates')
    .send({ name: 'www.example.com', additionalNames: names, issuer: 'self_signed' })
    .expect(201)
  expect(body.certificate.additional_names).toEqual(['bücher.example', '::1', '*.Example.com'])
})

test('an organization can be created, suspended and activated', async () => {
  const { console, get } = await katapultSandbox(server)
  const created = await console
    .post('/organizations')
    .send({ name: 'New', subDomain: 'new', activated: false })
  const organization = {
    id: expect.stringMatching(/^org_[A-Za-z0-9]{16}$/),
    name: 'New',
    subDomain: 'new',
    suspended: false,
    activated: false,
  }
  expect({ status: created.status, body: created.body }).toEqual({ status: 201, body: { organization } })
  const { id } = created.body.organization
  const list = async () => {
    const { body } = await get(
      '/organizations/_/certificates?organization[sub_domain]=renewed',
      'userApiToken',
    )
    return body.code ?? body.pagination.total
  }
  const change = (changes: object) => console.patch(`/organizations/${id}`).send(changes).expect(200)
  expect((await change({ subDomain: 'renewed' })).body).toEqual({
    organization: { ...organization, subDomain: 'renewed' },
  })
  expect(await list()).toBe('organization_not_activated')
  await change({ activated: true, suspended: true })
  expect(await list()).toBe('organization_suspended')
  await change({ suspended: false })
  await console
    .post('/certificates')
    .send({ name: 'a.example.com', issuer: 'self_signed', organization: id })
    .expect(201)
  expect(await list()).toBe(1)
  const { body } = await console.get('/organizations')
  expect(body.items).toEqual([
    { id: ORGANIZATION, name: 'Acme Corp', subDomain: 'acme', suspended: false, activated: true },
    {
      id: 'org_Suspended0000001',
      name: 'Suspended Ltd',
      subDomain: 'suspended',
      suspended: true,
      activated: true,
    },
    {
      id: 'org_NotActivated0001',
      name: 'Not Activated Ltd',
      subDomain: 'not-activated',
      suspended: false,
      activated: false,
    },
    { ...organization, subDomain: 'renewed', activated: true },
  ])
})

test('a sub-domain belongs to one organization', async () => {
  const { console } = await katapultSandbox(server)
  const expected = [409, `The sub-domain "acme" belongs to "${ORGANIZATION}"`]
  const created = await console.post('/organizations').send({ name: 'Other', subDomain: 'acme' })
  expect([created.status, created.body.detail]).toEqual(expected)
  const changed = await console.patch('/organizations/org_Suspended0000001').send({ subDomain: 'acme' })
  expect([changed.status, changed.body.detail]).toEqual(expected)
  const malformed = await console.post('/organizations').send({ name: 'Other', subDomain: 'A_B' })
  expect(malformed.status).toBe(400)
  expect((await console.patch('/organizations/org_x').send({})).status).toBe(404)
})

test('a token is shown once, works at once, and can be deleted', async () => {
  const { console, api } = await katapultSandbox(server)
  const { status, body } = await console.post('/tokens').send({ name: 'CI', scopes: ['certificates:read'] })
  const token = {
    id: expect.stringMatching(/^tok_[A-Za-z0-9]{16}$/),
    name: 'CI',
    organization: ORGANIZATION,
    scopes: ['certificates:read'],
    authorizedIpAddresses: [],
    expiresAt: null,
    rateLimit: 1000,
    alwaysFails: null,
  }
  expect({ status, body }).toEqual({
    status: 201,
    body: { token, secret: expect.stringMatching(/^[A-Za-z0-9]{64}$/) },
  })
  const ask = () => api.get(`/certificates/${ISSUED}`).set('authorization', `Bearer ${body.secret}`)
  expect((await ask()).status).toBe(200)
  const listed = await console.get('/tokens')
  expect(listed.body.items.at(-1)).toEqual(token)
  expect(listed.text).not.toContain(body.secret)
  await console.delete(`/tokens/${body.token.id}`).expect(204)
  expect((await ask()).body.code).toBe('invalid_api_token')
  expect((await console.delete(`/tokens/${body.token.id}`)).status).toBe(404)
})

test('a token has all the properties that it was given', async () => {
  const { console } = await katapultSandbox(server)
  const fields = {
    name: 'All',
    organization: null,
    scopes: ['a', 'b'],
    authorizedIpAddresses: ['10.0.0.0/8', '2001:db8::1'],
    expiresAt: now + 5,
    rateLimit: 200,
    alwaysFails: 'service_unavailable',
  }
  const { body } = await console.post('/tokens').send(fields).expect(201)
  expect(body.token).toEqual({ id: body.token.id, ...fields })
  const bad = [
    { organization: 'org_x' },
    { authorizedIpAddresses: ['home'] },
    { rateLimit: 0 },
    { scopes: 'x' },
  ]
  for (const change of bad) {
    expect((await console.post('/tokens').send({ scopes: [], ...change })).status).toBe(400)
  }
})

test('an action refuses fields that it does not take', async () => {
  const { console } = await katapultSandbox(server)
  for (const action of ['issue', 'fail', 'trash', 'restore', 'reset-api-url', 'forget-api-url']) {
    const { status, body } = await console.post(`/certificates/${ISSUED}/${action}`).send({ colour: 'red' })
    expect({ action, status, detail: body.detail }).toEqual({
      action,
      status: 400,
      detail: 'the body: has unknown fields: "colour"',
    })
  }
})
