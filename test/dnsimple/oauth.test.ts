import { createHash } from 'node:crypto'
import supertest from 'supertest'
import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { dnsimpleSandbox } from './client.js'

const server = await useServer()

type Parameters = Readonly<Record<string, string>>
const exchange = (parameters: Parameters) =>
  supertest(server.url).post('/v2/oauth/access_token').send(parameters)
const answerOf = ({ status, body }: { status: number; body: unknown }) => ({ status, body })
const refused = (status: number, error: string, description: string) => ({
  status,
  body: { error, error_description: description },
})
const invalidGrant = refused(
  400,
  'invalid_grant',
  'The authorization code is invalid, expired, or was used already',
)

async function authorized(body: object = {}) {
  const sandbox = await dnsimpleSandbox(server)
  const { oauthClientId: clientId = '', oauthClientSecret: clientSecret = '' } = sandbox.secrets
  const answer = await sandbox.console
    .post(`/oauth-applications/${clientId}/authorize`)
    .send({ accountId: 2020, ...body })
    .expect(201)
  const { code } = answer.body as { code: string }
  const parameters: Parameters = {
    grant_type: 'authorization_code',
    client_id: clientId,
    client_secret: clientSecret,
    code,
  }
  return { ...sandbox, parameters }
}

test('a code becomes a token of the account, once', async () => {
  const { parameters, as } = await authorized()
  const answer = await exchange(parameters).expect(200)
  expect(answer.text).toMatch(
    /^\{"access_token":"dnsimple_o_\w{32}","token_type":"Bearer","scope":null,"account_id":2020\}$/,
  )
  const { body } = await as(answer.body.access_token).get('/whoami').expect(200)
  expect(body.data).toMatchObject({ user: null, account: { id: 2020 } })
  expect(answerOf(await exchange(parameters))).toEqual(invalidGrant)
})

test('the exchange takes forms too', async () => {
  const { parameters } = await authorized()
  const answer = await supertest(server.url).post('/v2/oauth/access_token').type('form').send(parameters)
  expect(answer.status).toBe(200)
})

test('a code is good for ten minutes', async () => {
  const { parameters, advance } = await authorized()
  await advance('PT10M')
  expect(answerOf(await exchange(parameters))).toEqual(invalidGrant)
})

test('what is missing or unknown is refused in the words of OAuth', async () => {
  const { parameters } = await authorized()
  const without = (name: string) =>
    Object.fromEntries(Object.entries(parameters).filter(([each]) => each !== name))
  for (const name of ['client_id', 'grant_type', 'code']) {
    expect(answerOf(await exchange(without(name)))).toEqual(
      refused(400, 'invalid_request', `Missing required parameter "${name}"`),
    )
  }
  expect(answerOf(await exchange({ ...parameters, grant_type: 'password' }))).toEqual(
    refused(400, 'invalid_request', 'Invalid "grant_type": value must be "authorization_code"'),
  )
  const invalidClient = refused(401, 'invalid_client', 'Client authentication failed')
  expect(answerOf(await exchange({ ...parameters, client_id: 'nobody' }))).toEqual(invalidClient)
  expect(answerOf(await exchange({ ...parameters, client_secret: 'wrong' }))).toEqual(invalidClient)
  expect(answerOf(await exchange(without('client_secret')))).toEqual(invalidClient)
  expect(answerOf(await exchange({ ...parameters, code: 'wrong' }))).toEqual(invalidGrant)
  await exchange(parameters).expect(200)
})

test('redirect_uri and state have to be those of the authorization', async () => {
  const { parameters } = await authorized({ redirectUri: 'http://127.0.0.1:3000/callback', state: 'xyz' })
  const same = { redirect_uri: 'http://127.0.0.1:3000/callback', state: 'xyz' }
  expect(answerOf(await exchange({ ...parameters, ...same, state: 'abc' }))).toEqual(
    refused(
      400,
      'invalid_request',
      `Invalid "state": value doesn't match the "state" in the authorization request`,
    ),
  )
  expect(answerOf(await exchange({ ...parameters, state: 'xyz' }))).toEqual(
    refused(
      400,
      'invalid_request',
      `Invalid "redirect_uri": value doesn't match the "redirect_uri" in the authorization request`,
    ),
  )
  await exchange({ ...parameters, ...same }).expect(200)
})

test('a public client proves itself with the verifier of its code', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const { body } = await sandbox.console
    .post('/oauth-applications')
    .send({ name: 'Mobile', confidential: false })
    .expect(201)
  expect(body).toEqual({
    application: { clientId: expect.any(String), name: 'Mobile', confidential: false, redirectUri: null },
    clientSecret: null,
  })
  const { clientId } = body.application as { clientId: string }
  const verifier = 'a'.repeat(43)
  const authorize = (fields: object) =>
    sandbox.console.post(`/oauth-applications/${clientId}/authorize`).send({ accountId: 1010, ...fields })
  expect((await authorize({}).expect(400)).body.detail).toBe(
    'codeChallenge: is required, the application is a public client',
  )
  const codeChallenge = createHash('sha256').update(verifier).digest('base64url')
  const { code } = (await authorize({ codeChallenge }).expect(201)).body as { code: string }
  const parameters = { grant_type: 'authorization_code', client_id: clientId, code }
  expect(answerOf(await exchange(parameters))).toEqual(
    refused(400, 'invalid_request', 'Missing required parameter "code_verifier"'),
  )
  expect(answerOf(await exchange({ ...parameters, code_verifier: 'b'.repeat(43) }))).toEqual(
    refused(400, 'invalid_grant', `The "code_verifier" doesn't match the authorization request`),
  )
  await exchange({ ...parameters, code_verifier: verifier }).expect(200)
})

test('the console lists applications and names what it does not know', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const { oauthClientId: clientId } = sandbox.secrets
  expect((await sandbox.console.get('/oauth-applications').expect(200)).body).toEqual({
    items: [
      {
        clientId,
        name: 'Example Application',
        confidential: true,
        redirectUri: 'http://127.0.0.1:3000/callback',
      },
    ],
  })
  const authorize = (application: string, accountId: number) =>
    sandbox.console.post(`/oauth-applications/${application}/authorize`).send({ accountId })
  expect((await authorize('none', 1010).expect(404)).body.detail).toBe('There is no OAuth application "none"')
  expect((await authorize(clientId ?? '', 7).expect(404)).body.detail).toBe('There is no account "7"')
})

test('an OAuth client id is no token', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const { oauthClientId = '' } = sandbox.secrets
  expect((await sandbox.as(oauthClientId).get('/whoami')).status).toBe(401)
})

test('a body that cannot be read is refused in the words of OAuth', async () => {
  const post = async (type: string, text: string) =>
    answerOf(await supertest(server.url).post('/v2/oauth/access_token').set('content-type', type).send(text))
  const unreadable = refused(400, 'invalid_request', 'The body is neither valid JSON nor a form')
  expect(await post('application/json', '{"client_id":')).toEqual(unreadable)
  expect(await post('text/plain', 'client_id=1')).toEqual(unreadable)
})
