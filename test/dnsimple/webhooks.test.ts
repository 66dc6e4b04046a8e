import { createServer as createHttpsServer } from 'node:https'
import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { dnsimpleSandbox, receiver, selfSigned } from './client.js'

const server = await useServer()

/** A sandbox whose account has the webhook, and none of its deliveries left to be told. */
async function withWebhook(url: string) {
  const sandbox = await dnsimpleSandbox(server)
  const { body } = await sandbox.post('/1010/webhooks', { url }).expect(201)
  await sandbox.settle()
  return { ...sandbox, webhook: body.data.id as number }
}

test('a webhook is registered, listed, fetched and removed', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const first = await sandbox.post('/1010/webhooks', { url: 'http://127.0.0.1:9/a' }).expect(201)
  const { id } = first.body.data
  expect(first.text).toBe(`{"data":{"id":${id},"url":"http://127.0.0.1:9/a","suppressed_at":null}}`)
  const second = await sandbox.post('/1010/webhooks', { url: 'http://127.0.0.1:9/b' }).expect(201)
  expect((await sandbox.get('/1010/webhooks').expect(200)).body).toEqual({
    data: [first.body.data, second.body.data],
  })
  expect((await sandbox.get('/1010/webhooks?sort=id:desc')).body.data[0]).toEqual(second.body.data)
  expect((await sandbox.get(`/1010/webhooks/${id}`).expect(200)).body).toEqual(first.body)
  const other = sandbox.as(sandbox.secrets.secondAccessToken ?? '')
  expect((await other.get(`/2020/webhooks/${id}`)).body).toEqual({ message: `Webhook \`${id}\` not found` })
  await sandbox.delete(`/1010/webhooks/${id}`).expect(204)
  expect((await sandbox.get(`/1010/webhooks/${id}`)).status).toBe(404)
  expect((await sandbox.delete(`/1010/webhooks/${id}`)).status).toBe(404)
})

test('an issued certificate is told in the envelope and with the headers of the recordings', async () => {
  const hook = await receiver()
  const sandbox = await withWebhook(hook.url)
  const id = await sandbox.orderAndIssue()
  const { data } = (await sandbox.get(`/1010/domains/example.com/certificates/${id}`)).body
  const { method, path, headers, text } = hook.received.at(-1) ?? { headers: {}, text: '' }
  expect({ method, path }).toEqual({ method: 'POST', path: '/hook' })
  expect(headers['content-type']).toBe('application/json')
  expect(headers['user-agent']).toMatch(/^DNSimple-Webhook-Notifier\/[0-9a-f]{40}$/)
  expect(headers['accept-encoding']).toBe('gzip')
  expect(headers).not.toHaveProperty('authorization')
  const { request_identifier: identifier } = JSON.parse(text) as { request_identifier: string }
  expect(identifier).toMatch(/^[0-9a-f-]{36}$/)
  expect(text).toBe(
    [
      `{"data": {"certificate": {"id": ${id}, "csr": ${JSON.stringify(data.csr)}, "name": "www", `,
      '"state": "issued", "years": 1, "domain_id": 1, "auto_renew": false, ',
      '"created_at": "2026-01-01T00:00:00Z", "expires_at": "2026-03-31T23:00:01Z", "expires_on": "2026-03-31", ',
      '"updated_at": "2026-01-01T00:00:02Z", "common_name": "www.example.com", "alternate_names": [], ',
      '"authority_identifier": "letsencrypt"}}, "name": "certificate.issue", ',
      '"actor": {"id": "system", "entity": "dnsimple", "pretty": "support@dnsimple.com"}, ',
      '"account": {"id": 1010, "display": "Example Account", "identifier": "example-account"}, ',
      `"api_version": "v2", "request_identifier": "${identifier}"}`,
    ].join(''),
  )
})

test('webhooks tell of themselves, in the name of the account or the user', async () => {
  const hook = await receiver()
  const sandbox = await withWebhook(hook.url)
  const asUser = sandbox.as(sandbox.secrets.userAccessToken ?? '')
  const { body } = await asUser.post('/1010/webhooks', { url: 'http://127.0.0.1:9/' }).expect(201)
  await asUser.delete(`/1010/webhooks/${body.data.id}`).expect(204)
  await sandbox.settle()
  const told = hook.received.map(({ text }) => {
    const { name, data, actor } = JSON.parse(text) as Record<string, unknown>
    return { name, data, actor }
  })
  const user = { id: '1', entity: 'user', pretty: 'example-user@example.com' }
  const other = { webhook: { id: body.data.id, url: 'http://127.0.0.1:9/' } }
  expect(told).toEqual([
    {
      name: 'webhook.create',
      data: { webhook: { id: sandbox.webhook, url: hook.url } },
      actor: { id: '1010', entity: 'account', pretty: 'example-account@example.com' },
    },
    { name: 'webhook.create', data: other, actor: user },
    { name: 'webhook.delete', data: other, actor: user },
  ])
})

test('a receiver that answers 500 three times gets the fourth, after 14, 28 and 56 seconds', async () => {
  const hook = await receiver((count) => (count >= 2 && count <= 4 ? 500 : 200))
  const sandbox = await withWebhook(hook.url)
  await sandbox.orderAndIssue()
  expect(hook.received.length).toBe(2)
  const { ran } = await sandbox.advance('PT2H')
  expect(ran.map(({ at, what }) => [at, what])).toEqual([
    ['2026-01-01T00:00:16.000Z', 'webhook delivery'],
    ['2026-01-01T00:00:44.000Z', 'webhook delivery'],
    ['2026-01-01T00:01:40.000Z', 'webhook delivery'],
  ])
  expect(new Set(hook.received.slice(1).map(({ text }) => text)).size).toBe(1)
  const [, delivery] = await sandbox.deliveries()
  expect(delivery).toEqual({
    id: expect.any(String),
    provider: 'dnsimple',
    event: 'certificate.issue',
    webhook: String(sandbox.webhook),
    state: 'delivered',
    createdAt: '2026-01-01T00:00:02.000Z',
    nextAttemptAt: null,
    request: { url: hook.url, headers: expect.any(Object), body: hook.received[1]?.text },
    attempts: [
      { at: '2026-01-01T00:00:02.000Z', status: 500, error: null, answer: 'thanks' },
      { at: '2026-01-01T00:00:16.000Z', status: 500, error: null, answer: 'thanks' },
      { at: '2026-01-01T00:00:44.000Z', status: 500, error: null, answer: 'thanks' },
      { at: '2026-01-01T00:01:40.000Z', status: 200, error: null, answer: 'thanks' },
    ],
  })
})

test.each([201, 204, 302, 404])('%d is no success: only 200 counts', async (status) => {
  const hook = await receiver(() => status)
  const sandbox = await withWebhook(hook.url)
  const [delivery] = await sandbox.deliveries()
  expect(delivery).toMatchObject({
    state: 'pending',
    nextAttemptAt: '2026-01-01T00:00:14.000Z',
    attempts: [{ status }],
  })
})

test('there are ten attempts within two hours, and no more', async () => {
  const hook = await receiver(() => 503)
  const sandbox = await withWebhook(hook.url)
  await sandbox.advance('P1D')
  expect(hook.received.length).toBe(10)
  const [delivery] = await sandbox.deliveries()
  expect(delivery?.state).toBe('failed')
  expect(delivery?.attempts.map(({ at }) => at)).toEqual([
    '2026-01-01T00:00:00.000Z',
    '2026-01-01T00:00:14.000Z',
    '2026-01-01T00:00:42.000Z',
    '2026-01-01T00:01:38.000Z',
    '2026-01-01T00:03:30.000Z',
    '2026-01-01T00:07:14.000Z',
    '2026-01-01T00:14:42.000Z',
    '2026-01-01T00:29:38.000Z',
    '2026-01-01T00:59:30.000Z',
    '2026-01-01T01:59:14.000Z',
  ])
})

test('fifteen failures in a row suppress a webhook, until the console lifts it', async () => {
  const hook = await receiver((count) => (count <= 15 ? 500 : 200))
  const sandbox = await withWebhook(hook.url)
  await sandbox.advance('PT2H')
  await sandbox.orderAndIssue()
  await sandbox.advance('PT3M')
  expect((await sandbox.get(`/1010/webhooks/${sandbox.webhook}`)).body.data.suppressed_at).toBeNull()
  await sandbox.advance('PT1H')
  const { data } = (await sandbox.get(`/1010/webhooks/${sandbox.webhook}`)).body
  expect(data.suppressed_at).toBe('2026-01-01T02:03:32Z')
  // What was under way is given up, and nothing new begins.
  await sandbox.orderAndIssue()
  expect((await sandbox.advance('P1D')).ran).toEqual([])
  expect(hook.received.length).toBe(15)
  expect((await sandbox.deliveries()).map(({ event, state }) => [event, state])).toEqual([
    ['webhook.create', 'failed'],
    ['certificate.issue', 'cancelled'],
  ])

  const { body } = await sandbox.console.post(`/webhooks/${sandbox.webhook}/unsuppress`).expect(200)
  expect(body).toEqual({ webhook: { id: sandbox.webhook, url: hook.url, suppressed_at: null } })
  await sandbox.orderAndIssue()
  expect(hook.received.at(-1)?.event).toBe('certificate.issue')
  expect((await sandbox.deliveries()).at(-1)?.state).toBe('delivered')
})

test('a success in between starts the count of failures anew', async () => {
  const hook = await receiver((count) => (count === 11 ? 200 : 500))
  const sandbox = await withWebhook(hook.url)
  await sandbox.advance('PT2H')
  await sandbox.orderAndIssue()
  await sandbox.orderAndIssue()
  await sandbox.advance('PT2H')
  expect(hook.received.length).toBe(21)
  expect((await sandbox.get(`/1010/webhooks/${sandbox.webhook}`)).body.data.suppressed_at).toBeNull()
})

test('a removed webhook gets nothing more', async () => {
  const hook = await receiver(() => 500)
  const sandbox = await withWebhook(hook.url)
  await sandbox.delete(`/1010/webhooks/${sandbox.webhook}`).expect(204)
  expect((await sandbox.advance('PT2H')).ran).toEqual([])
  expect(hook.received.length).toBe(1)
  const [cancelled] = await sandbox.deliveries()
  expect(cancelled).toMatchObject({ state: 'cancelled', nextAttemptAt: null })
  const { status, body } = await sandbox.redeliver(cancelled?.id ?? '')
  expect({ status, body }).toEqual({
    status: 409,
    body: {
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      detail: `The webhook "${sandbox.webhook}" was removed: nothing can be delivered to it any more`,
    },
  })
  await sandbox.settle()
  expect(hook.received.length).toBe(1)
})

test('a delivery can be posted once more from the control plane', async () => {
  const hook = await receiver((count) => (count <= 10 ? 500 : 200))
  const sandbox = await withWebhook(hook.url)
  await sandbox.advance('PT2H')
  const [failed] = await sandbox.deliveries('?state=failed')
  const answer = await sandbox.redeliver(failed?.id ?? '').expect(202)
  expect(answer.body).toEqual(failed)
  await sandbox.settle()
  const [delivered] = await sandbox.deliveries()
  expect(delivered).toMatchObject({ id: failed?.id, state: 'delivered' })
  expect(delivered?.attempts.at(-1)).toEqual({
    at: '2026-01-01T02:00:00.000Z',
    status: 200,
    error: null,
    answer: 'thanks',
  })
  expect(hook.received.at(-1)?.text).toBe(hook.received[0]?.text)
  await sandbox.advance('P1D')
  expect(hook.received.length).toBe(11)
})

test('a failed redelivery changes neither the state nor the schedule', async () => {
  const hook = await receiver(() => 500)
  const sandbox = await withWebhook(hook.url)
  const [delivery] = await sandbox.deliveries()
  await sandbox.redeliver(delivery?.id ?? '').expect(202)
  await sandbox.settle()
  const [after] = await sandbox.deliveries()
  expect(after).toMatchObject({ state: 'pending', nextAttemptAt: '2026-01-01T00:00:14.000Z' })
  expect(after?.attempts.length).toBe(2)
  await sandbox.advance('PT2H')
  expect(hook.received.length).toBe(11)
})

test('the journal is filtered, bounded, and refuses what it does not know', async () => {
  const hook = await receiver()
  const sandbox = await withWebhook(hook.url)
  await sandbox.orderAndIssue()
  await sandbox.orderAndIssue()
  const events = async (query: string) => (await sandbox.deliveries(query)).map(({ event }) => event)
  expect(await events('?event=certificate.issue')).toEqual(['certificate.issue', 'certificate.issue'])
  expect(await events('?limit=2&provider=dnsimple')).toEqual(['certificate.issue', 'certificate.issue'])
  expect(await events('?provider=certman')).toEqual([])
  const path = `/sandboxes/${sandbox.id}/webhooks`
  await server.control.get(`${path}?limit=0`).expect(400)
  await server.control.get(`${path}?colour=red`).expect(400)
  const { body } = await server.control.post(`${path}/none/redeliver`).expect(404)
  expect(body.detail).toBe('There is no webhook delivery "none"')
})

test('a receiver that is not there is a failure with its reason', async () => {
  const sandbox = await withWebhook('http://127.0.0.1:1/')
  const [delivery] = await sandbox.deliveries()
  expect(delivery?.attempts).toEqual([
    { at: '2026-01-01T00:00:00.000Z', status: null, error: 'connect ECONNREFUSED 127.0.0.1:1', answer: null },
  ])
})

test('over HTTPS the receiver needs a certificate that is trusted', async () => {
  const hook = await receiver(() => 200, createHttpsServer(selfSigned()))
  const sandbox = await withWebhook(hook.url.replace('http:', 'https:'))
  const [delivery] = await sandbox.deliveries()
  expect(delivery?.attempts.map(({ status, error }) => ({ status, error }))).toEqual([
    { status: null, error: 'self-signed certificate' },
  ])
  expect(hook.received).toEqual([])
})
