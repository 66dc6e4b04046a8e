import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import supertest from 'supertest'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/folder.js'
import { startProcess } from '../helpers/process.js'
import { clientFor } from '../helpers/server.js'
import { type Delivery, dnsimpleSandbox, receiver } from './client.js'

test('deliveries and certificates survive a restart, and the schedule goes on', async () => {
  const dataDir = temporaryFolder()
  const hook = await receiver((count) => (count <= 3 ? 500 : 200))
  const before = await startProcess(['--data-dir', dataDir])
  const sandbox = await dnsimpleSandbox(clientFor(before))
  await sandbox.post('/1010/webhooks', { url: hook.url }).expect(201)
  await sandbox.settle()
  const id = await sandbox.order()
  await sandbox.issue(id)
  await sandbox.advance('PT20S')
  expect(hook.received.map(({ event }) => event)).toEqual([
    'webhook.create',
    'certificate.issue',
    'webhook.create',
    'certificate.issue',
  ])
  await before.stop()

  const after = await startProcess(['--data-dir', dataDir])
  const control = supertest(`${after.url}/_emulator/sandboxes/${sandbox.id}`)
  const { body } = await control.get('/webhooks').expect(200)
  expect((body.items as Delivery[]).map(({ state, attempts }) => [state, attempts.length])).toEqual([
    ['pending', 2],
    ['delivered', 2],
  ])
  await control.post('/clock/advance').send({ by: 'PT2H' }).expect(200)
  expect(hook.received.map(({ event }) => event).slice(4)).toEqual(['webhook.create'])
  const key = await supertest(after.url)
    .get(`/v2/1010/domains/example.com/certificates/${id}/private_key`)
    .auth(sandbox.token, { type: 'bearer' })
  expect(key.status).toBe(200)
  await after.stop()
})

test('the URL of a webhook lies nowhere in clear', async () => {
  const dataDir = temporaryFolder()
  const running = await startProcess(['--data-dir', dataDir])
  const sandbox = await dnsimpleSandbox(clientFor(running))
  const url = 'http://somebody:hidden-in-the-url@127.0.0.1:1/'
  await sandbox.post('/1010/webhooks', { url }).expect(201)
  await sandbox.settle()
  expect((await sandbox.deliveries()).map(({ request }) => request.url)).toEqual([url])
  await running.stop()
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
  expect(files.length).toBeGreaterThan(1)
  for (const { parentPath, name } of files) {
    expect(readFileSync(join(parentPath, name)).includes('hidden-in-the-url')).toBe(false)
  }
})

test('with a running clock a certificate is issued, and told, by itself', async () => {
  const hook = await receiver()
  const running = await startProcess(['--issuance-delay', 'PT0.2S'])
  const sandbox = await dnsimpleSandbox(clientFor(running), { clock: { mode: 'system' } })
  await sandbox.post('/1010/webhooks', { url: hook.url }).expect(201)
  const id = await sandbox.order()
  await sandbox.issue(id)
  await expect.poll(() => sandbox.state(id), { timeout: 10_000 }).toBe('issued')
  await expect
    .poll(() => hook.received.map(({ event }) => event), { timeout: 10_000 })
    .toEqual(['webhook.create', 'certificate.issue'])
  await running.stop()
})

test('a delivery that a stop interrupts is posted again after the restart', async () => {
  const dataDir = temporaryFolder()
  // No answer to the first.
  const hook = await receiver((count) => (count === 1 ? 0 : 200))
  const before = await startProcess(['--data-dir', dataDir])
  const sandbox = await dnsimpleSandbox(clientFor(before))
  await sandbox.post('/1010/webhooks', { url: hook.url }).expect(201)
  await expect.poll(() => hook.received.length, { timeout: 10_000 }).toBe(1)
  expect((await before.stop()).code).toBe(0)

  const after = await startProcess(['--data-dir', dataDir])
  await expect.poll(() => hook.received.length, { timeout: 10_000 }).toBe(2)
  expect(hook.received[1]?.text).toBe(hook.received[0]?.text)
  const { body } = await supertest(after.url).get(`/_emulator/sandboxes/${sandbox.id}/webhooks`).expect(200)
  expect((body.items as Delivery[]).length).toBe(1)
  await after.stop()
})
