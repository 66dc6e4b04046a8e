import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import supertest from 'supertest'
import { expect, test } from 'vitest'
import { certmanClient, INTERMEDIATE, ROOT } from '../certman/client.js'
import { verifyChain } from '../helpers/chain.js'
import { useServer } from '../helpers/server.js'
import { ISSUED } from '../katapult/client.js'
import { cmOf, DOCUMENTED } from '../nhn-certificate-manager/client.js'
import { ASYMMETRIC_ID, SYMMETRIC_ID, skmOf } from '../nhn-secure-key-manager/client.js'
import { faultsOf } from './rules.js'

const server = await useServer()
const NOW = '2026-03-01T12:00:00Z'
const FROZEN = { clock: { mode: 'frozen', now: NOW } } as const

async function start(options: Parameters<typeof server.sandbox>[0] = FROZEN) {
  const sandbox = await server.sandbox(options)
  return { sandbox, certman: certmanClient(server, sandbox), faults: faultsOf(server, sandbox) }
}

/** What `openssl verify` says against a chain. */
function refusal(...given: Parameters<typeof verifyChain>): string {
  try {
    return verifyChain(...given)
  } catch (error) {
    return (error as Error).message
  }
}

const OK = 'leaf.pem: OK'
const blocks = (text: string) => text.match(/-----BEGIN ([A-Z ]+)-----.*?-----END \1-----\n?/gs) ?? []
const publicOf = (pem: string) =>
  pem.includes('PRIVATE') ? createPublicKey(createPrivateKey(pem)) : new X509Certificate(pem).publicKey
const isPair = (certificate: string, privateKey: string) => publicOf(certificate).equals(publicOf(privateKey))

test('an expired chain is the real one, out of date on the clock of the sandbox', async () => {
  const { certman, faults } = await start()
  const { certificate } = await certman.issue()
  const real = await certman.chain(INTERMEDIATE)
  expect(verifyChain(certificate.certificate_pem, real, [], NOW)).toContain(OK)
  const fault = await faults.add({ effect: { type: 'expiredChain' } })

  const expired = await certman.chain(INTERMEDIATE)
  expect(expired).toHaveLength(2)
  const mixed = [expired[0] ?? '', real[1] ?? '']
  expect(refusal(certificate.certificate_pem, mixed, [], NOW)).toContain(
    'error 10 at 1 depth lookup: certificate has expired',
  )
  // Nothing else is wrong: the day before yesterday the intermediate was good.
  const before = new Date(Date.parse(NOW) - 2 * 86_400_000).toISOString()
  expect(verifyChain(mixed[0] ?? '', [mixed[1] ?? ''], [], before)).toContain(OK)
  expect(verifyChain(expired[0] ?? '', [expired[1] ?? ''], [], before)).toContain(OK)
  expect(new X509Certificate(expired[0] ?? '').validTo).toBe('Mar  1 11:59:59 2026 GMT')
  expect(await faults.hits(fault)).toBe(1)

  await faults.clear()
  expect(await certman.chain(INTERMEDIATE)).toEqual(real)
})

test('a wrong issuer has the names of the real one, and a chain of its own that signed nothing', async () => {
  const { certman, faults } = await start()
  const { certificate } = await certman.issue()
  const real = await certman.chain(INTERMEDIATE)
  await faults.add({ effect: { type: 'wrongIssuer' } })

  const wrong = await certman.chain(INTERMEDIATE)
  const subjects = (chain: readonly string[]) => chain.map((pem) => new X509Certificate(pem).subject)
  expect(subjects(wrong)).toEqual(subjects(real))
  expect(refusal(certificate.certificate_pem, wrong, [], NOW)).toMatch(
    /error 20 at 0 depth lookup: unable to get local issuer certificate/,
  )
  expect(verifyChain(wrong[0] ?? '', wrong.slice(1), [], NOW)).toContain(OK)
  // The same wrong CA every time.
  const { body } = await certman.get(`/cas/${ROOT}`).expect(200)
  const keyIn = (pem = '') => new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'pem' })
  expect(keyIn(body.ca.certificate_pem)).toBe(keyIn(wrong[1]))
})

test('an expired certificate was issued by the real CA, and is over', async () => {
  const { certman, faults } = await start()
  const { certificate } = await certman.issue()
  const real = await certman.chain(INTERMEDIATE)
  await faults.add({ match: { provider: 'certman' }, effect: { type: 'expiredCertificate' } })
  const { body } = await certman.get(`/certificates/${certificate.id}`).expect(200)
  const { certificate_pem: expired, ...rest } = body.certificate
  expect(refusal(expired, real, [], NOW)).toContain('error 10 at 0 depth lookup: certificate has expired')
  expect(verifyChain(expired, real, [], '2026-02-20T00:00:00Z')).toContain(OK)
  expect(rest.valid_to).toBe(certificate.valid_to)
  await faults.clear()
  const after = await certman.get(`/certificates/${certificate.id}`).expect(200)
  expect(after.body.certificate.certificate_pem).toBe(certificate.certificate_pem)
})

test.each(['ECDSA-P256', 'ECDSA-P384', 'RSA-2048'])(
  'a mismatched key is another one of %s',
  async (keyAlgorithm) => {
    const { certman, faults } = await start()
    await faults.add({
      match: { operation: 'issueCertificate' },
      effect: { type: 'mismatchedKey' },
      times: 1,
    })
    const issue = () => certman.issue({ keyAlgorithm, commonName: 'key.example.com' })
    const { certificate, privateKey = '' } = await issue()
    expect(isPair(certificate.certificate_pem, privateKey)).toBe(false)
    const [leaf, key] = [publicOf(certificate.certificate_pem), publicOf(privateKey)]
    expect(key.asymmetricKeyDetails).toEqual(leaf.asymmetricKeyDetails)
    expect(privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
    const next = await issue()
    expect(isPair(next.certificate.certificate_pem, next.privateKey ?? '')).toBe(true)
  },
)

test('a seed makes wrong material reproducible, and what comes after it the same as without', async () => {
  async function run(withFaults: boolean) {
    const { sandbox, certman, faults } = await start({ ...FROZEN, name: 'seeded', randomSeed: 42 })
    if (withFaults) {
      for (const type of ['wrongIssuer', 'mismatchedKey']) await faults.add({ effect: { type } })
    }
    const chain = await certman.chain(INTERMEDIATE)
    const first = await certman.issue({ keyAlgorithm: 'ECDSA-P256' })
    await faults.clear()
    const next = await certman.issue({ keyAlgorithm: 'ECDSA-P256' })
    await server.control.delete(`/sandboxes/${sandbox.id}`).expect(204)
    return { chain, first, next }
  }
  const [wrong, again, right] = [await run(true), await run(true), await run(false)]
  expect(again).toEqual(wrong)
  expect(wrong.chain).not.toEqual(right.chain)
  expect(wrong.first.privateKey).not.toBe(right.first.privateKey)
  expect([wrong.first.certificate, wrong.next]).toEqual([right.first.certificate, right.next])
})

test('where there is nothing to distort, nothing is counted', async () => {
  const { certman, faults } = await start()
  const key = await faults.add({
    match: { provider: 'certman' },
    effect: { type: 'mismatchedKey' },
    times: 1,
  })
  await certman.post('/certificates', { caId: 'nobody', commonName: 'a.example.com' })
  expect(await faults.hits(key)).toBe(0)
  const chain = await faults.add({ match: { provider: 'certman' }, effect: { type: 'expiredChain' } })
  const { id } = await certman.createCa({ passphrase: 'correct horse', name: 'Locked' })
  // The passphrase of its key is not at hand, so nobody can sign it again.
  const { body: locked } = await certman.get(`/cas/${id}`).expect(200)
  expect(Date.parse(new X509Certificate(locked.ca.certificate_pem).validTo)).toBeGreaterThan(Date.parse(NOW))
  expect(await faults.hits(chain)).toBe(0)
})

test('the answers around a distorted text describe it: length and ETag', async () => {
  const { sandbox, faults } = await start()
  const { accessToken = '' } = sandbox.credentials('dnsimple')
  const { apiToken = '' } = sandbox.credentials('katapult')
  const get = (path: string, token: string) =>
    supertest(server.url).get(path).auth(token, { type: 'bearer' }).expect(200)
  const certificate = () => get(`/core/v1/certificates/${ISSUED}`, apiToken)
  const real = await certificate()
  expect((await certificate()).headers.etag).toBe(real.headers.etag)
  await faults.add({ effect: { type: 'mismatchedKey' } })
  const wrong = await certificate()
  const [{ certificate: pem, private_key: key }] = wrong.body.certificate
  expect(isPair(pem, key)).toBe(false)
  expect(key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/)
  expect(wrong.headers.etag).not.toBe(real.headers.etag)
  expect(Number(wrong.headers['content-length'])).toBe(Buffer.byteLength(wrong.text))
  const { body } = await get('/v2/1010/domains/bingo.pizza/certificates', accessToken)
  expect(body.data.length).toBeGreaterThan(0)
})

test('Katapult: a self-signed certificate expires with the key that stands beside it', async () => {
  const { sandbox, faults } = await start()
  const { apiToken = '' } = sandbox.credentials('katapult')
  await faults.add({ effect: { type: 'expiredCertificate' } })
  const { body } = await supertest(server.url)
    .get(`/core/v1/certificates/${ISSUED}`)
    .auth(apiToken, { type: 'bearer' })
    .expect(200)
  const [{ certificate: pem }] = body.certificate
  expect(refusal(pem, [pem], [], NOW)).toContain('certificate has expired')
})

test("Katapult: the certificate API's files as well", async () => {
  const { sandbox, faults } = await start()
  const { body } = await sandbox
    .console('katapult')
    .post('/certificates')
    .send({ name: 'api.example.com', issuer: 'lets_encrypt', keyAlgorithm: 'ECDSA-P256' })
    .expect(201)
  await sandbox.advance('PT2S')
  const { pathname } = new URL(body.certificate.certificate_api_url)
  const file = async (name: string) => {
    const { text } = await supertest(server.url).get(`${pathname}/${name}.pem`).buffer(true).expect(200)
    return text
  }
  const [leaf, chain, key] = [await file('certificate'), await file('chain'), await file('private_key')]
  expect(isPair(leaf, key)).toBe(true)
  await faults.add({ match: { operation: 'get:certificate_api_chain' }, effect: { type: 'wrongIssuer' } })
  await faults.add({ effect: { type: 'mismatchedKey' } })
  const wrong = await file('chain')
  expect(new X509Certificate(wrong).subject).toBe(new X509Certificate(chain).subject)
  expect(new X509Certificate(leaf).verify(new X509Certificate(chain).publicKey)).toBe(true)
  expect(new X509Certificate(leaf).verify(new X509Certificate(wrong).publicKey)).toBe(false)
  expect(isPair(leaf, await file('private_key'))).toBe(false)
  await faults.clear()
  await faults.add({ match: { provider: 'katapult' }, effect: { type: 'outage' } })
  const { status, text } = await supertest(server.url).get(pathname)
  expect({ status, text }).toEqual({
    status: 503,
    text: 'The service is currently unavailable, please try again later\n',
  })
})

test('DNSimple: the chain of a download, the certificate in it, and the key', async () => {
  const { sandbox, faults } = await start()
  const { accessToken = '' } = sandbox.credentials('dnsimple')
  const api = supertest.agent(server.url).auth(accessToken, { type: 'bearer' })
  const path = '/v2/1010/domains/example.com/certificates'
  const { body: order } = await api.post(`${path}/letsencrypt`).send({}).expect(201)
  const { certificate_id: id } = order.data
  await api.post(`${path}/letsencrypt/${id}/issue`).expect(202)
  await sandbox.advance('PT2S')
  const { body: roots } = await sandbox.console('dnsimple').get('/roots').expect(200)
  const trusted = blocks(JSON.stringify(roots).replaceAll('\\n', '\n'))
  const at = '2026-03-01T12:00:02Z'
  async function judged() {
    const { body } = await api.get(`${path}/${id}/download`).expect(200)
    const chains = trusted.map((root) => [...(body.data.chain as string[]), root])
    return chains.map((chain) => refusal(body.data.server, chain, [], at)).join('\n')
  }
  expect(await judged()).toContain(OK)
  for (const [type, said] of [
    ['expiredChain', 'error 10 at 1 depth lookup: certificate has expired'],
    ['expiredCertificate', 'error 10 at 0 depth lookup: certificate has expired'],
    ['wrongIssuer', 'error 20 at 0 depth lookup: unable to get local issuer certificate'],
  ]) {
    const fault = await faults.add({ match: { provider: 'dnsimple' }, effect: { type }, times: 1 })
    const verdict = await judged()
    expect({ type, verdict }).toEqual({ type, verdict: expect.stringContaining(said ?? '') })
    expect(verdict).not.toContain(OK)
    expect(await faults.hits(fault)).toBe(1)
  }
  expect(await judged()).toContain(OK)
  const { body: download } = await api.get(`${path}/${id}/download`).expect(200)
  await faults.add({ match: { provider: 'dnsimple' }, effect: { type: 'mismatchedKey' } })
  const { body: key } = await api.get(`${path}/${id}/private_key`).expect(200)
  expect(isPair(download.data.server, key.data.private_key)).toBe(false)
})

test('Certificate Manager: certificate, issuer and key of a file', async () => {
  const { sandbox, faults } = await start(DOCUMENTED)
  const cm = cmOf(server, sandbox)
  const { body } = await cm.list()
  const name = body.body.data[0].certificateName as string
  const download = async () => blocks((await cm.download(name)).bytes.toString())
  const at = '2020-04-01T03:00:00Z'
  const [leaf = '', ca = '', key = ''] = await download()
  expect(verifyChain(leaf, [ca], [], at)).toContain(OK)
  expect(isPair(leaf, key)).toBe(true)
  const once = (type: string) => faults.add({ effect: { type }, times: 1 })
  await once('expiredCertificate')
  expect(refusal((await download())[0] ?? '', [ca], [], at)).toContain('error 10 at 0 depth lookup')
  await once('expiredChain')
  expect(refusal(leaf, [(await download())[1] ?? ''], [], at)).toContain('error 10 at 1 depth lookup')
  await once('wrongIssuer')
  expect(refusal(leaf, [(await download())[1] ?? ''], [], at)).toContain('error 20 at 0 depth lookup')
  await once('mismatchedKey')
  expect(isPair(leaf, (await download())[2] ?? '')).toBe(false)
  expect(await download()).toEqual([leaf, ca, key])
})

test('Secure Key Manager: what is tampered with decrypts no more, the next one does', async () => {
  const { sandbox, faults } = await start()
  const skm = skmOf(server, sandbox)
  const path = `/symmetric-keys/${SYMMETRIC_ID}`
  const decrypt = async (ciphertext: string) => {
    const { body } = await skm.post(`${path}/decrypt`, { ciphertext })
    return { message: body.header.resultMessage, plaintext: body.body?.plaintext }
  }
  await faults.add({ effect: { type: 'tamperedCiphertext' }, times: 33 })
  const encrypted = async (plaintext: string) =>
    (await skm.post(`${path}/encrypt`, { plaintext })).body.body.ciphertext as string
  // Every length of padding there is.
  for (let length = 0; length <= 31; length++) {
    const { message } = await decrypt(await encrypted('x'.repeat(length)))
    expect({ length, message }).toEqual({ length, message: 'Invalid User Data' })
  }
  const { localKeyCiphertext } = (await skm.post(`${path}/create-local-key`)).body.body
  expect((await decrypt(localKeyCiphertext)).message).toBe('Invalid User Data')
  expect(await decrypt(await encrypted('text'))).toEqual({ message: 'success', plaintext: 'text' })
})

test('Secure Key Manager: a mismatched key is not that of the public key', async () => {
  const { sandbox, faults } = await start()
  const skm = skmOf(server, sandbox)
  const path = `/asymmetric-keys/${ASYMMETRIC_ID}`
  const derOf = async (which: string) => {
    const { body } = await skm.get(`${path}/${which}`)
    const { encodedKey, key, keyVersion } = body.body as Record<string, string>
    const bytes = Buffer.from(encodedKey ?? '', 'base64')
    expect(Buffer.from((key ?? '').replaceAll(/0x|, /g, ''), 'hex')).toEqual(bytes)
    return { bytes, keyVersion }
  }
  const publicKey = createPublicKey({
    key: (await derOf('publicKey')).bytes,
    type: 'spki',
    format: 'der',
  })
  const shape = async () => {
    const { body } = await skm.get(`${path}/privateKey`)
    return [Object.keys(body), Object.keys(body.body)]
  }
  const real = await shape()
  const matches = async () => {
    const { bytes: key } = await derOf('privateKey')
    return createPublicKey(createPrivateKey({ key, type: 'pkcs8', format: 'der' })).equals(publicKey)
  }
  expect(await matches()).toBe(true)
  await faults.add({ effect: { type: 'mismatchedKey' }, times: 2 })
  expect(await matches()).toBe(false)
  // Written as the real one is, in the same order.
  expect(await shape()).toEqual(real)
  expect(await matches()).toBe(true)
})
