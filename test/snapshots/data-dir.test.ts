import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { reseal } from '../../src/sandbox/reseal.js'
import { createVault } from '../../src/sandbox/vault.js'
import { certmanClient, INTERMEDIATE, PASSPHRASE, PROTECTED } from '../certman/client.js'
import { temporaryFolder } from '../helpers/folder.js'
import { startProcess } from '../helpers/process.js'
import { clientFor, startEmulator } from '../helpers/server.js'
import { skmOf } from '../nhn-secure-key-manager/client.js'
import { snapshotsOf, walk } from './client.js'

const frozen = { clock: { mode: 'frozen', now: '2026-03-01T00:00:00Z' } } as const
const bodies = { withHeaders: false } as const

/** Paths of all files below the folder. */
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())

test('snapshots are there after a restart, and go with their sandbox', async () => {
  const dataDir = temporaryFolder()
  const first = await startEmulator({ dataDir })
  const client = clientFor(first)
  const sandbox = await client.sandbox(frozen)
  const gone = await client.sandbox(frozen)
  await snapshotsOf(client, gone).keep('g')
  const { certificate } = await certmanClient(client, sandbox).issue()
  const kept = await snapshotsOf(client, sandbox).keep('Kept-1')
  await snapshotsOf(client, sandbox).keep('kept-1')
  const seen = await walk(client, sandbox, bodies)
  await sandbox.advance('P30D')
  await certmanClient(client, sandbox).post(`/certificates/${certificate.id}/revoke`, {}).expect(200)
  await client.control.delete(`/sandboxes/${gone.id}`).expect(204)
  await first.close()
  expect(readdirSync(join(dataDir, 'snapshots'))).toEqual([sandbox.id])

  const folder = join(dataDir, 'snapshots', sandbox.id)
  const [file = ''] = readdirSync(folder).map((name) => join(folder, name))
  expect(statSync(file).mode & 0o777).toBe(0o600)
  // What a crash, a power cut and a stranger may leave there.
  writeFileSync(`${join(folder, '68616c66')}.snapshot.tmp`, readFileSync(file).subarray(0, 5000))
  writeFileSync(`${join(folder, '68616c66')}.snapshot`, readFileSync(file).subarray(0, 5000))
  writeFileSync(join(folder, 'readme.txt'), 'not ours')

  const second = await startEmulator({ dataDir })
  const after = clientFor(second)
  const snapshots = snapshotsOf(after, sandbox)
  expect(await snapshots.names()).toEqual(['Kept-1', 'kept-1'])
  expect(await (await fetch(snapshots.at('/Kept-1'))).json()).toEqual(kept)
  await snapshots.restore('Kept-1')
  const again = Object.entries(await walk(after, sandbox, bodies)).map(([path, answer]) =>
    [path, answer].map((text) => text.replaceAll(after.url, client.url)),
  )
  expect(Object.fromEntries(again)).toEqual(seen)
  expect(existsSync(`${join(folder, '68616c66')}.snapshot.tmp`)).toBe(false)
  await snapshots.remove('kept-1')
  await after.control.delete(`/sandboxes/${sandbox.id}`).expect(204)
  expect(readdirSync(join(dataDir, 'snapshots'))).toEqual([])
  await second.close()
})

test('a snapshot that is damaged on the disk is refused with the reason, and the world stays', async () => {
  const dataDir = temporaryFolder()
  const server = await startEmulator({ dataDir })
  const client = clientFor(server)
  const sandbox = await client.sandbox(frozen)
  const snapshots = snapshotsOf(client, sandbox)
  await snapshots.keep('s')
  const file = join(dataDir, 'snapshots', sandbox.id, '73.snapshot')
  const bytes = readFileSync(file)
  bytes.fill(0, 20_000, 24_096)
  writeFileSync(file, bytes)
  const refused = await snapshots.post('/s/restore', {})
  expect({ status: refused.status, body: await refused.json() }).toEqual({
    status: 422,
    body: {
      type: 'about:blank',
      title: 'Unprocessable Entity',
      status: 422,
      detail: 'The file is damaged: its checksum is not that of its content',
    },
  })
  await certmanClient(client, sandbox).issue()
  await server.close()
})

test('no file of the data directory holds in clear what a snapshot keeps', async () => {
  const dataDir = temporaryFolder()
  const server = await startEmulator({ dataDir })
  const client = clientFor(server)
  const sandbox = await client.sandbox(frozen)
  const skm = skmOf(client, sandbox)
  const { appKey, pair } = skm
  await skm.create('secrets', { secretValue: 'a secret value that is nowhere else' })
  const certman = certmanClient(client, sandbox)
  await certman.issue({ caId: PROTECTED, caPassphrase: PASSPHRASE })
  const snapshots = snapshotsOf(client, sandbox)
  await snapshots.keep('s')
  await snapshots.import(await snapshots.export('s'), 'imported')
  await snapshots.restore('imported')
  const secrets = [
    'a secret value that is nowhere else',
    appKey,
    pair['X-TC-AUTHENTICATION-SECRET'],
    sandbox.credentials('certman').apiKey ?? '',
    PASSPHRASE,
    'dataKey',
  ]
  const holders = () =>
    filesIn(dataDir).flatMap((file) => {
      const bytes = readFileSync(file)
      return secrets.filter((secret) => bytes.includes(secret)).map((secret) => ({ file, secret }))
    })
  expect(holders()).toEqual([])
  await server.close()
  expect(holders()).toEqual([])
  expect(filesIn(dataDir).filter((file) => file.endsWith('.snapshot'))).toHaveLength(2)
})

/** Makes a data directory what it was before sandboxes had keys of their own. */
function withoutDataKeys(dataDir: string): void {
  const master = createVault(Buffer.from(readFileSync(join(dataDir, 'master.key'), 'utf8').trim(), 'base64'))
  const registry = new Database(join(dataDir, 'registry.db'))
  const rows = registry.prepare<[], { id: string; world_file: string; record: Buffer }>(
    'SELECT id, world_file, record FROM sandboxes',
  )
  for (const { id, world_file, record } of rows.all()) {
    const { dataKey, ...rest } = JSON.parse(master.open(record).toString()) as { dataKey: string }
    const file = join(dataDir, 'worlds', world_file)
    const db = new Database(file)
    const image = db.serialize().fill(1, 18, 20)
    db.close()
    writeFileSync(file, reseal(image, createVault(Buffer.from(dataKey, 'base64')), master))
    registry
      .prepare('UPDATE sandboxes SET record = ? WHERE id = ?')
      .run(master.seal(Buffer.from(JSON.stringify(rest))), id)
  }
  registry.close()
}

test('worlds of before, sealed with the master key, open, reset, and can be kept, restored and exported', async () => {
  const dataDir = temporaryFolder()
  const first = await startEmulator({ dataDir })
  const before = clientFor(first)
  const sandbox = await before.sandbox(frozen)
  const secretId = await skmOf(before, sandbox).create('secrets', { secretValue: 'kept' })
  const chain = await certmanClient(before, sandbox).chain(INTERMEDIATE)
  await first.close()
  withoutDataKeys(dataDir)

  const second = await startEmulator({ dataDir })
  const client = clientFor(second)
  const certman = certmanClient(client, sandbox)
  const secret = async (at = client) =>
    (await skmOf(at, sandbox, at.url).get(`/secrets/${secretId}`)).body.body
  expect(await secret()).toEqual({ secret: 'kept' })
  expect(await certman.chain(INTERMEDIATE)).toEqual(chain)
  await certman.issue({ caId: INTERMEDIATE })
  const snapshots = snapshotsOf(client, sandbox)
  await snapshots.keep('old')
  const file = await snapshots.export('old')
  expect(file.includes(readFileSync(join(dataDir, 'master.key'), 'utf8').trim())).toBe(false)
  // A reset gives it a key, and its CAs stay.
  await client.control.post(`/sandboxes/${sandbox.id}/reset`).expect(200)
  expect(await certman.chain(INTERMEDIATE)).toEqual(chain)
  await certman.issue({ caId: INTERMEDIATE })
  await snapshots.restore('old')
  expect(await secret()).toEqual({ secret: 'kept' })
  await certman.issue({ caId: INTERMEDIATE })
  await second.close()

  const elsewhere = await startEmulator()
  const there = clientFor(elsewhere)
  const other = await there.sandbox()
  await snapshotsOf(there, other).import(file)
  await snapshotsOf(there, other).restore('old')
  expect(await secret(there)).toEqual({ secret: 'kept' })
  expect(await certmanClient(there, sandbox).chain(INTERMEDIATE)).toEqual(chain)
  await elsewhere.close()
})

test('kill -9 while snapshots are written leaves whole ones, and every answered one', async () => {
  const dataDir = temporaryFolder()
  const server = await startProcess(['--data-dir', dataDir])
  const sandbox = { id: 'default' }
  const answered = new Set<string>()
  let writing = true
  const writers = ['a', 'b', 'c'].map(async (writer) => {
    for (let number = 0; writing; number++) {
      const name = `${writer}${number % 8}`
      try {
        await snapshotsOf(server, sandbox).keep(name, { replace: true })
        answered.add(name)
        if (number % 5 === 4) await snapshotsOf(server, sandbox).restore(name)
      } catch {
        return
      }
      if (number === 12) server.kill('SIGKILL')
    }
  })
  await server.closed
  writing = false
  await Promise.all(writers)

  const restarted = await startProcess(['--data-dir', dataDir])
  const snapshots = snapshotsOf(restarted, sandbox)
  const names = await snapshots.names()
  expect([...answered].filter((name) => !names.includes(name))).toEqual([])
  expect(names.length).toBeGreaterThan(8)
  for (const name of names) await snapshots.restore(name)
  await restarted.stop()
  const files = filesIn(join(dataDir, 'snapshots'))
  expect(files.filter((file) => !file.endsWith('.snapshot'))).toEqual([])
  expect(files).toHaveLength(names.length)
  expect(readdirSync(join(dataDir, 'worlds')).filter((name) => name.endsWith('.db'))).toHaveLength(1)
})
