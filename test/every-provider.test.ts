import supertest from 'supertest'
import { expect, test } from 'vitest'
import { providers } from '../routes/index.js'
import type { Provider } from '../src/provider.js'
import { useServer } from './helpers/server.js'

/** What every API has to do with requests that are no good, in its own words. */
const CASES = [
  'no credential',
  'wrong credential',
  'unknown path',
  'wrong method',
  'broken JSON',
  'bad URL escape',
  'oversized body',
  'internal error',
] as const

type Case = (typeof CASES)[number]
type Credentials = Readonly<Record<string, string>>
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

interface Expectation {
  /** Unless given, the entry's `good` request. */
  readonly method?: Method
  readonly path?: (credentials: Credentials) => string
  readonly status: number
  /** Whole; matchers where a text is not ours. */
  readonly body: unknown
}

interface Entry {
  /** A request that succeeds. */
  readonly good: { readonly method: Method; readonly path: (credentials: Credentials) => string }
  readonly headers: (credentials: Credentials) => Record<string, string>
  readonly wrongHeaders: Record<string, string>
  readonly answers: Readonly<Record<Case, Expectation>>
}

const bearer = (name: string) => (credentials: Credentials) => ({
  authorization: `Bearer ${credentials[name]}`,
})

const katapultError = (status: number, code: string, description: string | null, detail: object = {}) => ({
  status,
  body: { code, description, detail },
})
const katapultJson = (status: number) =>
  katapultError(status, 'invalid_json_body', 'The JSON body provided with this request is invalid', {
    details: expect.any(String),
  })

const dnsimpleError = (status: number, message: string) => ({ status, body: { message } })

/** Certificate Manager leaves `body` out where its gateway answers, Secure Key Manager says null. */
const nhnError = (status: number, resultCode: number, resultMessage: string, rest: object = {}) => ({
  status,
  body: { header: { isSuccessful: false, resultCode, resultMessage }, ...rest },
})
const accessKey = ({ accessKeyId = '', secretAccessKey = '' }: Credentials) => ({
  'x-tc-authentication-id': accessKeyId,
  'x-tc-authentication-secret': secretAccessKey,
})
const wrongAccessKey = { 'x-tc-authentication-id': 'nobody', 'x-tc-authentication-secret': 'nothing' }
const cmPath = ({ appKey }: Credentials) => `/certmanager/v1.1/appkeys/${appKey}/certificates`
const skmPath = ({ appKey }: Credentials) => `/keymanager/v1.2/appkey/${appKey}`
const NULL = { body: null }

const ENTRIES: Readonly<Record<string, Entry>> = {
  certman: {
    good: { method: 'get', path: () => '/v1/cas' },
    headers: bearer('apiKey'),
    wrongHeaders: { authorization: 'Bearer cm_nobody_has_this_key' },
    answers: {
      'no credential': {
        status: 401,
        body: { error: 'Missing API key: send it as "Authorization: Bearer cm_..."' },
      },
      'wrong credential': { status: 401, body: { error: 'Invalid API key' } },
      'unknown path': { path: () => '/v1/nothing', status: 404, body: { error: 'Not found' } },
      'wrong method': { method: 'put', status: 405, body: { error: 'Method not allowed' } },
      'broken JSON': {
        method: 'post',
        path: () => '/v1/certificates',
        status: 400,
        body: { error: 'Request body is not valid JSON' },
      },
      'bad URL escape': {
        path: () => '/v1/cas/%E0%A4%A',
        status: 400,
        body: { error: 'Request URL is malformed' },
      },
      'oversized body': {
        method: 'post',
        path: () => '/v1/certificates',
        status: 413,
        body: { error: 'Request body is larger than 1 MiB' },
      },
      'internal error': { status: 500, body: { error: 'Internal server error' } },
    },
  },
  dnsimple: {
    good: { method: 'get', path: ({ accountId }) => `/v2/${accountId}/domains` },
    headers: bearer('accessToken'),
    wrongHeaders: { authorization: 'Bearer nobody-has-this-token' },
    answers: {
      'no credential': dnsimpleError(401, 'Authentication failed'),
      'wrong credential': dnsimpleError(401, 'Authentication failed'),
      'unknown path': { path: () => '/v2/nothing/at/all', ...dnsimpleError(404, 'Not Found') },
      // Without a body, as recorded.
      'wrong method': { method: 'put', status: 405, body: {} },
      'broken JSON': {
        method: 'post',
        path: ({ accountId }) => `/v2/${accountId}/webhooks`,
        ...dnsimpleError(400, 'Problem parsing JSON'),
      },
      'bad URL escape': { path: () => '/v2/%E0%A4%A/domains', ...dnsimpleError(400, 'Bad Request') },
      'oversized body': {
        method: 'post',
        path: ({ accountId }) => `/v2/${accountId}/webhooks`,
        ...dnsimpleError(413, 'Request Entity Too Large'),
      },
      'internal error': dnsimpleError(500, 'Internal Server Error'),
    },
  },
  katapult: {
    good: {
      method: 'get',
      path: ({ organization }) => `/core/v1/organizations/${organization}/certificates`,
    },
    headers: bearer('apiToken'),
    wrongHeaders: { authorization: 'Bearer nobody-has-this-token' },
    answers: {
      'no credential': katapultError(
        400,
        'missing_api_token',
        'No API token was provided in the Authorization header. Ensure a token is provided prefixed with Bearer',
      ),
      'wrong credential': katapultError(
        403,
        'invalid_api_token',
        'The API token provided was not valid (it may not exist or have expired)',
        { details: null },
      ),
      'unknown path': {
        path: () => '/core/v1/nothing',
        ...katapultError(404, 'route_not_found', "No route matches 'nothing' for GET"),
      },
      'wrong method': {
        method: 'put',
        path: () => '/core/v1/certificates/x',
        ...katapultError(404, 'route_not_found', "No route matches 'certificates/x' for PUT"),
      },
      'broken JSON': katapultJson(400),
      'bad URL escape': {
        path: () => '/core/v1/certificates/%E0%A4%A',
        ...katapultError(404, 'route_not_found', "No route matches 'certificates/%E0%A4%A' for GET"),
      },
      'oversized body': katapultJson(413),
      'internal error': katapultError(500, 'unhandled_exception', null),
    },
  },
  'nhn-certificate-manager': {
    good: { method: 'get', path: cmPath },
    headers: accessKey,
    wrongHeaders: wrongAccessKey,
    answers: {
      'no credential': nhnError(401, 80401, 'Unauthorized', { body: {} }),
      'wrong credential': nhnError(401, 80401, 'Unauthorized', { body: {} }),
      'unknown path': { path: () => '/certmanager/nothing', ...nhnError(404, 4041007, 'URL Not Found') },
      'wrong method': { method: 'put', ...nhnError(404, 4041007, 'URL Not Found') },
      // No call has a JSON body, so nobody reads one.
      'broken JSON': { method: 'post', ...nhnError(404, 4041007, 'URL Not Found') },
      'bad URL escape': {
        path: (credentials) => `${cmPath(credentials)}/%E0%A4%A/files`,
        ...nhnError(400, 4000003, 'Invalid URI.'),
      },
      'oversized body': {
        method: 'post',
        ...nhnError(
          413,
          4131000,
          'Request size is larger than permissible limit. the permissible limit is 10mb.',
        ),
      },
      'internal error': nhnError(500, 50000, 'Internal Server Error', { body: {} }),
    },
  },
  'nhn-secure-key-manager': {
    good: { method: 'get', path: (credentials) => `${skmPath(credentials)}/keystores` },
    headers: accessKey,
    wrongHeaders: wrongAccessKey,
    answers: {
      'no credential': nhnError(401, 80401, 'Unauthorized', NULL),
      'wrong credential': nhnError(401, 80401, 'Unauthorized', NULL),
      'unknown path': { path: () => '/keymanager/nothing', ...nhnError(404, 40400, 'URL NOT FOUND', NULL) },
      'wrong method': { method: 'patch', ...nhnError(404, 40400, 'URL NOT FOUND', NULL) },
      // A failed call is a 200 whose header says so.
      'broken JSON': {
        method: 'post',
        path: (credentials) => `${skmPath(credentials)}/symmetric-keys/x/encrypt`,
        ...nhnError(200, 40000, 'Invalid Parameter', NULL),
      },
      'bad URL escape': {
        path: () => '/keymanager/v1.2/appkey/%E0%A4%A/confirm',
        ...nhnError(404, 40400, 'URL NOT FOUND', NULL),
      },
      'oversized body': {
        method: 'post',
        path: (credentials) => `${skmPath(credentials)}/symmetric-keys/x/encrypt`,
        ...nhnError(413, 41300, 'Request Too Large', NULL),
      },
      'internal error': nhnError(500, 50000, 'Internal Server Error', NULL),
    },
  },
}

const SECRET = 'hunter2-from-deep-inside'
const FAILURE_HEADER = 'x-test-failure'

/** The provider with a fault of ours in it, which no handler of its own expects. */
const failing = (provider: Provider): Provider => ({
  ...provider,
  async routes(app, emulator) {
    app.addHook('preHandler', async ({ headers }) => {
      if (FAILURE_HEADER in headers) throw new Error(`UNIQUE constraint failed: ${SECRET}`)
    })
    await provider.routes(app, emulator)
  },
})

const server = await useServer({}, providers.map(failing))

const bodyOf: Partial<Record<Case, string>> = {
  'broken JSON': '{"name": "x",',
  'oversized body': JSON.stringify({ name: 'x'.repeat(11 * 1024 * 1024) }),
}

async function ask(entry: Entry, about: Case | undefined, credentials: Credentials) {
  const { method, path }: Partial<Expectation> = about ? entry.answers[about] : {}
  const client = supertest(server.url)
  const request = client[method ?? entry.good.method]((path ?? entry.good.path)(credentials))
  if (about === 'wrong credential') request.set(entry.wrongHeaders)
  else if (about !== 'no credential') request.set(entry.headers(credentials))
  if (about === 'internal error') request.set(FAILURE_HEADER, 'yes')
  const body = about && bodyOf[about]
  if (body !== undefined) request.set('content-type', 'application/json').send(body)
  return request.ok(() => true)
}

/** Frames of a stack, paths of ours, the words of our own machinery. */
const INTERNALS =
  /\n\s+at |\.[jt]s:\d+|node_modules|\/routes\/|SqliteError|SQLITE|FST_ERR|ZodError|constraint/

test('every provider is in the table', () => {
  expect(providers.map(({ name }) => name).filter((name) => !(name in ENTRIES))).toEqual([])
})

const served = providers.map(({ name }) => name).filter((name) => name in ENTRIES)

test.each(served)(
  '%s answers what is no good in its own words, and tells nothing of its insides',
  async (name) => {
    const entry = ENTRIES[name]
    if (!entry) throw new Error(`"${name}" is not in the table`)
    const sandbox = await server.sandbox()
    const credentials = sandbox.credentials(name)
    expect((await ask(entry, undefined, credentials)).status).toBe(200)
    const secrets = Object.entries(entry.headers(credentials)).map(([, value]) =>
      value.replace(/^Bearer /, ''),
    )
    for (const about of CASES) {
      const answer = await ask(entry, about, credentials)
      const { status, body } = entry.answers[about]
      expect({ about, status: answer.status, body: answer.body }).toEqual({ about, status, body })
      const told = `${answer.text}\n${JSON.stringify(answer.headers)}`
      expect(told).not.toMatch(INTERNALS)
      for (const secret of [...secrets, SECRET]) expect(told).not.toContain(secret)
    }
    // Nothing of it did any harm.
    expect((await ask(entry, undefined, credentials)).status).toBe(200)
  },
)
