import { once } from 'node:events'
import { request } from 'node:http'
import { expect, test } from 'vitest'
import { certmanClient } from '../certman/client.js'
import { clientFor, startEmulator, useServer } from '../helpers/server.js'
import { journalOf } from './client.js'

const server = await useServer()

async function world() {
  const sandbox = await server.sandbox()
  return { sandbox, certman: certmanClient(server, sandbox), journal: journalOf(server, sandbox) }
}

/** Requests 1 to 3: CAs, a certificate, the caller. */
async function threeRequests() {
  const { certman, ...rest } = await world()
  await certman.get('/cas').expect(200)
  await certman.issue()
  await certman.get('/whoami').expect(200)
  return { certman, ...rest }
}

test('calls are verified in their order, whatever lies between', async () => {
  const { journal } = await threeRequests()
  expect(await journal.verify([{ operation: 'listCas' }, { method: 'GET', path: '/v1/who*' }])).toEqual({
    verified: true,
    explanation: '2 calls made, in this order',
    requests: ['1', '3'],
  })
  expect(await journal.verify([{ provider: 'certman', status: 201 }])).toEqual({
    verified: true,
    explanation: '1 call made, in this order',
    requests: ['2'],
  })
})

test('a call that was not made is explained by the request that comes nearest', async () => {
  const { journal } = await threeRequests()
  const result = await journal.verify([
    { operation: 'listCas' },
    { operation: 'issueCertificate', method: 'POST', status: 400 },
  ])
  expect(result).toEqual({
    verified: false,
    explanation:
      'Call 2 of 2 (operation issueCertificate, method POST, status 400) was not made. The closest is request 2, POST /v1/certificates → 201: its status is 201, not 400',
    requests: ['1'],
    missing: 1,
    closest: {
      request: expect.objectContaining({ id: '2', operation: 'issueCertificate' }),
      differences: [{ field: 'status', expected: 400, actual: 201 }],
    },
  })
})

test('calls in the wrong order, after the last request, or in an empty journal are explained', async () => {
  const { journal } = await threeRequests()
  const explain = async (...calls: object[]) => (await journal.verify(calls)).explanation
  expect(await explain({ operation: 'whoami' }, { operation: 'listCas' })).toBe(
    'Call 2 of 2 (operation listCas) was made too early: request 1, GET /v1/cas → 200 came before call 1',
  )
  expect(await explain({ operation: 'whoami' }, { operation: 'getCa' })).toBe(
    'Call 2 of 2 (operation getCa) was not made; nothing came after call 1. The closest is request 3, GET /v1/whoami → 200: its operation is whoami, not getCa',
  )
  await journal.clear()
  expect(await explain({})).toBe('Call 1 of 1 (any request) was not made: there were no requests')
})

test('a request that came before the instant of a call is told as such', async () => {
  const { journal } = await threeRequests()
  const { explanation } = await journal.verify([{ operation: 'whoami', since: '2999-01-01T00:00:00Z' }])
  expect(explanation).toMatch(/: it came at 20\S+Z, before 2999-01-01T00:00:00.000Z$/)
})

test('exactly the calls, and no other, when asked for', async () => {
  const { journal } = await threeRequests()
  const calls = [{ operation: 'listCas' }, { operation: 'issueCertificate' }, { operation: 'whoami' }]
  expect(await journal.verify(calls, true)).toEqual({
    verified: true,
    explanation: '3 calls made, in this order, and no other',
    requests: ['1', '2', '3'],
  })
  expect(await journal.verify(calls.slice(0, 2), true)).toEqual({
    verified: false,
    explanation: 'request 3, GET /v1/whoami → 200 came besides the 2 expected calls',
    requests: ['1', '2'],
    unexpected: expect.objectContaining({ id: '3' }),
  })
  expect(await journal.verify([{ operation: 'listCas' }, { operation: 'whoami' }], true)).toMatchObject({
    verified: false,
    explanation:
      'Call 2 of 2 (operation whoami) was not made: request 2, POST /v1/certificates → 201 came in its place; its operation is issueCertificate, not whoami',
    missing: 1,
    unexpected: { id: '2' },
  })
})

test('a wait is over as soon as the request is there, or at once when it came before', async () => {
  const { certman, journal } = await world()
  const waiting = journal
    .wait({ match: { operation: 'listCas' }, count: 2, timeout: 'PT30S' })
    .then((answer) => answer)
  await certman.get('/cas')
  await certman.get('/whoami')
  await certman.get('/cas?type=root')
  const { status, body } = await waiting
  expect({ status, ids: body.items.map(({ id }: { id: string }) => id) }).toEqual({
    status: 200,
    ids: ['3', '1'],
  })
  // Nothing more has to come.
  expect((await journal.wait()).body.items).toHaveLength(3)
})

test('a wait in vain is a 408 that tells what came instead', async () => {
  const { certman, journal } = await world()
  const none = await journal.wait({ match: { operation: 'listCas' }, timeout: 'PT0.02S' })
  expect({ status: none.status, detail: none.body.detail }).toEqual({
    status: 408,
    detail: '0 of 1 requests (operation listCas) came within 0.02 s; no request came',
  })
  await certman.get('/whoami')
  const other = await journal.wait({ match: { operation: 'listCas', status: 200 }, timeout: 'PT0.02S' })
  expect(other.body).toMatchObject({
    status: 408,
    detail:
      '0 of 1 requests (operation listCas, status 200) came within 0.02 s; the closest is request 1, GET /v1/whoami → 200: its operation is whoami, not listCas',
    closest: { id: '1' },
  })
  for (const timeout of ['PT61S', 'P1M', 'soon']) {
    const { status, body } = await journal.wait({ timeout })
    expect({ status, detail: body.detail }).toEqual({
      status: 400,
      detail: 'timeout: must be an ISO 8601 duration of at most "PT60S"',
    })
  }
})

test('a wait outlives a reset, and ends when the sandbox is removed', async () => {
  const { sandbox, certman, journal } = await world()
  const waiting = journal.wait({ match: { operation: 'whoami' } }).then((answer) => answer)
  await certman.get('/cas')
  await sandbox.reset()
  await certman.get('/whoami')
  expect((await waiting).body.items).toHaveLength(1)

  const abandoned = journal.wait({ match: { operation: 'listCas' } }).then((answer) => answer)
  await certman.get('/whoami')
  await server.control.delete(`/sandboxes/${sandbox.id}`).expect(204)
  expect((await abandoned).status).toBe(404)
})

test('a client that waits is no reason for a server not to stop, nor is one that went away', async () => {
  const running = await startEmulator()
  const mine = clientFor(running)
  const sandbox = await mine.sandbox()
  const { path } = journalOf(mine, sandbox)
  const waiting = (timeout: string) => {
    const call = request(`${running.url}/_emulator${path}/wait`, { method: 'POST', agent: false })
    call.setHeader('content-type', 'application/json')
    call.end(JSON.stringify({ match: { status: 599 }, timeout }))
    return call
  }
  const gone = waiting('PT60S')
  gone.on('error', () => undefined)
  const stays = waiting('PT60S')
  const answered = once(stays, 'response')
  // An answer to a later request: both are waiting by now.
  await mine.control.get(path).expect(200)
  gone.destroy()
  const closed = running.close()
  const [response] = await answered
  response.resume()
  expect(response.statusCode).toBe(503)
  await closed
})
