import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import { expect, test } from 'vitest'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import { type TestSandbox, useServer } from '../helpers/server.js'
import { failure, frozen, INVALID_KEY_STATUS, type Skm, skmOf, success } from './client.js'

const server = await useServer()

const IPV4_FAILURE = failure(40301, 'IPv4 Auth Failure')
const MAC_FAILURE = failure(40302, 'MAC Auth Failure')
const CERTIFICATE_FAILURE = failure(40303, 'Certificate Auth Failure')
const DATA = success({ secret: 'data' })
const MAC = 'aa:bb:cc:dd:ee:ff'

/** A key store with these switches and a secret in it. */
async function storeWith(sandbox: TestSandbox, skm: Skm, switches: object, name = 'Guarded') {
  const { body } = await sandbox
    .console('nhn-secure-key-manager')
    .post('/keystores')
    .send({ name, ...switches })
    .expect(201)
  const keyStoreId = body.keyStore.keyStoreId as number
  const secret = await skm.create('secrets', { keyStoreName: name })
  const read = (headers: Record<string, string> = {}) =>
    skm.get(`/secrets/${secret}`, { ...skm.pair, ...headers })
  return { name, keyStoreId, secret, read }
}

/** A certificate of the key store: its PKCS#12, as the console hands it out. */
async function certificateOf(
  sandbox: TestSandbox,
  skm: Skm,
  store: { name: string; keyStoreId: number },
  name: string,
) {
  const body = { keyStoreName: store.name, name, password: 'Password', lifeTime: 365 }
  expect((await skm.post('/auths/certificates', body)).body.header.resultCode).toBe(0)
  const { body: p12, headers } = await sandbox
    .console('nhn-secure-key-manager')
    .get(`/keystores/${store.keyStoreId}/certificates/${encodeURIComponent(name)}/p12`)
    .responseType('blob')
    .expect(200)
    .expect('content-type', 'application/x-pkcs12')
  return { p12: p12 as Buffer, disposition: headers['content-disposition'] as string }
}

const trusted = async () => (await server.control.get('/ca.pem')).text

/** A GET over TLS with the client certificate, and nothing else that would tell who asks. */
async function getOverTls(skm: Skm, path: string, p12?: Buffer) {
  const agent = new Agent({
    connect: { ca: await trusted(), ...(p12 && { pfx: p12, passphrase: 'Password' }) },
  })
  try {
    const url = `${server.httpsUrl}${skm.base('v1.2')}${path}`
    const { statusCode, body } = await request(url, { dispatcher: agent, headers: skm.pair })
    return { status: statusCode, body: await body.json() }
  } finally {
    await agent.close()
  }
}

test('an address is let in by its own entry or by a range', async () => {
  const sandbox = await server.sandbox()
  const skm = skmOf(server, sandbox)
  const { name, read } = await storeWith(sandbox, skm, { ip4AuthUse: 'Y' })
  expect(await read()).toEqual(DATA)

  const local = { keyStoreName: name, value: '127.0.0.1' }
  await skm.put('/auths/ipv4s/delete', local)
  expect(await read()).toEqual(IPV4_FAILURE)
  await skm.post('/auths/ipv4s', { keyStoreName: name, value: '128.0.0.0/8' })
  expect(await read()).toEqual(IPV4_FAILURE)
  await skm.post('/auths/ipv4s', { keyStoreName: name, value: '127.255.255.255/8' })
  expect(await read()).toEqual(DATA)
})

test('a method without entries lets nobody in', async () => {
  const sandbox = await server.sandbox()
  const skm = skmOf(server, sandbox)
  const { name, read } = await storeWith(sandbox, skm, { ip4AuthUse: 'Y' })
  const local = { keyStoreName: name, value: '127.0.0.1' }
  await skm.put('/auths/ipv4s/delete', local)
  await skm.post('/auths/ipv4s/delete', local)
  expect(await read()).toEqual(IPV4_FAILURE)
})

test('a MAC address is compared without regard to case', async () => {
  const sandbox = await server.sandbox()
  const skm = skmOf(server, sandbox)
  const { name, read } = await storeWith(sandbox, skm, { ip4AuthUse: 'N', macAuthUse: 'Y' })
  await skm.post('/auths/macs', { keyStoreName: name, value: MAC })
  expect(await read()).toEqual(MAC_FAILURE)
  expect(await read({ 'X-TOAST-CLIENT-MAC-ADDR': 'aa:bb:cc:dd:ee:00' })).toEqual(MAC_FAILURE)
  expect(await read({ 'X-TOAST-CLIENT-MAC-ADDR': MAC.toUpperCase() })).toEqual(DATA)
  await skm.put('/auths/macs/delete', { keyStoreName: name, value: MAC })
  expect(await read({ 'X-TOAST-CLIENT-MAC-ADDR': MAC })).toEqual(MAC_FAILURE)
})

test('all methods that are on have to pass, and the first that fails is named', async () => {
  const sandbox = await server.sandbox()
  const skm = skmOf(server, sandbox)
  const all = { ip4AuthUse: 'Y', macAuthUse: 'Y', certificateAuthUse: 'Y' }
  const store = await storeWith(sandbox, skm, all)
  await skm.post('/auths/macs', { keyStoreName: store.name, value: MAC })
  expect(await store.read()).toEqual(MAC_FAILURE)
  expect(await store.read({ 'X-TOAST-CLIENT-MAC-ADDR': MAC })).toEqual(CERTIFICATE_FAILURE)
  await skm.put('/auths/ipv4s/delete', { keyStoreName: store.name, value: '127.0.0.1' })
  expect(await store.read()).toEqual(IPV4_FAILURE)
})

test('in the mode OR one method is enough', async () => {
  const sandbox = await server.sandbox()
  const skm = skmOf(server, sandbox)
  const { read, keyStoreId, name } = await storeWith(sandbox, skm, { macAuthUse: 'Y', authMode: 'OR' })
  expect(await read()).toEqual(DATA)
  await skm.put('/auths/ipv4s/delete', { keyStoreName: name, value: '127.0.0.1' })
  expect(await read()).toEqual(IPV4_FAILURE)
  const keystores = sandbox.console('nhn-secure-key-manager')
  await keystores.patch(`/keystores/${keyStoreId}`).send({ ip4AuthUse: 'N' }).expect(200)
  expect(await read()).toEqual(MAC_FAILURE)
})

test('every use of a key asks for the client, but reading a public key', async () => {
  const sandbox = await server.sandbox()
  const skm = skmOf(server, sandbox)
  const { name, secret } = await storeWith(sandbox, skm, { ip4AuthUse: 'N', macAuthUse: 'Y' })
  const symmetric = `/symmetric-keys/${await skm.create('symmetric-keys', { keyStoreName: name })}`
  const asymmetric = `/asymmetric-keys/${await skm.create('asymmetric-keys', { keyStoreName: name })}`
  const signature = 'AAAA'
  const uses = [
    await skm.get(`/secrets/${secret}`),
    await skm.put(`/secrets/${secret}`, { secretValue: 'other' }),
    await skm.post(`${symmetric}/encrypt`, { plaintext: 'data' }),
    await skm.post(`${symmetric}/decrypt`, { ciphertext: 'AAAA' }),
    await skm.post(`${symmetric}/create-local-key`),
    await skm.get(`${symmetric}/symmetric-key`),
    await skm.post(`${asymmetric}/sign`, { plaintext: 'data' }),
    await skm.post(`${asymmetric}/verify`, { plaintext: 'data', signature }),
    await skm.get(`${asymmetric}/privateKey`),
    await skm.old('get', `/secrets/${secret}`),
    await skm.old('get', `${symmetric}/symmetric-key`, undefined, 'v1.1'),
  ]
  for (const use of uses) expect(use).toEqual(MAC_FAILURE)
  expect((await skm.get(`${asymmetric}/publicKey`)).body.body.keyType).toBe('PublicKey')
  expect((await skm.put(`/keys/${secret}/delete`)).body.header.resultCode).toBe(0)
})

test('a client certificate passes in TLS; without one, with another or over HTTP it fails', async () => {
  const sandbox = await server.sandbox()
  const skm = skmOf(server, sandbox)
  const guarded = { ip4AuthUse: 'N', certificateAuthUse: 'Y' }
  const store = await storeWith(sandbox, skm, guarded)
  const elsewhere = await storeWith(sandbox, skm, guarded, 'Elsewhere')
  const { p12, disposition } = await certificateOf(sandbox, skm, store, "Jo's 인증서")
  const { p12: foreign } = await certificateOf(sandbox, skm, elsewhere, 'Other')
  const path = `/secrets/${store.secret}`

  expect(disposition).toBe(
    `attachment; filename="Jo_s ___.p12"; filename*=UTF-8''Jo%27s%20%EC%9D%B8%EC%A6%9D%EC%84%9C.p12`,
  )
  expect(await getOverTls(skm, path, p12)).toEqual(DATA)
  expect(await getOverTls(skm, path, foreign)).toEqual(CERTIFICATE_FAILURE)
  expect(await getOverTls(skm, path)).toEqual(CERTIFICATE_FAILURE)
  expect(await store.read()).toEqual(CERTIFICATE_FAILURE)

  const seen = (await getOverTls(skm, '/confirm', p12)).body as { body: object }
  expect(seen.body).toEqual({
    clientIp: '127.0.0.1',
    clientMacHeader: null,
    clientSentCertificate: true,
    clientSentCerfificate: true,
  })
})

test('a certificate of another sandbox fails, and one that somebody made alike', async () => {
  const guarded = { ip4AuthUse: 'N', certificateAuthUse: 'Y' }
  const worlds = await Promise.all(
    [0, 1].map(async () => {
      const sandbox = await server.sandbox()
      const skm = skmOf(server, sandbox)
      const store = await storeWith(sandbox, skm, guarded)
      const { p12 } = await certificateOf(sandbox, skm, store, 'Client')
      return { skm, path: `/secrets/${store.secret}`, p12 }
    }),
  )
  const [one, two] = worlds
  if (!one || !two) throw new Error('two worlds')
  expect(await getOverTls(one.skm, one.path, one.p12)).toEqual(DATA)
  expect(await getOverTls(one.skm, one.path, two.p12)).toEqual(CERTIFICATE_FAILURE)

  const selfMade = inTemporaryDirectory((at) => {
    const subject = '/O=Certulator/OU=Secure Key Manager/CN=Secure Key Manager Client CA'
    openssl([
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', subject],
      ...['-keyout', at('key.pem'), '-out', at('certificate.pem'), '-days', '10'],
    ])
    const pass = ['-passout', 'pass:Password', '-out', at('made.p12')]
    openssl(['pkcs12', '-export', '-inkey', at('key.pem'), '-in', at('certificate.pem'), ...pass])
    return readFileSync(at('made.p12'))
  })
  expect(await getOverTls(one.skm, one.path, selfMade)).toEqual(CERTIFICATE_FAILURE)
})

test('curl passes with the PKCS#12 file', async () => {
  const sandbox = await server.sandbox()
  const skm = skmOf(server, sandbox)
  const store = await storeWith(sandbox, skm, { ip4AuthUse: 'N', certificateAuthUse: 'Y' })
  const { p12 } = await certificateOf(sandbox, skm, store, 'Client')
  const ca = await trusted()
  const directory = mkdtempSync(join(tmpdir(), 'curl-'))
  try {
    writeFileSync(`${directory}/ca.pem`, ca)
    writeFileSync(`${directory}/client.p12`, p12)
    const headers = Object.entries(skm.pair).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
    const curl = spawn('curl', [
      ...['-sS', '--cacert', `${directory}/ca.pem`, '--cert-type', 'P12'],
      ...['--cert', `${directory}/client.p12:Password`, ...headers],
      `${server.httpsUrl}${skm.base('v1.2')}/secrets/${store.secret}`,
    ])
    // Not `spawnSync`: the server that curl asks lives in this process.
    let output = ''
    curl.stdout.on('data', (chunk) => {
      output += String(chunk)
    })
    await new Promise((resolve) => curl.on('close', resolve))
    expect(JSON.parse(output)).toEqual(DATA.body)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('a certificate ends with its days on the clock of the sandbox, and with its deletion', async () => {
  const sandbox = await server.sandbox(frozen)
  const skm = skmOf(server, sandbox)
  const store = await storeWith(sandbox, skm, { ip4AuthUse: 'N', certificateAuthUse: 'Y' })
  const { p12 } = await certificateOf(sandbox, skm, store, 'Client')
  const path = `/secrets/${store.secret}`
  const named = { keyStoreName: store.name, name: 'Client' }

  await skm.put('/auths/certificates/delete', named)
  expect(await getOverTls(skm, path, p12)).toEqual(CERTIFICATE_FAILURE)
  await sandbox.console('nhn-secure-key-manager').post('/auths/certificates/restore').send(named).expect(200)
  expect(await getOverTls(skm, path, p12)).toEqual(DATA)
  await sandbox.advance('P365D')
  expect(await getOverTls(skm, path, p12)).toEqual(DATA)
  await sandbox.advance('PT1S')
  expect(await getOverTls(skm, path, p12)).toEqual(CERTIFICATE_FAILURE)
})

test('the certificate is one for clients, and chains up to the sandbox’s own authority', async () => {
  const sandbox = await server.sandbox()
  const skm = skmOf(server, sandbox)
  const store = await storeWith(sandbox, skm, { ip4AuthUse: 'N', certificateAuthUse: 'Y' })
  const { p12 } = await certificateOf(sandbox, skm, store, 'Client')
  inTemporaryDirectory((at) => {
    writeFileSync(at('client.p12'), p12)
    const pass = ['-passin', 'pass:Password', '-nokeys']
    openssl(['pkcs12', '-in', at('client.p12'), ...pass, '-clcerts', '-out', at('client.pem')])
    openssl(['pkcs12', '-in', at('client.p12'), ...pass, '-cacerts', '-out', at('ca.pem')])
    const verified = openssl(['verify', '-CAfile', at('ca.pem'), '-purpose', 'sslclient', at('client.pem')])
    expect(verified).toContain('client.pem: OK')
    const text = openssl(['x509', '-in', at('client.pem'), '-noout', '-ext', 'extendedKeyUsage'])
    expect(text).toContain('TLS Web Client Authentication')
    expect(text).not.toContain('TLS Web Server Authentication')
  })
})

test('with the client wrong and the key scheduled, the client is what is told', async () => {
  const sandbox = await server.sandbox()
  const skm = skmOf(server, sandbox)
  const { name, secret, read } = await storeWith(sandbox, skm, { ip4AuthUse: 'Y' })
  await skm.put(`/keys/${secret}/delete`)
  expect(await read()).toEqual(INVALID_KEY_STATUS)
  await skm.put('/auths/ipv4s/delete', { keyStoreName: name, value: '127.0.0.1' })
  expect(await read()).toEqual(IPV4_FAILURE)
})

test('X-Forwarded-For is not believed unless the server was told so', async () => {
  const skm = skmOf(server, await server.sandbox())
  const forwarded = { ...skm.pair, 'X-Forwarded-For': '203.0.113.7' }
  expect((await skm.get('/confirm', forwarded)).body.body.clientIp).toBe('127.0.0.1')
})
