import supertest from 'supertest'
import { expect, test } from 'vitest'
import { certmanClient, INTERMEDIATE, PASSPHRASE, PROTECTED } from '../certman/client.js'
import { csrFor } from '../certman/csr.js'
import { receiver } from '../dnsimple/client.js'
import { type TestSandbox, useServer } from '../helpers/server.js'
import { cmOf } from '../nhn-certificate-manager/client.js'
import { STORE, skmOf } from '../nhn-secure-key-manager/client.js'
import { snapshotsOf, walk } from './client.js'

const server = await useServer()
const NOW = '2026-03-01T00:00:00Z'
const frozen = { clock: { mode: 'frozen', now: NOW } } as const

const dnsimpleOf = (sandbox: TestSandbox) => {
  const { accessToken = '', accountId } = sandbox.credentials('dnsimple')
  const base = `/v2/${accountId}`
  const agent = supertest.agent(server.url).auth(accessToken, { type: 'bearer' })
  return {
    post: (path: string, body: object = {}) => agent.post(base + path).send(body),
    delete: (path: string) => agent.delete(base + path),
    async order(body: object = {}) {
      const path = '/domains/example.com/certificates/letsencrypt'
      const { body: ordered } = await agent
        .post(base + path)
        .send(body)
        .expect(201)
      await agent.post(`${base}${path}/${ordered.data.id}/issue`).expect(202)
      return ordered.data.id as number
    },
  }
}

/** Something of each kind, in every provider. */
async function live(sandbox: TestSandbox, name: string): Promise<void> {
  const certman = certmanClient(server, sandbox)
  const dnsimple = dnsimpleOf(sandbox)
  const skm = skmOf(server, sandbox)
  const cm = cmOf(server, sandbox)
  const { certificate } = await certman.issue({ commonName: `${name}.example.com` })
  await certman.issue({ commonName: `${name}-kept.example.com` })
  await certman.post(`/certificates/${certificate.id}/revoke`, { reason: 'superseded' }).expect(200)
  await certman.createCa({ name, commonName: name })
  await certman.createKey('all')
  await dnsimple.order({ auto_renew: true })
  await dnsimple.post('/webhooks', { url: `http://127.0.0.1:1/${name}` }).expect(201)
  const katapult = sandbox.console('katapult')
  await katapult
    .post('/certificates')
    .send({ name: `${name}.example.com`, issuer: 'lets_encrypt' })
    .expect(201)
  await katapult
    .post('/tokens')
    .send({ scopes: ['certificates:read'] })
    .expect(201)
  await cm.console.post(`/certificates/${name}.com/generate`).send({ keyAlgorithm: 'ECDSA-P256' }).expect(201)
  await skm.create('secrets', { name, secretValue: `value of ${name}` })
  await skm.create('symmetric-keys', { name, autoRotationPeriod: 30 })
  await skm.post('/auths/certificates', { keyStoreName: STORE, name, password: 'password1', lifeTime: 9 })
}

test('after a restore every GET is as it was, whatever came, went and was first looked at since', async () => {
  const sandbox = await server.sandbox(frozen)
  const snapshots = snapshotsOf(server, sandbox)
  await live(sandbox, 'before')
  const kept = await snapshots.keep('mine')
  expect(kept).toEqual({
    name: 'mine',
    createdAt: expect.stringMatching(/Z$/),
    now: '2026-03-01T00:00:00.000Z',
    version: '0.1.0',
    bytes: expect.any(Number),
  })
  const seen = await walk(server, sandbox)
  expect(Object.keys(seen).length).toBeGreaterThan(100)

  await live(sandbox, 'after')
  await sandbox.advance('P45D')
  await sandbox.change({ 'katapult.profile': 'live', 'nhn.errorStatus': 'http' })
  await dnsimpleOf(sandbox).delete('/webhooks/1').expect(204)
  const { body: keys } = await sandbox.console('certman').get('/api-keys')
  for (const { id } of keys.items.slice(1)) await sandbox.console('certman').delete(`/api-keys/${id}`)
  await cmOf(server, sandbox).console.delete('/certificates/before.com').expect(204)
  const changed = await walk(server, sandbox)
  const same = Object.keys(seen).filter((path) => changed[path] === seen[path])
  expect(same.length).toBeLessThan(Object.keys(seen).length / 2)

  const restored = await snapshots.restore('mine')
  expect(restored).toMatchObject({
    id: sandbox.id,
    clock: { mode: 'frozen', now: '2026-03-01T00:00:00.000Z' },
    settings: { 'katapult.profile': 'documented', 'nhn.errorStatus': 'nhn' },
  })
  expect(await walk(server, sandbox)).toEqual(seen)
  // Once more, from a world that has nothing of it.
  await snapshots.keep('seen')
  const seenThen = await walk(server, sandbox)
  await sandbox.reset()
  await snapshots.restore('seen')
  expect(await walk(server, sandbox)).toEqual(seenThen)
})

test('what happened once happens once more after a restore: renewals, rotations, webhooks', async () => {
  const { received, url } = await receiver()
  const sandbox = await server.sandbox(frozen)
  const snapshots = snapshotsOf(server, sandbox)
  const dnsimple = dnsimpleOf(sandbox)
  await dnsimple.post('/webhooks', { url }).expect(201)
  await dnsimple.order({ auto_renew: true })
  await sandbox.advance('PT0S')
  await snapshots.keep('ordered')
  received.length = 0
  const first = await sandbox.advance('P90D')
  expect(first.ran.map(({ what }) => what)).toContain('automatic renewal')
  const before = received.map(({ event }) => event)
  received.length = 0
  await snapshots.restore('ordered')
  expect(await sandbox.advance('P90D')).toEqual(first)
  expect(received.map(({ event }) => event)).toEqual(before)
})

test('a frozen clock stands at the snapshot’s instant again, a running one goes on from there, either can be kept', async () => {
  const sandbox = await server.sandbox(frozen)
  const path = `/sandboxes/${sandbox.id}/clock`
  const snapshots = snapshotsOf(server, sandbox)
  const clock = async () => (await server.control.get(path)).body as { mode: string; now: string }
  await snapshots.keep('frozen')
  await server.control.put(path).send({ mode: 'system', now: '2030-01-01T00:00:00Z' }).expect(200)
  await snapshots.keep('system')
  await snapshots.restore('frozen')
  expect(await clock()).toEqual({ mode: 'frozen', now: '2026-03-01T00:00:00.000Z' })
  await snapshots.restore('system', { clock: 'keep' })
  expect(await clock()).toEqual({ mode: 'frozen', now: '2026-03-01T00:00:00.000Z' })
  await snapshots.restore('system')
  const { mode, now } = await clock()
  expect(mode).toBe('system')
  const since = Date.parse(now) - Date.parse('2030-01-01T00:00:00Z')
  expect(since).toBeGreaterThanOrEqual(0)
  expect(since).toBeLessThan(60_000)
  await sandbox.change({ rateLimits: 'on' })
  expect(await snapshots.restore('frozen', { settings: 'keep' })).toMatchObject({
    settings: { rateLimits: 'on' },
  })
  expect(await snapshots.restore('frozen')).toMatchObject({ settings: { rateLimits: 'off' } })
})

test('rate limits, idempotency keys and credentials are the snapshot’s', async () => {
  const sandbox = await server.sandbox({ ...frozen, settings: { rateLimits: 'on' } })
  const snapshots = snapshotsOf(server, sandbox)
  const certman = certmanClient(server, sandbox)
  const { key: early, apiKey } = await certman.createKey('all')
  const csrPem = csrFor('/CN=once.example.com')
  const issue = (key: string) =>
    certman.post('/certificates', { caId: INTERMEDIATE, mode: 'csr', csrPem }).set('idempotency-key', key)
  const first = await issue('before')
  const left = async () => Number((await certman.get('/cas')).headers['x-ratelimit-remaining'])
  const remaining = await left()
  await snapshots.keep('s')
  expect(await left()).toBe(remaining - 1)
  const second = await issue('after')
  const { key: late } = await certman.createKey('all')
  await sandbox.console('certman').delete(`/api-keys/${apiKey.id}`).expect(204)
  expect((await certmanClient(server, sandbox, early).get('/cas')).status).toBe(401)
  await snapshots.restore('s')
  expect(await left()).toBe(remaining - 1)
  expect((await certmanClient(server, sandbox, early).get('/cas')).status).toBe(200)
  expect((await certmanClient(server, sandbox, late).get('/cas')).status).toBe(401)
  expect((await issue('before')).body).toEqual(first.body)
  const { body } = await issue('after')
  expect(body.certificate.id).not.toBe(second.body.certificate.id)
})

test('CRLs are the same bytes after a restore, and know nothing of what was revoked since', async () => {
  const sandbox = await server.sandbox(frozen)
  const snapshots = snapshotsOf(server, sandbox)
  const certman = certmanClient(server, sandbox)
  const crl = async (ca: string) => {
    const answer = await fetch(`${server.url}/pki/${sandbox.id}/${ca}/ca.crl`)
    return Buffer.from(await answer.arrayBuffer()).toString('base64')
  }
  const { certificate } = await certman.issue()
  await certman.post(`/certificates/${certificate.id}/revoke`, {}).expect(200)
  const before = await crl(INTERMEDIATE)
  await snapshots.keep('s')
  const { certificate: later } = await certman.issue()
  await certman.post(`/certificates/${later.id}/revoke`, {}).expect(200)
  expect(await crl(INTERMEDIATE)).not.toBe(before)
  await snapshots.restore('s')
  expect(await crl(INTERMEDIATE)).toBe(before)
})

test('a CA that got its key after the snapshot keeps it, protected ones too', async () => {
  const sandbox = await server.sandbox(frozen)
  const snapshots = snapshotsOf(server, sandbox)
  const certman = certmanClient(server, sandbox)
  await snapshots.keep('without-keys')
  const chains = async () => [await certman.chain(INTERMEDIATE), await certman.chain(PROTECTED)]
  const seen = await chains()
  const { certificate } = await certman.issue({ caId: PROTECTED, caPassphrase: PASSPHRASE })
  await certman.post(`/certificates/${certificate.id}/revoke`, { caPassphrase: PASSPHRASE }).expect(200)
  await snapshots.restore('without-keys')
  expect(await chains()).toEqual(seen)
  const issued = await certman.issue({ caId: PROTECTED, caPassphrase: PASSPHRASE })
  const { body } = await certman.get(`/certificates/${issued.certificate.id}`).expect(200)
  expect(body.certificate.status ?? 'active').toBe('active')
  await snapshots.keep('with-keys')
  await sandbox.reset()
  await snapshots.restore('with-keys')
  expect(await chains()).toEqual(seen)
})

test('a request that is under way at a restore ends in the world in which it began', async () => {
  const sandbox = await server.sandbox(frozen)
  const snapshots = snapshotsOf(server, sandbox)
  const certman = certmanClient(server, sandbox)
  await certman.chain(INTERMEDIATE)
  await snapshots.keep('s')
  const before = (await certman.get('/certificates')).body.total as number
  const slow = certman.issue({ keyAlgorithm: 'RSA-4096' })
  const advancing = sandbox.advance('P10D')
  // Sent after it, answered before: the key takes a second.
  await certman.get('/cas').expect(200)
  await snapshots.restore('s')
  const { certificate } = await slow
  await advancing
  expect((await certman.get(`/certificates/${certificate.id}`)).status).toBe(404)
  expect((await certman.get('/certificates')).body.total).toBe(before)
  expect((await server.control.get(`/sandboxes/${sandbox.id}/clock`)).body.now).toBe(
    '2026-03-01T00:00:00.000Z',
  )
})

test('a reset keeps snapshots, and what they keep', async () => {
  const sandbox = await server.sandbox(frozen)
  const snapshots = snapshotsOf(server, sandbox)
  const certman = certmanClient(server, sandbox)
  const { certificate } = await certman.issue()
  await snapshots.keep('s')
  await sandbox.reset()
  expect(await snapshots.names()).toEqual(['s'])
  expect((await certman.get(`/certificates/${certificate.id}`)).status).toBe(404)
  await snapshots.restore('s')
  await certman.get(`/certificates/${certificate.id}`).expect(200)
})

test('a sandbox with a random seed makes the same once more after a restore, also of an export', async () => {
  const sandbox = await server.sandbox({ ...frozen, randomSeed: 7 })
  const snapshots = snapshotsOf(server, sandbox)
  const certman = certmanClient(server, sandbox)
  await certman.issue()
  await snapshots.keep('s')
  const first = await certman.issue()
  const second = await certman.issue()
  expect(second.certificate.id).not.toBe(first.certificate.id)
  await snapshots.restore('s')
  expect(await certman.issue()).toEqual(first)
  await snapshots.import(await snapshots.export('s'), 'imported')
  await snapshots.restore('imported')
  expect([await certman.issue(), await certman.issue()]).toEqual([first, second])
})
