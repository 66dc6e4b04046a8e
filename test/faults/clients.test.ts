import { DNSimple, NotFoundError, ServerError, TooManyRequestsError } from 'dnsimple'
import { expect, test } from 'vitest'
import { certmanClient } from '../certman/client.js'
import { useServer } from '../helpers/server.js'
import { katapultSandbox } from '../katapult/client.js'
import { faultsOf } from './rules.js'

const server = await useServer()
const NOW = '2026-03-01T12:00:30Z'
const FROZEN = { clock: { mode: 'frozen', now: NOW } } as const

test('the official DNSimple client throws its own exceptions', async () => {
  const sandbox = await server.sandbox(FROZEN)
  const { accessToken = '' } = sandbox.credentials('dnsimple')
  const faults = faultsOf(server, sandbox)
  const client = new DNSimple({
    accessToken,
    baseUrl: server.url,
    fetcher: async ({ url, ...request }) => {
      const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(5000) } as RequestInit)
      return { status: answer.status, body: await answer.text() }
    },
  })
  const failure = (type: object) =>
    faults
      .add({ match: { provider: 'dnsimple', operation: 'getCertificate' }, effect: type, times: 1 })
      .then(() => client.certificates.getCertificate(1010, 'bingo.pizza', 77))
      .catch((error: unknown) => error)
  const missing = await failure({ type: 'error', error: 'certificateNotFound' })
  expect(missing).toBeInstanceOf(NotFoundError)
  expect((missing as NotFoundError).data).toEqual({ message: 'Certificate `77` not found' })
  expect(await failure({ type: 'rateLimitExhausted' })).toBeInstanceOf(TooManyRequestsError)
  expect(await failure({ type: 'outage' })).toBeInstanceOf(ServerError)
  expect(await failure({ type: 'malformedBody' })).toBeInstanceOf(SyntaxError)
})

test('certman: a limit that is used up has its headers', async () => {
  const sandbox = await server.sandbox(FROZEN)
  const certman = certmanClient(server, sandbox)
  await faultsOf(server, sandbox).add({ effect: { type: 'rateLimitExhausted' } })
  const { status, body, headers } = await certman.get('/cas')
  expect({ status, body }).toEqual({ status: 429, body: { error: 'Rate limit exceeded' } })
  expect(headers).toMatchObject({
    'retry-after': '60',
    'x-ratelimit-limit': '300',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(Date.parse(NOW) / 1000 + 60),
  })
})

test('Katapult: a limit that is used up has its headers, and the error tells it', async () => {
  const katapult = await katapultSandbox(server, FROZEN)
  await faultsOf(server, katapult).add({ effect: { type: 'rateLimitExhausted' } })
  const { status, body, headers } = await katapult.get('/certificates/x')
  expect({ status, code: body.code, detail: body.detail }).toEqual({
    status: 429,
    code: 'rate_limit_reached',
    detail: { total_permitted: 1000 },
  })
  expect(headers).toMatchObject({ 'x-ratelimit-permitted': '1000', 'x-ratelimit-remaining': '0' })
})

test('DNSimple: a limit that is used up has its headers', async () => {
  const sandbox = await server.sandbox(FROZEN)
  const { accessToken = '' } = sandbox.credentials('dnsimple')
  await faultsOf(server, sandbox).add({ effect: { type: 'rateLimitExhausted' } })
  const answer = await fetch(`${server.url}/v2/whoami`, {
    headers: { authorization: `Bearer ${accessToken}` },
  })
  expect(answer.status).toBe(429)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'x-ratelimit-limit': '2400',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(Date.parse(NOW) / 1000 + 3600),
    'cache-control': 'no-cache',
  })
})

test('DNSimple: a request for a token belongs to the sandbox of its client', async () => {
  const [sandbox, other] = [await server.sandbox(FROZEN), await server.sandbox(FROZEN)]
  const clientOf = async (of: typeof sandbox) => {
    const { body } = await of
      .console('dnsimple')
      .post('/oauth-applications')
      .send({ name: 'App', confidential: true })
    return body.application.clientId as string
  }
  await faultsOf(server, sandbox).add({
    match: { operation: 'oauthAccessToken' },
    effect: { type: 'error', error: 'invalidGrant' },
  })
  const exchange = async (clientId: string) => {
    const body = JSON.stringify({ client_id: clientId, grant_type: 'authorization_code' })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${server.url}/v2/oauth/access_token`, { method: 'POST', headers, body })
    return ((await answer.json()) as { error: string }).error
  }
  expect(await exchange(await clientOf(sandbox))).toBe('invalid_grant')
  expect(await exchange(await clientOf(other))).not.toBe('invalid_grant')
})
