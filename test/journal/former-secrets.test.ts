import supertest from 'supertest'
import { expect, test } from 'vitest'
import { certmanClient } from '../certman/client.js'
import { type TestSandbox, useServer } from '../helpers/server.js'
import { journalOf } from './client.js'

const server = await useServer()

/** Sends the text to this sandbox wherever a request has room for one. */
async function send(sandbox: TestSandbox, text: string): Promise<void> {
  const agent = supertest(server.url)
  const named = { 'x-certulator-sandbox': sandbox.id }
  const { apiKey = '' } = sandbox.credentials('certman')
  await certmanClient(server, sandbox).get(`/certificates?search=${text}&${text}=1`)
  await agent
    .get(`/v1/cas/${text}`)
    .set({ ...named, 'x-note': `It is ${text}.` })
    .auth(apiKey, { type: 'bearer' })
  await agent
    .post('/v1/certificates')
    .set(named)
    .send({ commonName: text, note: `this: ${text}` })
  await agent.get(`/nowhere/${text}`).set(named)
}

const entriesOf = async (sandbox: Pick<TestSandbox, 'id'>) =>
  JSON.stringify(await journalOf(server, sandbox).list('?limit=1000'))

test('a credential that was removed stays a secret, in old entries and in new ones', async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  const { key, apiKey } = await certman.createKey('all')
  await send(sandbox, key)
  expect(await entriesOf(sandbox)).not.toContain(key)
  await sandbox.console('certman').delete(`/api-keys/${apiKey.id}`).expect(204)
  expect(await entriesOf(sandbox)).not.toContain(key)
  await send(sandbox, key)
  expect(await entriesOf(sandbox)).not.toContain(key)
  expect(await journalOf(server, sandbox).count()).toBeGreaterThan(7)
})

test('the secret of an access key that was deleted stays one', async () => {
  const sandbox = await server.sandbox()
  const keys = sandbox.console('nhn-certificate-manager')
  const { body } = await keys.post('/access-keys').send({ role: 'ADMIN' }).expect(201)
  const [id, secret] = [body.accessKeyId, body.secretAccessKey] as [string, string]
  expect(secret).toMatch(/^\w{16}$/)
  await send(sandbox, secret)
  await keys.delete(`/access-keys/${id}`).expect(204)
  await send(sandbox, secret)
  expect(await entriesOf(sandbox)).not.toContain(secret)
})

test('an authorization code and a client secret stay secrets when they are used up', async () => {
  const sandbox = await server.sandbox()
  const redirectUri = 'https://app.example.com/callback'
  const console = sandbox.console('dnsimple')
  const made = await console
    .post('/oauth-applications')
    .send({ name: 'App', confidential: true, redirectUri })
    .expect(201)
  const { application, clientSecret } = made.body
  const { body } = await console
    .post(`/oauth-applications/${application.clientId}/authorize`)
    .send({ accountId: 1010, redirectUri, state: 'a' })
    .expect(201)
  const exchanged = await supertest(server.url).post('/v2/oauth/access_token').send({
    grant_type: 'authorization_code',
    client_id: application.clientId,
    client_secret: clientSecret,
    code: body.code,
    redirect_uri: redirectUri,
    state: 'a',
  })
  expect(exchanged.status).toBe(200)
  await send(sandbox, body.code)
  await send(sandbox, clientSecret)
  const shown = await entriesOf(sandbox)
  // Callers are named by it: it is no secret.
  expect(shown).toContain(`"client_id":"${application.clientId}"`)
  expect(shown).not.toContain(body.code)
  expect(shown).not.toContain(clientSecret)
})

test("another sandbox's secrets are secrets here too, also when it is gone", async () => {
  const [other, sandbox] = [await server.sandbox(), await server.sandbox()]
  const dnsimple = other.credentials('dnsimple')
  const secrets = [
    dnsimple.userPassword,
    dnsimple.oauthClientSecret,
    dnsimple.accessToken,
    other.credentials('nhn-certificate-manager').secretAccessKey,
    other.credentials('certman').apiKey,
  ].map(String)
  for (const secret of secrets) await send(sandbox, secret)
  const leaks = async () => {
    const shown = await entriesOf(sandbox)
    return secrets.filter((secret) => shown.includes(secret))
  }
  expect(await leaks()).toEqual([])
  await server.control.delete(`/sandboxes/${other.id}`).expect(204)
  for (const secret of secrets) await send(sandbox, secret)
  expect(await leaks()).toEqual([])
})
