import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startEmulator } from 'certulator'

const emulator = await startEmulator()
after(() => emulator.close())

test('a certificate is on the list of what expires soon when its time has come', async () => {
  const sandbox = await emulator.sandbox({ clock: { mode: 'frozen', now: '2027-01-01T00:00:00Z' } })
  const { baseUrl, apiKey } = sandbox.credentials.certman
  const certman = async (method, path, body) => {
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
    const answer = await fetch(`${baseUrl}/v1${path}`, { method, headers, body: JSON.stringify(body) })
    return answer.json()
  }
  const expiringSoon = async () => {
    const { certificates } = await certman('GET', '/certificates?expiringInDays=30')
    return certificates.map((certificate) => certificate.common_name)
  }

  const { items } = await sandbox.certman.listCas()
  const { id: caId } = items.find(({ name }) => name === 'Production Intermediate CA')
  await certman('POST', '/certificates', { caId, commonName: 'app.example.com', validityDays: 90 })

  assert.ok(!(await expiringSoon()).includes('app.example.com'))
  await sandbox.clock.advance('P61D')
  assert.ok((await expiringSoon()).includes('app.example.com'))
  await sandbox.remove()
})
