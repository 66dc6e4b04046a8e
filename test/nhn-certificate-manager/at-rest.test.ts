import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { clientFor, startEmulator } from '../helpers/server.js'
import { cmOf } from './client.js'

test('no file of the data directory holds an uploaded or generated key in clear, and all are there again', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'at-rest-'))
  try {
    const server = await startEmulator({ dataDir })
    const client = clientFor(server)
    const sandbox = await client.sandbox()
    const cm = cmOf(client, sandbox)
    await cm.console.post('/certificates/a.com/generate').expect(201)
    const generated = (await cm.download('a.com')).bytes
    await cm.upload('b.com', generated, 'b.pem')
    const seeded = (await cm.download('test.nhn.com')).bytes
    await server.close()

    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath ?? entry.path, entry.name)))
    for (const pem of [generated, seeded]) {
      const [, base64 = ''] = /-----BEGIN RSA PRIVATE KEY-----\n([^-]+)/.exec(pem.toString()) ?? []
      const lastLines = base64.trim().split('\n').slice(-6)
      const der = Buffer.from(base64, 'base64')
      for (const secret of [...lastLines, der.subarray(-64)]) {
        expect(files.some((bytes) => bytes.includes(secret))).toBe(false)
      }
    }

    const again = await startEmulator({ dataDir })
    const reopened = cmOf(clientFor(again), sandbox)
    for (const [name, bytes] of [
      ['a.com', generated],
      ['b.com', generated],
      ['test.nhn.com', seeded],
    ] as const) {
      expect((await reopened.download(name)).bytes.equals(bytes)).toBe(true)
    }
    await again.close()
  } finally {
    rmSync(dataDir, { recursive: true })
  }
})
