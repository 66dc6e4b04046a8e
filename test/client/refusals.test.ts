import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect as connectTcp, createServer as createTcpServer } from 'node:net'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { CertulatorError, connect, startEmulator } from '../../src/index.js'
import { CertulatorContainer } from '../../src/testcontainers.js'
import { useCertulator } from '../../src/vitest.js'
import { certulatorSetup } from '../../src/vitest-setup.js'

const emulator = await startEmulator()
afterAll(() => emulator.close())

const messageOf = async (work: unknown): Promise<string> => {
  const error = await Promise.resolve(work).then(
    () => 'not refused',
    (error: unknown) => error,
  )
  return error instanceof CertulatorError ? error.message : `not a CertulatorError: ${error}`
}

const thrown = (work: () => unknown) => messageOf(new Promise((resolve) => resolve(work())))

async function listening(server: ReturnType<typeof createTcpServer>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

const stranger = async (listener: RequestListener) =>
  `http://127.0.0.1:${await listening(createServer(listener))}`

test('whoever listens and says nothing is not waited for', async () => {
  const port = await listening(createTcpServer(() => undefined))
  expect(await messageOf(connect(`http://127.0.0.1:${port}`))).toMatch(
    /^Somebody listens at http:\/\/127\.0\.0\.1:\d+, but does not answer: /,
  )
}, 15_000)

test('what stands between the client and the emulator is said, with what to do', async () => {
  expect(await messageOf(connect(emulator.httpsUrl ?? ''))).toMatch(
    /^The certificate of https:\S+ is not trusted here \(.+\): start Node\.js with NODE_EXTRA_CA_CERTS=/,
  )
  expect(await messageOf(connect(emulator.url.replace('http:', 'https:')))).toMatch(
    /^Somebody listens at https:\S+, but does not answer in HTTPS /,
  )
  const ssh = await listening(
    createTcpServer((socket) => void socket.on('error', () => undefined).write('SSH-2.0-OpenSSH_9.6\r\n')),
  )
  expect(await messageOf(connect(`http://127.0.0.1:${ssh}`))).toMatch(
    /^Somebody listens at \S+, but does not answer in HTTP /,
  )
})

test('a redirect is not followed: nobody else gets the control token', async () => {
  const asked: unknown[] = []
  const other = await stranger((request, response) => {
    asked.push(request.headers)
    response.end()
  })
  const url = await stranger(
    (request, response) => void response.writeHead(302, { location: other + request.url }).end(),
  )
  expect(await messageOf(connect(url, { controlToken: 'a-secret-token' }))).toBe(
    `${url} answered with a redirect to ${other}/_emulator/health, which is not followed: give ${other} if Certulator runs there`,
  )
  expect(asked).toEqual([])
})

test('a URL that cannot be one of an emulator is refused, with the one that was probably meant', async () => {
  expect(await messageOf(connect('127.0.0.1:4633'))).toContain('did you mean http://127.0.0.1:4633?')
  expect(await messageOf(connect('http://me:secret-word@127.0.0.1:4080'))).toMatch(
    /no user name.*controlToken/,
  )
  expect(await messageOf(connect('http://me:secret-word@127.0.0.1:4080'))).not.toContain('secret-word')
  expect(await messageOf(connect('http://127.0.0.1:4080?x=1'))).toContain('leave out "?x=1"')
  expect(await messageOf(connect(undefined as unknown as string))).toContain('no URL of an emulator')
  expect((await connect(new URL(emulator.url))).url).toBe(emulator.url)
  expect((await connect(`${emulator.url}/_emulator/`)).url).toBe(emulator.url)
})

test('a token that is wrong is told from one that is missing', async () => {
  await using closed = await startEmulator({ controlToken: 'the-right-token' })
  expect(await messageOf(connect(closed.url))).toMatch(/Give the server's control token/)
  expect(await messageOf(connect(closed.url, { controlToken: 'another-token' }))).toMatch(
    /The control token that was given is not that of the server/,
  )
})

test('what a JavaScript caller gets wrong is refused, and not a TypeError', async () => {
  await using sandbox = await emulator.sandbox()
  const wrong = (value?: unknown) => value as never
  const before = await sandbox.clock.freeze('2027-01-01T00:00:00Z')
  const refused: [() => Promise<unknown>, RegExp][] = [
    [() => startEmulator(wrong(null)), /its options are an object/],
    [() => sandbox.clock.freeze(new Date('nope')), /^An invalid Date is no instant/],
    [() => sandbox.clock.advance(wrong(5)), /^A clock cannot advance by 5: it takes a duration/],
    [() => sandbox.clock.advance(wrong()), /^A clock cannot advance by undefined/],
    [() => sandbox.clock.set(wrong()), /^clock\.set\(\) needs the instant/],
    [() => sandbox.faults.add(wrong({})), /effect/],
    [() => sandbox.faults.add(wrong()), /effect/],
    [() => sandbox.dnsimple.approveCertificate(wrong({})), /^"certificate" is missing/],
    [() => sandbox.requests.verify(wrong()), /calls/],
    [() => sandbox.settings.set(wrong({ rateLimits: 1n })), /cannot be written as JSON/],
    [() => sandbox.snapshots.export('none', { passphrase: 'žluť' }), /^The request cannot be sent/],
  ]
  for (const [work, sentence] of refused) expect(await messageOf(work())).toMatch(sentence)
  expect(await sandbox.clock.get()).toEqual(before)
})

test('a removed sandbox can be removed again, and a handle outlives its emulator', async () => {
  const sandbox = await emulator.sandbox()
  await sandbox.remove()
  await sandbox.remove()
  await sandbox[Symbol.asyncDispose]()

  const short = await startEmulator()
  const left = await short.sandbox()
  const remote = await (await connect(short.url)).sandbox()
  await short.close()
  await left[Symbol.asyncDispose]()
  await remote[Symbol.asyncDispose]()
  expect(await messageOf(left.clock.get())).toBe(
    `The emulator at ${short.url} was closed: it answers nothing after close(); start another one with startEmulator()`,
  )
})

test('an emulator that is closed waits neither for a latency nor for half a request', async () => {
  const short = await startEmulator()
  const sandbox = await short.sandbox()
  await sandbox.faults.add({ effect: { type: 'latency', milliseconds: 60_000 } })
  const { baseUrl, apiKey } = sandbox.credentials.certman
  const asked = fetch(`${baseUrl}/v1/whoami`, { headers: { authorization: `Bearer ${apiKey}` } }).catch(
    () => 'cut',
  )
  const half = connectTcp(Number(new URL(short.url).port), '127.0.0.1')
  await once(half, 'connect')
  half.on('error', () => undefined).write('GET /v1/whoami HTTP/1.1\r\nHost:')
  while ((await sandbox.faults.list())[0]?.hits !== 1);
  const before = process.hrtime.bigint()
  await short.close()
  expect(Number(process.hrtime.bigint() - before) / 1e6).toBeLessThan(3000)
  expect(await asked).toBe('cut')
})

test('what keeps an emulator from starting is said in the names of its options', async () => {
  const refused: [object, string][] = [
    [{ port: 4621, httpsPort: 4621 }, '"port" and "httpsPort" are both 4621'],
    [{ host: '10.99.99.99' }, '"host" cannot be "10.99.99.99": this machine does not have that address'],
    [{ dataDir: '/etc/passwd' }, '"dataDir" cannot be "/etc/passwd": /etc/passwd is no folder'],
    [{ dataDir: '/proc/nope' }, '"dataDir" cannot be "/proc/nope": /proc/nope cannot be made (ENOENT)'],
  ]
  for (const [options, sentence] of refused) {
    expect(await messageOf(startEmulator(options))).toContain(`The emulator cannot start: ${sentence}`)
  }
  await using empty = await startEmulator({ seed: 'empty' })
  expect((await (await empty.sandboxes.get('default')).certman.listCas()).items).toEqual([])
})

test('a number of journal entries can be a number', async () => {
  await using small = await startEmulator({ journal: 7 })
  const sandbox = await small.sandboxes.get('default')
  expect((await sandbox.settings.get()).journal).toBe('7')
  expect((await sandbox.settings.set({ journal: 9 })).journal).toBe('9')
})

test('a container refuses what startEmulator would refuse, and what is its own affair', async () => {
  const container = () => new CertulatorContainer()
  const wrong = (value: unknown) => value as never
  const refused: [() => unknown, RegExp][] = [
    [
      () => container().withSetting(wrong('rateLimit'), wrong('on')),
      /no option "rateLimit"; the nearest is "rateLimits"/,
    ],
    [() => container().withSetting('rateLimits', wrong('maybe')), /"rateLimits" cannot be "maybe": it takes/],
    [() => container().withSetting('port', 4081), /"port" is no setting of a container: .*emulator\.url/],
    [() => container().withSetting('httpsPort', 'off'), /"httpsPort" is no setting of a container/],
    [() => container().withSetting('host', 'localhost'), /"host" is no setting of a container/],
    [() => container().withSetting('dataDir', '/tmp'), /"dataDir" is no setting of a container/],
    [
      () => container().withControlToken('short'),
      /"controlToken" cannot be "short": it takes a text of at least 8/,
    ],
  ]
  for (const [work, sentence] of refused) expect(await thrown(work)).toMatch(sentence)
})

test('a global setup has options of its own, unless the emulator runs already', async () => {
  const provided: { url?: string }[] = []
  const project = { provide: (_name: string, value: { url?: string }) => void provided.push(value) } as never
  const { CERTULATOR_URL: before } = process.env
  onTestFinished(() => {
    if (before === undefined) delete process.env.CERTULATOR_URL
    else process.env.CERTULATOR_URL = before
  })
  delete process.env.CERTULATOR_URL
  const close = await certulatorSetup({ issuanceDelay: 'PT7S' })(project)
  const own = await connect(provided[0]?.url ?? '')
  expect((await (await own.sandboxes.get('default')).settings.get()).issuanceDelay).toBe('PT7S')
  await close()
  process.env.CERTULATOR_URL = emulator.url
  const refused = /^The options issuanceDelay would start an emulator, but /
  expect(await messageOf(certulatorSetup({ issuanceDelay: 'PT7S' })(project))).toMatch(refused)
  expect(await messageOf(useCertulator({ emulator: { issuanceDelay: 'PT7S' } }))).toMatch(refused)
})
