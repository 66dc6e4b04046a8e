import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { certmanClient, INTERMEDIATE } from './client.js'

const server = await useServer()
const FROZEN = { mode: 'frozen', now: '2026-03-01T00:00:10Z' } as const
const BODY = { caId: INTERMEDIATE, commonName: 'a.example.com' }

const limits = (headers: Record<string, string>) =>
  ['limit', 'remaining', 'reset'].map((name) => Number(headers[`x-ratelimit-${name}`]))
const RESET = Date.parse('2026-03-01T00:01:10Z') / 1000

test('the headers count, and nothing is refused unless rateLimits is on', async () => {
  const certman = certmanClient(server, await server.sandbox({ clock: FROZEN }))
  expect(limits((await certman.get('/cas')).headers)).toEqual([300, 299, RESET])
  expect(limits((await certman.get('/cas')).headers)).toEqual([300, 298, RESET])
  for (let issued = 1; issued <= 32; issued++) {
    const { headers } = await certman.post('/certificates', BODY).expect(201)
    expect(limits(headers)).toEqual([30, Math.max(1, 30 - issued), RESET])
  }
})

test('with rateLimits on, the 31st issuance of a minute is a 429, and the next minute is free again', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN, settings: { rateLimits: 'on' } })
  const certman = certmanClient(server, sandbox)
  const { certificate } = await certman.issue()
  for (let issued = 2; issued <= 29; issued++) await certman.post('/certificates', BODY).expect(201)
  await certman.post(`/certificates/${certificate.id}/renew`).expect(201)
  const { status, body, headers } = await certman.post('/certificates', BODY)
  expect({ status, body }).toEqual({ status: 429, body: { error: 'Rate limit exceeded' } })
  expect(headers['retry-after']).toBe('60')
  expect(limits(headers)).toEqual([30, 0, RESET])
  await certman.get('/cas').expect(200)
  await sandbox.advance('PT60S')
  await certman.post('/certificates', BODY).expect(201)
})

test('300 requests a minute are allowed to each key', async () => {
  const sandbox = await server.sandbox({ clock: FROZEN, settings: { rateLimits: 'on' } })
  const certman = certmanClient(server, sandbox)
  for (let sent = 0; sent < 300; sent += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => certman.get('/whoami')))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
  }
  await sandbox.advance('PT20S')
  const { status, body, headers } = await certman.get('/whoami')
  expect({ status, body, retryAfter: headers['retry-after'] }).toEqual({
    status: 429,
    body: { error: 'Rate limit exceeded' },
    retryAfter: '40',
  })
  const other = certmanClient(server, sandbox, sandbox.credentials('certman').readOnlyApiKey)
  await other.get('/whoami').expect(200)
  await sandbox.change({ rateLimits: 'off' })
  await certman.get('/whoami').expect(200)
})
