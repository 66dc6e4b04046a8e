import supertest from 'supertest'
import { afterAll, expect, test } from 'vitest'
import { certmanClient, PASSPHRASE, PROTECTED } from '../certman/client.js'
import { startProcess } from '../helpers/process.js'
import { clientFor, type TestSandbox } from '../helpers/server.js'
import { cmOf } from '../nhn-certificate-manager/client.js'
import { ASYMMETRIC_ID, SECRET_ID, STORE, SYMMETRIC_ID, skmOf } from '../nhn-secure-key-manager/client.js'
import { journalOf } from './client.js'

const server = await startProcess(['--log-level', 'trace'])
afterAll(() => server.stop())
const client = clientFor(server)

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** Credentials of the sandbox that are no secrets. */
const PUBLIC = ['baseUrl', 'accountId', 'organization', 'accessKeyId', 'keyStoreName', 'viewerAccessKeyId']
const isPublic = (name: string) => PUBLIC.includes(name) || /(?:Email|ClientId)$/.test(name)

/** Every line of a private key: none of them is to be seen, in one piece or another. */
const linesOf = (pem: string) => pem.split('\n').filter((line) => line.length > 20 && !line.startsWith('--'))

/** Uses everything that hands out or takes a secret, and tells all of them. */
async function run(sandbox: TestSandbox): Promise<Set<string>> {
  const secrets = new Set<string>()
  const keep = (...found: unknown[]) => {
    for (const each of found) {
      expect(typeof each).toBe('string')
      secrets.add(String(each))
    }
  }
  const { url } = server
  for (const provider of [
    'certman',
    'dnsimple',
    'katapult',
    'nhn-certificate-manager',
    'nhn-secure-key-manager',
  ]) {
    const credentials = Object.entries(sandbox.credentials(provider))
    keep(...credentials.filter(([name]) => !isPublic(name)).map(([, value]) => value))
  }

  const certman = certmanClient(client, sandbox)
  keep(PASSPHRASE, 'a-wrong-passphrase')
  const issued = await certman.issue({ caId: PROTECTED, caPassphrase: PASSPHRASE })
  keep(...linesOf(issued.privateKey ?? ''))
  await certman
    .post('/certificates', { caId: PROTECTED, caPassphrase: 'a-wrong-passphrase', commonName: 'a' })
    .expect(403)
  await certman
    .post(`/certificates/${issued.certificate.id}/revoke`, { caPassphrase: PASSPHRASE })
    .expect(200)
  const made = await certman.createKey('all')
  keep(made.key)
  await certmanClient(client, sandbox, made.key).get('/whoami').expect(200)

  const dnsimple = sandbox.credentials('dnsimple')
  const { accessToken = '', userEmail = '', userPassword = '' } = dnsimple
  const certificates = (
    await supertest(url)
      .get(`/v2/${dnsimple.accountId}/domains/dnsimple.us/certificates`)
      .set(bearer(accessToken))
  ).body.data
  const certificate = certificates.find(({ state }: { state: string }) => state === 'issued')
  const path = `/v2/${dnsimple.accountId}/domains/dnsimple.us/certificates/${certificate.id}/private_key`
  const pem = await supertest(url).get(path).set(bearer(accessToken)).expect(200)
  keep(...linesOf(pem.body.data.private_key))
  await supertest(url).get('/v2/whoami').auth(userEmail, userPassword).expect(200)
  keep(Buffer.from(`${userEmail}:${userPassword}`).toString('base64'), '123456')
  await supertest(url).get('/v2/whoami').auth(userEmail, userPassword).set('X-Dnsimple-OTP', '123456')
  const grant = await oauthCode(sandbox)
  keep(grant.code, grant.clientSecret)
  const form = {
    grant_type: 'authorization_code',
    client_id: grant.clientId,
    client_secret: grant.clientSecret,
    code: grant.code,
    redirect_uri: grant.redirectUri,
    state: 'a',
  }
  const token = await supertest(url)
    .post('/v2/oauth/access_token')

    .type('form')
    .send(form)
  keep(token.body.access_token)

  const { apiToken = '' } = sandbox.credentials('katapult')
  const whole = await supertest(url)
    .get('/core/v1/certificates/cert_LetsEncrypt00001')
    .set(bearer(apiToken))
    .expect(200)
  const { certificate_api_url: api, private_key: katapultKey } = whole.body.certificate[0]
  keep(...linesOf(katapultKey), api.split('/').at(-1))
  const apiPath = new URL(api).pathname
  for (const file of ['', '/private_key.pem', '/nothing', '/%ZZ', '?token=1'])
    await supertest(url).get(apiPath + file)
  await supertest(url).get(`/core/v1${apiPath}`).set(bearer(apiToken))

  const cm = cmOf(client, sandbox)
  const [registered] = (await cm.list()).body.body.data
  const file = await cm.download(registered.certificateName)
  const key = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END/.exec(file.bytes.toString('latin1'))?.[0]
  keep(...linesOf(key ?? ''))
  await cm.uploadV10(registered.certificateName, { name: 'a.pem', bytes: file.bytes })
  const upload = cm.path(`/${encodeURIComponent(registered.certificateName)}/files`, 'v1.0')
  await supertest(url).post(upload).set(cm.pair).attach('file', file.bytes, 'a.pem').expect(200)

  const skm = skmOf(client, sandbox)
  keep(
    'the value of a secret',
    'a refused secret value',
    'a plaintext of mine',
    'p12-password',
    'text to be signed',
  )
  await skm.create('secrets', { secretValue: 'the value of a secret' })
  await skm.post('/keys/secrets/create', { keyStoreName: 7, secretValue: 'a refused secret value' })
  keep((await skm.get(`/secrets/${SECRET_ID}`)).body.body.secret)
  const sealed = await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/encrypt`, {
    plaintext: 'a plaintext of mine',
  })
  await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/decrypt`, { ciphertext: sealed.body.body.ciphertext })
  keep((await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/create-local-key`)).body.body.localKeyPlaintext)
  keep((await skm.get(`/symmetric-keys/${SYMMETRIC_ID}/symmetric-key`)).body.body.symmetricKey)
  keep((await skm.old('get', `/symmetric-keys/${SYMMETRIC_ID}/symmetric-key`)).body.body.symmetricKey)
  const { key: text, encodedKey } = (await skm.get(`/asymmetric-keys/${ASYMMETRIC_ID}/privateKey`)).body.body
  keep(text.slice(-80), encodedKey.slice(-80))
  await skm.old('get', `/asymmetric-keys/${ASYMMETRIC_ID}/privateKey`)
  await skm.post(`/asymmetric-keys/${ASYMMETRIC_ID}/sign`, { plaintext: 'text to be signed' })
  await skm.post('/auths/certificates', {
    keyStoreName: STORE,
    name: 'c',
    password: 'p12-password',
    lifeTime: 1,
  })
  return secrets
}

async function oauthCode(sandbox: TestSandbox) {
  const { oauthClientId: clientId = '', oauthClientSecret: clientSecret = '' } =
    sandbox.credentials('dnsimple')
  const redirectUri = 'https://app.example.com/callback'
  const { body } = await sandbox
    .console('dnsimple')
    .post(`/oauth-applications/${clientId}/authorize`)
    .send({ accountId: 1010, redirectUri, state: 'a' })
    .expect(201)
  return { clientId, clientSecret, redirectUri, code: body.code as string }
}

/** The same secrets where they do not belong, and in other clothes. */
async function misplace(sandbox: TestSandbox): Promise<void> {
  const { url } = server
  const { apiKey = '' } = sandbox.credentials('certman')
  const dnsimple = sandbox.credentials('dnsimple')
  const { accessToken = '', userEmail = '', userPassword = '' } = dnsimple
  const { oauthClientSecret = '', otpUserPassword = '', otpUserSecret = '' } = dnsimple
  const { apiToken = '' } = sandbox.credentials('katapult')
  const { appKey = '', secretAccessKey = '' } = sandbox.credentials('nhn-certificate-manager')
  const escapedOf = (text: string) =>
    [...text].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')
  const escaped = escapedOf(apiKey)
  const get = (path: string, headers: Record<string, string> = {}) =>
    supertest(url)
      .get(path)
      .set({ 'x-certulator-sandbox': sandbox.id, ...headers })
      .ok(() => true)
  const post = (path: string, body: object | string, type = 'application/json') =>
    supertest(url)
      .post(path)
      .set({ 'x-certulator-sandbox': sandbox.id, 'content-type': type })
      .send(body)
      .ok(() => true)

  const others = [userPassword, oauthClientSecret, otpUserPassword, otpUserSecret].filter(
    (text) => text !== '',
  )
  for (const token of [apiKey, accessToken, apiToken, secretAccessKey, ...others]) {
    await get(`/v1/whoami?${token}=1`, bearer(apiKey))
    await get(`/v1/cas/${token}`, bearer(apiKey))
    await get(`/nope/${escapedOf(token)}`)
    await get(`/v1/%zz/${escapedOf(token)}`)
    await get('/v1/cas', { authorization: token })
    await get('/v1/cas', { 'x-api-key': token, cookie: `session=${token}` })
    await get(`/v1/cas?api_key=${token}&${token}=1&next=/v1/x/${token}`)
    await get(`/nowhere/${token}/at/all`)
    await get(`/v1/certificates/${token}`, bearer(apiKey))
    await get('/v1/whoami', { referer: `https://example.com/?token=${token}`, 'x-note': `Bearer ${token}` })
    await post('/v1/certificates', { commonName: token, note: `it is ${token}`, [token]: 'a name' })
    await post('/nowhere', { password: token, text: `again: ${token}`, json: JSON.stringify({ token }) })
    await post('/nowhere', `it is ${token}`, 'text/plain')
    await post('/v1/certificates', `{"caPassphrase": "${token}"`)
  }
  await get(`/v1/cas?q=${escaped}`)
  await get(`/v1/cas/${escaped}`)
  await get(`/v1/${escaped}`)
  await get(`/v1.1/appkeys/${appKey}/certificates`)
  await get(`/certmanager/v1.1/appkey/${appKey}/certificates`)
  await get(`/keymanager/certmanager/v1.1/appkeys/${appKey}`)
  await get(`/v1/%ZZ/${apiKey}?t=${accessToken}`)
  const basic = Buffer.from(`${userEmail}:${userPassword}`).toString('base64')
  await get('/v1/cas', { authorization: `Basic ${basic}`, 'x-copy': basic })
  await get(`/v2/whoami?basic=${encodeURIComponent(basic)}`, { authorization: `Basic ${basic}` })
  await get('/v2/whoami', {
    authorization: `Bearer ${Buffer.from(apiKey).toString('base64')}`,
    'x-plain': apiKey,
  })
  await get(
    `/core/v1/certificates/x?_arguments=${encodeURIComponent(JSON.stringify({ secret: apiKey }))}`,
    bearer(apiToken),
  )
}

test('no secret of any provider leaves the journal, or is logged at any level', async () => {
  const sandbox = await client.sandbox()
  const secrets = await run(sandbox)
  await misplace(sandbox)
  const { apiKey = '' } = sandbox.credentials('certman')
  secrets.add(Buffer.from(apiKey).toString('base64').slice(2, -4))
  for (const secret of [...secrets])
    secrets.add([...secret].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join(''))

  const journal = journalOf(client, sandbox)
  const told: unknown[] = []
  for (const { path } of [journal, journalOf(client, { id: 'default' })]) {
    const { body } = await client.control.get(`${path}?limit=1000`).expect(200)
    told.push(body)
    for (const calls of [
      [{ path: `/nowhere/${apiKey}/*` }],
      [{ path: `/v1/${apiKey}` }],
      [{ status: 599 }],
    ]) {
      told.push((await client.control.post(`${path}/verify`).send({ calls }).expect(200)).body)
    }
    told.push(
      (await client.control.post(`${path}/wait`).send({ match: { path: `/${apiKey}` }, timeout: 'PT0.01S' }))
        .body,
    )
    told.push((await client.control.get(`${path}?provider=${apiKey}`).expect(400)).body)
  }
  const entries = await journal.list('?limit=1000')
  expect(entries.length).toBeGreaterThan(70)
  expect(new Set(entries.map(({ provider }) => provider)).size).toBe(6)
  const shown = JSON.stringify(told)
  const hints = entries.flatMap(({ answer }) => answer.headers['x-certulator-hint'] ?? [])
  expect(hints.length).toBeGreaterThan(20)
  const { stderr } = server.output()
  expect(stderr).toContain('"msg":"hints"')

  expect(secrets.size).toBeGreaterThan(60)
  const leaked = [...secrets]
    .filter((secret) => secret.length > 4)
    .flatMap((secret) => [
      ...(shown.includes(secret) ? [['journal', secret, around(shown, secret)]] : []),
      ...(stderr.includes(secret) ? [['log', secret, around(stderr, secret)]] : []),
      ...(hints.join().includes(secret) ? [['hint', secret, '']] : []),
    ])
  expect(leaked).toEqual([])
  // It is not that there was nothing: the structure is there, with the secrets taken out.
  expect(entries.find(({ operation }) => operation === 'getPrivateKey')?.answer.body).toMatchObject({
    header: { isSuccessful: true },
    body: { key: '[redacted]', encodedKey: '[redacted]', keyType: 'PrivateKey' },
  })
}, 60_000)

const around = (text: string, secret: string) =>
  text.slice(Math.max(0, text.indexOf(secret) - 120), text.indexOf(secret) + 60)
