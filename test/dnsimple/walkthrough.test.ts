import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { request as httpsRequest } from 'node:https'
import { DNSimple } from 'dnsimple'
import { describe, expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { dnsimpleSandbox, receiver } from './client.js'

const server = await useServer()

type Fetcher = NonNullable<NonNullable<ConstructorParameters<typeof DNSimple>[0]>['fetcher']>

/** The client's documented way to bring one's own HTTP. */
const overHttp: Fetcher = async ({ url, method, headers, body }) => {
  const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
  return { status: answer.status, body: await answer.text() }
}

/** What the client does by itself, but that our root is trusted. */
const overHttps =
  (ca: string): Fetcher =>
  ({ url, method, headers, body }) =>
    new Promise((resolve, reject) => {
      const request = httpsRequest(url, { method, headers, ca, agent: false }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
      })
      request.on('error', reject).end(body)
    })

const caOf = async () => (await fetch(`${server.url}/_emulator/ca.pem`)).text()

const transports = [
  ['HTTP', async () => ({ baseUrl: server.url, fetcher: overHttp })],
  ['HTTPS', async () => ({ baseUrl: server.httpsUrl, fetcher: overHttps(await caOf()) })],
] as const

describe.each(transports)('the official client over %s', (_name, transport) => {
  test('walks through orders, issuance, renewal, lists and errors', async () => {
    const sandbox = await dnsimpleSandbox(server)
    const options = await transport()
    const client = new DNSimple({ ...options, accessToken: sandbox.token })
    const { certificates } = client
    const hook = await receiver()

    await expect(new DNSimple({ ...options, accessToken: 'wrong' }).identity.whoami()).rejects.toMatchObject({
      status: 401,
      data: { message: 'Authentication failed' },
    })
    const { data: who } = await client.identity.whoami()
    const account = who.account?.id ?? 0
    expect(who).toMatchObject({ user: null, account: { id: 1010, plan_identifier: 'teams-v1-monthly' } })
    await client.webhooks.createWebhook(account, { url: hook.url })

    const { data: purchase } = await certificates.purchaseLetsencryptCertificate(
      account,
      'bingo.pizza',
      {} as Parameters<typeof certificates.purchaseLetsencryptCertificate>[2],
    )
    const { id } = purchase
    expect(purchase).toEqual({
      id,
      certificate_id: id,
      state: 'new',
      auto_renew: false,
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-01T00:00:00Z',
    })

    const byName = await certificates.getCertificate(account, 'bingo.pizza', id)
    expect(await certificates.getCertificate(account, '289333', id)).toEqual(byName)
    expect(byName.data).toMatchObject({ state: 'new', csr: null, expires_at: null })
    await expect(certificates.downloadCertificate(account, 'bingo.pizza', id)).rejects.toMatchObject({
      status: 428,
      data: { message: 'Certificate not issued' },
    })

    const { data: requested } = await certificates.issueLetsencryptCertificate(account, 'bingo.pizza', id)
    expect(requested).toMatchObject({ id, state: 'requesting', csr: null })
    await expect(certificates.issueLetsencryptCertificate(account, 'bingo.pizza', id)).rejects.toMatchObject({
      status: 400,
      data: { message: 'www.bingo.pizza may not be issued at this time', errors: {} },
    })
    await sandbox.advance('PT2S')

    const { data: issued } = await certificates.getCertificate(account, 'bingo.pizza', id)
    expect(issued).toMatchObject({ state: 'issued', expires_at: '2026-03-31T23:00:01Z' })
    expect(issued.csr).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n/)
    expect(hook.received.map(({ event }) => event)).toEqual(['webhook.create', 'certificate.issue'])
    const { data: bundle } = await certificates.downloadCertificate(account, 'bingo.pizza', id)
    const { data: key } = await certificates.getCertificatePrivateKey(account, 'bingo.pizza', id)
    const leaf = new X509Certificate(bundle.server)
    const [intermediate = ''] = bundle.chain
    expect(leaf.verify(new X509Certificate(intermediate).publicKey)).toBe(true)
    expect(leaf.checkPrivateKey(createPrivateKey(key.private_key))).toBe(true)

    const { data: renewal } = await certificates.purchaseLetsencryptCertificateRenewal(
      account,
      'bingo.pizza',
      id,
      {} as Parameters<typeof certificates.purchaseLetsencryptCertificateRenewal>[3],
    )
    expect(renewal).toMatchObject({ id: 65082, old_certificate_id: id, state: 'new' })
    const newId = renewal.new_certificate_id
    expect(newId).not.toBe(id)
    expect((await certificates.getCertificate(account, 'bingo.pizza', newId)).data.state).toBe('new')
    await expect(
      certificates.issueLetsencryptCertificateRenewal(account, 'bingo.pizza', id, 999),
    ).rejects.toMatchObject({ status: 404, data: { message: 'Certificate renewal `999` not found' } })
    const { data: renewing } = await certificates.issueLetsencryptCertificateRenewal(
      account,
      'bingo.pizza',
      id,
      renewal.id,
    )
    expect(renewing).toMatchObject({ id: newId, state: 'requesting' })
    await sandbox.advance('PT2S')
    const { data: newKey } = await certificates.getCertificatePrivateKey(account, 'bingo.pizza', newId)
    const publicKeyOf = (pem: string) => createPublicKey(pem).export({ type: 'spki', format: 'pem' })
    expect(publicKeyOf(newKey.private_key)).not.toBe(publicKeyOf(key.private_key))

    const { data: all, pagination } = await certificates.listCertificates(account, 'bingo.pizza')
    expect(all.map((each) => each.id)).toEqual([newId, id, 101967])
    expect(pagination).toEqual({ current_page: 1, per_page: 30, total_entries: 3, total_pages: 1 })
    const sorted = await certificates.listCertificates(account, 'bingo.pizza', {
      // The client's types know single keys alone.
      sort: ['expiration:asc', 'id:desc'].join(',') as 'id:desc',
    })
    expect(sorted.data.map((each) => each.id)).toEqual([id, newId, 101967])
    const second = await certificates.listCertificates(account, 'bingo.pizza', { per_page: 1, page: 2 })
    expect(second.data.map((each) => each.id)).toEqual([id])
    expect(second.pagination).toEqual({ current_page: 2, per_page: 1, total_entries: 3, total_pages: 3 })
    expect((await certificates.listCertificates.collectAll(account, 'bingo.pizza')).length).toBe(3)

    await expect(certificates.getCertificate(account, 'bingo.pizza', 0)).rejects.toMatchObject({
      status: 404,
      data: { message: 'Certificate `0` not found' },
    })
    await expect(certificates.listCertificates(account, 'nope.test')).rejects.toMatchObject({
      status: 404,
      data: { message: 'Domain `nope.test` not found' },
    })
    const removed = await sandbox.console.delete(`/certificates/${id}/private-key`)
    expect(removed.status).toBe(204)
    await sandbox.settle()
    await expect(certificates.getCertificatePrivateKey(account, 'bingo.pizza', id)).rejects.toMatchObject({
      status: 428,
      data: { message: 'Private key not present' },
    })
    expect(hook.received.map(({ event }) => event)).toEqual([
      'webhook.create',
      'certificate.issue',
      'certificate.issue',
      'certificate.remove_private_key',
    ])
  })
})

test('the official client finds accounts, domains and webhooks', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const client = new DNSimple({ baseUrl: server.url, fetcher: overHttp, accessToken: sandbox.token })
  const { data: accounts } = await client.accounts.listAccounts()
  expect(accounts.map(({ id }) => id)).toEqual([1010])
  const { data: domain } = await client.domains.createDomain(1010, { name: 'client.example' })
  expect((await client.domains.getDomain(1010, String(domain.id))).data).toEqual(domain)
  expect((await client.domains.listDomains.collectAll(1010)).map(({ name }) => name)).toEqual([
    'bingo.pizza',
    'client.example',
    'dnsimple.us',
    'example.com',
  ])
  await client.domains.deleteDomain(1010, 'client.example')
  const { data: webhook } = await client.webhooks.createWebhook(1010, { url: 'https://webhook.test' })
  expect((await client.webhooks.listWebhooks(1010)).data).toEqual([webhook])
  await client.webhooks.deleteWebhook(1010, webhook.id)
  expect((await client.webhooks.listWebhooks(1010)).data).toEqual([])
})
