import { expect, test } from 'vitest'
import { INTERMEDIATE } from '../certman/client.js'
import { type TestSandbox, useServer } from '../helpers/server.js'
import { partsOf, rawRequest } from './raw-client.js'
import { faultsOf } from './rules.js'

const server = await useServer()
const NOW = '2026-03-01T12:00:00Z'

interface Request {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

interface Journalled {
  readonly caller: string | null
  readonly faults: readonly unknown[]
}

async function start() {
  const sandbox = await server.sandbox({ clock: { mode: 'frozen', now: NOW } })
  return {
    sandbox,
    faults: faultsOf(server, sandbox),
    ask: ({ path, ...request }: Request) => rawRequest(server.url, path, request),
    /** The last request in the sandbox's journal. */
    async journalled(): Promise<Journalled | undefined> {
      const { body } = await server.control.get(`/sandboxes/${sandbox.id}/requests?limit=1`).expect(200)
      return body.items[0]
    },
  }
}

type Place = (sandbox: TestSandbox) => Request

const bearer =
  (provider: string, credential: string, path: string, method = 'GET'): Place =>
  ({ credentials }) => ({
    method,
    path,
    headers: { authorization: `Bearer ${credentials(provider)[credential]}` },
  })
const certman = (path: string, method?: string) => bearer('certman', 'apiKey', path, method)
const dnsimple = (path: string, method?: string) => bearer('dnsimple', 'accessToken', path, method)
const katapult = (path: string, method?: string) => bearer('katapult', 'apiToken', path, method)

const withAccessKey = (sandbox: TestSandbox, provider: string, path: string): Request => {
  const { accessKeyId = '', secretAccessKey = '' } = sandbox.credentials(provider)
  return {
    path,
    headers: { 'x-tc-authentication-id': accessKeyId, 'x-tc-authentication-secret': secretAccessKey },
  }
}
const certificateManager =
  (rest: string): Place =>
  (sandbox) => {
    const { appKey = '' } = sandbox.credentials('nhn-certificate-manager')
    return withAccessKey(sandbox, 'nhn-certificate-manager', `/certmanager/v1.1/appkeys/${appKey}${rest}`)
  }
const secureKeyManager =
  (rest: string): Place =>
  (sandbox) => {
    const { appkey = '', appKey = appkey } = sandbox.credentials('nhn-secure-key-manager')
    return withAccessKey(sandbox, 'nhn-secure-key-manager', `/keymanager/v1.2/appkey/${appKey}${rest}`)
  }

/** Where no handler of the provider asks for a credential, with a good one. */
const PLACES: Readonly<Record<string, Place>> = {
  'an unknown path of certman': certman('/v1/nope'),
  'a wrong method of certman': certman('/v1/whoami', 'PUT'),
  'a URL of certman that cannot be decoded': certman('/v1/cas/%zz'),
  'an unknown path of DNSimple': dnsimple('/v2/nope'),
  'a wrong method of DNSimple': dnsimple('/v2/whoami', 'PUT'),
  'a URL of DNSimple that cannot be decoded': dnsimple('/v2/%zz'),
  'an unknown path of Katapult': katapult('/core/v1/nope'),
  'a wrong method of Katapult': katapult('/core/v1/certificates/x', 'POST'),
  'a URL of Katapult that cannot be decoded': katapult('/core/v1/%zz'),
  'an unknown path of Certificate Manager': certificateManager('/nope'),
  'a URL of Certificate Manager that cannot be decoded': certificateManager('/%zz'),
  'an unknown path of Secure Key Manager': secureKeyManager('/nope'),
  'a URL of Secure Key Manager that cannot be decoded': secureKeyManager('/%zz'),
  'an unknown path of /pki': ({ id }) => ({ path: `/pki/${id}/${INTERMEDIATE}/nope` }),
  "an unknown path of Katapult's other API": ({ id }) => ({ path: `/katapult-certificates/${id}/nope` }),
  "a URL of Katapult's other API that cannot be decoded": ({ id }) => ({
    path: `/katapult-certificates/${id}/%zz/x`,
  }),
}
const places = Object.entries(PLACES)

test.each(places)('%s is reset where a rule says so', async (_what, place) => {
  const { ask, faults, journalled, sandbox } = await start()
  const fault = await faults.add({ effect: { type: 'connectionReset' } })
  const { end, bytes } = await ask(place(sandbox))
  expect({ end, bytes: bytes.length, hits: await faults.hits(fault) }).toEqual({
    end: 'ECONNRESET',
    bytes: 0,
    hits: 1,
  })
  expect((await journalled())?.faults).toEqual([{ fault, effect: 'connectionReset' }])
})

test.each(places)(
  '%s is out of service with its provider, on the clock of the sandbox',
  async (_what, place) => {
    const { ask, faults, sandbox } = await start()
    await faults.add({ effect: { type: 'outage' } })
    const { head } = partsOf(await ask(place(sandbox)))
    expect(head).toMatch(/^HTTP\/1.1 503 /)
    expect(head).toMatch(/^date: Sun, 01 Mar 2026 12:00:00 GMT/im)
  },
)

test.each(places)('%s is slow, closed or cut off where a rule says so', async (_what, place) => {
  const { ask, faults, sandbox } = await start()
  const slow = await faults.add({ effect: { type: 'latency', milliseconds: 20 } })
  await faults.add({ effect: { type: 'emptyAnswer' }, times: 1 })
  const empty = await ask(place(sandbox))
  expect({ end: empty.end, bytes: empty.bytes.length }).toEqual({ end: 'closed', bytes: 0 })
  const whole = partsOf(await ask(place(sandbox)))
  expect(whole.head).toMatch(/^HTTP\/1.1 4\d\d|^HTTP\/1.1 200 /)
  if (whole.body.length > 0) {
    await faults.add({ effect: { type: 'truncatedBody' } })
    const { body, announced } = partsOf(await ask(place(sandbox)))
    expect(body.length).toBe(Math.floor(announced / 2))
  }
  expect(await faults.hits(slow)).toBe(whole.body.length > 0 ? 3 : 2)
})

test.each(places)('without a rule, the answer of %s is that of everybody', async (_what, place) => {
  const { ask, faults, sandbox } = await start()
  const plain = partsOf(await ask(place(sandbox)))
  await faults.add({ effect: { type: 'outage' }, after: 9 })
  const passed = partsOf(await ask(place(sandbox)))
  // Numbers of their own, of each request.
  const shown = ({ head }: typeof plain) =>
    head.replace(/^(x-request-id|x-runtime|x-ratelimit-remaining|x-ratelimit-reset|date): .*$/gim, '$1')
  expect({ head: shown(passed), body: passed.body }).toEqual({ head: shown(plain), body: plain.body })
})

test.each([
  ['certman', '/v1/nope', 'GET'],
  ['certman', '/v1/whoami', 'PUT'],
  ['certman', '/v1/%zz', 'GET'],
  ['dnsimple', '/v2/nope', 'GET'],
  ['katapult', '/core/v1/nope', 'GET'],
  ['nhn-certificate-manager', '/nope', 'GET'],
  ['nhn-secure-key-manager', '/nope', 'GET'],
])(
  'a rule for one credential of %s fires at %s (%s) as it does elsewhere',
  async (provider, rest, method) => {
    const { ask, faults, journalled, sandbox } = await start()
    const known = {
      certman: certman('/v1/whoami'),
      dnsimple: dnsimple('/v2/whoami'),
      katapult: katapult('/core/v1/certificates/x'),
      'nhn-certificate-manager': certificateManager('/certificates'),
      'nhn-secure-key-manager': secureKeyManager('/keystores'),
    }[provider]
    const unknown = {
      certman: certman(rest, method),
      dnsimple: dnsimple(rest, method),
      katapult: katapult(rest, method),
      'nhn-certificate-manager': certificateManager(rest),
      'nhn-secure-key-manager': secureKeyManager(rest),
    }[provider]
    if (!known || !unknown) throw new Error(provider)
    await ask(known(sandbox))
    const caller = (await journalled())?.caller
    expect(caller).toEqual(expect.any(String))
    const other = await faults.add({
      match: { credential: 'somebody else' },
      effect: { type: 'connectionReset' },
    })
    await faults.add({ match: { credential: caller }, effect: { type: 'outage' } })
    const { path, headers } = unknown(sandbox)
    const answer = await ask({ path, method, headers: { ...headers, 'x-certulator-sandbox': sandbox.id } })
    expect(partsOf(answer).head).toMatch(/^HTTP\/1.1 503 /)
    expect(await faults.hits(other)).toBe(0)
    expect((await journalled())?.caller).toBe(caller)
  },
)

test("a path that only begins like an operation's is not the operation", async () => {
  const { ask, faults, sandbox } = await start()
  const fault = await faults.add({ match: { operation: 'get:certificate' }, effect: { type: 'outage' } })
  const longer = await ask(katapult('/core/v1/certificates/cert_X/more')(sandbox))
  expect(partsOf(longer).head).toMatch(/^HTTP\/1.1 404 /)
  expect(await faults.hits(fault)).toBe(0)
  const slash = await ask(katapult('/core/v1/certificates/cert_X/')(sandbox))
  expect(partsOf(slash).head).toMatch(/^HTTP\/1.1 503 /)
})

test('a credential in a wrong place tells whose request it is, as it does for the journal', async () => {
  const { ask, faults, journalled, sandbox } = await start()
  const fault = await faults.add({ effect: { type: 'outage' } })
  const { apiKey = '' } = sandbox.credentials('certman')
  const answer = await ask({ path: '/v1/whoami', headers: { 'x-api-key': apiKey } })
  expect(partsOf(answer).head).toMatch(/^HTTP\/1.1 503 /)
  expect((await journalled())?.faults).toEqual([{ fault, effect: 'outage serviceUnavailable' }])
})

test('the header alone tells whose a URL is that cannot be decoded', async () => {
  const { ask, faults, sandbox } = await start()
  await faults.add({ effect: { type: 'outage' } })
  const headers = { 'x-certulator-sandbox': sandbox.id }
  expect(partsOf(await ask({ path: '/v1/%zz', headers })).head).toMatch(/^HTTP\/1.1 503 /)
  expect(partsOf(await ask({ path: '/v1/%zz' })).head).toMatch(/^HTTP\/1.1 400 /)
})

test('a named error stands in the place of the one for a URL that cannot be decoded', async () => {
  const { ask, faults, sandbox } = await start()
  for (const [provider, error, place, status] of [
    ['certman', 'invalidKey', certman('/v1/%zz'), 401],
    ['dnsimple', 'authenticationFailed', dnsimple('/v2/%zz'), 401],
    ['katapult', 'scopeNotGranted', katapult('/core/v1/%zz'), 403],
    ['nhn-certificate-manager', 'forbidden', certificateManager('/%zz'), 403],
    ['nhn-secure-key-manager', 'invalidKeyId', secureKeyManager('/%zz'), 200],
  ] as const) {
    await faults.add({ match: { provider }, effect: { type: 'error', error } })
    expect(partsOf(await ask(place(sandbox))).head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  }
  // As on every other path of the sandbox.
  await sandbox.change({ 'nhn.errorStatus': 'http' })
  expect(partsOf(await ask(secureKeyManager('/%zz')(sandbox))).head).toMatch(/^HTTP\/1.1 404 /)
  expect(partsOf(await ask(secureKeyManager('/nope')(sandbox))).head).toMatch(/^HTTP\/1.1 404 /)
})

test('a limit is used up where a URL cannot be decoded as well', async () => {
  const { ask, faults, sandbox } = await start()
  await faults.add({ effect: { type: 'rateLimitExhausted' } })
  for (const place of [certman('/v1/%zz'), dnsimple('/v2/%zz'), katapult('/core/v1/%zz')]) {
    const { head } = partsOf(await ask(place(sandbox)))
    expect(head).toMatch(/^HTTP\/1.1 429 /)
    expect(head).toMatch(/^x-ratelimit-remaining: 0/im)
  }
})
