import supertest from 'supertest'
import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'

const server = await useServer()
const ROOT = '550e8400-e29b-41d4-a716-446655440000'
const START = { mode: 'frozen', now: '2031-05-04T10:00:00Z' } as const
const THEN = 'Sun, 04 May 2031 10:00:00 GMT'
const LATER = 'Sun, 04 May 2031 11:00:00 GMT'

const dateOf = async (request: supertest.Test) => (await request).headers.date

test("answers have the date of their sandbox's clock: providers, consoles, CRLs", async () => {
  const sandbox = await server.sandbox({ clock: START })
  const { accessToken = '' } = sandbox.credentials('dnsimple')
  const requests = () => [
    supertest(server.url).get('/v2/whoami').auth(accessToken, { type: 'bearer' }),
    supertest(server.url).get(`/pki/${sandbox.id}/${ROOT}/ca.crl`),
    supertest(server.url).get('/v1/whoami').set('x-certulator-sandbox', sandbox.id),
    supertest(server.url).get('/core/v1/%E0%A4%A').set('x-certulator-sandbox', sandbox.id),
    sandbox.console('certman').get('/api-keys'),
    server.control.get(`/sandboxes/${sandbox.id}`),
  ]
  for (const request of requests()) expect(await dateOf(request)).toBe(THEN)
  await sandbox.advance('PT1H')
  for (const request of requests()) expect(await dateOf(request)).toBe(LATER)
})

test('a clock that is ahead of the machine goes on from there', async () => {
  const sandbox = await server.sandbox()
  await sandbox.advance('P1000D')
  const { apiKey = '' } = sandbox.credentials('certman')
  const date = await dateOf(supertest(server.url).get('/v1/whoami').auth(apiKey, { type: 'bearer' }))
  const { body } = await server.control.get(`/sandboxes/${sandbox.id}/clock`)
  expect(Math.abs(Date.parse(date ?? '') - Date.parse(body.now))).toBeLessThan(60_000)
})

test("what belongs to no sandbox has the machine's", async () => {
  for (const request of [server.control.get('/health'), supertest(server.url).get('/v1/whoami')]) {
    expect(Math.abs(Date.parse((await dateOf(request)) ?? '') - Date.now())).toBeLessThan(60_000)
  }
})

test('x-runtime is real, but where a clock with a seed stands still', async () => {
  const runtime = async (options: object) => {
    const sandbox = await server.sandbox(options)
    const { accessToken = '' } = sandbox.credentials('dnsimple')
    const request = supertest(server.url).get('/v2/whoami').auth(accessToken, { type: 'bearer' })
    return Number((await request.expect(200)).headers['x-runtime'])
  }
  expect(await runtime({ clock: START, randomSeed: 1 })).toBe(0)
  expect(await runtime({ clock: START })).toBeGreaterThan(0)
  expect(await runtime({ randomSeed: 1 })).toBeGreaterThan(0)
})
