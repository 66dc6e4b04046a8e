import { afterAll, expect, test } from 'vitest'
import { startProcess } from '../helpers/process.js'
import { clientFor, type TestSandbox } from '../helpers/server.js'
import { journalOf } from './client.js'

const process = await startProcess()
afterAll(() => process.stop())
const server = clientFor(process)

async function sandboxWith(bodies: readonly object[]): Promise<TestSandbox> {
  const sandbox = await server.sandbox()
  const headers = {
    authorization: `Bearer ${sandbox.credentials('certman').apiKey}`,
    'content-type': 'application/json',
  }
  for (const body of bodies)
    await (
      await fetch(`${server.url}/v1/certificates`, { method: 'POST', headers, body: JSON.stringify(body) })
    ).text()
  return sandbox
}

/** Reads the path; meanwhile asks for health over and over, and tells how long that took at most. */
async function slowestHealthDuring(path: string) {
  let isRead = false
  const answer = fetch(`${server.url}/_emulator${path}`).then(async (response) => {
    const text = await response.text()
    isRead = true
    return { status: response.status, text }
  })
  const times: number[] = []
  while (!isRead) {
    const from = performance.now()
    await (await fetch(`${server.url}/_emulator/health`)).text()
    times.push(performance.now() - from)
  }
  const { status, text } = await answer
  expect(status).toBe(200)
  return { items: (JSON.parse(text) as { items: object[] }).items, slowest: Math.max(...times) }
}

test('other requests go on while a journal of long bodies is read', async () => {
  const bodies = Array.from({ length: 260 }, () => ({ commonName: 'y'.repeat(60_000) }))
  const sandbox = await sandboxWith(bodies)
  const { path } = journalOf(server, sandbox)
  for (const query of ['?limit=1000', '?path=/v1/cert*s&limit=1000']) {
    const { items, slowest } = await slowestHealthDuring(path + query)
    expect(items).toHaveLength(260)
    // A few milliseconds where nothing else runs; it were five seconds in one piece.
    expect(slowest).toBeLessThan(400)
  }
}, 30_000)

test('an entry that is full of secrets, or was made to be dear to look through, costs little more', async () => {
  const bodies = [
    { a: Array.from({ length: 2700 }, (_, index) => ({ password: `v${index}xx` })) },
    {
      a: Array.from({ length: 300 }, (_, i) => ({ password: `${'a'.repeat(6 + i)}X` })),
      b: 'a'.repeat(9000),
    },
    { a: '-----BEGIN A-----'.repeat(3500) },
    { a: '%25'.repeat(20_000) },
    { a: `${'%25'.repeat(5000)}${'a%3d'.repeat(9000)}` },
    { a: 'http://a:'.repeat(6000) },
    { a: '/appkeys/'.repeat(6000) },
    { a: 'a.b~'.repeat(15_000) },
    { a: 'a=token='.repeat(7000) },
    { a: 'Bearer '.repeat(8000) },
    { a: 'M'.repeat(60_000) },
  ]
  const sandbox = await sandboxWith([...bodies, ...bodies, ...bodies])
  const { items, slowest } = await slowestHealthDuring(`${journalOf(server, sandbox).path}?limit=1000`)
  expect(items).toHaveLength(3 * bodies.length)
  expect(slowest).toBeLessThan(600)
}, 30_000)
