import { expect, test } from 'vitest'
import { openssl } from '../helpers/openssl.js'
import { useServer } from '../helpers/server.js'
import { dnsimpleSandbox, receiver } from './client.js'

const server = await useServer()
const BASE = '/1010/domains/example.com/certificates'

/** Where the certificate says that its revocations are. */
function crlUrlOf(pem: string): string {
  const [, url = ''] = /URI:(http\S+\.crl)/.exec(openssl(['x509', '-noout', '-text'], pem)) ?? []
  return url
}

interface Wire {
  readonly id: number
  readonly state: string
  readonly auto_renew: boolean
  readonly created_at: string
  readonly expires_at: string | null
}

test('auto-renewal makes a new certificate 30 days before the expiry, and tells its webhooks in order', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const hook = await receiver()
  await sandbox.post('/1010/webhooks', { url: hook.url }).expect(201)
  const id = await sandbox.orderAndIssue({ auto_renew: true })
  const old = (await sandbox.get(`${BASE}/${id}`)).body
  await sandbox.advance('P60D')

  const { body } = await sandbox.get(BASE).expect(200)
  const [renewed] = body.data as Wire[]
  expect(body.data.map((each: Wire) => each.id)).toEqual([id + 1, id, 1])
  expect(renewed).toMatchObject({
    id: id + 1,
    state: 'issued',
    auto_renew: true,
    created_at: '2026-03-01T23:00:01Z',
    expires_at: '2026-05-30T22:00:02Z',
  })
  expect((await sandbox.get(`${BASE}/${id}`)).body).toEqual(old)
  expect(hook.received.map(({ event }) => event)).toEqual([
    'webhook.create',
    'certificate.issue',
    'certificate.issue',
  ])
  const told = hook.received
    .slice(1)
    .map(({ text }) => (JSON.parse(text) as { data: { certificate: Wire } }).data)
  expect(told).toEqual([{ certificate: old.data }, { certificate: renewed }])
})

test('auto-renewal goes on with the renewed certificate', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const id = await sandbox.orderAndIssue({ auto_renew: true })
  await sandbox.advance('P365D')
  const { body } = await sandbox.get(`${BASE}?sort=id:asc`).expect(200)
  const states = (body.data as Wire[]).filter((each) => each.id >= id).map(({ state }) => state)
  // Every 59 days, 23 hours and some.
  expect(states).toEqual(Array.from({ length: 7 }, () => 'issued'))
})

test('a failing auto-renewal is tried again every day, with an event each time, until it works', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const hook = await receiver()
  const id = await sandbox.orderAndIssue({ auto_renew: true })
  await sandbox.post('/1010/webhooks', { url: hook.url }).expect(201)
  await sandbox.console.patch('/domains/1').send({ secondaryDns: true }).expect(200)
  await sandbox.advance('P62D')
  await sandbox.console.patch('/domains/1').send({ secondaryDns: false }).expect(200)
  await sandbox.advance('P3D')
  expect(hook.received.map(({ event }) => event)).toEqual([
    'webhook.create',
    'certificate.auto_renewal_failed',
    'certificate.auto_renewal_failed',
    'certificate.auto_renewal_failed',
    'certificate.issue',
  ])
  const ids = hook.received.slice(1).map(({ text }) => {
    const { data } = JSON.parse(text) as { data: { certificate: Wire } }
    return data.certificate.id
  })
  expect(ids).toEqual([id, id, id, id + 4])
  const { body } = await sandbox.get(`${BASE}?sort=id:asc`)
  const made = (body.data as Wire[]).filter((each) => each.id > id)
  expect(made.map(({ state, created_at }) => [state, created_at])).toEqual([
    ['failed', '2026-03-01T23:00:01Z'],
    ['failed', '2026-03-02T23:00:01Z'],
    ['failed', '2026-03-03T23:00:01Z'],
    ['issued', '2026-03-04T23:00:01Z'],
  ])
})

test('auto-renewal gives up when the certificate has expired', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const id = await sandbox.orderAndIssue({ auto_renew: true })
  await sandbox.console.patch('/domains/1').send({ delegated: false }).expect(200)
  await sandbox.advance('P200D')
  const { body } = await sandbox.get(`${BASE}?per_page=100`)
  const failed = (body.data as Wire[]).filter(({ state }) => state === 'failed')
  expect(failed.length).toBe(30)
  expect(await sandbox.state(id)).toBe('issued')
})

test('an unpaid account, or one whose plan lost the feature, fails to renew without an order', async () => {
  const sandbox = await dnsimpleSandbox(server)
  await sandbox.orderAndIssue({ name: 'api', auto_renew: true })
  await sandbox.console.patch('/accounts/1010').send({ planIdentifier: 'solo-v1-monthly' }).expect(200)
  await sandbox.post('/1010/webhooks', { url: (await receiver()).url }).expect(201)
  await sandbox.advance('P60D')
  expect((await sandbox.deliveries()).map(({ event }) => event)).toEqual([
    'webhook.create',
    'certificate.auto_renewal_failed',
  ])
  expect((await sandbox.get(BASE)).body.pagination.total_entries).toBe(2)
})

test('the console switches auto-renewal, and the change counts from then on', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const hook = await receiver()
  await sandbox.post('/1010/webhooks', { url: hook.url }).expect(201)
  const id = await sandbox.orderAndIssue({ auto_renew: true })
  const toggle = (autoRenew: boolean) => sandbox.console.patch(`/certificates/${id}`).send({ autoRenew })
  expect((await toggle(false).expect(200)).body.certificate).toMatchObject({ id, auto_renew: false })
  await sandbox.advance('P80D')
  expect((await sandbox.get(BASE)).body.pagination.total_entries).toBe(2)
  await toggle(true).expect(200)
  await toggle(true).expect(200)
  await sandbox.advance('PT1M')
  expect((await sandbox.get(BASE)).body.pagination.total_entries).toBe(3)
  expect(hook.received.map(({ event }) => event)).toEqual([
    'webhook.create',
    'certificate.issue',
    'certificate.auto_renewal_disable',
    'certificate.auto_renewal_enable',
    'certificate.issue',
  ])
  const actor = (index: number) =>
    (JSON.parse(hook.received[index]?.text ?? '{}') as { actor: unknown }).actor
  expect(actor(1)).toEqual({ id: 'system', entity: 'dnsimple', pretty: 'support@dnsimple.com' })
  expect(actor(2)).toEqual({ id: '1', entity: 'user', pretty: 'example-user@example.com' })
  await sandbox.advance('P20D')
  await toggle(false).expect(200)
  const { status, body } = await toggle(true)
  expect({ status, detail: body.detail }).toEqual({
    status: 409,
    detail: `The certificate ${id} has expired: automatic renewal cannot be enabled`,
  })
})

const causes = [
  ['delegation', { delegated: false }],
  ['Secondary DNS', { secondaryDns: true }],
  ['a CAA record', { caa: ['pki.example'] }],
  ['broken DNSSEC', { dnssecBroken: true }],
] as const

test.each(causes)('%s keeps the CA from issuing, without an event', async (_name, change) => {
  const sandbox = await dnsimpleSandbox(server)
  await sandbox.post('/1010/webhooks', { url: (await receiver()).url }).expect(201)
  const id = await sandbox.order()
  await sandbox.console.patch('/domains/example.com').send(change).expect(200)
  await sandbox.issue(id)
  await sandbox.advance('PT2S')
  const { body } = await sandbox.get(`${BASE}/${id}`)
  expect(body.data).toMatchObject({
    state: 'failed',
    updated_at: '2026-01-01T00:00:02Z',
    expires_at: null,
    expires_on: null,
  })
  expect((await sandbox.get(`${BASE}/${id}/download`)).status).toBe(428)
  expect((await sandbox.deliveries()).map(({ event }) => event)).toEqual(['webhook.create'])
})

test('a CAA record that allows the CA is no hindrance', async () => {
  const sandbox = await dnsimpleSandbox(server)
  await sandbox.console
    .patch('/domains/1')
    .send({ caa: ['pki.example', 'letsencrypt.org'] })
    .expect(200)
  expect(await sandbox.state(await sandbox.orderAndIssue())).toBe('issued')
})

test('the limits of the CA are set from the console; renewals are exempt from the one per domain', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const { body } = await sandbox.console
    .patch('/ca-limits')
    .send({ certificatesPerDomain: 2, duplicateCertificates: 2 })
    .expect(200)
  expect(body).toEqual({ certificatesPerDomain: 2, duplicateCertificates: 2 })
  const first = await sandbox.orderAndIssue({ name: 'a' })
  await sandbox.orderAndIssue({ name: 'b' })
  expect(await sandbox.state(await sandbox.orderAndIssue({ name: 'c' }))).toBe('failed')
  const renew = async () => {
    const { data } = (await sandbox.post(`${BASE}/letsencrypt/${first}/renewals`).expect(201)).body
    await sandbox.post(`${BASE}/letsencrypt/${first}/renewals/${data.id}/issue`).expect(202)
    await sandbox.advance('PT2S')
    return sandbox.state(data.new_certificate_id)
  }
  expect(await renew()).toBe('issued')
  expect(await renew()).toBe('failed')
  await sandbox.advance('P7D')
  expect(await sandbox.state(await sandbox.orderAndIssue({ name: 'c' }))).toBe('issued')
})

test('the documented limits hold when rate limits are on', async () => {
  const sandbox = await dnsimpleSandbox(server, { settings: { rateLimits: 'on' } })
  expect((await sandbox.console.get('/ca-limits')).body).toEqual({
    certificatesPerDomain: 50,
    duplicateCertificates: 5,
  })
  const states: string[] = []
  for (let count = 0; count < 6; count++) states.push(await sandbox.state(await sandbox.orderAndIssue()))
  expect(states).toEqual(['issued', 'issued', 'issued', 'issued', 'issued', 'failed'])
})

test('a delay is waited for to the second', async () => {
  const sandbox = await dnsimpleSandbox(server, { settings: { issuanceDelay: 'PT10M' } })
  const id = await sandbox.order()
  await sandbox.issue(id)
  await sandbox.advance('PT9M59S')
  expect(await sandbox.state(id)).toBe('requesting')
  await sandbox.advance('PT1S')
  expect(await sandbox.state(id)).toBe('issued')
})

test('without a delay the certificate is issued at once, also with a clock that stands', async () => {
  const sandbox = await dnsimpleSandbox(server, { settings: { issuanceDelay: 'PT0S' } })
  const id = await sandbox.order()
  await sandbox.issue(id)
  await sandbox.settle()
  expect(await sandbox.state(id)).toBe('issued')
})

test('with manual issuance the console approves or fails', async () => {
  const sandbox = await dnsimpleSandbox(server, { settings: { issuanceDelay: 'manual' } })
  const [good, bad] = [await sandbox.order(), await sandbox.order()]
  for (const id of [good, bad]) await sandbox.issue(id)
  await sandbox.advance('P1D')
  expect([await sandbox.state(good), await sandbox.state(bad)]).toEqual(['requesting', 'requesting'])
  const approved = await sandbox.console.post(`/certificates/${good}/approve`).expect(200)
  expect(approved.body.certificate).toMatchObject({ state: 'issued', expires_at: '2026-04-01T22:59:59Z' })
  const failed = await sandbox.console.post(`/certificates/${bad}/fail`).send({ reason: 'CAA' }).expect(200)
  expect(failed.body.certificate).toMatchObject({ state: 'failed', expires_at: null })
  for (const [id, action, message] of [
    [good, 'approve', `Cannot approve the certificate ${good}: it is issued, not requesting`],
    [bad, 'fail', `Cannot fail the certificate ${bad}: it is failed, not requesting`],
    [bad, 'cancel', `Cannot cancel the certificate ${bad}: it is failed, not new or requesting`],
    [bad, 'expire', `Cannot expire the certificate ${bad}: it is failed, not issued`],
  ] as const) {
    const { status, body } = await sandbox.console.post(`/certificates/${id}/${action}`)
    expect({ status, body }).toEqual({
      status: 409,
      body: { type: 'about:blank', title: 'Conflict', status: 409, detail: message },
    })
  }
})

test('an order that was cancelled while requesting stays cancelled', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const id = await sandbox.order()
  await sandbox.issue(id)
  const { body } = await sandbox.console.post(`/certificates/${id}/cancel`).expect(200)
  expect(body.certificate.state).toBe('cancelled')
  await sandbox.advance('PT1H')
  expect(await sandbox.state(id)).toBe('cancelled')
})

test('the console lets a certificate expire, bytes and all', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const { body } = await sandbox.console.post('/certificates/1/expire').expect(200)
  expect(body.certificate).toMatchObject({ state: 'issued', expires_at: '2025-12-31T23:59:59Z' })
  const { data } = (await sandbox.get(`${BASE}/1/download`).expect(200)).body
  expect(openssl(['x509', '-noout', '-dates'], data.server)).toBe(
    'notBefore=Dec  2 00:00:00 2025 GMT\nnotAfter=Dec 31 23:59:59 2025 GMT\n',
  )
})

test('what was downloaded before the console let it expire is revoked, and it expires once', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const id = await sandbox.orderAndIssue({ auto_renew: true })
  const { data } = (await sandbox.get(`${BASE}/${id}/download`).expect(200)).body
  await sandbox.console.post(`/certificates/${id}/expire`).expect(200)
  const crl = await fetch(crlUrlOf(data.server))
  const serial = openssl(['x509', '-noout', '-serial'], data.server).trim().replace('serial=', '')
  const list = openssl(['crl', '-inform', 'DER', '-noout', '-text'], Buffer.from(await crl.arrayBuffer()))
  expect(list).toContain(`Serial Number: ${serial}`)
  expect(list.match(/Serial Number/g)).toEqual(['Serial Number'])
  expect(list).toContain('Superseded')
  const again = await sandbox.console.post(`/certificates/${id}/expire`)
  expect({ status: again.status, body: again.body }).toEqual({
    status: 409,
    body: {
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      detail: `Cannot expire the certificate ${id}: it is issued and expired, not issued and valid`,
    },
  })
  // Its renewal is not due any more.
  expect((await sandbox.advance('P90D')).ran).toEqual([])
})

test('auto-renewal that is switched on after a renewal by hand is honoured', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const id = await sandbox.orderAndIssue()
  const { data } = (await sandbox.post(`${BASE}/letsencrypt/${id}/renewals`).expect(201)).body
  await sandbox.post(`${BASE}/letsencrypt/${id}/renewals/${data.id}/issue`).expect(202)
  await sandbox.advance('PT2S')
  await sandbox.console.patch(`/certificates/${id}`).send({ autoRenew: true }).expect(200)
  await sandbox.advance('P60D')
  const list = async () =>
    ((await sandbox.get(`${BASE}?sort=id:asc`)).body.data as Wire[]).map((each) => [each.id, each.state])
  const after = [
    [1, 'issued'],
    [id, 'issued'],
    [id + 1, 'issued'],
    [id + 2, 'issued'],
  ]
  expect(await list()).toEqual(after)

  const toggle = (autoRenew: boolean) => sandbox.console.patch(`/certificates/${id}`).send({ autoRenew })
  await toggle(false).expect(200)
  const refused = await toggle(true)
  expect({ status: refused.status, body: refused.body }).toEqual({
    status: 409,
    body: {
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      detail: `The certificate ${id} was renewed automatically, by the certificate ${id + 2}: automatic renewal can be enabled for that one`,
    },
  })
  expect(await list()).toEqual(after)
})

test('the console tells why the CA refused', async () => {
  const sandbox = await dnsimpleSandbox(server, { settings: { issuanceDelay: 'manual' } })
  const id = await sandbox.order()
  await sandbox.issue(id)
  const failed = await sandbox.console
    .post(`/certificates/${id}/fail`)
    .send({ reason: 'No luck' })
    .expect(200)
  const { data } = (await sandbox.get(`${BASE}/${id}`)).body
  expect(failed.body).toEqual({ certificate: data, failureReason: 'No luck' })
  await sandbox.change({ issuanceDelay: 'PT2S' })
  await sandbox.console
    .patch('/domains/1')
    .send({ caa: ['pki.example'] })
    .expect(200)
  await sandbox.orderAndIssue()
  const { items } = (await sandbox.console.get('/certificates')).body as {
    items: { failureReason: string | null }[]
  }
  expect(items.map(({ failureReason }) => failureReason)).toEqual([
    null,
    null,
    null,
    null,
    'No luck',
    'A CAA record excludes letsencrypt.org',
  ])
})

test.each([
  ['LetsEncrypt.ORG', 'issued'],
  ['letsencrypt.org; validationmethods=dns-01', 'issued'],
  [';', 'failed'],
  ['not-letsencrypt.org', 'failed'],
])('the CAA value "%s" leaves a certificate %s', async (value, state) => {
  const sandbox = await dnsimpleSandbox(server)
  await sandbox.console
    .patch('/domains/1')
    .send({ caa: [value] })
    .expect(200)
  expect(await sandbox.state(await sandbox.orderAndIssue())).toBe(state)
})

test('a plan that was changed leaves nothing to be run', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const id = await sandbox.order({ auto_renew: true })
  await sandbox.issue(id)
  await sandbox.console.post(`/certificates/${id}/cancel`).expect(200)
  const other = await sandbox.order({ auto_renew: true })
  await sandbox.issue(other)
  expect((await sandbox.advance('PT2S')).ran.length).toBe(1)
  await sandbox.console.patch(`/certificates/${other}`).send({ autoRenew: false }).expect(200)
  expect((await sandbox.advance('P90D')).ran).toEqual([])
})

test('an expired certificate stays issued and can be downloaded', async () => {
  const sandbox = await dnsimpleSandbox(server)
  await sandbox.advance('P100D')
  expect(await sandbox.state(1)).toBe('issued')
  await sandbox.get(`${BASE}/1/download`).expect(200)
})

test('a removed private key is gone for good', async () => {
  const sandbox = await dnsimpleSandbox(server)
  await sandbox.get(`${BASE}/1/private_key`).expect(200)
  await sandbox.console.delete('/certificates/1/private-key').expect(204)
  const { status, body } = await sandbox.get(`${BASE}/1/private_key`)
  expect({ status, body }).toEqual({ status: 428, body: { message: 'Private key not present' } })
  await sandbox.get(`${BASE}/1/download`).expect(200)
  const again = await sandbox.console.delete('/certificates/1/private-key')
  expect({ status: again.status, detail: again.body.detail }).toEqual({
    status: 409,
    detail: 'The certificate 1 has no private key any more',
  })
})
