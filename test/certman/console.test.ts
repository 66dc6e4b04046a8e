import { createPrivateKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { certificateText, verifyChain } from '../helpers/chain.js'
import { useServer } from '../helpers/server.js'
import { certmanClient, INTERMEDIATE, PROTECTED, ROOT } from './client.js'

const server = await useServer()
const FROZEN = { mode: 'frozen', now: '2026-03-01T00:00:00Z' } as const
const AT = '2026-03-02T00:00:00Z'

const problem = (status: number, title: string, detail: unknown) => ({
  type: 'about:blank',
  title,
  status,
  detail,
})

test('every algorithm can sign every other, three CAs deep', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN })
  const certman = certmanClient(server, sandbox)
  const orders = [
    ['RSA-4096', 'ECDSA-P384', 'RSA-2048', 'ECDSA-P256'],
    ['ECDSA-P256', 'RSA-2048', 'ECDSA-P384', 'RSA-2048'],
  ]
  for (const order of orders) {
    let parentCaId: string | undefined
    for (const [depth, keyAlgorithm] of order.entries()) {
      const ca = await certman.createCa({
        commonName: `${keyAlgorithm} at ${depth}`,
        keyAlgorithm,
        parentCaId,
        validityDays: 3650 - depth,
      })
      expect(ca).toMatchObject({ depth, parent_ca_id: parentCaId ?? null, key_algorithm: keyAlgorithm })
      const { certificate } = await certman.issue({ caId: ca.id })
      expect(verifyChain(certificate.certificate_pem, await certman.chain(ca.id), [], AT)).toContain('OK')
      parentCaId = ca.id
    }
    const { status, body } = await sandbox.console('certman').post('/cas').send({
      name: 'Too deep',
      commonName: 'Too deep',
      keyAlgorithm: 'ECDSA-P256',
      validityDays: 1,
      parentCaId,
    })
    expect({ status, body }).toEqual({
      status: 400,
      body: problem(400, 'Bad Request', 'CAs can be 3 deep at most'),
    })
  }
})

test('a new CA is as on the wire, and keys with all permissions can use it', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN })
  const certman = certmanClient(server, sandbox)
  const { status, body } = await sandbox.console('certman').post('/cas').send({
    name: 'Staging',
    commonName: 'Staging Root',
    organization: 'Acme Corp',
    country: 'DE',
    state: 'Berlin',
    locality: 'Berlin',
    keyAlgorithm: 'ECDSA-P384',
    validityDays: 730,
    pathLength: 1,
  })
  const { body: read } = await certman.get(`/cas/${body.ca.id}`)
  expect({ status, body }).toEqual({ status: 201, body: read })
  expect(body.ca).toMatchObject({
    name: 'Staging',
    common_name: 'Staging Root',
    country: 'DE',
    valid_from: '2026-03-01T00:00:00.000Z',
    valid_to: '2028-02-29T00:00:00.000Z',
    path_length: 1,
    has_passphrase: false,
  })
  expect(certificateText(body.ca.certificate_pem)).toMatch(/CA:TRUE, pathlen:1\n/)
  expect((await certman.get('/whoami')).body.permissions[body.ca.id]).toEqual({
    canRead: true,
    canIssue: true,
    canRevoke: true,
  })
  const { body: list } = await sandbox.console('certman').get('/cas')
  expect(list.items.map((ca: { id: string }) => ca.id)).toEqual([ROOT, INTERMEDIATE, PROTECTED, body.ca.id])
  expect(list.items[3]).toEqual(body.ca)
})

test('path length and validity are bounded by the parent', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN })
  const certman = certmanClient(server, sandbox)
  const create = (body: object) =>
    sandbox
      .console('certman')
      .post('/cas')
      .send({ name: 'A', commonName: 'A', keyAlgorithm: 'ECDSA-P256', validityDays: 30, ...body })
  const parent = await certman.createCa({ pathLength: 1, validityDays: 100 })
  expect((await create({ parentCaId: parent.id })).body.ca).toMatchObject({ path_length: 0 })
  const bounded = await create({ parentCaId: parent.id, pathLength: 1 })
  expect(bounded.body).toEqual(
    problem(400, 'Bad Request', 'The path length can be 0 at most below this parent'),
  )
  const unlimited = await create({ parentCaId: parent.id, pathLength: null })
  expect(unlimited.body).toEqual(
    problem(
      400,
      'Bad Request',
      'pathLength: cannot be unlimited below a parent that is bounded; leave it out',
    ),
  )
  const leafOnly = await create({ parentCaId: INTERMEDIATE })
  expect(leafOnly.body).toEqual(problem(400, 'Bad Request', 'The parent has path length 0: it issues no CAs'))
  await create({ parentCaId: parent.id, validityDays: 100 }).expect(201)
  const outliving = await create({ parentCaId: parent.id, validityDays: 101 })
  expect(outliving.body).toEqual(problem(400, 'Bad Request', 'The authority would outlive its parent'))
})

test('a passphrase protects the CA key, for what it signs as a parent too', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN })
  const certman = certmanClient(server, sandbox)
  const root = await certman.createCa({ passphrase: 'root secret', keyAlgorithm: 'RSA-2048' })
  expect(root).toMatchObject({ has_passphrase: true })
  const child = {
    name: 'A',
    commonName: 'A',
    keyAlgorithm: 'ECDSA-P256',
    validityDays: 30,
    parentCaId: root.id,
  }
  const console = sandbox.console('certman')
  expect((await console.post('/cas').send(child)).body.detail).toBe(
    'The authority is protected by a passphrase',
  )
  expect((await console.post('/cas').send({ ...child, parentPassphrase: 'x' })).body.detail).toBe(
    'The passphrase is wrong',
  )
  const { body } = await console
    .post('/cas')
    .send({ ...child, parentPassphrase: 'root secret' })
    .expect(201)
  const { certificate } = await certman.issue({ caId: body.ca.id, validityDays: 7 })
  expect(verifyChain(certificate.certificate_pem, await certman.chain(body.ca.id), [], AT)).toContain('OK')
  const revoke = console.post(`/cas/${body.ca.id}/revoke`)
  expect((await revoke.send({})).body.detail).toBe('The authority is protected by a passphrase')
  await console.post(`/cas/${body.ca.id}/revoke`).send({ parentPassphrase: 'root secret' }).expect(200)
})

test('revoking a CA tells when and why, once', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN })
  const revoke = () =>
    sandbox.console('certman').post(`/cas/${INTERMEDIATE}/revoke`).send({ reason: 'superseded' })
  const { body } = await revoke().expect(200)
  expect(body.ca).toMatchObject({
    id: INTERMEDIATE,
    revoked_at: '2026-03-01T00:00:00.000Z',
    revocation_reason: 'superseded',
  })
  const again = await revoke()
  expect(again.body).toEqual(problem(409, 'Conflict', `The authority "${INTERMEDIATE}" is revoked already`))
  const unknown = await sandbox.console('certman').post('/cas/1/revoke')
  expect(unknown.body).toEqual(problem(404, 'Not Found', 'There is no CA "1"'))
})

test('an API key works from its creation to its deletion; its text is shown once', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN })
  const certman = certmanClient(server, sandbox)
  const rights = { canRead: true, canIssue: true, canRevoke: false }
  const { apiKey, key } = await certman.createKey({ [INTERMEDIATE]: rights })
  expect({ apiKey, key }).toEqual({
    apiKey: {
      id: expect.any(String),
      name: 'Test Key',
      prefix: key.slice(0, 7),
      permissions: { [INTERMEDIATE]: rights },
    },
    key: expect.stringMatching(/^cm_[0-9A-Za-z]{32}$/),
  })
  const { body, text } = await sandbox.console('certman').get('/api-keys')
  expect(body.items).toHaveLength(3)
  expect(body.items[2]).toEqual(apiKey)
  expect(text).not.toContain(key)
  const other = certmanClient(server, sandbox, key)
  await other.get(`/cas/${INTERMEDIATE}`).expect(200)
  await sandbox.console('certman').delete(`/api-keys/${apiKey.id}`).expect(204)
  expect((await other.get('/cas')).body).toEqual({ error: 'Invalid API key' })
  const again = await sandbox.console('certman').delete(`/api-keys/${apiKey.id}`)
  expect(again.body).toEqual(problem(404, 'Not Found', `There is no API key "${apiKey.id}"`))
})

test('the free plan has all three rights on a CA or none; a CA that is not there has none', async () => {
  const sandbox = await server.sandbox()
  const create = (permissions: object, plan?: string) =>
    sandbox.console('certman').post('/api-keys').send({ name: 'K', permissions, plan })
  const all = { canRead: true, canIssue: true, canRevoke: true }
  await create({ [ROOT]: all }, 'free').expect(201)
  const granular = await create({ [ROOT]: { ...all, canRevoke: false } }, 'free')
  expect(granular.body).toEqual(
    problem(
      400,
      'Bad Request',
      'permissions: the free plan has no granular rights; give all three on a CA, or none',
    ),
  )
  await create({ [ROOT]: { ...all, canRevoke: false } }, 'pro').expect(201)
  const unknown = await create({ '00000000-0000-4000-8000-000000000000': all })
  expect(unknown.body).toEqual(
    problem(400, 'Bad Request', 'There is no CA "00000000-0000-4000-8000-000000000000"'),
  )
})

test('unknown fields are refused by name', async () => {
  const sandbox = await server.sandbox()
  const { status, body, type } = await sandbox
    .console('certman')
    .post('/api-keys')
    .send({ name: 'K', permissions: 'all', scope: 1 })
  expect({ status, type, body }).toEqual({
    status: 400,
    type: 'application/problem+json',
    body: {
      ...problem(400, 'Bad Request', 'the body: has unknown fields: "scope"'),
      errors: [{ path: '', message: 'has unknown fields: "scope"' }],
    },
  })
})

test('a private key of a CA never leaves the console', async () => {
  const sandbox = await server.sandbox()
  const { text } = await sandbox.console('certman').get('/cas')
  expect(text).not.toContain('PRIVATE')
  expect(() => createPrivateKey(text)).toThrow()
})
