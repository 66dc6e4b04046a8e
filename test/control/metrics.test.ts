import supertest from 'supertest'
import { expect, test } from 'vitest'
import { certmanClient, INTERMEDIATE } from '../certman/client.js'
import { clientFor, startEmulator, type TestServer, useServer } from '../helpers/server.js'
import { cmOf } from '../nhn-certificate-manager/client.js'

const server = await useServer()

/** All samples by name and labels: `certulator_sandboxes` or `…_total{provider="certman"}`. */
async function samples(from: TestServer): Promise<Map<string, number>> {
  const { text, headers } = await from.control.get('/metrics').expect(200)
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))]
    }),
  )
}

const requests = (operation: string, status: number | string, provider = 'certman') =>
  `certulator_requests_total{provider="${provider}",operation="${operation}",status="${status}"}`

test('requests are counted by provider, operation and status, those before the first look too', async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  await certman.get('/cas').expect(200)
  await certman.get('/cas').expect(200)
  await supertest(server.url).get('/v1/cas').expect(401)
  await supertest(server.url).get('/v1/no/such/path').expect(404)
  await supertest(server.url).get('/nothing/here').expect(404)
  const first = await samples(server)
  expect(first.get(requests('listCas', 200))).toBe(2)
  expect(first.get(requests('listCas', 401))).toBe(1)
  expect(first.get(requests('unknown', 404))).toBe(1)
  expect(first.get(requests('unknown', 404, 'unknown'))).toBe(1)
  expect([...first.keys()].filter((name) => name.includes('such') || name.includes('nothing'))).toEqual([])

  await certman.get('/cas').expect(200)
  const second = await samples(server)
  expect(second.get(requests('listCas', 200))).toBe(3)
  expect(second.get(requests('listCas', 401))).toBe(1)
})

test('latencies are a histogram whose buckets add up', async () => {
  const certman = certmanClient(server, await server.sandbox())
  await certman.get('/whoami').expect(200)
  const found = await samples(server)
  const name = 'certulator_request_duration_seconds'
  const labels = 'provider="certman",operation="whoami",status="200"'
  const buckets = [...found].filter(([each]) => each.startsWith(`${name}_bucket{${labels}`))
  const counts = buckets.map(([, count]) => count)
  expect(counts).toEqual([...counts].sort((a, b) => a - b))
  expect(buckets.at(-1)).toEqual([`${name}_bucket{${labels},le="+Inf"}`, 1])
  expect(found.get(`${name}_count{${labels}}`)).toBe(1)
  expect(found.get(`${name}_sum{${labels}}`)).toBeGreaterThan(0)
})

test('certificates, sandboxes, keys, journals and the event loop are told', async () => {
  const running = await startEmulator({ rsaKeyPool: '1' })
  const mine = clientFor(running)
  try {
    const sandbox = await mine.sandbox()
    const certman = certmanClient(mine, sandbox)
    const before = await samples(mine)
    expect(before.get('certulator_certificates_issued_total{provider="certman"}')).toBeUndefined()
    const { certificate } = await certman.issue()
    await certman.issue()
    await certman.post(`/certificates/${certificate.id}/revoke`).expect(200)
    const cm = cmOf(mine, sandbox)
    const [registered] = (await cm.list()).body.body.data
    expect(registered).toBeTruthy()
    await cm.console.put('/certificates/made.example.com')
    await cm.console
      .post('/certificates/made.example.com/generate')
      .send({ commonName: 'made.example.com', keyAlgorithm: 'ECDSA-P256' })
      .expect(200)
    const found = await samples(mine)
    expect(found.get('certulator_certificates_issued_total{provider="certman"}')).toBe(2)
    expect(found.get('certulator_certificates_revoked_total{provider="certman"}')).toBe(1)
    expect(found.get('certulator_certificates_issued_total{provider="nhn-certificate-manager"}')).toBe(1)
    expect(found.get('certulator_sandboxes')).toBe(2)
    expect(found.get('certulator_journal_entries')).toBe(4)
    expect(found.get('certulator_rsa_key_pool_keys{algorithm="RSA-2048"}')).toBeLessThanOrEqual(1)
    expect(found.get('certulator_event_loop_delay_seconds{quantile="0.99"}')).toBeGreaterThanOrEqual(0)
    expect(found.get('process_resident_memory_bytes')).toBeGreaterThan(10_000_000)
  } finally {
    await running.close()
  }
})

test('two emulators in one process have metrics of their own', async () => {
  const running = await startEmulator()
  const other = clientFor(running)
  try {
    await certmanClient(other, await other.sandbox())
      .get(`/cas/${INTERMEDIATE}`)
      .expect(200)
    expect((await samples(other)).get(requests('getCa', 200))).toBe(1)
    expect((await samples(server)).get(requests('getCa', 200))).toBeUndefined()
  } finally {
    await running.close()
  }
})

test('beyond loopback the metrics want the control token', async () => {
  const running = await startEmulator({ controlToken: 'a-control-token' })
  try {
    const agent = supertest(running.url)
    await agent.get('/_emulator/metrics').expect(401)
    await agent.get('/_emulator/metrics').auth('a-control-token', { type: 'bearer' }).expect(200)
  } finally {
    await running.close()
  }
})
