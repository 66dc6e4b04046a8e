import { expect, test } from 'vitest'
import { certmanClient, INTERMEDIATE } from '../certman/client.js'
import { type TestSandbox, useServer } from '../helpers/server.js'
import { STORE, skmOf } from '../nhn-secure-key-manager/client.js'
import { snapshotsOf, walk } from './client.js'

const server = await useServer()
const bodies = { withHeaders: false } as const

/** The same numbers in every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
}

/** Operations that change a world; each does something whatever the world is like. */
function operationsOn(sandbox: TestSandbox, random: (below: number) => number) {
  const certman = certmanClient(server, sandbox)
  const skm = skmOf(server, sandbox)
  const katapult = sandbox.console('katapult')
  const cm = sandbox.console('nhn-certificate-manager')
  const dnsimple = sandbox.console('dnsimple')
  const settings = ['documented', 'live'] as const
  return [
    () => certman.issue({ commonName: `r${random(1000)}.example.com` }),
    async () => {
      const { body } = await certman.get('/certificates?status=active')
      const { id } = body.certificates[random(body.certificates.length)] ?? {}
      if (id) await certman.post(`/certificates/${id}/revoke`, {})
    },
    () => certman.createKey('all'),
    () => certman.createCa({ name: `R${random(1000)}` }),
    () => fetch(`${server.url}/pki/${sandbox.id}/${INTERMEDIATE}/ca.crl`),
    () =>
      katapult.post('/certificates').send({ name: `k${random(1000)}.example.com`, issuer: 'self_signed' }),
    async () => {
      const { body } = await katapult.get('/certificates')
      const { id } = body.items[random(body.items.length)] ?? {}
      if (id) await katapult.post(`/certificates/${id}/${['trash', 'issue', 'fail'][random(3)]}`)
    },
    () => cm.post(`/certificates/n${random(20)}.com/generate`).send({ keyAlgorithm: 'ECDSA-P256' }),
    () => cm.delete(`/certificates/n${random(20)}.com`),
    () => cm.post('/access-keys').send({ role: 'ADMIN' }),
    () => skm.create('secrets', { secretValue: `s${random(1000)}` }),
    () => skm.create('symmetric-keys', { autoRotationPeriod: 30 }),
    () => skm.post('/auths/ipv4s', { keyStoreName: STORE, value: `10.0.0.${random(250)}` }),
    () => dnsimple.patch('/domains/example.com').send({ delegated: random(2) === 0 }),
    () => dnsimple.post('/certificates/1/expire'),
    () => sandbox.advance(`P${random(20)}DT${random(24)}H`),
    () => sandbox.change({ 'katapult.profile': settings[random(2)] ?? 'live' }),
    () => sandbox.reset(),
  ]
}

test.each([1, 2])('whatever happens between them, each snapshot is what it was (seed %i)', async (seed) => {
  const random = randomFrom(seed)
  const sandbox = await server.sandbox({ clock: { mode: 'frozen', now: '2026-03-01T00:00:00Z' } })
  const snapshots = snapshotsOf(server, sandbox)
  const operations = operationsOn(sandbox, random)
  const kept = new Map<string, Awaited<ReturnType<typeof walk>>>()
  for (let step = 0; step < 28; step++) {
    const chosen = random(operations.length + 3)
    const operation = operations[chosen]
    if (operation) await operation()
    else if (kept.size < 3) {
      // What nobody has looked at is made at the first look, and a reset may come before the next one.
      await walk(server, sandbox, bodies)
      const name = `s${step}`
      await snapshots.keep(name)
      kept.set(name, await walk(server, sandbox, bodies))
    } else {
      const name = [...kept.keys()][random(kept.size)] ?? ''
      await snapshots.restore(name)
      expect({ step, name, world: await walk(server, sandbox, bodies) }).toEqual({
        step,
        name,
        world: kept.get(name),
      })
    }
  }
  expect(kept.size).toBeGreaterThan(1)
  for (const [name, world] of kept) {
    await snapshots.restore(name)
    expect({ name, world: await walk(server, sandbox, bodies) }).toEqual({ name, world })
  }
})
