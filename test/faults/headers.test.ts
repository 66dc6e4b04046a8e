import supertest from 'supertest'
import { expect, test } from 'vitest'
import { INTERMEDIATE } from '../certman/client.js'
import { type TestSandbox, useServer } from '../helpers/server.js'
import { ORGANIZATION, TRASHED } from '../katapult/client.js'
import { faultsOf } from './rules.js'

const server = await useServer()
const NOW = '2026-03-01T12:00:00Z'
const sandbox = await server.sandbox({ clock: { mode: 'frozen', now: NOW } })
const { add, clear, hits } = faultsOf(server, sandbox)

interface Request {
  readonly method?: 'get' | 'post' | 'put'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

interface Case {
  readonly provider: string
  readonly error: string
  /** A request that the provider refuses with the error by itself. */
  readonly refused: Request
  /** A good one, which gets it as a fault. */
  readonly good: Request
}

const credentialOf = (of: TestSandbox, provider: string, name: string) =>
  `Bearer ${of.credentials(provider)[name]}`
const certman = { authorization: credentialOf(sandbox, 'certman', 'apiKey') }
const dnsimple = { authorization: credentialOf(sandbox, 'dnsimple', 'accessToken') }
const katapult = { authorization: credentialOf(sandbox, 'katapult', 'apiToken') }
const accessKey = (provider: string) => {
  const { accessKeyId = '', secretAccessKey = '' } = sandbox.credentials(provider)
  return { 'x-tc-authentication-id': accessKeyId, 'x-tc-authentication-secret': secretAccessKey }
}
const CM = 'nhn-certificate-manager'
const SKM = 'nhn-secure-key-manager'
const json = { 'content-type': 'application/json' }
const wrong = { authorization: 'Bearer of_nobody' }
const { appKey = '' } = sandbox.credentials(CM)
const skm = `/keymanager/v1.2/appkey/${sandbox.credentials(SKM).appKey}`
const cm = `/certmanager/v1.1/appkeys/${appKey}`

const goods = {
  certman: { path: '/v1/certificates', headers: certman },
  dnsimple: { path: '/v2/1010/domains', headers: dnsimple },
  katapult: { path: `/core/v1/organizations/${ORGANIZATION}/certificates`, headers: katapult },
  [CM]: { path: `${cm}/certificates`, headers: accessKey(CM) },
  [SKM]: { path: `${skm}/keystores`, headers: accessKey(SKM) },
} as const

const issue = (body: string, headers = {}): Request => ({
  method: 'post',
  path: '/v1/certificates',
  headers: { ...certman, ...json, ...headers },
  body,
})
const NOBODY = '00000000-0000-4000-8000-000000000000'
const tooLarge = JSON.stringify({ commonName: 'x'.repeat(1024 * 1024) })

/** Of each provider, the errors that a request can provoke, before and after it was counted. */
const refusals = {
  certman: {
    missingKey: { path: '/v1/certificates' },
    malformedAuthorization: { path: '/v1/certificates', headers: { authorization: 'Basic eDp5' } },
    invalidKey: { path: '/v1/certificates', headers: wrong },
    unknownRoute: { path: '/v1/nope', headers: certman },
    methodNotAllowed: { method: 'put', path: '/v1/certificates', headers: certman },
    malformedUrl: { path: '/v1/%zz', headers: certman },
    unknownCa: { path: `/v1/cas/${NOBODY}`, headers: certman },
    unknownCertificate: { path: `/v1/certificates/${NOBODY}`, headers: certman },
    malformedJson: issue('{'),
    wrongContentType: issue('x', { 'content-type': 'text/plain' }),
    invalid: issue('{"caId":1}'),
    tooLarge: issue(tooLarge),
  },
  dnsimple: {
    authenticationFailed: { path: '/v2/1010/domains', headers: wrong },
    notFound: { path: '/v2/nope', headers: dnsimple },
    malformedUrl: { path: '/v2/%zz', headers: dnsimple },
    domainNotFound: { path: '/v2/1010/domains/nope.example.net', headers: dnsimple },
    webhookNotFound: { path: '/v2/1010/webhooks/99', headers: dnsimple },
    malformedJson: { method: 'post', path: '/v2/1010/domains', headers: { ...dnsimple, ...json }, body: '{' },
    tooLarge: { method: 'post', path: '/v2/1010/domains', headers: { ...dnsimple, ...json }, body: tooLarge },
  },
  katapult: {
    missingApiToken: { path: goods.katapult.path },
    invalidApiToken: { path: goods.katapult.path, headers: wrong },
    routeNotFound: { path: '/core/v1/nope', headers: katapult },
    organizationNotFound: { path: '/core/v1/organizations/nope/certificates', headers: katapult },
    certificateNotFound: { path: '/core/v1/certificates/nope', headers: katapult },
    objectInTrash: { path: `/core/v1/certificates/${TRASHED}`, headers: katapult },
  },
  [CM]: {
    unauthorized: { path: goods[CM].path },
    invalidAppKey: { path: '/certmanager/v1.1/appkeys/nope/certificates', headers: accessKey(CM) },
    urlNotFound: { path: `${cm}/nope`, headers: accessKey(CM) },
    invalidUri: { path: `${cm}/%zz`, headers: accessKey(CM) },
    unknownName: { path: `${cm}/certificates/nope/files`, headers: accessKey(CM) },
  },
  [SKM]: {
    unauthorized: { path: goods[SKM].path },
    invalidAppkey: { path: '/keymanager/v1.2/appkey/nope/keystores', headers: accessKey(SKM) },
    urlNotFound: { path: `${skm}/nope`, headers: accessKey(SKM) },
    invalidKeyId: { path: `${skm}/secrets/nope`, headers: accessKey(SKM) },
  },
} as const satisfies Readonly<Record<keyof typeof goods, Readonly<Record<string, Request>>>>

/** Errors that only some operations answer are asked for where they are natural, of what is there. */
const elsewhere: Readonly<Record<string, Request>> = {
  certificateNotFound: { path: '/core/v1/certificates/cert_Xr8jREhulOP3UJoM', headers: katapult },
  objectInTrash: { path: '/core/v1/certificates/cert_Xr8jREhulOP3UJoM', headers: katapult },
  unknownName: { path: `${cm}/certificates/any/files`, headers: accessKey(CM) },
}

/** The limit is that of the operation, which is issuance here. */
const OF_ISSUANCE = ['malformedJson', 'wrongContentType', 'invalid', 'tooLarge']
const goodFor = (provider: keyof typeof goods, error: string): Request =>
  provider === 'certman' && OF_ISSUANCE.includes(error) ? issue('{}') : (elsewhere[error] ?? goods[provider])

const cases: readonly Case[] = Object.entries(refusals).flatMap(([provider, all]) =>
  Object.entries<Request>(all).map(([error, refused]) => ({
    provider,
    error,
    refused,
    good: goodFor(provider as keyof typeof goods, error),
  })),
)

async function ask({ method = 'get', path, headers = {}, body }: Request) {
  const request = supertest(server.url)[method](path).set(headers)
  const answer = await (body === undefined ? request : request.send(body)).ok(() => true)
  return { status: answer.status, body: answer.body, headers: answer.headers }
}

/** Of hints, and of how the body or the connection is sent, faults say nothing. */
const OWN = ['x-certulator-hint', 'connection', 'keep-alive', 'content-length', 'transfer-encoding', 'etag']
const namesOf = (headers: Readonly<Record<string, string>>) =>
  Object.keys(headers)
    .filter((name) => !OWN.includes(name))
    .sort()
const limitOf = (headers: Readonly<Record<string, string>>) =>
  headers['x-ratelimit-limit'] ?? headers['x-ratelimit-permitted']

test.each(cases)('$provider: $error as a fault has the headers of the real one', async (each) => {
  const { provider, error, refused, good } = each
  const real = await ask(refused)
  const fault = await add({ match: { provider }, effect: { type: 'error', error } })
  const injected = await ask(good)
  expect(await hits(fault)).toBe(1)
  await clear()
  expect({ status: injected.status, names: namesOf(injected.headers) }).toEqual({
    status: real.status,
    names: namesOf(real.headers),
  })
  expect(limitOf(injected.headers)).toBe(limitOf(real.headers))
  expect(injected.headers['content-type']).toBe(real.headers['content-type'])
})

test('methods that are not allowed are told from those of the path that was asked for', async () => {
  const real = await ask({ method: 'put', path: `/v1/cas/${INTERMEDIATE}`, headers: certman })
  await add({ match: { provider: 'certman' }, effect: { type: 'error', error: 'methodNotAllowed' } })
  const injected = await ask({ path: `/v1/cas/${INTERMEDIATE}`, headers: certman })
  const again = await ask({ method: 'put', path: `/v1/cas/${INTERMEDIATE}`, headers: certman })
  await clear()
  expect(real.headers.allow).toMatch(/^GET, /)
  expect([injected.headers.allow, again.headers.allow]).toEqual([real.headers.allow, real.headers.allow])
})

test('a 503 in the place of a 405 does not tell the methods', async () => {
  await add({ effect: { type: 'outage' } })
  for (const { path, headers } of [goods.certman, goods[CM], goods[SKM]]) {
    const answer = await ask({ method: 'put', path, headers })
    expect({ path, status: answer.status, allow: answer.headers.allow }).toEqual({ path, status: 503 })
  }
  await clear()
})

test("an injected 401 of DNSimple takes nothing from the quota of nobody's requests", async () => {
  const remaining = async (request: Request) => Number((await ask(request)).headers['x-ratelimit-remaining'])
  const before = await remaining(refusals.dnsimple.authenticationFailed)
  await add({ match: { provider: 'dnsimple' }, effect: { type: 'error', error: 'authenticationFailed' } })
  expect(await remaining(goods.dnsimple)).toBe(29)
  await clear()
  expect(await remaining(refusals.dnsimple.authenticationFailed)).toBe(Math.max(1, before - 1))
})

test('the 412 of DNSimple has the name of the account, and else its email', async () => {
  const own = await server.sandbox({ clock: { mode: 'frozen', now: NOW } })
  const rules = faultsOf(server, own)
  await rules.add({
    match: { provider: 'dnsimple' },
    effect: { type: 'error', error: 'customNameMissing' },
  })
  const authorization = credentialOf(own, 'dnsimple', 'accessToken')
  const message = async (account: number) =>
    (await ask({ path: `/v2/${account}/domains`, headers: { authorization } })).body.message as string
  expect(await message(1010)).toMatch(/for the account Example Account$/)
  expect(await message(3030)).toMatch(/for the account solo-account@example.com$/)
  // Nobody's.
  expect(await message(7)).toMatch(/for the account 7$/)
})
