import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { CertulatorError, connect, startEmulator } from '../../src/index.js'
import { version } from '../../src/package.js'
import { useCertulator } from '../../src/vitest.js'
import { temporaryFolder } from '../helpers/folder.js'

const emulator = await startEmulator()
afterAll(() => emulator.close())

const failure = async (work: Promise<unknown>): Promise<CertulatorError> => {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(error instanceof CertulatorError)) throw new Error(`Not refused as a CertulatorError: ${error}`)
  return error
}

test('an emulator says where it is, and its sandboxes are found by id and by name', async () => {
  expect(emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(emulator.httpsUrl).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
  expect(emulator.caPem).toMatch(/^-----BEGIN CERTIFICATE-----/)
  expect(emulator.version).toBe(version)
  const { id } = await emulator.sandbox({ name: 'by name' })
  expect((await emulator.sandboxes.get('by name')).id).toBe(id)
  expect((await emulator.sandboxes.get(id)).name).toBe('by name')
  expect((await emulator.sandboxes.list()).map((sandbox) => sandbox.id)).toEqual(['default', id])
})

test('an error has the status, the problem, and says what was wrong', async () => {
  const error = await failure(emulator.sandbox({ settings: { rateLimits: 'maybe' as 'on' } }))
  expect(error.status).toBe(400)
  expect(error.problem).toMatchObject({ type: 'about:blank', title: 'Bad Request', status: 400 })
  expect(error.message).toBe(
    'POST /_emulator/sandboxes was refused with 400: The setting "rateLimits" cannot be "maybe": it takes "off" or "on"',
  )
  const sandbox = await emulator.sandbox()
  expect((await failure(sandbox.dnsimple.approveCertificate({ certificate: 7 }))).status).toBe(404)
  const incomplete = {} as { certificate: number }
  await expect(sandbox.dnsimple.approveCertificate(incomplete)).rejects.toThrow('"certificate" is missing')
  await sandbox.remove()
  expect((await failure(sandbox.clock.get())).message).toContain(`There is no sandbox "${sandbox.id}"`)
})

test('what cannot start says why, and leaves nothing behind', async () => {
  const { port } = new URL(emulator.url)
  const messages = await Promise.all(
    [
      startEmulator({ port }),
      startEmulator({ prot: 4080 } as object),
      startEmulator({ httpsPort: 'https' }),
      startEmulator({ seed: { certman: { cas: [{ id: 1 }] } } }),
      startEmulator({ seed: 'nowhere.yaml' }),
    ].map(async (start) => (await failure(start)).message.replace('The emulator cannot start: ', '')),
  )
  expect(messages).toEqual([
    expect.stringContaining(`Port ${port} is in use`),
    'there is no option "prot"; the nearest is "port"',
    '"httpsPort" cannot be "https": it takes a whole number from 0 to 65535, or "off"',
    expect.stringContaining('certman.cas[0].id: must be a UUID'),
    '"seed" cannot be "nowhere.yaml": it takes a YAML file that can be read',
  ])
})

test('several emulators of one process have worlds, clocks and ports of their own', async () => {
  await using other = await startEmulator({ httpsPort: 'off', issuanceDelay: 'manual', seed: {} })
  expect(other.httpsUrl).toBeUndefined()
  const [here, there] = [await emulator.sandboxes.get('default'), await other.sandboxes.get('default')]
  expect([(await here.settings.get()).issuanceDelay, (await there.settings.get()).issuanceDelay]).toEqual([
    'PT2S',
    'manual',
  ])
  expect((await there.certman.listCas()).items).toEqual([])
  expect((await here.certman.listCas()).items).toHaveLength(3)
  await there.clock.freeze('2040-01-01')
  expect((await here.clock.get()).mode).toBe('system')
})

test('closing twice is closing once, and afterwards nobody answers', async () => {
  const short = await startEmulator()
  await Promise.all([short.close(), short.close()])
  expect((await failure(connect(short.url))).message).toMatch(
    /^Nobody answers at \S+ \(.+\): start Certulator/,
  )
})

test('what was kept in a data directory is there again', async () => {
  const dataDir = temporaryFolder()
  const first = await startEmulator({ dataDir })
  const { apiKey } = (await first.sandbox({ name: 'kept' })).credentials.certman
  expect((await failure(startEmulator({ dataDir }))).message).toContain('in use by another process')
  await first.close()
  await using second = await startEmulator({ dataDir })
  expect((await second.sandboxes.get('kept')).credentials.certman.apiKey).toBe(apiKey)
  expect(second.caPem).toBe(first.caPem)
})

test('beyond loopback a token is made up, which the handle knows and others need', async () => {
  await using open = await startEmulator({ host: '0.0.0.0' })
  expect(open.controlToken).toMatch(/^.{32}$/)
  expect((await failure(connect(open.url))).message).toContain('CERTULATOR_CONTROL_TOKEN')
  expect((await (await connect(open.url, { controlToken: open.controlToken })).sandboxes.list()).length).toBe(
    1,
  )
})

test('who answers but is not Certulator is told apart', async () => {
  const answers = ['<html>', '{"status":"ok"}', '[]']
  for (const [index, status] of [200, 200, 502].entries()) {
    const stranger = createServer((_request, response) => void response.writeHead(status).end(answers[index]))
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void stranger.close())
    const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`
    expect((await failure(connect(url))).message).toContain('not Certulator')
  }
  expect((await failure(connect('localhost:4080'))).message).toContain('did you mean http://localhost:4080?')
})

test('behind a proxy with a path of its own, base URLs are those that the client can reach', async () => {
  const proxy = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method = 'GET', url = '', headers } = request
    const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}
    const type = headers['content-type'] ?? 'application/json'
    const answer = await fetch(emulator.url + url.replace('/emulator', ''), {
      method,
      headers: { 'content-type': type },
      ...body,
    })
    response
      .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
      .end(await answer.text())
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void proxy.close())
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/emulator`
  const { credentials } = await (await connect(`${url}/`)).sandbox()
  expect([credentials.certman.baseUrl, credentials.katapult.baseUrl]).toEqual([url, `${url}/core/v1`])
})

test('files go up and come down through the consoles', async () => {
  const sandbox = await emulator.sandbox()
  const { certificate } = await sandbox.nhnCertificateManager.generateCertificate({
    name: 'made',
    commonName: 'made.example.com',
  })
  expect(certificate.fileName).toBe('made.pem')
  await sandbox.nhnCertificateManager.registerCertificate({ name: 'empty' })
  const refused = await failure(
    sandbox.nhnCertificateManager.uploadCertificate({ name: 'empty', file: 'no PEM' }),
  )
  expect(refused.problem).toMatchObject({ status: 400, code: expect.any(Number) })
  await sandbox.remove()
})

const { emulator: own, sandbox: mine } = await useCertulator({
  clock: { mode: 'frozen', now: '2027-01-01T00:00:00Z' },
})

test('useCertulator has a sandbox for the file, in an emulator of its own where there is none', async () => {
  expect(own.url).not.toBe(emulator.url)
  expect((await mine.clock.get()).now).toBe('2027-01-01T00:00:00.000Z')
})
