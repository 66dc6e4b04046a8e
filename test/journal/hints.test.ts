import supertest from 'supertest'
import { expect, test } from 'vitest'
import { certmanClient, INTERMEDIATE } from '../certman/client.js'
import { useServer } from '../helpers/server.js'
import { cmOf } from '../nhn-certificate-manager/client.js'
import { SECRET_ID, SYMMETRIC_ID, skmOf } from '../nhn-secure-key-manager/client.js'
import { journalOf } from './client.js'

const server = await useServer()
const HINT = 'x-certulator-hint'

const bearer = (token: string | undefined) => ({ authorization: `Bearer ${token}` })

/** Credentials of all providers, and a function that tells the hint of a request. */
async function world() {
  const sandbox = await server.sandbox()
  const of = sandbox.credentials
  const hint = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const request = supertest(server.url)[method === 'POST' ? 'post' : 'get'](path)
    const answer = await request.set({ ...headers, 'x-certulator-sandbox': sandbox.id }).ok(() => true)
    return answer.headers[HINT] as string | undefined
  }
  return {
    sandbox,
    hint,
    certman: of('certman'),
    dnsimple: of('dnsimple'),
    katapult: of('katapult'),
    cm: of('nhn-certificate-manager'),
    skm: of('nhn-secure-key-manager'),
  }
}

test('unknown fields and query parameters are named, with what was probably meant', async () => {
  const { sandbox, dnsimple, katapult, cm } = await world()
  const api = certmanClient(server, sandbox)
  const hintOf = async (request: PromiseLike<{ headers: Record<string, string> }>) =>
    (await request).headers[HINT]

  expect(await hintOf(api.get('/certificates?pagesize=5&q=x'))).toBe(
    'The query parameter "pagesize" is not read here; did you mean "pageSize"?; The query parameter "q" is not read here',
  )
  // Also when the request is refused for it.
  const refused = await api
    .post('/certificates', { caId: INTERMEDIATE, common_name: 'a.example.com' })
    .expect(400)
  expect(refused.headers[HINT]).toBe('The field "common_name" is not read here; did you mean "commonName"?')
  expect((await journalOf(server, sandbox).last()).hints).toEqual([
    'The field "common_name" is not read here; did you mean "commonName"?',
  ])

  const orders = `/v2/${dnsimple.accountId}/domains/example.com/certificates/letsencrypt`
  const agent = supertest(server.url)
  expect(
    await hintOf(
      agent.post(orders).set(bearer(dnsimple.accessToken)).send({ autorenew: true, contact_id: 1 }),
    ),
  ).toBe(
    'The field "autorenew" is not read here; did you mean "auto_renew"?; The field "contact_id" was removed from the API: it is ignored',
  )
  const list = `/core/v1/organizations/${katapult.organization}/certificates`
  expect(await hintOf(agent.get(`${list}?perpage=1`).set(bearer(katapult.apiToken)))).toBe(
    'The parameter "perpage" is not read here; did you mean "per_page"?',
  )
  expect(await hintOf(agent.get(list).set(bearer(katapult.apiToken)).send({ pagge: 1 }))).toBe(
    'The parameter "pagge" is not read here; did you mean "page"?',
  )
  const certificates = `/certmanager/v1.2/appkeys/${cm.appKey}/certificates`
  expect(await hintOf(agent.get(`${certificates}?pagenum=1`))).toBe(
    'The query parameter "pagenum" is not read here; did you mean "pageNum"?',
  )
  const skm = skmOf(server, sandbox)
  await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/encrypt`, { plainText: 'data', plaintext: 'data' })
  expect((await journalOf(server, sandbox).last()).hints).toEqual([
    'The field "plainText" is not read here; did you mean "plaintext"?',
  ])
})

test('a name that is a credential, or nonsense, is not repeated, and there are no more than a few hints', async () => {
  const { hint, certman } = await world()
  expect(await hint(`/v1/cas?${certman.apiKey}=1`, bearer(certman.apiKey))).toBe(
    'A query parameter is not read here',
  )
  expect(await hint('/v1/cas?%F0%9F%94%91=1', bearer(certman.apiKey))).toBe(
    'A query parameter is not read here',
  )
  const many = Array.from({ length: 9 }, (_, index) => `x${index}=1`).join('&')
  expect((await hint(`/v1/cas?${many}`, bearer(certman.apiKey)))?.split('; ').at(-1)).toBe('and 4 more')
})

test('older versions and calls that the documents have no longer are named', async () => {
  const { sandbox, hint, cm, skm } = await world()
  expect(await hint(`/certmanager/v1.0/appkeys/${cm.appKey}/certificates`)).toBe(
    'v1.0 is an older version of this API: call v1.1, with a User Access Key',
  )
  expect(await hint(`/keymanager/v1.0/appkey/${skm.appKey}/secrets/${SECRET_ID}`)).toBe(
    'v1.0 is an older version of this API: call v1.2, with a User Access Key',
  )
  await cmOf(server, sandbox).uploadV10('nobody', { name: 'a.pem', bytes: 'x' })
  expect((await journalOf(server, sandbox).last()).hints).toEqual([
    'The upload is no longer part of the API: files are uploaded on the web console',
  ])
})

test('a wrong beginning or end of a path is named, with the right one', async () => {
  const { hint, certman, dnsimple, katapult, cm } = await world()
  const nothing = (title: string, operation: string, at: string) =>
    `Nothing is served at this path; ${title} has ${operation} at ${at}`
  const CERTMAN = 'certman.app REST API'
  const list = ['listCertificates', '/v1/certificates'] as const

  expect(await hint('/v2/v2/whoami')).toBe(nothing('DNSimple API v2', 'whoami', '/v2/whoami'))
  expect(await hint('/v1/v1/certificates')).toBe(nothing(CERTMAN, ...list))
  expect(await hint('/api/v1/certificates')).toBe(nothing(CERTMAN, ...list))
  expect(await hint('/certificates')).toBe(nothing(CERTMAN, ...list))
  expect(await hint('/v1/cas/x/chain/')).toBe('The path must not end with a slash')
  expect(await hint(`/organizations/${katapult.organization}/certificates`)).toBe(
    nothing(
      'Katapult Core API',
      'get:organization_certificates',
      '/core/v1/organizations/{organization}/certificates',
    ),
  )
  // One of two: the credential tells which.
  expect(await hint('/api/v1/certificates/x', bearer(katapult.apiToken))).toBe(
    nothing('Katapult Core API', 'get:certificate', '/core/v1/certificates/{certificate}'),
  )
  expect(await hint('/v2/cas', bearer(certman.apiKey))).toBe(nothing(CERTMAN, 'listCas', '/v1/cas'))
  expect(await hint(`/v1/${dnsimple.accountId}/domains`, bearer(dnsimple.accessToken))).toBe(
    nothing('DNSimple API v2', 'listDomains', '/v2/{account}/domains'),
  )
  expect(await hint(`/v1.1/appkeys/${cm.appKey}/certificates`)).toBe(
    nothing(
      'NHN Cloud Certificate Manager',
      'listCertificates',
      '/certmanager/v1.1/appkeys/{appKey}/certificates',
    ),
  )
  expect(await hint(`/certmanager/v1.1/appkey/${cm.appKey}/certificates`)).toBe(
    nothing(
      'NHN Cloud Certificate Manager',
      'listCertificates',
      '/certmanager/v1.1/appkeys/{appKey}/certificates',
    ),
  )
  expect(await hint('/v1/cas/x/chain/full')).toBe(
    'The path goes on too long; getCaChain is at /v1/cas/{id}/chain',
  )
  expect(await hint('/core/v1/certificates/x', {}, 'POST')).toBe('POST is not possible on this path; GET is')
  expect(await hint('/favicon.ico')).toBeUndefined()
})

test('the beginning of a path names the provider; where two may be meant, none is named', async () => {
  const { hint, dnsimple } = await world()
  for (const path of [
    '/core/v1/certificates',
    `/v2/${dnsimple.accountId}/certificates`,
    '/certmanager/v1.1/certificates',
    '/certmanager/v9/appkeys/k/certificates',
    '/v3/whoami',
  ])
    expect({ path, hint: await hint(path) }).toEqual({ path, hint: undefined })
  expect(await hint('/core/v2/certificates/x')).toBe(
    'Nothing is served at this path; Katapult Core API has get:certificate at /core/v1/certificates/{certificate}',
  )
})

test('a request that was made to be dear to look through gets no hint, at once', async () => {
  const { hint, certman } = await world()
  const from = process.cpuUsage()
  expect(await hint(`/${'a/'.repeat(7000)}`)).toBeUndefined()
  expect(await hint(`/v1/${'a/'.repeat(7000)}`)).toBeUndefined()
  expect(await hint(`/v1/${'a'.repeat(14_000)}`)).toBeUndefined()
  const many = Array.from({ length: 800 }, (_, index) => `pagesize${index}=1`).join('&')
  expect((await hint(`/v1/certificates?${many}`, bearer(certman.apiKey)))?.split('; ').at(-1)).toBe(
    'and 795 more',
  )
  const { user, system } = process.cpuUsage(from)
  // It were two seconds.
  expect((user + system) / 1000).toBeLessThan(600)
})

test("another provider's credential, or the right one in the wrong place, is named without being told", async () => {
  const { hint, certman, dnsimple, katapult, cm, skm } = await world()
  const CERTMAN = 'send it as "Authorization: Bearer <API key>"'
  const stands = (title: string, place: string) =>
    `The credential of ${title} stands in ${place}, where it is not read:`

  expect(await hint('/v1/cas', bearer(katapult.apiToken))).toBe(
    'The credential in the Authorization header is one of Katapult Core API, which is served at /core/v1',
  )
  expect(await hint('/v2/whoami', bearer(certman.apiKey))).toMatch(
    /^The credential in .* is one of certman.app/,
  )
  expect(await hint('/v1/cas', { authorization: certman.apiKey ?? '' })).toBe(
    `${stands('certman.app REST API', 'the Authorization header without a scheme')} ${CERTMAN}`,
  )
  expect(await hint('/v1/cas', { authorization: `Token token="${certman.apiKey}"` })).toBe(
    `${stands('certman.app REST API', 'the Authorization header with the scheme Token')} ${CERTMAN}`,
  )
  expect(await hint('/v1/cas', { 'x-api-key': certman.apiKey ?? '' })).toBe(
    `${stands('certman.app REST API', 'the header x-api-key')} ${CERTMAN}`,
  )
  expect(await hint(`/v2/whoami?access_token=${dnsimple.accessToken}`)).toBe(
    `${stands('DNSimple API v2', 'the query')} send it as "Authorization: Bearer <access token>"`,
  )
  const certificates = `/certmanager/v1.1/appkeys/${cm.appKey}/certificates`
  const [ID, SECRET] = ['x-tc-authentication-id', 'x-tc-authentication-secret']
  expect(await hint(certificates, { [ID]: cm.appKey ?? '', [SECRET]: cm.secretAccessKey ?? '' })).toMatch(
    /^The credential of NHN Cloud Certificate Manager stands in the header x-tc-authentication-id/,
  )
  expect(await hint(certificates, { [ID]: cm.secretAccessKey ?? '', [SECRET]: cm.accessKeyId ?? '' })).toBe(
    'In the header x-tc-authentication-id there is the secret of an access key: it belongs into the header X-TC-AUTHENTICATION-SECRET',
  )
  expect(await hint(certificates, bearer(cm.secretAccessKey))).toBe(
    'In the Authorization header there is the secret of an access key: it belongs into the header X-TC-AUTHENTICATION-SECRET',
  )
  expect(await hint('/v1/cas', bearer(cm.secretAccessKey))).toBe(
    'In the Authorization header there is the secret of an access key of NHN Cloud Certificate Manager and NHN Cloud Secure Key Manager',
  )
  expect(await hint(`/certmanager/v1.1/appkeys/${skm.appKey}/certificates`)).toBe(
    'The credential in the path is one of NHN Cloud Secure Key Manager, which is served at /keymanager',
  )
  // Nobody knows it, so there is nothing to say.
  expect(await hint('/v1/cas', bearer('cm_nobody_has_this_one'))).toBeUndefined()
  expect(await hint('/v1/cas')).toBeUndefined()
})

test('good requests of every provider, as their documents have them, get no hint', async () => {
  const sandbox = await server.sandbox()
  const { accountId, accessToken } = sandbox.credentials('dnsimple')
  const dnsimple = (method: 'get' | 'post' | 'delete', path: string, status: number) =>
    supertest(server.url)[method](`/v2/${accountId}${path}`).set(bearer(accessToken)).expect(status)
  const certman = certmanClient(server, sandbox)
  const { apiToken = '', organization } = sandbox.credentials('katapult')
  const cm = cmOf(server, sandbox)
  const skm = skmOf(server, sandbox)
  const core = (path: string) =>
    supertest(server.url).get(`/core/v1${path}`).auth(apiToken, { type: 'bearer' }).expect(200)

  const { certificate } = await certman.issue({
    sanDns: ['a.example.com'],
    validityDays: 30,
    keyAlgorithm: 'ECDSA-P384',
  })
  await certman.get('/certificates?status=active&search=app&expiringInDays=60&page=1&pageSize=10').expect(200)
  await certman.post(`/certificates/${certificate.id}/renew`, { validityDays: 10 }).expect(201)
  await certman.post(`/certificates/${certificate.id}/revoke`, { reason: 'superseded' }).expect(200)
  await certman.get('/cas?type=all').expect(200)
  await supertest(server.url).get('/v1/openapi').expect(200)

  const certificates = '/domains/example.com/certificates'
  const order = { name: 'www', alternate_names: [], auto_renew: false, signature_algorithm: 'RSA' }
  const ordered = await dnsimple('post', `${certificates}/letsencrypt`, 201).send(order)
  const { id } = ordered.body.data
  await dnsimple('post', `${certificates}/letsencrypt/${id}/issue`, 202).send({})
  await sandbox.advance('PT2S')
  await dnsimple('get', `${certificates}?sort=expiration:asc,id:desc&page=1&per_page=1`, 200)
  await dnsimple('get', `${certificates}/${id}/private_key`, 200)
  await dnsimple('get', '/domains?name_like=example&registrant_id=1', 200)
  const hook = await dnsimple('post', '/webhooks', 201).send({ url: 'https://example.com/hook' })
  await dnsimple('delete', `/webhooks/${hook.body.data.id}`, 204)

  await core('/certificates/cert_Xr8jREhulOP3UJoM')
  await core('/certificates/certificate?certificate[id]=cert_Xr8jREhulOP3UJoM')
  await core(`/organizations/_/certificates?organization[id]=${organization}&page=1&per_page=5`)
  await core(`/organizations/${organization}/certificates/?_arguments=%7B%22page%22%3A1%7D`)
  await core('/schema')
  await supertest(server.url).get('/core/v1/schema/openapi.json').expect(200)

  await cm.list('?pageSize=10&pageNum=1&all=true&status=ALL')
  await cm.list('', 'v1.2')
  await skm.get('/confirm')
  await skm.get(`/secrets/${SECRET_ID}`)
  const encrypted = await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/encrypt`, { plaintext: 'data' })
  await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/decrypt`, { ciphertext: encrypted.body.body.ciphertext })
  await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/create-local-key`, {})
  await skm.get(`/symmetric-keys/${SYMMETRIC_ID}/symmetric-key?keyVersion=0`)
  await skm.create('secrets', { description: 'd' })
  await skm.create('symmetric-keys', { autoRotationPeriod: 30 })
  await skm.get('/keystores?detail=true')

  const entries = await journalOf(server, sandbox).list('?limit=1000')
  expect(entries.filter(({ hints }) => hints.length > 0)).toEqual([])
  expect(entries.filter(({ answer }) => HINT in answer.headers)).toEqual([])
  expect(entries.filter(({ operation }) => operation === null)).toEqual([])
  expect(entries.length).toBeGreaterThan(25)
})
