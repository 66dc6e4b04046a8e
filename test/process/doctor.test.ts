import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { providers, realHosts } from '../../routes/index.js'
import { dataDirFindings } from '../../src/cli/doctor/data-dir.js'
import { hostsFindings } from '../../src/cli/doctor/hosts.js'
import { schemaComponents } from '../../src/emulator.js'
import { startEmulator } from '../../src/index.js'
import { temporaryFolder } from '../helpers/folder.js'

test('hosts entries of the real names are good if HTTPS is on port 443 of this machine', () => {
  const file = join(temporaryFolder(), 'hosts')
  writeFileSync(
    file,
    '127.0.0.1 localhost\n# 127.0.0.1 api.katapult.io\n127.0.0.1\tapi.certman.app api.dnsimple.com # ours\n10.0.0.7 api.katapult.io\n',
  )
  const levels = (port: number | undefined) =>
    hostsFindings(file, realHosts, port).map(
      ({ level, about, message }) => `${level} ${about.split(': ')[1]} ${message}`,
    )
  expect(levels(443)).toEqual([
    'ok api.certman.app leads to this machine, where HTTPS is on port 443',
    'ok api.dnsimple.com leads to this machine, where HTTPS is on port 443',
    'warning api.katapult.io leads to 10.0.0.7',
  ])
  expect(levels(4443).slice(0, 1)).toEqual([
    'error api.certman.app leads to port 443 of this machine, but HTTPS listens on 4443',
  ])
  expect(levels(undefined).slice(0, 1)).toEqual([
    'error api.certman.app leads to port 443 of this machine, but HTTPS is off',
  ])
  expect(hostsFindings(join(file, 'nowhere'), realHosts, 443)).toEqual([])
})

/** Each finding about the data directory, without its path. */
const look = (dataDir: string, masterKey?: string) =>
  dataDirFindings({ dataDir, masterKey }, schemaComponents(providers)).map(
    ({ level, about, message, remedy }) => {
      expect(remedy === null).toBe(level === 'ok')
      return `${level} ${about}: ${message}`.replaceAll(dataDir, '<dir>')
    },
  )

test('a data directory is as good as the server would find it, and stays as it is', async () => {
  const dataDir = join(temporaryFolder(), 'data')
  expect(look(dataDir)).toEqual(['ok data directory <dir>: not there yet: it is made at the start'])
  expect(existsSync(dataDir)).toBe(false)
  expect(look('/proc/nope')).toEqual([
    'error data directory <dir>: cannot be made: nothing can be written in /proc (ENOENT)',
  ])
  mkdirSync(dataDir)
  expect(look(dataDir)).toEqual(['ok data directory <dir>: empty: a new one is made there'])

  const emulator = await startEmulator({ dataDir })
  expect(look(dataDir)).toEqual(['warning data directory <dir>: in use by a running Certulator'])
  await emulator.close()
  const good = [
    'ok data directory <dir>: in order',
    'ok master key <dir>/master.key: fits the data directory',
  ]
  expect(look(dataDir)).toEqual(good)
  chmodSync(join(dataDir, 'master.key'), 0o644)
  expect(look(dataDir)[1]).toBe('warning master key <dir>/master.key: others on this machine may read it')

  const other = Buffer.alloc(32, 7).toString('base64')
  expect(look(dataDir, other)[1]).toMatch(/^error master key: The master key does not fit/)
  rmSync(join(dataDir, 'master.key'))
  expect(look(dataDir)[1]).toMatch(/^error master key <dir>\/master\.key: .*master\.key is missing/)
  expect(existsSync(join(dataDir, 'master.key'))).toBe(false)

  const db = new Database(join(dataDir, 'registry.db'))
  db.prepare("UPDATE schema_versions SET version = 99 WHERE component = 'certman'").run()
  db.close()
  expect(look(dataDir)).toEqual([
    expect.stringMatching(
      /^error data directory <dir>: from a newer version of Certulator: "certman" has schema version 99/,
    ),
  ])
  rmSync(join(dataDir, 'registry.db'))
  writeFileSync(
    join(dataDir, 'registry.db'),
    'no database, but long enough to be looked at as one'.repeat(50),
  )
  expect(look(dataDir)).toEqual([expect.stringMatching(/^error data directory <dir>: cannot be read: /)])
  expect(look(join(dataDir, 'registry.db'))).toEqual(['error data directory <dir>: is no directory'])
})
