import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { faultsOf } from './rules.js'

const server = await useServer()
const { refusal, list, path } = faultsOf(server, await server.sandbox())

const OUTAGE = { type: 'outage' }

interface Case {
  readonly what: string
  readonly rule: object
  readonly detail: string
  readonly nearest?: readonly string[]
}

const cases: readonly Case[] = [
  {
    what: 'an unknown provider',
    rule: { match: { provider: 'certmann' }, effect: OUTAGE },
    detail: 'match.provider: There is no provider "certmann"; the nearest are certman, dnsimple, katapult',
    nearest: ['certman', 'dnsimple', 'katapult'],
  },
  {
    what: 'an unknown operation of a provider',
    rule: { match: { provider: 'certman', operation: 'getCertifcate' }, effect: OUTAGE },
    detail:
      'match.operation: "certman" has no operation "getCertifcate"; the nearest are getCertificate, listCertificates, renewCertificate',
    nearest: ['getCertificate', 'listCertificates', 'renewCertificate'],
  },
  {
    what: "another provider's operation",
    rule: { match: { provider: 'certman', operation: 'encrypt' }, effect: OUTAGE },
    detail:
      'match.operation: "certman" has no operation "encrypt" (nhn-secure-key-manager has one); the nearest are getCa, whoami, listCas',
  },
  {
    what: 'an operation of nobody',
    rule: { match: { operation: 'whoamy' }, effect: OUTAGE },
    detail: 'match.operation: No provider has an operation "whoamy"; the nearest are whoami, verify, getKey',
  },
  {
    what: 'a path where nothing is',
    rule: { match: { provider: 'katapult', path: '/v1/cas' }, effect: OUTAGE },
    detail:
      'match.path: No operation that the rule names is at "/v1/cas"; paths here are /core/v1/*, /katapult-certificates/*',
  },
  {
    what: 'a path that is none',
    rule: { match: { path: 'v1/cas' }, effect: OUTAGE },
    detail: 'match.path: must begin with "/" or "*", which stands for any characters',
  },
  {
    what: 'a path with a query',
    rule: { match: { path: '/v1/cas?type=root' }, effect: OUTAGE },
    detail: 'match.path: must be without the query, which does not count',
  },
  {
    what: 'a method that the operation has not',
    rule: { match: { provider: 'certman', operation: 'whoami', method: 'POST' }, effect: OUTAGE },
    detail: 'match.method: "whoami" is never called with POST, but with GET or HEAD',
  },
  {
    what: 'the preflight of an operation',
    rule: { match: { operation: 'get:certificate', method: 'OPTIONS' }, effect: OUTAGE },
    detail: 'match.method: "get:certificate" is never called with OPTIONS, but with GET',
  },
  {
    what: 'an unknown error',
    rule: { match: { provider: 'dnsimple' }, effect: { type: 'error', error: 'certificateNotFond' } },
    detail:
      'effect.error: DNSimple API v2 has no error "certificateNotFond"; the nearest are certificateNotFound, certificateNotIssued, renewalNotFound',
    nearest: ['certificateNotFound', 'certificateNotIssued', 'renewalNotFound'],
  },
  {
    what: 'an error without a provider',
    rule: { effect: { type: 'error', error: 'internal' } },
    detail:
      'match.provider: Errors are a provider\'s own: name the provider whose "internal" is meant (certman, dnsimple, katapult, nhn-certificate-manager, nhn-secure-key-manager, pki)',
  },
  {
    what: 'an error and an operation that several providers have',
    rule: { match: { operation: 'getCertificate' }, effect: { type: 'error', error: 'internal' } },
    detail:
      'match.provider: Errors are a provider\'s own: name the provider whose "internal" is meant (certman, dnsimple)',
  },
  {
    what: 'an error that the operation never answers',
    rule: {
      match: { provider: 'katapult', operation: 'get:certificate' },
      effect: { type: 'error', error: 'organizationSuspended' },
    },
    detail:
      'effect.error: "get:certificate" never answers "organizationSuspended", which is one of get:organization_certificates',
    nearest: ['get:organization_certificates'],
  },
  {
    what: 'an unknown error of an outage',
    rule: { match: { provider: 'katapult' }, effect: { type: 'outage', error: 'serviceUnavailible' } },
    detail:
      'effect.error: Katapult Core API has no error "serviceUnavailible"; the nearest are serviceUnavailable, missingApiToken, invalidApiToken',
  },
  {
    what: 'rate limits that are not documented',
    rule: { match: { provider: 'nhn-secure-key-manager' }, effect: { type: 'rateLimitExhausted' } },
    detail: 'effect.type: NHN Cloud Secure Key Manager documents no rate limits, so there is none to exhaust',
  },
  {
    what: 'a key where there is none',
    rule: { match: { provider: 'dnsimple', operation: 'whoami' }, effect: { type: 'mismatchedKey' } },
    detail:
      'effect.type: "mismatchedKey" changes no answer of "whoami"; it does in answers of getCertificatePrivateKey (dnsimple)',
    nearest: ['getCertificatePrivateKey'],
  },
  {
    what: 'ciphertext of a provider that has none',
    rule: { match: { provider: 'certman' }, effect: { type: 'tamperedCiphertext' } },
    detail:
      'effect.type: "tamperedCiphertext" changes no answer that the rule matches; it does in answers of encrypt (nhn-secure-key-manager), encryptV10 (nhn-secure-key-manager), createLocalKey (nhn-secure-key-manager), createLocalKeyV10 (nhn-secure-key-manager)',
  },
  {
    what: 'an unknown effect',
    rule: { effect: { type: 'latancy', milliseconds: 1 } },
    detail: 'effect.type: has the unknown type "latancy"; the nearest are latency, outage, staleCrl',
  },
  {
    what: 'a latency with too little',
    rule: { effect: { type: 'latency', min: 5 } },
    detail: 'effect: must have either milliseconds, or min and max',
  },
  {
    what: 'a latency with too much',
    rule: { effect: { type: 'latency', milliseconds: 5, max: 6 } },
    detail: 'effect: must have either milliseconds, or min and max',
  },
  {
    what: 'a latency the wrong way round',
    rule: { effect: { type: 'latency', min: 5, max: 4 } },
    detail: 'effect.max: must not be below min',
  },
  {
    what: 'a window that ends before it begins',
    rule: { effect: { type: 'outage', from: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' } },
    detail: 'effect.until: must be after from',
  },
  {
    what: 'a field that there is not',
    rule: { effect: OUTAGE, count: 3 },
    detail: 'the body: has unknown fields: "count"',
  },
  {
    what: 'an unknown method',
    rule: { match: { method: 'FETCH' }, effect: OUTAGE },
    detail: 'match.method: must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
  },
  {
    what: 'no time at all',
    rule: { effect: OUTAGE, ttl: 'PT0S' },
    detail: 'ttl: must be longer than nothing',
  },
  {
    what: 'a time without end',
    rule: { effect: OUTAGE, ttl: 'P9000Y' },
    detail: 'ttl: must end before the year 10000; leave it out for a rule that stays',
  },
]

test.each(cases)('a rule with $what is refused', async ({ rule, detail, nearest }) => {
  const answer = await refusal(rule)
  expect({ status: answer.status, detail: answer.detail }).toEqual({ status: 400, detail })
  if (nearest) expect(answer.nearest).toEqual(nearest)
  expect(await list()).toEqual([])
})

test('an operation or a path that one provider alone has implies it', async () => {
  const effect = { type: 'error', error: 'invalidKeyId' }
  for (const match of [
    { operation: 'getSecret' },
    { path: '/keymanager/v1.2/*' },
    { operation: 'getSecret', path: '*/secrets/*' },
  ]) {
    await server.control.post(path).send({ match, effect }).expect(201)
  }
  await server.control.delete(path).expect(204)
})

test('without a provider, a rate limit or an effect on material is for those that have some', async () => {
  for (const type of ['rateLimitExhausted', 'mismatchedKey', 'staleCrl']) {
    await server.control.post(path).send({ effect: { type } }).expect(201)
  }
  await server.control.delete(path).expect(204)
})

test('the catalogue names what rules can name', async () => {
  const { body } = await server.control.get('/faults/catalogue').expect(200)
  const names = body.items.map(({ provider }: { provider: string }) => provider)
  expect(names).toEqual([
    'certman',
    'dnsimple',
    'katapult',
    'nhn-certificate-manager',
    'nhn-secure-key-manager',
    'pki',
  ])
  expect(body.items[5]).toEqual({
    provider: 'pki',
    operations: ['getRevocationList', 'getAuthorityCertificate', 'postOcsp', 'getOcsp'],
    errors: ['unknownSandbox', 'unknownAuthority', 'internal', 'serviceUnavailable'],
    answeredBy: {},
    outage: 'serviceUnavailable',
    rateLimitExhausted: false,
    material: {
      expiredChain: ['getAuthorityCertificate'],
      wrongIssuer: ['getAuthorityCertificate'],
      staleCrl: ['getRevocationList'],
      ocspTryLater: ['getOcsp', 'postOcsp'],
    },
  })
})
