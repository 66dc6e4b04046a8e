import { writeFileSync } from 'node:fs'
import { createServer as createHttpsServer } from 'node:https'
import { join } from 'node:path'
import supertest from 'supertest'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/folder.js'
import { startProcess } from '../helpers/process.js'
import { clientFor } from '../helpers/server.js'
import { type Delivery, dnsimpleSandbox, receiver, selfSigned } from './client.js'

test('an HTTPS receiver gets its deliveries when the process trusts its certificate', async () => {
  const material = selfSigned()
  const trusted = join(temporaryFolder(), 'receiver.pem')
  writeFileSync(trusted, material.cert)
  const hook = await receiver(() => 200, createHttpsServer(material))
  const running = await startProcess([], { NODE_EXTRA_CA_CERTS: trusted })
  const sandbox = await dnsimpleSandbox(clientFor(running))
  await sandbox.post('/1010/webhooks', { url: hook.url.replace('http:', 'https:') }).expect(201)
  await sandbox.settle()
  expect((await sandbox.deliveries()).map(({ state }) => state)).toEqual(['delivered'])
  expect(hook.received.map(({ event }) => event)).toEqual(['webhook.create'])
  await running.stop()
})

test('beyond loopback, private targets need the setting', async () => {
  const hook = await receiver()
  const token = 'a-control-token-for-this-test'
  const attempt = async (flags: string[]) => {
    const running = await startProcess(['--host', '0.0.0.0', '--control-token', token, ...flags])
    const control = supertest(`${running.url}/_emulator/sandboxes/default`)
    await control
      .put('/clock')
      .auth(token, { type: 'bearer' })
      .send({ mode: 'frozen', now: '2026-01-01T00:00:00Z' })
      .expect(200)
    await supertest(running.url)
      .post('/v2/1010/webhooks')
      .auth('dnsimple_a_full_access_for_local_tests', { type: 'bearer' })
      .send({ url: hook.url })
      .expect(201)
    await control.post('/clock/advance').auth(token, { type: 'bearer' }).send({ by: 'PT0S' }).expect(200)
    const { body } = await control.get('/webhooks').auth(token, { type: 'bearer' }).expect(200)
    await running.stop()
    return (body.items as Delivery[])[0]?.attempts.map(({ status, error }) => ({ status, error }))
  }
  expect(await attempt([])).toEqual([
    {
      status: null,
      error:
        '127.0.0.1 is a private address; the server must be started with --allow-private-webhooks on to post there',
    },
  ])
  expect(hook.received).toEqual([])
  expect(await attempt(['--allow-private-webhooks', 'on'])).toEqual([{ status: 200, error: null }])
})
