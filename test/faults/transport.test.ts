import { connect } from 'node:net'
import { request as undici } from 'undici'
import { expect, test } from 'vitest'
import { providers } from '../../routes/index.js'
import { injectionsOf } from '../../src/http/attribution.js'
import type { Provider } from '../../src/provider.js'
import { certmanClient, INTERMEDIATE } from '../certman/client.js'
import { clientFor, startEmulator, useServer } from '../helpers/server.js'
import { partsOf, rawRequest } from './raw-client.js'
import { faultsOf } from './rules.js'

/** What was noted of each request of which the hooks after the answer have run. */
const ended: string[] = []
const watched = (provider: Provider): Provider => ({
  ...provider,
  async routes(app, emulator) {
    app.addHook('onResponse', async (request) => {
      ended.push(
        injectionsOf(request)
          .map(({ effect }) => effect)
          .join(', '),
      )
    })
    await provider.routes(app, emulator)
  },
})

const server = await useServer({}, providers.map(watched))
const origins = [
  ['HTTP', server.url],
  ['HTTPS', server.httpsUrl],
] as const

async function start(of = server) {
  const sandbox = await of.sandbox({ clock: { mode: 'frozen', now: '2026-03-01T12:00:00Z' } })
  const { apiKey = '' } = sandbox.credentials('certman')
  const { accessToken = '' } = sandbox.credentials('dnsimple')
  return {
    sandbox,
    certman: certmanClient(of, sandbox),
    faults: faultsOf(of, sandbox),
    headers: { authorization: `Bearer ${apiKey}` },
    dnsimple: { authorization: `Bearer ${accessToken}` },
  }
}

/** What fetch or undici say when no answer comes, down to its cause. */
const causeOf = async (attempt: Promise<unknown>): Promise<string> => {
  const error = await attempt.then(
    () => new Error('There was an answer'),
    (error: Error) => error,
  )
  const { cause = error } = error as { cause?: unknown }
  const { code, message } = cause as NodeJS.ErrnoException
  return code ?? message
}

/** Timers that keep this process, and so the server, busy. */
const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length

test.each(origins)('a connection is reset over %s', async (_name, origin) => {
  const { faults, headers } = await start()
  const fault = await faults.add({ effect: { type: 'connectionReset' } })
  const { end, bytes } = await rawRequest(origin, '/v1/cas', { headers })
  expect({ end, bytes: bytes.length }).toEqual({ end: 'ECONNRESET', bytes: 0 })
  expect(await faults.hits(fault)).toBe(1)
})

test.each(origins)(
  'an empty answer is a connection that is closed in good order over %s',
  async (_name, origin) => {
    const { faults, headers } = await start()
    await faults.add({ effect: { type: 'emptyAnswer' } })
    const { end, bytes } = await rawRequest(origin, '/v1/cas', { headers })
    expect({ end, bytes: bytes.length }).toEqual({ end: 'closed', bytes: 0 })
  },
)

test.each(origins)(
  'a truncated body ends in its middle, with its whole length announced, over %s',
  async (_name, origin) => {
    const { faults, headers } = await start()
    const whole = partsOf(await rawRequest(origin, '/v1/cas', { headers }))
    await faults.add({ effect: { type: 'truncatedBody' } })
    const answer = await rawRequest(origin, '/v1/cas', { headers })
    const { head, body, announced } = partsOf(answer)
    expect(head).toMatch(/^HTTP\/1.1 200 OK/)
    expect({ end: answer.end, announced }).toEqual({ end: 'closed', announced: whole.body.length })
    expect(body).toEqual(whole.body.subarray(0, Math.floor(whole.body.length / 2)))
  },
)

test('clients in Node see failures of the transport as such', async () => {
  const { faults, headers } = await start()
  const url = `${server.url}/v1/cas`
  await faults.add({ effect: { type: 'connectionReset' }, times: 2 })
  await faults.add({ effect: { type: 'emptyAnswer' }, times: 2 })
  await faults.add({ effect: { type: 'truncatedBody' }, times: 2 })
  expect(await causeOf(fetch(url, { headers }))).toBe('ECONNRESET')
  expect(await causeOf(undici(url, { headers }))).toBe('ECONNRESET')
  expect(await causeOf(fetch(url, { headers }))).toBe('UND_ERR_SOCKET')
  expect(await causeOf(undici(url, { headers }))).toBe('UND_ERR_SOCKET')
  expect(await causeOf(fetch(url, { headers }).then((answer) => answer.text()))).toBe('UND_ERR_SOCKET')
  expect(await causeOf(undici(url, { headers }).then(({ body }) => body.text()))).toBe('UND_ERR_SOCKET')
  expect((await fetch(url, { headers })).status).toBe(200)
})

test('a reset and an empty answer come before the request is handled, a truncated answer after it', async () => {
  const { faults, certman, headers } = await start()
  const body = JSON.stringify({ caId: INTERMEDIATE, commonName: 'lost.example.com' })
  const issue = () =>
    causeOf(
      fetch(`${server.url}/v1/certificates`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
      }).then((answer) => answer.text()),
    )
  const issued = async () =>
    (await certman.get('/certificates?search=lost.example.com').expect(200)).body.total as number
  for (const [type, total] of [
    ['connectionReset', 0],
    ['emptyAnswer', 0],
    ['truncatedBody', 1],
  ] as const) {
    await faults.add({ match: { operation: 'issueCertificate' }, effect: { type }, times: 1 })
    await issue()
    expect({ type, total: await issued() }).toEqual({ type, total })
  }
})

test.each(['connectionReset', 'emptyAnswer', 'truncatedBody'])(
  'the hooks after an answer run after a %s too, once',
  async (type) => {
    const { faults, headers } = await start()
    await faults.add({ effect: { type: 'latency', milliseconds: 1 } })
    await faults.add({ effect: { type } })
    ended.length = 0
    await rawRequest(server.url, '/v1/cas', { headers })
    await expect.poll(() => ended).toEqual([`latency 1, ${type}`])
    await faults.clear()
    await rawRequest(server.url, '/v1/cas', { headers })
    await expect.poll(() => ended).toEqual([`latency 1, ${type}`, ''])
  },
)

test.each([
  ['connectionReset', 'ECONNRESET'],
  ['emptyAnswer', 'closed'],
])('a %s is there for a request as well that was refused already', async (type, end) => {
  const { faults, sandbox } = await start()
  await faults.add({ effect: { type: 'latency', milliseconds: 20 } })
  const fault = await faults.add({ effect: { type } })
  const headers = { authorization: 'Bearer cm_nobody', 'x-certulator-sandbox': sandbox.id }
  const answer = await rawRequest(server.url, '/v1/cas', { headers })
  expect({ end: answer.end, bytes: answer.bytes.length }).toEqual({ end, bytes: 0 })
  expect(await faults.hits(fault)).toBe(1)
})

test('an empty answer waits for the body of the request, or it would be a reset', async () => {
  const { faults, sandbox } = await start()
  const { appKey } = sandbox.credentials('nhn-certificate-manager')
  await faults.add({ effect: { type: 'emptyAnswer' } })
  const form = new FormData()
  form.append('file', new Blob(['x'.repeat(300_000)]), 'large.pem')
  const url = `${server.url}/certmanager/v1.0/appkeys/${appKey}/certificates/any/files`
  expect(await causeOf(fetch(url, { method: 'POST', body: form }))).toBe('UND_ERR_SOCKET')
})

/** Sends the head and a part of the body of a request, and goes away. */
async function sendPartly(path: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 500\r\n${lines.join('')}`
  await new Promise((resolve) => socket.write(`${head}content-type: application/json\r\n\r\n{"a":`, resolve))
  // Whatever came is read before the connection ends.
  socket.end()
  await new Promise((resolve) => socket.resume().once('close', resolve))
}

test.each([
  { type: 'error', error: 'internal' },
  { type: 'outage' },
  { type: 'connectionReset' },
  { type: 'emptyAnswer' },
  { type: 'malformedBody' },
  { type: 'truncatedBody' },
])(
  '$type waits for the next request when a client goes away before it has sent all of one',
  async (effect) => {
    const { faults, headers, sandbox } = await start()
    const fault = await faults.add({ match: { provider: 'certman' }, effect, times: 1 })
    await sendPartly('/v1/certificates', headers)
    const { body } = await server.control
      .post(`/sandboxes/${sandbox.id}/requests/wait`)
      .send({ match: { operation: 'issueCertificate' } })
      .expect(200)
    expect(body.items[0].faults).toEqual([])
    expect(await faults.hits(fault)).toBe(0)
    await rawRequest(server.url, '/v1/whoami', { headers })
    expect(await faults.hits(fault)).toBe(1)
  },
)

test.each(['emptyAnswer', 'connectionReset'])(
  'a %s lets answers to earlier requests on its connection through',
  async (type) => {
    const { faults, headers } = await start()
    // The first one is still at work when the second one comes.
    await faults.add({ effect: { type: 'latency', milliseconds: 150 }, times: 1 })
    const fault = await faults.add({ effect: { type }, after: 1 })
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    const request = `GET /v1/whoami HTTP/1.1\r\nhost: localhost\r\nauthorization: ${headers.authorization}\r\n\r\n`
    socket.write(request.repeat(3))
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', () => undefined)
    await new Promise((resolve) => socket.once('close', resolve))
    const answers = Buffer.concat(chunks)
      .toString()
      .match(/HTTP\/1.1 \d+/g)
    expect(answers).toEqual(['HTTP/1.1 200'])
    expect(await faults.hits(fault)).toBeGreaterThanOrEqual(1)
  },
)

test('a malformed body is no JSON, and everything else of the answer is right', async () => {
  const { faults, dnsimple } = await start()
  await faults.add({ effect: { type: 'malformedBody' } })
  const answer = await rawRequest(server.url, '/v2/whoami', { headers: dnsimple })
  const { head, body, announced } = partsOf(answer)
  expect(head).toMatch(/^HTTP\/1.1 200 OK/)
  expect(head).toMatch(/^content-type: application\/json/m)
  expect({ end: answer.end, announced }).toEqual({ end: 'closed', announced: body.length })
  expect(() => JSON.parse(body.toString())).toThrow(SyntaxError)
})

test.each([
  { type: 'truncatedBody' },
  { type: 'malformedBody' },
  { type: 'slowDribble', milliseconds: 60_000, chunks: 2 },
])('$type leaves an answer without a body alone, and does not count it', async (effect) => {
  const { faults, dnsimple: headers, sandbox } = await start()
  const { accountId = '' } = sandbox.credentials('dnsimple')
  const domain = `/v2/${accountId}/domains/empty.example.net`
  await fetch(`${server.url}/v2/${accountId}/domains`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: '{"name":"empty.example.net"}',
  })
  const fault = await faults.add({ effect })
  const removed = await rawRequest(server.url, domain, { method: 'DELETE', headers })
  const head = await rawRequest(server.url, '/v2/whoami', { method: 'HEAD', headers })
  expect(partsOf(removed).head).toMatch(/^HTTP\/1.1 204 /)
  expect(partsOf(head).head).toMatch(/^HTTP\/1.1 200 /)
  expect([removed.end, partsOf(removed).body.length]).toEqual(['closed', 0])
  expect([head.end, partsOf(head).body.length]).toEqual(['closed', 0])
  expect(await faults.hits(fault)).toBe(0)
})

test('a slow answer comes in so many pieces over so long a time', async () => {
  const { faults, headers } = await start()
  const whole = partsOf(await rawRequest(server.url, '/v1/cas', { headers }))
  await faults.add({ effect: { type: 'slowDribble', milliseconds: 400, chunks: 4 } })
  const answer = await rawRequest(server.url, '/v1/cas', { headers })
  expect(partsOf(answer).body).toEqual(whole.body)
  // The head, at once, and four pieces.
  expect(answer.pieces.length).toBe(5)
  expect(answer.pieces[0]?.after).toBeLessThan(300)
  expect(answer.pieces[4]?.after).toBeGreaterThanOrEqual(395)
})

test('a latency delays the answer, and lets the rules after it have their say', async () => {
  const { faults, headers } = await start()
  const slow = await faults.add({ effect: { type: 'latency', milliseconds: 150 } })
  await faults.add({ effect: { type: 'outage' }, after: 1 })
  const startedAt = performance.now()
  expect((await fetch(`${server.url}/v1/cas`, { headers })).status).toBe(200)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(145)
  const failedAt = performance.now()
  expect((await fetch(`${server.url}/v1/cas`, { headers })).status).toBe(503)
  expect(performance.now() - failedAt).toBeGreaterThanOrEqual(145)
  expect(await faults.hits(slow)).toBe(2)
})

test('a latency is there for a request as well that waits for the answer to an earlier one', async () => {
  const { faults, headers } = await start()
  await faults.add({ effect: { type: 'latency', milliseconds: 40 }, times: 1 })
  await faults.add({ effect: { type: 'latency', milliseconds: 200 }, after: 1 })
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  const request = `GET /v1/whoami HTTP/1.1\r\nhost: localhost\r\nauthorization: ${headers.authorization}\r\n`
  const startedAt = performance.now()
  socket.write(`${request}\r\n${request}connection: close\r\n\r\n`)
  await new Promise((resolve) => socket.resume().once('close', resolve))
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(195)
})

test('who goes away during a latency has the request handled all the same, and leaves nothing behind', async () => {
  const { faults, certman, headers } = await start()
  const before = timers()
  const match = { operation: 'issueCertificate' }
  await faults.add({ match, effect: { type: 'latency', milliseconds: 60_000 } })
  const gone = new AbortController()
  const asked = fetch(`${server.url}/v1/certificates`, {
    method: 'POST',
    signal: gone.signal,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ caId: INTERMEDIATE, commonName: 'gone.example.com' }),
  })
  await expect.poll(async () => faults.hits('fault-1')).toBe(1)
  gone.abort()
  await expect(asked).rejects.toThrow()
  const issued = async () => (await certman.get('/certificates?search=gone.example.com')).body.total as number
  await expect.poll(issued).toBe(1)
  await expect.poll(timers).toBeLessThanOrEqual(before)
})

test('who goes away during a slow answer leaves nothing behind', async () => {
  const { faults, headers } = await start()
  await faults.add({ effect: { type: 'slowDribble', milliseconds: 600_000, chunks: 10 } })
  const before = timers()
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  socket.write(`GET /v1/cas HTTP/1.1\r\nhost: localhost\r\nauthorization: ${headers.authorization}\r\n\r\n`)
  await new Promise((resolve) => socket.once('data', resolve))
  expect(timers()).toBeGreaterThan(before)
  socket.destroy()
  await expect.poll(timers).toBeLessThanOrEqual(before)
})

test('a server that is closed waits for nobody longer than its grace', async () => {
  const own = await startEmulator()
  const { faults, headers } = await start(clientFor(own))
  await faults.add({ match: { operation: 'listCas' }, effect: { type: 'latency', milliseconds: 600_000 } })
  await faults.add({
    match: { operation: 'whoami' },
    effect: { type: 'slowDribble', milliseconds: 600_000, chunks: 10 },
  })
  const asked = [causeOf(fetch(`${own.url}/v1/cas`, { headers }))]
  const slow = await fetch(`${own.url}/v1/whoami`, { headers })
  asked.push(causeOf(slow.text()))
  await expect.poll(() => faults.hits('fault-1')).toBe(1)
  const closedAt = performance.now()
  await own.close()
  expect(performance.now() - closedAt).toBeLessThan(6000)
  expect(await Promise.all(asked)).toEqual(['UND_ERR_SOCKET', 'UND_ERR_SOCKET'])
})
