import { createHash } from 'node:crypto'
import supertest from 'supertest'
import { expect, test } from 'vitest'
import { providers } from '../../routes/index.js'
import { katapult } from '../../routes/katapult/index.js'
import type { Provider } from '../../src/provider.js'
import { clientFor, startEmulator, useServer } from '../helpers/server.js'
import { ISSUED, inEnvelope, katapultSandbox, ORGANIZATION, type Profile } from './client.js'

const server = await useServer()

const GET_ONE = `/certificates/${ISSUED}`
const LIST = `/organizations/${ORGANIZATION}/certificates`

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE, OPTIONS',
  'access-control-allow-headers': 'Authorization, Content-Type',
}
const WITHOUT_CORS = Object.fromEntries(Object.keys(CORS).map((name) => [name, undefined]))

const noRoute = (path: string, method: string) => ({
  code: 'route_not_found',
  description: `No route matches '${path}' for ${method}`,
  detail: {},
})

/** Only the headers in question. */
const pick = (headers: Record<string, string>, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, headers[name]]))

test.each<Profile>(['documented', 'live'])(
  'what is not there is a 404, token or not, in the profile %s',
  async (profile) => {
    const { get, api, id } = await katapultSandbox(server, { settings: { 'katapult.profile': profile } })
    const paths = [
      '/certificates',
      '/certificates/',
      '/certificates//',
      '/certificates/x/y',
      '/Certificates/x',
      '/organizations',
      '/organizations/x',
      '/organizations/x/certificates/y',
      '/schema/x',
      '/123',
      '/',
      '/certificates/%ZZ',
      '/certificates/%E0%A4%A',
    ]
    for (const path of paths) {
      for (const answer of [
        await get(`${path}?a=b`),
        await api.get(`${path}?a=b`).set('x-certulator-sandbox', id),
      ]) {
        const { status, body, headers } = answer
        const expected = inEnvelope(profile, noRoute(path.slice(1), 'GET'))
        expect({ path, status, body }).toEqual({ path, status: 404, body: expected })
        expect(pick(headers, [...Object.keys(CORS), 'x-ratelimit-permitted', 'etag'])).toEqual({
          ...WITHOUT_CORS,
          'x-ratelimit-permitted': undefined,
          etag: undefined,
        })
        expect(pick(headers, ['content-type', 'cache-control', 'x-api-schema'])).toEqual({
          'content-type': 'application/json',
          'cache-control': 'no-cache',
          'x-api-schema': 'json-error',
        })
      }
    }
    const bare = await supertest(server.url).get('/core/v1').set('x-certulator-sandbox', id)
    expect({ status: bare.status, body: bare.body }).toEqual({
      status: 404,
      body: inEnvelope(profile, noRoute('', 'GET')),
    })
  },
)

test('a segment of any length that Node takes is an id, of a certificate that is not there', async () => {
  const { get } = await katapultSandbox(server)
  const { status, body } = await get(`/certificates/${'x'.repeat(8000)}`)
  expect({ status, body }).toEqual({
    status: 404,
    body: {
      code: 'certificate_not_found',
      description: 'No certificate was found matching any of the criteria provided in the arguments',
      detail: {},
    },
  })
})

test('every method but GET is a 404, whatever its body', async () => {
  const { api, token } = await katapultSandbox(server)
  for (const path of [GET_ONE, LIST, '/schema', '/schema/openapi.json', '/nothing']) {
    for (const method of ['post', 'put', 'patch', 'delete'] as const) {
      const { status, body, headers } = await api[method](path)
        .set('authorization', `Bearer ${token()}`)
        .set('content-type', 'application/json')
        .send('{"broken')
      expect({ status, body }).toEqual({ status: 404, body: noRoute(path.slice(1), method.toUpperCase()) })
      expect(headers).not.toHaveProperty('allow')
    }
    const head = await api.head(path).set('authorization', `Bearer ${token()}`)
    expect(head.status).toBe(404)
  }
})

test('an unknown body type on a wrong method is a 404 as well', async () => {
  const { api } = await katapultSandbox(server)
  const { status, body } = await api.post(GET_ONE).set('content-type', 'text/xml').send('<a/>')
  expect({ status, body }).toEqual({ status: 404, body: noRoute(GET_ONE.slice(1), 'POST') })
})

test('a preflight needs no token and answers an empty JSON string', async () => {
  const { api } = await katapultSandbox(server)
  for (const path of [GET_ONE, LIST, `${GET_ONE}/`]) {
    for (const method of ['GET', 'get']) {
      const { status, text, headers } = await api.options(path).set('access-control-request-method', method)
      expect({ status, text }).toEqual({ status: 200, text: '""' })
      expect(headers).toMatchObject({ ...CORS, 'content-type': 'application/json' })
    }
  }
})

test('OPTIONS without a method to ask about, or about one that is not there, is a 404', async () => {
  const { api } = await katapultSandbox(server)
  const answers = [
    await api.options(GET_ONE),
    await api.options(GET_ONE).set('access-control-request-method', 'POST'),
  ]
  for (const { status, body, headers } of answers) {
    expect({ status, body }).toEqual({ status: 404, body: noRoute(GET_ONE.slice(1), 'OPTIONS') })
    expect(pick(headers, Object.keys(CORS))).toEqual(WITHOUT_CORS)
  }
  const nowhere = await api.options('/nothing').set('access-control-request-method', 'GET')
  expect(nowhere.body).toEqual(noRoute('nothing', 'OPTIONS'))
})

test('a good answer has its headers, and no others', async () => {
  const { get } = await katapultSandbox(server)
  const { headers } = await get(GET_ONE)
  expect(headers).toEqual({
    ...CORS,
    'content-type': 'application/json',
    'cache-control': 'max-age=0, private, must-revalidate',
    etag: expect.stringMatching(/^W\/"[0-9a-f]{32}"$/),
    vary: 'Accept-Encoding',
    'x-ratelimit-permitted': '1000',
    'x-ratelimit-remaining': '999',
    'x-request-id': expect.stringMatching(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    ),
    'content-length': expect.any(String),
    date: expect.any(String),
    connection: expect.any(String),
  })
})

test("the client's request id comes back, without what has no place in one", async () => {
  const { get } = await katapultSandbox(server)
  const idOf = async (given: string) => (await get(LIST).set('x-request-id', given)).headers['x-request-id']
  expect(await idOf('ci-run_7@host')).toBe('ci-run_7@host')
  expect(await idOf('a b<c>{d}')).toBe('abcd')
  expect(await idOf('x'.repeat(300))).toBe('x'.repeat(255))
  expect(await idOf('<>')).toMatch(/^[0-9a-f-]{36}$/)
})

test('the ETag is the beginning of the SHA-256 of the body', async () => {
  const { get } = await katapultSandbox(server)
  for (const path of [GET_ONE, LIST, '/schema']) {
    const { text, headers } = await get(path)
    const digest = createHash('sha256').update(text).digest('hex')
    expect(headers.etag).toBe(`W/"${digest.slice(0, 32)}"`)
  }
})

test('who has the current answer already gets a 304', async () => {
  const { get, console } = await katapultSandbox(server)
  const { headers } = await get(GET_ONE)
  for (const given of [headers.etag, `"other", ${headers.etag}`, String(headers.etag).slice(2), '*']) {
    const again = await get(GET_ONE).set('if-none-match', String(given))
    expect({ given, status: again.status, text: again.text }).toEqual({ given, status: 304, text: '' })
    expect(again.headers).not.toHaveProperty('content-type')
    expect(again.headers.etag).toBe(headers.etag)
  }
  await console.post(`/certificates/${ISSUED}/issue`).expect(200)
  expect((await get(GET_ONE).set('if-none-match', String(headers.etag))).status).toBe(200)
})

test('signs that mean something in HTML are escaped in JSON', async () => {
  const { get, console } = await katapultSandbox(server)
  const error = '<a> & </a>\u2028'
  await console.post(`/certificates/${ISSUED}/fail`).send({ error }).expect(200)
  const { text, body } = await get(GET_ONE)
  expect(text).toContain('"issue_error":"\\u003ca\\u003e \\u0026 \\u003c/a\\u003e\\u2028"')
  expect(body.certificate[0].issue_error).toBe(error)
  const notFound = await get('/a&b')
  expect(notFound.text).toContain("'a\\u0026b'")
  const malformed = await get('/a&%ZZ')
  expect(malformed.text).toContain("'a\\u0026%ZZ'")
})

test('what remains counts down and begins anew at second 0', async () => {
  const { get, advance } = await katapultSandbox(server)
  const remaining = async (path: string, name?: string) =>
    (await get(path, name)).headers['x-ratelimit-remaining']
  expect(await remaining(GET_ONE)).toBe('999')
  expect(await remaining('/certificates/unknown')).toBe('998')
  expect(await remaining(`${LIST}?page=0`)).toBe('997')
  expect(await remaining(LIST, 'readOnlyApiToken')).toBe('999')
  await advance('PT29.999S')
  expect(await remaining(LIST)).toBe('996')
  await advance('PT0.001S')
  expect(await remaining(LIST)).toBe('999')
  await advance('PT59.999S')
  expect(await remaining(LIST)).toBe('998')
})

test('answers without a token have no rate limit', async () => {
  const { get, api, id } = await katapultSandbox(server)
  const answers = [
    await api.get(GET_ONE).set('x-certulator-sandbox', id),
    await get(GET_ONE, 'expiredApiToken'),
    await get('/nothing'),
    await get('/schema'),
  ]
  for (const { headers } of answers) {
    expect(headers).not.toHaveProperty('x-ratelimit-permitted')
    expect(headers).not.toHaveProperty('x-ratelimit-remaining')
  }
})

test.each<Profile>(['documented', 'live'])(
  'beyond the limit there is a 429, in the profile %s',
  async (profile) => {
    const settings = { rateLimits: 'on', 'katapult.profile': profile }
    const { get, advance } = await katapultSandbox(server, { settings })
    const ask = () => get(LIST, 'limitedApiToken')
    for (const remaining of ['2', '1', '0']) {
      const { status, headers } = await ask()
      expect([status, headers['x-ratelimit-permitted'], headers['x-ratelimit-remaining']]).toEqual([
        200,
        '3',
        remaining,
      ])
    }
    const { status, body, headers } = await ask()
    expect({ status, body }).toEqual({
      status: 429,
      body: inEnvelope(profile, {
        code: 'rate_limit_reached',
        description: 'You have reached the rate limit for this type of request',
        detail: { total_permitted: 3 },
      }),
    })
    expect(headers).toMatchObject({ ...CORS, 'x-ratelimit-permitted': '3', 'x-ratelimit-remaining': '0' })
    expect(headers).not.toHaveProperty('retry-after')
    expect((await get(LIST)).status).toBe(200)
    await advance('PT30S')
    expect((await ask()).status).toBe(200)
  },
)

test('unless it is asked for, nothing is refused and one request remains', async () => {
  const { get } = await katapultSandbox(server)
  for (const remaining of ['2', '1', '1', '1']) {
    const { status, headers } = await get(LIST, 'limitedApiToken')
    expect([status, headers['x-ratelimit-remaining']]).toEqual([200, remaining])
  }
})

test('a token of one sandbox means nothing in another', async () => {
  const [one, two] = [await katapultSandbox(server), await katapultSandbox(server)]
  await one.console.post(`/certificates/${ISSUED}/trash`).expect(200)
  expect((await one.get(GET_ONE)).status).toBe(406)
  expect((await two.get(GET_ONE)).status).toBe(200)
})

test('an error of our own is a 500 without a description and without CORS', async () => {
  const broken: Provider = {
    ...katapult,
    async routes(app, emulator) {
      app.addHook('preHandler', async () => {
        throw new Error('deep inside')
      })
      await katapult.routes(app, emulator)
    },
  }
  const emulator = await startEmulator(
    {},
    providers.map((each) => (each === katapult ? broken : each)),
  )
  try {
    for (const profile of ['documented', 'live'] as const) {
      const { get } = await katapultSandbox(clientFor(emulator), {
        settings: { 'katapult.profile': profile },
      })
      const { status, body, headers } = await get(GET_ONE)
      expect({ status, body }).toEqual({
        status: 500,
        body: inEnvelope(profile, { code: 'unhandled_exception', description: null, detail: {} }),
      })
      expect(pick(headers, [...Object.keys(CORS), 'x-api-schema', 'x-ratelimit-remaining'])).toEqual({
        ...WITHOUT_CORS,
        'x-api-schema': 'json-error',
        'x-ratelimit-remaining': '999',
      })
    }
  } finally {
    await emulator.close()
  }
})

test('a path in other letters is not served, and headers beyond the limit get an empty 431', async () => {
  const { token } = await katapultSandbox(server)
  const authorization = `Bearer ${token()}`
  const other = await fetch(`${server.url}/Core/V1/certificates/${ISSUED}`, { headers: { authorization } })
  expect([other.status, other.headers.has('x-api-schema')]).toEqual([404, false])
  const long = await fetch(`${server.url}/core/v1/certificates/${'x'.repeat(20_000)}`)
  expect([long.status, await long.text()]).toEqual([431, ''])
})

test('a multipart body is ignored', async () => {
  const { api, token } = await katapultSandbox(server)
  const { status, body } = await api
    .get(`/certificates/${ISSUED}`)
    .set('authorization', `Bearer ${token()}`)
    .set('content-type', 'multipart/form-data; boundary=x')
    .send('--x\r\ncontent-disposition: form-data; name="certificate[id]"\r\n\r\ncert_other\r\n--x--\r\n')
  expect([status, body.certificate?.[0]?.id]).toEqual([200, ISSUED])
})
