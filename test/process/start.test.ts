import { writeFileSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { join } from 'node:path'
import { connect } from 'node:tls'
import supertest from 'supertest'
import { expect, test } from 'vitest'
import { version } from '../../src/package.js'
import { temporaryFolder } from '../helpers/folder.js'
import { openssl } from '../helpers/openssl.js'
import { run, startProcess } from '../helpers/process.js'

const KEY = 'cm_prod_full_access_for_local_tests'

test('the server says on stdout that it is ready, serves IPv4 and IPv6, is healthy, and ends with 0 on SIGTERM', async () => {
  const server = await startProcess()
  expect(server).toMatchObject({
    event: 'ready',
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    httpsUrl: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
    pid: expect.any(Number),
    version,
  })
  await supertest(server.url).get('/v1/cas').auth(KEY, { type: 'bearer' }).expect(200)
  await supertest(server.url.replace('127.0.0.1', '[::1]')).get('/_emulator/health').expect(200)
  const healthy = await run(['health', '--url', server.url])
  expect({ code: healthy.code, body: JSON.parse(healthy.stdout) }).toMatchObject({
    code: 0,
    body: { status: 'ok' },
  })
  const { code, stderr } = await server.stop()
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const gone = await run(['health', '--url', server.url])
  expect(gone).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^certulator: not healthy: .*ECONNREFUSED/),
  })
})

test('the two other ways to ask: version and help', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  const { code, stdout } = await run(['start', '--help'])
  expect(code).toBe(0)
  for (const flag of [
    '--port',
    '--https-port',
    '--data-dir',
    '--seed',
    '--public-url',
    '--rate-limits',
    '--issuance-delay',
    '--control-token',
    '--log-level',
  ]) {
    expect(stdout).toContain(flag)
  }
})

test.each([
  [['--port', '70000'], {}, '--port cannot be "70000": it takes a whole number from 0 to 65535'],
  [
    [],
    { CERTULATOR_PORT: 'http' },
    'CERTULATOR_PORT cannot be "http": it takes a whole number from 0 to 65535',
  ],
  [['--rate-limits', 'maybe'], {}, '--rate-limits cannot be "maybe": it takes "off" or "on"'],
  [
    ['--issuance-delay', '2s'],
    {},
    '--issuance-delay cannot be "2s": it takes an ISO 8601 duration such as "PT2S", or "manual"',
  ],
  [
    ['--log-level', 'loud'],
    {},
    '--log-level cannot be "loud": it takes "silent", "error", "warn", "info", "debug", "trace"',
  ],
  [['--public-url', 'localhost'], {}, '--public-url cannot be "localhost": it takes an http or https URL'],
  [['--seed', 'nowhere.yaml'], {}, '--seed cannot be "nowhere.yaml": it takes a YAML file that can be read'],
  [['--colour', 'red'], {}, "error: unknown option '--colour'"],
  [
    [],
    { CERTULATOR_COLOUR: 'red' },
    'CERTULATOR_COLOUR="red" is no setting; the variables are CERTULATOR_HOST, CERTULATOR_PORT',
  ],
])('start %j with %j is refused: %s', async (args, environment, message) => {
  const { code, stdout, stderr } = await run(['start', ...args], environment as Record<string, string>)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain(message)
  expect(stderr).not.toMatch(/\n\s+at /)
})

test('a port in use is one sentence and exit code 1', async () => {
  const server = await startProcess()
  const { port } = new URL(server.url)
  const second = await run(['start', '--port', port, '--https-port', 'off'])
  expect(second).toEqual({
    code: 1,
    stdout: '',
    stderr: `certulator: Port ${port} is in use: stop what listens there, or choose another with --port (0 picks a free one)\n`,
  })
  await server.stop()
})

test('a seed file with mistakes is refused with the line of each', async () => {
  const file = join(temporaryFolder(), 'seed.yaml')
  writeFileSync(file, 'certman:\n  cas:\n    - id: 1\n      name: A\n  extra: 1\nother: {}\n')
  const { code, stderr } = await run(['start', '--seed', file])
  expect(code).toBe(1)
  expect(stderr).toContain(`${file}:3: certman.cas[0].id: must be a UUID`)
  expect(stderr).toContain(`${file}:3: certman.cas[0].commonName: is required`)
  expect(stderr).toContain(`${file}:5: certman.extra: is not known here`)
  expect(stderr).toContain(`${file}:6: other: is no provider`)
  writeFileSync(file, 'certman:\n  cas: [\n')
  expect((await run(['start', '--seed', file])).stderr).toMatch(/seed\.yaml:\d: /)
})

test('HTTPS serves the same app with a certificate of our own root, for every name that it has to have', async () => {
  const server = await startProcess(['--public-url', 'https://certulator.staging.example'])
  const { port } = new URL(server.httpsUrl)
  const { text: ca } = await supertest(server.url).get('/_emulator/ca.pem').buffer(true).expect(200)
  expect(openssl(['x509', '-noout', '-subject'], ca)).toMatch(/do not trust.*Certulator Emulator Root CA/i)
  const names = [
    'localhost',
    'api.certman.app',
    'api.dnsimple.com',
    'api.katapult.io',
    'certmanager.api.nhncloudservice.com',
    'api-keymanager.nhncloudservice.com',
    'certulator.staging.example',
  ]
  for (const servername of names) {
    const socket = connect({ host: '127.0.0.1', port: Number(port), servername, ca })
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
    expect({ servername, authorized: socket.authorized }).toEqual({ servername, authorized: true })
    socket.destroy()
  }
  for (const host of ['127.0.0.1', '[::1]', 'localhost']) {
    const status = await new Promise((resolve, reject) => {
      const options = { ca, headers: { authorization: `Bearer ${KEY}` } }
      httpsRequest(`https://${host}:${port}/v1/cas`, options, (response) =>
        resolve(response.resume().statusCode),
      )
        .on('error', reject)
        .end()
    })
    expect(status).toBe(200)
  }
  await expect(fetch(`${server.httpsUrl}/v1/cas`)).rejects.toThrow()
  const { body } = await supertest(server.url).get('/_emulator/sandboxes/default')
  expect(body.credentials.certman.baseUrl).toBe('https://certulator.staging.example')
  await server.stop()
})

test('beyond loopback a control token is made up and printed when none is set', async () => {
  const server = await startProcess(['--host', '0.0.0.0'])
  await supertest(server.url).get('/_emulator/sandboxes').expect(401)
  const [, token = ''] = /the token (\S+)\n/.exec(server.output().stderr) ?? []
  await supertest(server.url).get('/_emulator/sandboxes').auth(token, { type: 'bearer' }).expect(200)
  await server.stop()
})

test('nothing secret is logged, whatever the level', async () => {
  const server = await startProcess(['--log-level', 'trace'])
  const certman = supertest.agent(server.url).auth(KEY, { type: 'bearer' })
  const { body } = await certman
    .post('/v1/certificates')
    .send({
      caId: '770e8400-e29b-41d4-a716-446655440002',
      commonName: 'a.example.com',
      caPassphrase: 'correct-horse-battery-staple',
    })
    .expect(201)
  await certman
    .post('/v1/certificates')
    .send({ caId: 'x', caPassphrase: 'correct-horse-battery-staple' })
    .expect(400)
  const { stderr } = await server.stop()
  expect(stderr).toContain('/v1/certificates')
  for (const secret of [KEY, 'correct-horse', ...body.privateKey.split('\n').slice(1, 3)])
    expect(stderr).not.toContain(secret)
})

test('a request that never ends holds the end up for some seconds, and a second signal not at all', async () => {
  const halfRequest = 'POST /v1/certificates HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{'
  const patient = await startProcess()
  const impatient = await startProcess()
  for (const { url } of [patient, impatient]) {
    const socket = connectTcp(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined)
    await new Promise((resolve) => socket.write(halfRequest, resolve))
    await supertest(url).get('/_emulator/health').expect(200)
  }
  const stopped = patient.stop()
  impatient.kill('SIGTERM')
  // Two signals that arrive together are one to the process: wait until it has seen the first.
  while (await accepts(impatient.url));
  expect(await impatient.stop('SIGTERM')).toMatchObject({ code: 1 })
  expect(await stopped).toMatchObject({ code: 0 })
})

const accepts = (url: string) =>
  fetch(`${url}/_emulator/health`).then(
    () => true,
    () => false,
  )
