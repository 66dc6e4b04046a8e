import { readFileSync, writeFileSync } from 'node:fs'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import type { Client, Recorder } from './recorder.js'

export const NOW = '2026-03-02T03:00:00Z'
const FROZEN = { mode: 'frozen', now: NOW }
const ROOT = '550e8400-e29b-41d4-a716-446655440000'
const INTERMEDIATE = '660e8400-e29b-41d4-a716-446655440001'
const PROTECTED = '770e8400-e29b-41d4-a716-446655440002'
const PASSPHRASE = 'correct-horse-battery-staple'

/** What comes from outside has to be the same in each run. */
export interface Given {
  readonly csr: string
  readonly hook: string
}

export interface Created {
  readonly id: string
  readonly credentials: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** A sandbox with the seed, on a clock that stands still. */
export async function createSeeded({ send }: Recorder, randomSeed: number): Promise<Created> {
  const body = { randomSeed, clock: FROZEN }
  const answer = await send({ method: 'POST', path: '/_emulator/sandboxes', body })
  return answer.json as Created
}

/** Answers without a credential are of `default`: its beginning, and its clock, count as well. */
export async function prepareDefault({ send, transcript }: Recorder): Promise<void> {
  const path = '/_emulator/sandboxes/default'
  await send({ method: 'POST', path: `${path}/reset`, body: {} })
  await send({ method: 'PUT', path: `${path}/clock`, body: FROZEN })
  transcript.length = 0
}

/** All five providers, their consoles, and what is public. */
export async function runScript(recorder: Recorder, sandbox: Created, given: Given): Promise<void> {
  const at = (path: string) => recorder.client(`/_emulator/sandboxes/${sandbox.id}${path}`)
  await prepareDefault(recorder)
  await certman(recorder, sandbox, at('/certman'), given)
  await dnsimple(recorder, sandbox, at('/dnsimple'), at(''), given)
  await katapult(recorder, sandbox, at('/katapult'), at(''))
  await certificateManager(recorder, sandbox, at('/nhn-certificate-manager'))
  await secureKeyManager(recorder, sandbox, at('/nhn-secure-key-manager'), at(''))
  await at('').get('')
}

/**
 * Makes time pass. What is due already runs by itself in a moment, or in the first of these calls, whose answer is not
 * written down: in which of the two is the machine's affair.
 */
async function pass({ transcript }: Recorder, control: Client, by: object): Promise<void> {
  await control.post('/clock/advance', { by: 'PT0S' })
  transcript.pop()
  await control.post('/clock/advance', by)
}

const bearer = (token = '') => ({ authorization: `Bearer ${token}` })

async function certman(recorder: Recorder, sandbox: Created, console: Client, { csr }: Given): Promise<void> {
  const api = recorder.client('/v1', bearer(sandbox.credentials.certman?.apiKey))
  await api.get('/whoami')
  await api.get('/cas')
  await api.get(`/cas/${ROOT}`)
  await api.get(`/cas/${INTERMEDIATE}/chain`)
  for (const keyAlgorithm of ['RSA-2048', 'RSA-4096', 'ECDSA-P256', 'ECDSA-P384']) {
    const body = { caId: INTERMEDIATE, commonName: 'app.example.com', sanIp: ['10.0.0.1'], keyAlgorithm }
    await api.post('/certificates', body)
  }
  const key = { 'idempotency-key': 'once' }
  const order = { caId: INTERMEDIATE, commonName: 'csr.example.com', mode: 'csr', csrPem: csr }
  const issued = await api.post('/certificates', order, key)
  await api.post('/certificates', order, key)
  await api.post('/certificates', { ...order, commonName: 'other.example.com' }, key)
  const { id, certificate_pem: pem } = issued.json.certificate
  await api.post(`/certificates/${id}/renew`, { csrPem: csr })
  await api.post(`/certificates/${id}/revoke`, { reason: 'keyCompromise' })
  await console.put(`/certificates/${id}/state`, { state: 'revoked' })
  const second = await api.post('/certificates', { caId: INTERMEDIATE, commonName: 'second.example.com' })
  await console.put(`/certificates/${second.json.certificate.id}/state`, { state: 'expired' })
  await api.get('/certificates?pageSize=100')

  const { ca } = (
    await console.post('/cas', {
      ...{ name: 'RSA', commonName: 'RSA CA', keyAlgorithm: 'RSA-4096', validityDays: 3650 },
    })
  ).json
  const locked = { name: 'Locked', commonName: 'Locked CA', keyAlgorithm: 'ECDSA-P384', validityDays: 365 }
  await console.post('/cas', { ...locked, parentCaId: ca.id, passphrase: 'a long passphrase' })
  const withPassphrase = { caId: PROTECTED, caPassphrase: PASSPHRASE, commonName: 'protected.example.com' }
  await api.post('/certificates', withPassphrase)
  await api.post('/certificates', { caId: PROTECTED, commonName: 'protected.example.com' })
  await console.post('/api-keys', { name: 'New', permissions: 'all' })
  await console.get('/cas')

  const pki = (ca: string) => recorder.client(`/pki/${sandbox.id}/${ca}`)
  for (const each of [ROOT, INTERMEDIATE, PROTECTED, ca.id]) {
    await pki(each).get('/ca.crl')
    await pki(each).get('/ca.pem')
  }
  const { chain } = (await api.get(`/cas/${INTERMEDIATE}/chain`)).json
  await pki(INTERMEDIATE).post('/ocsp', ocspRequest(chain[0], pem), {
    'content-type': 'application/ocsp-request',
  })

  await recorder.client('/v1').get('/whoami')
  await recorder.client('/v1', bearer('cm_unknown')).get('/whoami')
  await api.get('/nothing')
  await api.get('/certificates/00000000-0000-0000-0000-000000000000')
  await api.post('/certificates', { caId: INTERMEDIATE })
}

function ocspRequest(issuer: string, certificate: string): Buffer {
  return inTemporaryDirectory((path) => {
    writeFileSync(path('issuer.pem'), issuer)
    writeFileSync(path('certificate.pem'), certificate)
    openssl([
      ...['ocsp', '-no_nonce', '-issuer', path('issuer.pem'), '-cert', path('certificate.pem')],
      ...['-reqout', path('request.der')],
    ])
    return readFileSync(path('request.der'))
  })
}

async function dnsimple(
  recorder: Recorder,
  { credentials }: Created,
  console: Client,
  control: Client,
  { hook }: Given,
): Promise<void> {
  const { accessToken, accountId } = credentials.dnsimple ?? {}
  const api = recorder.client('/v2', bearer(accessToken))
  const certificates = `/${accountId}/domains/example.com/certificates`
  await api.get('/whoami')
  await api.get(`/${accountId}/domains`)
  await api.get(certificates)
  await api.post(`/${accountId}/webhooks`, { url: hook })
  await pass(recorder, control, { by: 'PT1S' })
  for (const order of [{ name: 'a' }, { name: 'b', signature_algorithm: 'RSA', auto_renew: true }]) {
    const { id } = (await api.post(`${certificates}/letsencrypt`, order)).json.data
    await api.post(`${certificates}/letsencrypt/${id}/issue`)
    await pass(recorder, control, { by: 'PT10S' })
    await api.get(`${certificates}/${id}`)
    await api.get(`${certificates}/${id}/download`)
    await api.get(`${certificates}/${id}/private_key`)
    if (order.auto_renew) continue
    const renewal = (await api.post(`${certificates}/letsencrypt/${id}/renewals`)).json.data
    await api.post(`${certificates}/letsencrypt/${id}/renewals/${renewal.id}/issue`)
    await pass(recorder, control, { by: 'PT10S' })
  }
  await api.get(`/${accountId}/domains/dnsimple.us/certificates/101969/download`)
  await pass(recorder, control, { by: 'P61D' })
  await api.get(certificates)
  const { items } = (await control.get('/webhooks')).json
  await control.post(`/webhooks/${items[0].id}/redeliver`)
  for (const state of ['issued', 'expired']) {
    await console.put('/certificates/101967/state', { state })
  }
  await console.put('/certificates/101973/state', { state: 'expired' })
  await pass(recorder, control, { by: 'PT1S' })
  await control.get('/webhooks')

  await console.post('/tokens', { kind: 'account', accountId: Number(accountId) })
  const application = { name: 'App', confidential: true, redirectUri: 'https://app.example.com/' }
  const { application: app, clientSecret } = (await console.post('/oauth-applications', application)).json
  const authorization = { accountId: Number(accountId), redirectUri: application.redirectUri }
  const { code } = (await console.post(`/oauth-applications/${app.clientId}/authorize`, authorization)).json
  await recorder.client('/v2').post('/oauth/access_token', {
    grant_type: 'authorization_code',
    client_id: app.clientId,
    client_secret: clientSecret,
    code,
    redirect_uri: application.redirectUri,
  })

  await recorder.client('/v2').get('/whoami')
  await recorder.client('/v2', bearer('unknown')).get('/whoami')
  await recorder.client('/v2').get('/%E0%A4%A')
  await api.get(`${certificates}/999999`)
  await api.post(`${certificates}/letsencrypt`, { name: '-' })
  await api.delete('/whoami')
}

async function katapult(
  recorder: Recorder,
  { credentials }: Created,
  console: Client,
  control: Client,
): Promise<void> {
  const { apiToken, organization } = credentials.katapult ?? {}
  const api = recorder.client('/core/v1', bearer(apiToken))
  await api.get(`/organizations/${organization}/certificates`)
  await api.get('/certificates/cert_Xr8jREhulOP3UJoM', { 'x-request-id': 'mine' })
  for (const order of [
    { name: 'k1.example.com', issuer: 'lets_encrypt' },
    { name: 'k2.example.com', issuer: 'self_signed', keyAlgorithm: 'ECDSA-P384' },
  ]) {
    const { id } = (await console.post('/certificates', order)).json.certificate
    await pass(recorder, control, { by: 'PT10S' })
    const { certificate_api_url: url } =
      (await api.get(`/certificates/${id}`)).json.certificate.flat()[0] ?? {}
    if (typeof url !== 'string') continue
    const files = recorder.client(new URL(url).pathname)
    await files.get('')
    for (const file of ['certificate', 'chain', 'private_key']) await files.get(`/${file}.pem`)
    await console.post(`/certificates/${id}/issue`)
    await console.put(`/certificates/${id}/state`, { state: 'expired' })
    await files.get('/certificate.pem')
    await console.post(`/certificates/${id}/reset-api-url`)
    await console.post(`/certificates/${id}/trash`)
  }
  await console.post('/tokens', { name: 'New', scopes: ['certificates:read'] })
  await console.post('/organizations', { name: 'New', subDomain: 'new' })
  await recorder.client('/core/v1').get(`/organizations/${organization}/certificates`)
  await recorder.client('/core/v1', bearer('unknown')).get('/certificates/cert_1')
  await recorder.client('/core/v1').get('/%E0%A4%A')
  await api.get('/certificates/cert_unknown')
}

async function certificateManager(
  recorder: Recorder,
  { credentials }: Created,
  console: Client,
): Promise<void> {
  const { appKey, accessKeyId = '', secretAccessKey = '' } = credentials['nhn-certificate-manager'] ?? {}
  const pair = { 'x-tc-authentication-id': accessKeyId, 'x-tc-authentication-secret': secretAccessKey }
  const api = recorder.client(`/certmanager/v1.1/appkeys/${appKey}/certificates`, pair)
  const listed = (await api.get('')).json
  for (const { certificateName } of listed.body.data ?? listed.body) {
    await api.get(`/${encodeURIComponent(certificateName)}/files`)
  }
  await console.post('/certificates/generated/generate', { keyPassphrase: 'a passphrase' })
  const file = await api.get('/generated/files')
  await console.post('/certificates/curve/generate', { keyAlgorithm: 'ECDSA-P256' })
  await console.put('/certificates/curve/state', { state: 'expired' })
  await api.get('/curve/files')
  await console.put('/certificates/uploaded')
  const boundary = 'boundary'
  const part = `Content-Disposition: form-data; name="file"; filename="own.pem"\r\nContent-Type: text/plain\r\n\r\n`
  await console.put(
    '/certificates/uploaded/file',
    Buffer.from(`--${boundary}\r\n${part}${file.text}\r\n--${boundary}--\r\n`),
    { 'content-type': `multipart/form-data; boundary=${boundary}` },
  )
  await api.get('/uploaded/files')
  await console.post('/access-keys', { role: 'VIEWER' })
  await recorder.client('/certmanager/v1.1').get('/appkeys/unknown/certificates', pair)
  await recorder.client('/certmanager').get('/%E0%A4%A')
  await api.get('/unknown/files')
}

async function secureKeyManager(
  recorder: Recorder,
  { credentials }: Created,
  console: Client,
  control: Client,
): Promise<void> {
  const { appKey, accessKeyId = '', secretAccessKey = '' } = credentials['nhn-secure-key-manager'] ?? {}
  const pair = { 'x-tc-authentication-id': accessKeyId, 'x-tc-authentication-secret': secretAccessKey }
  const api = recorder.client(`/keymanager/v1.2/appkey/${appKey}`, pair)
  const { keyStore } = (await console.post('/keystores', { name: 'Mine', certificateAuthUse: 'N' })).json
  const create = async (kind: string, fields = {}) =>
    (await api.post(`/keys/${kind}/create`, { keyStoreName: 'Mine', name: kind, ...fields })).json.body.keyId
  const secret = await create('secrets', { secretValue: 'a value' })
  await api.get(`/secrets/${secret}`)
  for (const id of [
    await create('symmetric-keys', { autoRotationPeriod: 30 }),
    'c2c49d986dfb4ca6afeaf67c39354c12',
  ]) {
    const { ciphertext } = (await api.post(`/symmetric-keys/${id}/encrypt`, { plaintext: 'text' })).json.body
    await api.post(`/symmetric-keys/${id}/decrypt`, { ciphertext })
    await api.post(`/symmetric-keys/${id}/create-local-key`)
    await api.get(`/symmetric-keys/${id}/symmetric-key`)
  }
  for (const id of [await create('asymmetric-keys'), 'ddd7d5275dfa462799418062bd25b49d']) {
    const { signature } = (await api.post(`/asymmetric-keys/${id}/sign`, { plaintext: 'text' })).json.body
    await api.post(`/asymmetric-keys/${id}/verify`, { plaintext: 'text', signature })
    await api.get(`/asymmetric-keys/${id}/privateKey`)
    await api.get(`/asymmetric-keys/${id}/publicKey`)
    await console.post(`/keys/${id}/rotate`)
  }
  await pass(recorder, control, { by: 'P31D' })
  await console.get('/keys')
  const client = { keyStoreName: 'Mine', name: 'client', password: 'a password', lifeTime: 30 }
  await api.post('/auths/certificates', client)
  const issued = `/keystores/${keyStore.keyStoreId}/certificates/client`
  await console.get(`${issued}/p12`)
  await console.put(`${issued}/state`, { state: 'EXPIRED' })
  await console.get(`${issued}/p12`)
  await api.get('/keystores')
  await recorder.client('/keymanager/v1.2/appkey/unknown').get('/keystores')
  await api.get('/secrets/unknown')
}
