import { randomBytes } from 'node:crypto'
import Database from 'better-sqlite3'
import { afterAll, expect, test } from 'vitest'
import {
  decodeSnapshot,
  encodeSnapshot,
  readHeader,
  type SnapshotContent,
  type SnapshotHeader,
} from '../../src/sandbox/snapshot-file.js'
import { certmanClient, INTERMEDIATE, PASSPHRASE, PROTECTED } from '../certman/client.js'
import { temporaryFolder } from '../helpers/folder.js'
import { clientFor, startEmulator, type TestSandbox, useServer } from '../helpers/server.js'
import { STORE, skmOf } from '../nhn-secure-key-manager/client.js'
import { snapshotsOf, walk } from './client.js'

const here = await useServer()
const thereServer = await startEmulator({ masterKey: randomBytes(32).toString('base64') })
afterAll(() => thereServer.close())
const there = clientFor(thereServer)
const frozen = { clock: { mode: 'frozen', now: '2026-03-01T00:00:00Z' } } as const

/** Headers tell of URLs and of how many requests there were. */
const bodies = { withHeaders: false } as const

const problem = (status: number, title: string, detail: unknown, rest: object = {}) => ({
  status,
  body: { type: 'about:blank', title, status, detail, ...rest },
})
/** A look at a sandbox, and at what its credentials lead to. */
const look = async (sandbox: TestSandbox) => [
  (await here.control.get(`/sandboxes/${sandbox.id}`)).body,
  (await certmanClient(here, sandbox).get('/certificates')).body,
]

const unreadable = (detail: unknown) => problem(422, 'Unprocessable Entity', detail)

test('an export is the same sandbox on another server, whose master key is another', async () => {
  const sandbox = await here.sandbox({ ...frozen, settings: { issuanceDelay: 'PT1M' } })
  const certman = certmanClient(here, sandbox)
  await certman.issue({ caId: PROTECTED, caPassphrase: PASSPHRASE })
  await certman.createKey('all')
  const skm = skmOf(here, sandbox)
  await skm.create('secrets', { secretValue: 'a secret that travels' })
  await skm.post('/auths/certificates', {
    keyStoreName: STORE,
    name: 'c',
    password: 'password1',
    lifeTime: 9,
  })
  await certman.chain(INTERMEDIATE)
  await walk(here, sandbox)
  await snapshotsOf(here, sandbox).keep('travels')
  const seen = await walk(here, sandbox, bodies)
  const file = await snapshotsOf(here, sandbox).export('travels')

  const other = await there.sandbox({ settings: { issuanceDelay: 'manual' } })
  const snapshots = snapshotsOf(there, other)
  const { status, body } = await snapshots.import(file)
  expect({ status, body }).toEqual({
    status: 201,
    body: {
      name: 'travels',
      createdAt: expect.any(String),
      now: '2026-03-01T00:00:00.000Z',
      version: '0.1.0',
      bytes: expect.any(Number),
    },
  })
  const restored = await snapshots.restore('travels')
  expect(restored).toMatchObject({ id: other.id, settings: { issuanceDelay: 'PT1M' } })
  const moved = { ...sandbox, id: other.id }
  const adapted = Object.entries(await walk(there, moved, bodies)).map(([path, answer]) =>
    [path, answer].map((text) => text.replaceAll(there.url, here.url).replaceAll(other.id, sandbox.id)),
  )
  expect(Object.fromEntries(adapted)).toEqual(seen)
  // It can be worked with: sealed keys open, a reset has its credentials.
  const movedCertman = certmanClient(there, moved)
  await movedCertman.issue({ caId: PROTECTED, caPassphrase: PASSPHRASE })
  await other.reset()
  await movedCertman.get('/cas').expect(200)
  expect((await certmanClient(there, other).get('/cas')).status).toBe(401)
})

test('certificates of an imported world find their CRLs and files at the sandbox id that they were made in', async () => {
  const sandbox = await here.sandbox(frozen)
  const katapult = sandbox.console('katapult')
  const { body: made } = await katapult
    .post('/certificates')
    .send({ name: 'a.example.com', issuer: 'lets_encrypt' })
  const path = new URL(made.certificate.certificate_api_url).pathname
  await snapshotsOf(here, sandbox).keep('s')
  const file = await snapshotsOf(here, sandbox).export('s')
  const crl = `/pki/${sandbox.id}/${INTERMEDIATE}/ca.crl`
  const statuses = (url: string) =>
    Promise.all([crl, path].map(async (each) => (await fetch(url + each)).status))
  expect(await statuses(there.url)).toEqual([404, 404])
  const other = await there.sandbox()
  await snapshotsOf(there, other).import(file)
  await snapshotsOf(there, other).restore('s')
  expect(await statuses(there.url)).toEqual([200, 200])
  // And on, in an export of the import, behind a reset.
  await snapshotsOf(there, other).keep('on')
  const second = await snapshotsOf(there, other).export('on')
  await here.control.delete(`/sandboxes/${sandbox.id}`).expect(204)
  expect(await statuses(here.url)).toEqual([404, 404])
  const third = await here.sandbox()
  await snapshotsOf(here, third).import(second)
  await snapshotsOf(here, third).restore('on')
  expect(await statuses(here.url)).toEqual([200, 200])
})

test('credentials that another sandbox has are a conflict that names it, and change nothing', async () => {
  const sandbox = await here.sandbox(frozen)
  const other = await here.sandbox(frozen)
  await snapshotsOf(here, sandbox).keep('s')
  const snapshots = snapshotsOf(here, other)
  expect((await snapshots.import(await snapshotsOf(here, sandbox).export('s'))).status).toBe(201)
  const before = await look(other)
  const refused = await snapshots.post('/s/restore', {})
  expect({ status: refused.status, body: await refused.json() }).toEqual(
    problem(
      409,
      'Conflict',
      expect.stringMatching(
        new RegExp(
          `^A credential of [a-z-]+ in the snapshot belongs to the sandbox "${sandbox.id}", and can`,
        ),
      ),
      { sandbox: sandbox.id },
    ),
  )
  expect(await look(other)).toEqual(before)
  await certmanClient(here, sandbox).get('/cas').expect(200)
  await here.control.delete(`/sandboxes/${sandbox.id}`).expect(204)
  await snapshots.restore('s')
  await certmanClient(here, sandbox).get('/cas').expect(200)
  expect((await certmanClient(here, other).get('/cas')).status).toBe(401)
})

test('a passphrase protects a file: without it nothing in it can be read', async () => {
  const sandbox = await here.sandbox(frozen)
  const { apiKey = '' } = sandbox.credentials('certman')
  const snapshots = snapshotsOf(here, sandbox)
  await snapshots.keep('s')
  const [open, closed] = [await snapshots.export('s'), await snapshots.export('s', 'pass phrase')]
  expect([open.includes(apiKey), closed.includes(apiKey)]).toEqual([true, false])
  expect([open.includes('SQLite format 3'), closed.includes('SQLite format 3')]).toEqual([true, false])
  expect(await snapshots.import(closed, 'a')).toEqual(unreadable('The file is protected by a passphrase'))
  expect(await snapshots.import(closed, 'a', 'other')).toEqual(unreadable('The passphrase is wrong'))
  expect((await snapshots.import(closed, 'a', 'pass phrase')).status).toBe(201)
  expect((await snapshots.import(open, 'b', 'needless')).status).toBe(201)
  for (const name of ['a', 'b']) expect(await snapshots.restore(name)).toMatchObject({ id: sandbox.id })
  await certmanClient(here, sandbox).get('/cas').expect(200)
})

/** An export with something else in it. */
async function changed(
  file: Buffer,
  change: (db: Database.Database) => void,
  header: Partial<SnapshotHeader> = {},
  state: object = {},
): Promise<Buffer> {
  const content = decodeSnapshot(file, () => {
    throw new Error('It is not protected')
  })
  const db = new Database(content.image)
  db.pragma('foreign_keys = OFF')
  change(db)
  const image = db.serialize()
  db.close()
  const next = { state: { ...content.state, ...state }, image } as SnapshotContent
  return encodeSnapshot({ ...readHeader(file), ...header }, next)
}

const version = (component: string, number: number) => (db: Database.Database) =>
  void db.prepare('INSERT OR REPLACE INTO schema_versions VALUES (?, ?)').run(component, number)

test('an export of an older version is migrated', async () => {
  const sandbox = await here.sandbox(frozen)
  const certman = certmanClient(here, sandbox)
  const { certificate } = await certman.issue()
  const snapshots = snapshotsOf(here, sandbox)
  await snapshots.keep('s')
  const old = await changed(
    await snapshots.export('s'),
    (db) => {
      db.exec('DROP TABLE revocation_lists')
      version('authority', 1)(db)
    },
    { version: '0.0.9', schema: { authority: 1 } },
    { fromTheFuture: true, settings: { issuanceDelay: 'PT9S', unknown: 'x', rateLimits: 'perhaps' } },
  )
  expect((await snapshots.import(old, 'old')).body).toMatchObject({ name: 'old', version: '0.0.9' })
  const { settings } = await snapshots.restore('old')
  expect(settings).toMatchObject({ issuanceDelay: 'PT9S', rateLimits: 'off' })
  expect(settings).not.toHaveProperty('unknown')
  await certman.post(`/certificates/${certificate.id}/revoke`, {}).expect(200)
  expect((await fetch(`${here.url}/pki/${sandbox.id}/${INTERMEDIATE}/ca.crl`)).status).toBe(200)
})

test('an export of a newer version is refused, naming what is newer', async () => {
  const snapshots = snapshotsOf(here, await here.sandbox(frozen))
  await snapshots.keep('s')
  const file = await snapshots.export('s')
  const newer = await changed(file, version('certman', 99), { version: '9.0.0' })
  expect(await snapshots.import(newer, 'n')).toEqual(
    unreadable(
      'The snapshot is from Certulator 9.0.0, a newer version: "certman" has schema version 99, but this version of Certulator knows only up to 1',
    ),
  )
  const unknown = await changed(file, version('sixth-provider', 1), { version: '9.0.0' })
  expect(await snapshots.import(unknown, 'n')).toEqual(
    unreadable(expect.stringContaining('"sixth-provider" has schema version 1')),
  )
  const format = Buffer.from(file.toString('latin1').replace('"format":1', '"format":2'), 'latin1')
  expect(await snapshots.import(format, 'n')).toEqual(
    unreadable('The file has format 2, but this version of Certulator reads format 1'),
  )
  expect(await snapshots.names()).toEqual(['s'])
})

test('what is cut off, damaged, or of something else is refused with the reason, and nothing is kept', async () => {
  const sandbox = await here.sandbox(frozen)
  const snapshots = snapshotsOf(here, sandbox)
  await snapshots.keep('s')
  const file = await snapshots.export('s')
  const before = await look(sandbox)
  for (const length of [19, 20, 23, 24, 100, 1000, 5000, file.length - 33, file.length - 1]) {
    const { status, body } = await snapshots.import(file.subarray(0, length), 'x')
    expect({ length, status, detail: body.detail }).toEqual({
      length,
      status: 422,
      detail: expect.stringMatching(/^The file is (cut off|not a snapshot of Certulator)$/),
    })
  }
  for (const at of [0, 10, 20, 22, 24, 60, 200, 400, 900, 5000, 50_000, file.length - 40, file.length - 1]) {
    const damaged = Buffer.from(file)
    damaged.writeUInt8(damaged.readUInt8(at) ^ 0x55, at)
    const { status, body } = await snapshots.import(damaged, 'x')
    expect({ at, status, detail: body.detail }).toEqual({
      at,
      status: 422,
      detail: expect.stringMatching(/^The file is /),
    })
  }
  expect(await snapshots.import(Buffer.concat([file, Buffer.from('x')]), 'x')).toEqual(
    unreadable('The file is damaged: its checksum is not that of its content'),
  )
  const foreign = new Database(':memory:')
  foreign.exec('CREATE TABLE t (a)')
  const database = foreign.serialize()
  for (const bytes of [Buffer.alloc(0), Buffer.from('{}'), randomBytes(10_000), database]) {
    expect(await snapshots.import(bytes, 'x')).toEqual(unreadable('The file is not a snapshot of Certulator'))
  }
  // Whole files, with a database that is none of ours.
  const whole = (image: Buffer) => {
    const content = decodeSnapshot(file, () => expect.unreachable())
    return encodeSnapshot(readHeader(file), { ...content, image })
  }
  const cases: readonly [Buffer, RegExp][] = [
    [whole(database), /: the database is not one of a sandbox$/],
    [whole(randomBytes(8192)), /: it has no database$/],
    [whole(Buffer.alloc(0)), /: it has no database$/],
    [whole(Buffer.concat([database.subarray(0, 100), randomBytes(8092)])), /^The snapshot cannot be read: /],
    [await changed(file, (db) => db.exec('CREATE TABLE more (a)')), /: the database has other tables than/],
    [await changed(file, (db) => db.exec('DROP TABLE certman_cas')), /: the database has other tables than/],
    [await changed(file, () => undefined, {}, { dataKey: 'AAAA' }), /^The file is damaged: what it says/],
    [
      await changed(file, () => undefined, {}, { clock: { mode: 'frozen', now: -1 } }),
      /^The file is damaged: what it says/,
    ],
  ]
  for (const [bytes, detail] of cases) {
    expect(await snapshots.import(bytes, 'x')).toEqual(unreadable(expect.stringMatching(detail)))
  }
  expect(await snapshots.names()).toEqual(['s'])
  expect(await look(sandbox)).toEqual(before)
})

test('a snapshot out of a data directory is told from an export', async () => {
  const dataDir = temporaryFolder()
  const server = await startEmulator({ dataDir })
  const client = clientFor(server)
  const sandbox = await client.sandbox()
  await snapshotsOf(client, sandbox).keep('s')
  await server.close()
  const { readFileSync } = await import('node:fs')
  const raw = readFileSync(`${dataDir}/snapshots/${sandbox.id}/73.snapshot`)
  const snapshots = snapshotsOf(here, await here.sandbox())
  expect(await snapshots.import(raw)).toEqual(
    unreadable('The file is from a data directory: export the snapshot to use it elsewhere'),
  )
})

test('an import takes any content type, its name from the file or the query, and 64 MiB at most', async () => {
  const snapshots = snapshotsOf(here, await here.sandbox())
  await snapshots.keep('s')
  const file = new Uint8Array(await snapshots.export('s'))
  for (const type of ['application/octet-stream', 'application/x-www-form-urlencoded', 'application/json']) {
    const answer = await fetch(snapshots.at(`/import?name=${type.length}`), {
      method: 'POST',
      headers: { 'content-type': type },
      body: file,
    })
    expect({ type, status: answer.status }).toEqual({ type, status: 201 })
  }
  expect(await snapshots.import(Buffer.from(file))).toEqual(
    problem(409, 'Conflict', 'There is a snapshot "s" already; "replace" puts the new one in its place'),
  )
  const replaced = await fetch(snapshots.at('/import?replace=true'), { method: 'POST', body: file })
  expect(replaced.status).toBe(201)
  expect((await snapshots.import(Buffer.from(file), 'a%20b')).status).toBe(400)
  expect(await snapshots.import(Buffer.alloc(64 * 1024 * 1024 + 1), 'large')).toEqual(
    problem(413, 'Payload Too Large', 'A snapshot can have 64 MiB at most'),
  )
  const elsewhere = await fetch(snapshots.at(), {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.certulator.snapshot' },
    body: file,
  })
  expect(elsewhere.status).toBe(415)
})
