import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import supertest from 'supertest'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/folder.js'
import { run, startProcess } from '../helpers/process.js'

const KEY = 'cm_prod_full_access_for_local_tests'
const INTERMEDIATE = '660e8400-e29b-41d4-a716-446655440001'

const issue = (url: string, commonName: string, key = KEY) =>
  supertest(url)
    .post('/v1/certificates')
    .auth(key, { type: 'bearer' })
    .send({ caId: INTERMEDIATE, commonName })

function everyFile(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
}

test('certificates, CAs, keys, clocks, settings and the TLS root are the same after a restart', async () => {
  const dataDir = temporaryFolder()
  const before = await startProcess(['--data-dir', dataDir])
  const control = supertest(`${before.url}/_emulator`)
  const created = await control.post('/sandboxes').send({
    name: 'kept',
    clock: { mode: 'frozen', now: '2030-01-01T00:00:00Z' },
    settings: { rateLimits: 'on' },
  })
  const { id, credentials } = created.body
  await control.post(`/sandboxes/${id}/clock/advance`).send({ by: 'P1D' }).expect(200)
  // The intermediate of the seed has expired by then.
  await control
    .put(`/sandboxes/${id}/clock`)
    .send({ mode: 'frozen', now: '2028-01-01T00:00:00Z' })
    .expect(200)
  const { body: issued } = await issue(before.url, 'kept.example.com', credentials.certman.apiKey).expect(201)
  const { body: made } = await control
    .post(`/sandboxes/${id}/certman/api-keys`)
    .send({ name: 'made', permissions: 'all' })
    .expect(201)
  const { text: root } = await control.get('/ca.pem').buffer(true)
  await before.stop()

  const after = await startProcess(['--data-dir', dataDir])
  const again = supertest(`${after.url}/_emulator`)
  expect((await again.get('/ca.pem').buffer(true)).text).toBe(root)
  expect((await again.get(`/sandboxes/${id}`)).body).toMatchObject({
    name: 'kept',
    clock: { mode: 'frozen', now: '2028-01-01T00:00:00.000Z' },
    settings: { rateLimits: 'on' },
    credentials: { certman: { apiKey: credentials.certman.apiKey } },
  })
  const found = await supertest(after.url)
    .get(`/v1/certificates/${issued.certificate.id}`)
    .auth(made.key, { type: 'bearer' })
    .expect(200)
  expect(found.body.certificate.certificate_pem).toBe(issued.certificate.certificate_pem)
  await again.post(`/sandboxes/${id}/reset`).expect(200)
  await again.delete(`/sandboxes/${id}`).expect(204)
  await after.stop()
  expect(readdirSync(join(dataDir, 'worlds')).filter((file) => file.startsWith(id))).toEqual([])
})

test('kill -9 during a stream of writes loses no answered one', async () => {
  const dataDir = temporaryFolder()
  const server = await startProcess(['--data-dir', dataDir])
  const answered: string[] = []
  let writing = true
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    for (let number = 0; writing; number++) {
      try {
        const { status, body } = await issue(server.url, `w${writer}-n${number}.example.com`)
        if (status === 201) answered.push(body.certificate.id)
      } catch {
        return
      }
      if (answered.length === 200) server.kill('SIGKILL')
    }
  })
  await server.closed
  writing = false
  await Promise.all(writers)

  const restarted = await startProcess(['--data-dir', dataDir])
  const lost: string[] = []
  for (const id of answered) {
    const { status } = await supertest(restarted.url)
      .get(`/v1/certificates/${id}`)
      .auth(KEY, { type: 'bearer' })
    if (status !== 200) lost.push(id)
  }
  expect(answered.length).toBeGreaterThanOrEqual(200)
  expect(lost).toEqual([])
  await restarted.stop()
  const databases = everyFile(dataDir).filter((file) => file.endsWith('.db'))
  expect(databases).toHaveLength(2)
  for (const file of databases) {
    const db = new Database(file)
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
  }
})

test('a second process on the same data directory is refused, and welcome when the first has ended', async () => {
  const dataDir = temporaryFolder()
  const first = await startProcess(['--data-dir', dataDir])
  const second = await run(['start', '--port', '0', '--https-port', '0', '--data-dir', dataDir])
  expect(second).toEqual({
    code: 1,
    stdout: '',
    stderr: `certulator: the data directory ${dataDir} is in use by another process: stop that one, or give another folder with --data-dir\n`,
  })
  await issue(first.url, 'still.example.com').expect(201)
  first.kill('SIGKILL')
  await first.closed
  const third = await startProcess(['--data-dir', dataDir])
  expect(await third.stop()).toMatchObject({ code: 0 })
})

test('a data directory of a newer version is refused and left as it is', async () => {
  const dataDir = temporaryFolder()
  await (await startProcess(['--data-dir', dataDir])).stop()
  const db = new Database(join(dataDir, 'registry.db'))
  db.prepare("UPDATE schema_versions SET version = 99 WHERE component = 'certman'").run()
  db.close()
  const { code, stderr } = await run(['start', '--port', '0', '--https-port', '0', '--data-dir', dataDir])
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(
      /^certulator: the data directory is from a newer version: "certman" has schema version 99, but this version of Certulator knows only up to \d+\n$/,
    ),
  })
})

test('a master key that is lost, or another one, is one sentence, and nothing is overwritten', async () => {
  const dataDir = temporaryFolder()
  await (await startProcess(['--data-dir', dataDir])).stop()
  const file = join(dataDir, 'master.key')
  const key = readFileSync(file, 'utf8')
  const start = (environment: Record<string, string> = {}) =>
    run(['start', '--port', '0', '--https-port', '0', '--data-dir', dataDir], environment)
  rmSync(file)
  const lost = await start()
  expect(lost).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^certulator: \S+master\.key is missing; [^\n]+\n$/),
  })
  expect(existsSync(file)).toBe(false)
  const other = await start({ CERTULATOR_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') })
  expect(other).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^certulator: The master key does not fit; [^\n]+\n$/),
  })
  const server = await startProcess(['--data-dir', dataDir], { CERTULATOR_MASTER_KEY: key.trim() })
  expect(await server.stop()).toMatchObject({ code: 0 })
})

test('a data directory that cannot be used is one sentence', async () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, 'not a database')
  const folder = temporaryFolder()
  writeFileSync(
    join(folder, 'registry.db'),
    'not a database either, but long enough to be looked at as one'.repeat(50),
  )
  for (const dataDir of [file, join(file, 'below'), '/proc/nowhere', folder]) {
    const { code, stdout, stderr } = await run([
      'start',
      '--port',
      '0',
      '--https-port',
      '0',
      '--data-dir',
      dataDir,
    ])
    expect({ dataDir, code, stdout, lines: stderr.split('\n').length }).toEqual({
      dataDir,
      code: 1,
      stdout: '',
      lines: 2,
    })
  }
})

test('no file of the data directory holds a secret in clear, and the master key is its owner’s alone', async () => {
  const dataDir = temporaryFolder()
  const server = await startProcess(['--data-dir', dataDir])
  const control = supertest(`${server.url}/_emulator`)
  const { body } = await control.post('/sandboxes')
  const console = `/sandboxes/${body.id}/certman`
  const { body: made } = await control.post(`${console}/api-keys`).send({ name: 'k', permissions: 'all' })
  await control
    .post(`${console}/cas`)
    .send({
      name: 'P',
      commonName: 'P',
      keyAlgorithm: 'ECDSA-P256',
      validityDays: 9,
      passphrase: 'my own passphrase',
    })
    .expect(201)
  await issue(server.url, 'a.example.com', body.credentials.certman.apiKey).expect(201)
  await server.stop()
  const files = everyFile(dataDir)
  const secrets = [
    KEY,
    body.credentials.certman.apiKey,
    made.key,
    'my own passphrase',
    'correct-horse-battery-staple',
  ]
  const plainPkcs8 = Buffer.from('301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420', 'hex')
  for (const file of files) {
    const bytes = readFileSync(file)
    for (const secret of secrets)
      expect({ file, found: bytes.includes(secret) }).toEqual({ file, found: false })
    expect({ file, key: bytes.includes(plainPkcs8) || bytes.includes('PRIVATE KEY') }).toEqual({
      file,
      key: false,
    })
  }
  expect(statSync(join(dataDir, 'master.key')).mode & 0o777).toBe(0o600)
})

test('what is in flight when SIGTERM comes is finished', async () => {
  const server = await startProcess()
  const slow = supertest(server.url)
    .post('/v1/certificates')
    .auth(KEY, { type: 'bearer' })
    .send({ caId: INTERMEDIATE, commonName: 'slow.example.com', keyAlgorithm: 'RSA-4096' })
    .then((answer) => answer.status)
  // The request is on its way when the next one, sent after it, has been answered.
  await supertest(server.url).get('/_emulator/health').expect(200)
  const stopped = server.stop()
  expect(await slow).toBe(201)
  expect(await stopped).toMatchObject({ code: 0 })
})
