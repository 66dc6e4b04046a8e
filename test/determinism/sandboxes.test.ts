import { createHash } from 'node:crypto'
import supertest from 'supertest'
import { expect, test } from 'vitest'
import { certmanClient, INTERMEDIATE, PROTECTED, ROOT } from '../certman/client.js'
import { certificateText, verifyChain } from '../helpers/chain.js'
import { type SandboxOptions, type TestSandbox, useServer } from '../helpers/server.js'

const server = await useServer({ publicUrl: 'http://certulator.test' })
const NOW = '2026-03-02T03:00:00Z'
const seeded = (randomSeed: number, options: SandboxOptions = {}): SandboxOptions => ({
  randomSeed,
  clock: { mode: 'frozen', now: NOW },
  ...options,
})

const removed = ({ id }: TestSandbox) => server.control.delete(`/sandboxes/${id}`).expect(204)
const lookAt = (sandbox: TestSandbox) => server.control.get(`/sandboxes/${sandbox.id}`)

async function everything(sandbox: TestSandbox) {
  const certman = certmanClient(server, sandbox)
  const issued = [await certman.issue(), await certman.issue({ keyAlgorithm: 'RSA-2048' })]
  return { issued, chain: await certman.chain(INTERMEDIATE), sandbox: (await lookAt(sandbox)).body }
}

test('a sandbox says its seed, and null without one', async () => {
  const sandbox = await server.sandbox(seeded(7001))
  expect((await lookAt(sandbox)).body.randomSeed).toBe(7001)
  expect((await lookAt(await server.sandbox())).body.randomSeed).toBeNull()
  expect((await server.control.get('/sandboxes/default')).body.randomSeed).toBeNull()
})

test.each([-1, 1.5, 2 ** 53, '42', true])('%s is no seed', async (randomSeed) => {
  const { status, body } = await server.control.post('/sandboxes').send({ randomSeed })
  expect({ status, path: body.errors[0].path }).toEqual({ status: 400, path: 'randomSeed' })
})

test.each([0, 2 ** 53 - 1])('%i is one', async (randomSeed) => {
  const sandbox = await server.sandbox(seeded(randomSeed))
  expect((await lookAt(sandbox)).body.randomSeed).toBe(randomSeed)
})

test('a sandbox made again with its seed has the same id, credentials, keys, certificates', async () => {
  const first = await server.sandbox(seeded(42))
  const before = await everything(first)
  await removed(first)
  const second = await server.sandbox(seeded(42))
  expect(await everything(second)).toEqual(before)
})

test('two that live at the same time have nothing in common, and the lower number is free again afterwards', async () => {
  const first = await server.sandbox(seeded(43))
  const second = await server.sandbox(seeded(43))
  const [one, two] = [await everything(first), await everything(second)]
  expect(second.id).not.toBe(first.id)
  expect(second.credentials('certman').apiKey).not.toBe(first.credentials('certman').apiKey)
  expect(two.chain[1]).not.toBe(one.chain[1])
  expect(two.issued[0]?.privateKey).not.toBe(one.issued[0]?.privateKey)

  await removed(first)
  const third = await server.sandbox(seeded(43))
  expect(await everything(third)).toEqual(one)
})

test('sandboxes without a seed have nothing in common', async () => {
  const frozen = { clock: { mode: 'frozen', now: NOW } } as const
  const [one, two] = [
    await everything(await server.sandbox(frozen)),
    await everything(await server.sandbox(frozen)),
  ]
  expect(two.sandbox.id).not.toBe(one.sandbox.id)
  expect(two.chain[0]).not.toBe(one.chain[0])
  expect(two.issued[0]?.privateKey).not.toBe(one.issued[0]?.privateKey)
  expect(two.issued[0]?.certificate.id).not.toBe(one.issued[0]?.certificate.id)
})

test('a reset begins anew: the same calls have the same answers, CRL numbers too', async () => {
  const sandbox = await server.sandbox(seeded(44))
  const crl = async () => (await supertest(server.url).get(`/pki/${sandbox.id}/${ROOT}/ca.crl.pem`)).body
  const before = { ...(await everything(sandbox)), crl: String(await crl()) }
  await crl()
  await sandbox.reset()
  expect({ ...(await everything(sandbox)), crl: String(await crl()) }).toEqual(before)
})

test('the order of first looks does not matter: a key belongs to its CA', async () => {
  const look = async (sandbox: TestSandbox, ids: readonly string[]) => {
    const certman = certmanClient(server, sandbox)
    const found = new Map<string, string>()
    for (const id of ids) found.set(id, (await certman.get(`/cas/${id}`).expect(200)).body.ca.certificate_pem)
    return [...found].sort()
  }
  const first = await server.sandbox(seeded(45))
  const forwards = await look(first, [ROOT, INTERMEDIATE, PROTECTED])
  const { certificate } = await certmanClient(server, first).issue()
  await removed(first)

  const second = await server.sandbox(seeded(45))
  expect((await certmanClient(server, second).issue()).certificate).toEqual(certificate)
  expect(await look(second, [PROTECTED, INTERMEDIATE, ROOT])).toEqual(forwards)
  await second.reset()
  const all = await Promise.all([PROTECTED, ROOT, INTERMEDIATE].map((id) => look(second, [id])))
  expect(all.flat().sort()).toEqual(forwards)
})

test('how often somebody looks in between changes nothing of what is made afterwards', async () => {
  const issuedAfter = async (polls: number) => {
    const sandbox = await server.sandbox(seeded(46))
    const { accessToken = '', accountId } = sandbox.credentials('dnsimple')
    for (let count = 0; count < polls; count++) {
      await supertest(server.url).get(`/v2/${accountId}/domains`).auth(accessToken, { type: 'bearer' })
    }
    const issued = await certmanClient(server, sandbox).issue()
    await removed(sandbox)
    return issued
  }
  expect(await issuedAfter(5)).toEqual(await issuedAfter(0))
})

test('requests at the same moment never get the same', async () => {
  const certman = certmanClient(server, await server.sandbox(seeded(47)))
  const issued = await Promise.all(
    Array.from({ length: 40 }, (_each, index) =>
      certman.issue({ keyAlgorithm: index % 10 === 0 ? 'RSA-2048' : 'ECDSA-P256' }),
    ),
  )
  const distinct = (of: (each: (typeof issued)[number]) => unknown) => new Set(issued.map(of)).size
  expect(distinct(({ certificate }) => certificate.id)).toBe(40)
  expect(distinct(({ certificate }) => certificate.serial_number)).toBe(40)
  expect(distinct(({ privateKey }) => privateKey)).toBe(40)
})

test('CA certificates say that their keys are predictable, and are valid all the same', async () => {
  const certman = certmanClient(server, await server.sandbox(seeded(48)))
  const { certificate } = await certman.issue()
  const chain = await certman.chain(INTERMEDIATE)
  expect(verifyChain(certificate.certificate_pem, chain, [], NOW)).toContain('OK')
  for (const each of chain) {
    expect(certificateText(each)).toContain('Predictable key of random seed 48, for tests only')
  }
  const [unseeded = ''] = await certmanClient(server, await server.sandbox()).chain(ROOT)
  expect(certificateText(unseeded)).not.toContain('Predictable')
})

test('the credentials of the seed file stay as they are written', async () => {
  const seed = { certman: { apiKeys: [{ credential: 'apiKey', name: 'Mine', key: 'cm_of_the_seed_file' }] } }
  const sandbox = await server.sandbox(seeded(49, { seed }))
  expect(sandbox.credentials('certman').apiKey).toBe('cm_of_the_seed_file')
})

test('a system clock does not keep keys from following the seed', async () => {
  const digest = (text = '') => createHash('sha256').update(text).digest('hex')
  const keysOf = async () => {
    const sandbox = await server.sandbox({ randomSeed: 50 })
    const { privateKey, certificate } = await certmanClient(server, sandbox).issue()
    await removed(sandbox)
    return [digest(privateKey), certificate.id, certificate.serial_number]
  }
  expect(await keysOf()).toEqual(await keysOf())
})
