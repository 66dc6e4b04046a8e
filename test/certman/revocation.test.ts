import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import supertest from 'supertest'
import { expect, test } from 'vitest'
import { verifyChain } from '../helpers/chain.js'
import { inTemporaryDirectory, openssl, opensslOnline } from '../helpers/openssl.js'
import { useServer } from '../helpers/server.js'
import { type Certman, certmanClient, INTERMEDIATE, PASSPHRASE, PROTECTED, ROOT } from './client.js'

const server = await useServer()

/** The CRLs of the CA and of those above it, as they are served. */
async function crls(sandboxId: string, ...caIds: string[]): Promise<string[]> {
  const answers = await Promise.all(
    caIds.map((id) =>
      supertest(server.url).get(`/pki/${sandboxId}/${id}/ca.crl.pem`).buffer(true).parse(asText).expect(200),
    ),
  )
  return answers.map(({ body }) => body as string)
}

const asText: Parameters<supertest.Test['parse']>[0] = (response, done) => {
  const chunks: Buffer[] = []
  response.on('data', (chunk: Buffer) => chunks.push(Buffer.from(chunk)))
  response.on('end', () => done(null, Buffer.concat(chunks).toString()))
}

/** Asks over the network as `openssl ocsp` does, and returns what it prints. */
async function ocsp(
  sandboxId: string,
  caId: string,
  pem: string,
  chain: readonly string[],
  ...more: string[]
) {
  const folder = await mkdtemp(join(tmpdir(), 'ocsp-'))
  try {
    const path = (name: string) => join(folder, name)
    writeFileSync(path('leaf.pem'), pem)
    writeFileSync(path('issuer.pem'), chain[0] ?? '')
    writeFileSync(path('root.pem'), chain.at(-1) ?? '')
    const url = `${server.url}/pki/${sandboxId}/${caId}/ocsp`
    const files = ['-issuer', path('issuer.pem'), '-cert', path('leaf.pem'), '-CAfile', path('root.pem')]
    return await opensslOnline(['ocsp', ...files, '-url', url, ...more])
  } finally {
    await rm(folder, { recursive: true })
  }
}

const revoke = (certman: Certman, id: string, body?: object) =>
  certman.post(`/certificates/${id}/revoke`, body)

test('revoking answers the documented body, and is seen at once in list, CRL and OCSP', async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  const { certificate } = await certman.issue()
  const chain = await certman.chain(INTERMEDIATE)
  const pem = certificate.certificate_pem
  expect(verifyChain(pem, chain, await crls(sandbox.id, INTERMEDIATE, ROOT))).toContain('OK')
  expect(await ocsp(sandbox.id, INTERMEDIATE, pem, chain)).toMatch(/Response verify OK[\s\S]*leaf\.pem: good/)

  const { status, body } = await revoke(certman, certificate.id, { reason: 'keyCompromise' })
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      message: 'Certificate revoked successfully',
      certificate: {
        id: certificate.id,
        common_name: 'app.example.com',
        revoked_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        revocation_reason: 'keyCompromise',
      },
    },
  })
  const { body: listed } = await certman.get('/certificates?status=revoked&search=app.example.com')
  expect(listed.certificates[0]).toMatchObject(body.certificate)
  expect(() => verifyChain(pem, chain, [])).not.toThrow()
  const lists = await crls(sandbox.id, INTERMEDIATE, ROOT)
  expect(() => verifyChain(pem, chain, lists)).toThrow('certificate revoked')
  expect(openssl(['crl', '-noout', '-text'], lists[0] ?? '')).toContain(
    `Serial Number: ${certificate.serial_number}`,
  )
  expect(await ocsp(sandbox.id, INTERMEDIATE, pem, chain)).toMatch(
    /Response verify OK[\s\S]*leaf\.pem: revoked\n[\s\S]*Reason: keyCompromise/,
  )
})

test.each(['RSA-2048', 'RSA-4096', 'ECDSA-P384'])(
  'CRL and OCSP of a %s root are accepted',
  async (keyAlgorithm) => {
    const sandbox = await server.sandbox()
    const certman = certmanClient(server, sandbox)
    const { id } = await certman.createCa({ keyAlgorithm })
    const chain = await certman.chain(id)
    const kept = await certman.issue({ caId: id })
    const revoked = await certman.issue({ caId: id })
    await revoke(certman, revoked.certificate.id).expect(200)
    const lists = await crls(sandbox.id, id)
    inTemporaryDirectory((path) => {
      writeFileSync(path('ca.pem'), chain[0] ?? '')
      expect(openssl(['crl', '-noout', '-CAfile', path('ca.pem')], lists[0] ?? '')).toContain('verify OK')
    })
    expect(verifyChain(kept.certificate.certificate_pem, chain, lists)).toContain('OK')
    expect(() => verifyChain(revoked.certificate.certificate_pem, chain, lists)).toThrow(
      'certificate revoked',
    )
    expect(await ocsp(sandbox.id, id, kept.certificate.certificate_pem, chain)).toMatch(
      /verify OK[\s\S]*: good/,
    )
    expect(await ocsp(sandbox.id, id, revoked.certificate.certificate_pem, chain)).toMatch(
      /verify OK[\s\S]*: revoked/,
    )
  },
)

test('OCSP works by GET too, echoes the nonce, takes SHA-256, and says unknown of a serial it never issued', async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  const { certificate } = await certman.issue()
  const chain = await certman.chain(INTERMEDIATE)
  const url = `/pki/${sandbox.id}/${INTERMEDIATE}/ocsp`

  const { request, response } = await inTemporaryFolder(async (path) => {
    writeFileSync(path('leaf.pem'), certificate.certificate_pem)
    writeFileSync(path('issuer.pem'), chain[0] ?? '')
    openssl([
      'ocsp',
      '-sha256',
      '-issuer',
      path('issuer.pem'),
      '-cert',
      path('leaf.pem'),
      '-reqout',
      path('request.der'),
    ])
    const request = readFileSync(path('request.der'))
    const encoded = encodeURIComponent(request.toString('base64'))
    const answer = await supertest(server.url)
      .get(`${url}/${encoded}`)
      .buffer(true)
      .parse(asBuffer)
      .expect(200)
    writeFileSync(path('response.der'), answer.body)
    const response = ['-respin', path('response.der'), '-VAfile', path('issuer.pem'), '-no_cert_verify']
    const verdict = openssl(['ocsp', '-reqin', path('request.der'), ...response, '-resp_text'])
    expect(answer.headers).toMatchObject({
      'content-type': 'application/ocsp-response',
      'cache-control': 'public, max-age=3600',
    })
    return { request, response: verdict }
  })
  expect(response).toContain('Response verify OK')
  expect(response).toContain('Cert Status: good')
  expect(response).toMatch(/OCSP Nonce/)
  expect(response).not.toMatch(/nonce (?:in|Verify)/i)
  expect(openssl(['asn1parse', '-inform', 'DER'], request)).toContain('sha256')

  expect(
    await ocsp(sandbox.id, INTERMEDIATE, certificate.certificate_pem, chain, '-serial', '0x1234'),
  ).toMatch(/0x1234: unknown/)
})

const inTemporaryFolder = async <T>(use: (path: (name: string) => string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'ocsp-'))
  try {
    return await use((name) => join(folder, name))
  } finally {
    await rm(folder, { recursive: true })
  }
}

const asBuffer: Parameters<supertest.Test['parse']>[0] = (response, done) => {
  const chunks: Buffer[] = []
  response.on('data', (chunk: Buffer) => chunks.push(Buffer.from(chunk)))
  response.on('end', () => done(null, Buffer.concat(chunks)))
}

test("an OCSP request that is none gets the RFC's status, one about another CA unauthorized", async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  const send = async (body: Buffer) => {
    const request = supertest(server.url).post(`/pki/${sandbox.id}/${INTERMEDIATE}/ocsp`)
    const answer = await request
      .type('application/ocsp-request')
      .buffer(true)
      .parse(asBuffer)
      .send(body)
      .expect(200)
    return (answer.body as Buffer).toString('hex')
  }
  expect(await send(Buffer.from('not an OCSP request'))).toBe('30030a0101')
  expect(await send(Buffer.alloc(0))).toBe('30030a0101')
  const { certificate } = await certman.issue({ caId: ROOT })
  const chain = await certman.chain(ROOT)
  await expect(ocsp(sandbox.id, INTERMEDIATE, certificate.certificate_pem, chain)).rejects.toThrow(
    'unauthorized (6)',
  )
})

test('every reason is taken and shown; the default is unspecified', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const reasons = [
    'unspecified',
    'keyCompromise',
    'caCompromise',
    'affiliationChanged',
    'superseded',
    'cessationOfOperation',
    'certificateHold',
    'privilegeWithdrawn',
  ]
  for (const reason of reasons) {
    const { certificate } = await certman.issue()
    const { body } = await revoke(certman, certificate.id, { reason }).expect(200)
    expect(body.certificate.revocation_reason).toBe(reason)
  }
  const { certificate } = await certman.issue()
  const { body } = await revoke(certman, certificate.id).expect(200)
  expect(body.certificate.revocation_reason).toBe('unspecified')
  const refused = await revoke(certman, certificate.id, { reason: 'removeFromCRL' })
  expect({ status: refused.status, body: refused.body }).toEqual({
    status: 400,
    body: { error: `reason must be one of ${reasons.map((reason) => `"${reason}"`).join(', ')}` },
  })
})

test('a certificate is revoked once', async () => {
  const certman = certmanClient(server, await server.sandbox())
  const { certificate } = await certman.issue()
  await revoke(certman, certificate.id).expect(200)
  const { status, body } = await revoke(certman, certificate.id)
  expect({ status, body }).toEqual({ status: 400, body: { error: 'Certificate is already revoked' } })
})

test('a hold can be lifted on the console, and leaves the CRL then', async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  const { certificate } = await certman.issue()
  const chain = await certman.chain(INTERMEDIATE)
  await revoke(certman, certificate.id, { reason: 'certificateHold' }).expect(200)
  const held = await crls(sandbox.id, INTERMEDIATE, ROOT)
  expect(openssl(['crl', '-noout', '-text'], held[0] ?? '')).toMatch(/Certificate Hold/)
  const release = () => sandbox.console('certman').post(`/certificates/${certificate.id}/release`)
  const { body } = await release().expect(200)
  expect(body.certificate).toMatchObject({ id: certificate.id, revoked_at: null, revocation_reason: null })
  expect(
    verifyChain(certificate.certificate_pem, chain, await crls(sandbox.id, INTERMEDIATE, ROOT)),
  ).toContain('OK')
  expect(await ocsp(sandbox.id, INTERMEDIATE, certificate.certificate_pem, chain)).toMatch(/: good/)
  expect((await release()).body).toMatchObject({
    status: 409,
    detail: expect.stringContaining('is not on hold'),
  })
})

test('a protected CA revokes with its passphrase only, and its CRL and OCSP say so without it', async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  const { certificate } = await certman.issue({ caId: PROTECTED, caPassphrase: PASSPHRASE })
  const chain = await certman.chain(PROTECTED)
  expect(verifyChain(certificate.certificate_pem, chain, await crls(sandbox.id, PROTECTED, ROOT))).toContain(
    'OK',
  )
  expect((await revoke(certman, certificate.id)).body).toEqual({
    error: 'caPassphrase is required: the CA is protected by a passphrase',
  })
  expect((await revoke(certman, certificate.id, { caPassphrase: 'x' })).status).toBe(403)
  await revoke(certman, certificate.id, { caPassphrase: PASSPHRASE }).expect(200)
  const lists = await crls(sandbox.id, PROTECTED, ROOT)
  expect(() => verifyChain(certificate.certificate_pem, chain, lists)).toThrow('certificate revoked')
  expect(await ocsp(sandbox.id, PROTECTED, certificate.certificate_pem, chain)).toMatch(/: revoked/)
})

test("a revoked intermediate is in its parent's CRL", async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  const { certificate } = await certman.issue()
  const chain = await certman.chain(INTERMEDIATE)
  await sandbox
    .console('certman')
    .post(`/cas/${INTERMEDIATE}/revoke`)
    .send({ reason: 'caCompromise' })
    .expect(200)
  const lists = await crls(sandbox.id, INTERMEDIATE, ROOT)
  expect(() => verifyChain(certificate.certificate_pem, chain, lists)).toThrow('certificate revoked')
  expect(await ocsp(sandbox.id, ROOT, chain[0] ?? '', [chain[1] ?? ''])).toMatch(
    /: revoked\n[\s\S]*CACompromise/i,
  )
})

test("the CRL follows the sandbox's clock, and its number grows", async () => {
  const sandbox = await server.sandbox({ clock: { mode: 'frozen', now: '2027-01-01T00:00:00Z' } })
  const text = async () => openssl(['crl', '-noout', '-text'], (await crls(sandbox.id, ROOT))[0] ?? '')
  const first = await text()
  expect(first).toContain('Last Update: Jan  1 00:00:00 2027 GMT')
  expect(first).toContain('Next Update: Jan  8 00:00:00 2027 GMT')
  expect(first).toMatch(/CRL Number: \s+1\n/)
  expect(await text()).toBe(first)
  await sandbox.advance('P30D')
  const later = await text()
  expect(later).toContain('Last Update: Jan 31 00:00:00 2027 GMT')
  expect(later).toMatch(/CRL Number: \s+2\n/)
})

test('CRL and CA certificate are there in DER and PEM, without credentials, with their media types', async () => {
  const sandbox = await server.sandbox()
  const get = (file: string) =>
    supertest(server.url).get(`/pki/${sandbox.id}/${INTERMEDIATE}/${file}`).buffer(true).parse(asBuffer)
  const [crl, crlPem, certificate, certificatePem] = await Promise.all(
    ['ca.crl', 'ca.crl.pem', 'ca.crt', 'ca.pem'].map(get),
  )
  expect([crl, crlPem, certificate, certificatePem].map((answer) => answer?.headers['content-type'])).toEqual(
    ['application/pkix-crl', 'application/x-pem-file', 'application/pkix-cert', 'application/x-pem-file'],
  )
  expect(openssl(['crl', '-inform', 'DER'], crl?.body)).toBe(crlPem?.body.toString())
  expect(openssl(['x509', '-inform', 'DER'], certificate?.body)).toBe(certificatePem?.body.toString())
  expect((await get('ca.crl').expect(200)).body.equals(crl?.body)).toBe(true)
  await supertest(server.url)
    .get(`/pki/${sandbox.id}/${PROTECTED.replace('7', '1')}/ca.crl`)
    .expect(404)
  const nowhere = await supertest(server.url).get(`/pki/nowhere/${ROOT}/ca.crl`)
  expect({ type: nowhere.type, body: nowhere.body }).toEqual({
    type: 'application/problem+json',
    body: { type: 'about:blank', title: 'Not Found', status: 404, detail: 'There is no sandbox here' },
  })
  const large = await supertest(server.url)
    .post(`/pki/${sandbox.id}/${ROOT}/ocsp`)
    .send(Buffer.alloc(2_000_000))
  expect({ status: large.status, type: large.type }).toEqual({
    status: 413,
    type: 'application/problem+json',
  })
})
