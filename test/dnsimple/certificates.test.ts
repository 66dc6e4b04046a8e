import { createPublicKey } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import { useServer } from '../helpers/server.js'
import { dnsimpleSandbox } from './client.js'

const server = await useServer()

type DnsimpleSandbox = Awaited<ReturnType<typeof dnsimpleSandbox>>

/** What `openssl verify` says about the download, with the root of the chain from the console. */
async function verify(sandbox: DnsimpleSandbox, id: number, hostname: string, at: string): Promise<string> {
  const { body } = await sandbox.get(`/1010/domains/example.com/certificates/${id}/download`).expect(200)
  const { items } = (await sandbox.console.get('/roots').expect(200)).body as { items: { pem: string }[] }
  return inTemporaryDirectory((path) => {
    writeFileSync(path('roots.pem'), items.map(({ pem }) => pem).join(''))
    writeFileSync(path('chain.pem'), body.data.chain.join('\n'))
    writeFileSync(path('leaf.pem'), body.data.server)
    const time = String(Date.parse(at) / 1000)
    return openssl([
      ...['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', hostname, '-attime', time],
      ...['-CAfile', path('roots.pem'), '-untrusted', path('chain.pem'), path('leaf.pem')],
    ]).replace(path(''), '')
  })
}

const subjectAltNames = (pem: string) =>
  openssl(['x509', '-noout', '-ext', 'subjectAltName'], pem).match(/DNS:[^\s,]+/g)

test('an issued certificate has its facts in the order of the wire', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const id = await sandbox.orderAndIssue()
  const { text, body } = await sandbox.get(`/1010/domains/example.com/certificates/${id}`).expect(200)
  const { csr } = body.data
  expect(text).toBe(
    JSON.stringify({
      data: {
        id,
        domain_id: 1,
        name: 'www',
        common_name: 'www.example.com',
        years: 1,
        csr,
        state: 'issued',
        auto_renew: false,
        alternate_names: [],
        authority_identifier: 'letsencrypt',
        created_at: '2026-01-01T00:00:00Z',
        updated_at: '2026-01-01T00:00:02Z',
        expires_at: '2026-03-31T23:00:01Z',
        expires_on: '2026-03-31',
      },
    }),
  )
})

test('the chain of a certificate satisfies openssl, and key, CSR and certificate belong together', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const id = await sandbox.orderAndIssue()
  expect(await verify(sandbox, id, 'example.com', '2026-01-02T00:00:00Z')).toMatch(/leaf\.pem: OK/)
  const path = `/1010/domains/example.com/certificates/${id}`
  const { data: download } = (await sandbox.get(`${path}/download`).expect(200)).body
  const { data: key } = (await sandbox.get(`${path}/private_key`).expect(200)).body
  const { data: certificate } = (await sandbox.get(path).expect(200)).body

  expect(Object.keys(download)).toEqual(['server', 'root', 'chain'])
  expect(download.root).toBeNull()
  expect(download.server).toMatch(/-----END CERTIFICATE-----\n$/)
  expect(download.chain).toEqual([expect.stringMatching(/-----END CERTIFICATE-----$/)])
  expect(Object.keys(key)).toEqual(['private_key'])
  expect(key.private_key).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/)
  const publicKey = createPublicKey(key.private_key).export({ type: 'spki', format: 'pem' })
  expect(openssl(['x509', '-noout', '-pubkey'], download.server)).toBe(publicKey)
  expect(openssl(['req', '-noout', '-verify', '-pubkey'], certificate.csr)).toContain(String(publicKey))
  expect(openssl(['x509', '-noout', '-dates', '-subject', '-issuer'], download.server)).toBe(
    [
      'notBefore=Dec 31 23:00:02 2025 GMT',
      'notAfter=Mar 31 23:00:01 2026 GMT',
      'subject=CN = www.example.com',
      "issuer=C = US, O = Certulator Emulator (not Let's Encrypt), CN = Emulator Intermediate E1",
      '',
    ].join('\n'),
  )
})

test('an RSA certificate has an RSA chain and a PKCS#1 key', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const id = await sandbox.orderAndIssue({ signature_algorithm: 'rsa' })
  expect(await verify(sandbox, id, 'www.example.com', '2026-01-02T00:00:00Z')).toMatch(/leaf\.pem: OK/)
  const path = `/1010/domains/example.com/certificates/${id}`
  const { data } = (await sandbox.get(`${path}/private_key`).expect(200)).body
  expect(data.private_key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/)
  const download = (await sandbox.get(`${path}/download`).expect(200)).body.data
  for (const pem of [download.server, ...download.chain]) {
    expect(openssl(['x509', '-noout', '-text'], pem)).toContain('sha256WithRSAEncryption')
  }
  expect(openssl(['x509', '-noout', '-text'], download.server)).toContain('Public-Key: (2048 bit)')
})

const names = [
  ['the default name covers www and the apex', {}, 'www.example.com', ['example.com', 'www.example.com']],
  ['the empty name is the apex alone', { name: '' }, 'example.com', ['example.com']],
  ['a custom name covers itself', { name: 'esx-1.dc1' }, 'esx-1.dc1.example.com', ['esx-1.dc1.example.com']],
  ['a wildcard does not cover the apex', { name: '*' }, '*.example.com', ['*.example.com']],
  ['a wildcard can be deeper', { name: '*.sub' }, '*.sub.example.com', ['*.sub.example.com']],
  [
    'alternate names come besides',
    { name: 'api', alternate_names: ['docs.example.com', 'example.com', 'docs.example.com'] },
    'api.example.com',
    ['api.example.com', 'docs.example.com', 'example.com'],
  ],
  [
    'explicit nulls are defaults',
    { name: null, alternate_names: null, auto_renew: null, contact_id: 5 },
    'www.example.com',
    ['example.com', 'www.example.com'],
  ],
] as const

test.each(names)('%s', async (_title, order, commonName, covered) => {
  const sandbox = await dnsimpleSandbox(server)
  const id = await sandbox.orderAndIssue(order)
  const path = `/1010/domains/example.com/certificates/${id}`
  const { data } = (await sandbox.get(path).expect(200)).body
  expect(data.common_name).toBe(commonName)
  expect(data.alternate_names).toEqual([
    ...new Set('alternate_names' in order ? (order.alternate_names ?? []) : []),
  ])
  const download = (await sandbox.get(`${path}/download`).expect(200)).body.data
  expect(
    subjectAltNames(download.server)
      ?.map((name) => name.slice(4))
      .sort(),
  ).toEqual([...covered].sort())
  expect(openssl(['req', '-noout', '-subject'], data.csr)).toBe(`subject=CN = ${commonName}\n`)
  // The CSR for one name says it in the subject alone.
  const inRequest = openssl(['req', '-noout', '-text'], data.csr).match(/DNS:[^\s,]+/g)
  expect(inRequest?.length ?? 0).toBe(covered.length === 1 ? 0 : covered.length)
})

test('a name that is too long for a common name stands in the alternative names', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const id = await sandbox.orderAndIssue({ name: 'a'.repeat(63) })
  expect(await verify(sandbox, id, `${'a'.repeat(63)}.example.com`, '2026-01-02T00:00:00Z')).toMatch(/OK/)
})

test('the CSR is there as soon as the certificate is requested', async () => {
  const sandbox = await dnsimpleSandbox(server, { settings: { issuanceDelay: 'manual' } })
  const id = await sandbox.order()
  const path = `/1010/domains/example.com/certificates/letsencrypt/${id}/issue`
  const { body } = await sandbox.post(path).expect(202)
  expect(body.data).toMatchObject({ state: 'requesting', csr: null, expires_at: null, expires_on: null })
  const { data } = (await sandbox.get(`/1010/domains/example.com/certificates/${id}`).expect(200)).body
  expect(data).toEqual({ ...body.data, csr: expect.stringMatching(/-----END CERTIFICATE REQUEST-----\n$/) })
  const key = await sandbox.get(`/1010/domains/example.com/certificates/${id}/private_key`)
  expect({ status: key.status, body: key.body }).toEqual({
    status: 428,
    body: { message: 'Private key not present' },
  })
})

test.each([
  ['nothing', undefined],
  ['null', null],
  ['an empty object', {}],
  ['an empty array', []],
])('orders, issues and renews with %s as its body', async (_name, body) => {
  const sandbox = await dnsimpleSandbox(server)
  const path = '/1010/domains/example.com/certificates/letsencrypt'
  const order = await sandbox.post(path, body).expect(201)
  const { id } = order.body.data
  await sandbox.post(`${path}/${id}/issue`, body).expect(202)
  const renewal = await sandbox.post(`${path}/${id}/renewals`, body).expect(201)
  const renewing = await sandbox
    .post(`${path}/${id}/renewals/${renewal.body.data.id}/issue`, body)
    .expect(202)
  expect(renewing.body.data).toMatchObject({ id: renewal.body.data.new_certificate_id, state: 'requesting' })
})

test('a body-less POST needs no content type', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const answer = await fetch(`${server.url}/v2/1010/domains/example.com/certificates/letsencrypt`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandbox.token}` },
  })
  expect(answer.status).toBe(201)
})

test('orders and renewals are answered in the order of the wire', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const path = '/1010/domains/example.com/certificates/letsencrypt'
  const order = await sandbox.post(path, { auto_renew: true }).expect(201)
  const { id } = order.body.data
  const times = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' }
  expect(order.text).toBe(
    JSON.stringify({ data: { id, certificate_id: id, state: 'new', auto_renew: true, ...times } }),
  )
  const renewal = await sandbox.post(`${path}/1/renewals`, { auto_renew: true }).expect(201)
  const newId = renewal.body.data.new_certificate_id
  expect(renewal.text).toBe(
    JSON.stringify({
      data: {
        id: 65082,
        old_certificate_id: 1,
        new_certificate_id: newId,
        state: 'new',
        auto_renew: true,
        ...times,
      },
    }),
  )
  const { body } = await sandbox.get(`/1010/domains/example.com/certificates/${newId}`).expect(200)
  expect(body.data).toMatchObject({ state: 'new', name: 'www', auto_renew: true, csr: null })
})

test('a renewal takes over the names, has a key of its own, and leaves the old certificate as it was', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const base = '/1010/domains/example.com/certificates'
  const id = await sandbox.orderAndIssue({ name: 'api', alternate_names: ['docs.example.com'] })
  const old = (await sandbox.get(`${base}/${id}`)).body
  const renewal = (await sandbox.post(`${base}/letsencrypt/${id}/renewals`).expect(201)).body.data
  await sandbox.post(`${base}/letsencrypt/${id}/renewals/${renewal.id}/issue`).expect(202)
  const again = await sandbox.post(`${base}/letsencrypt/${id}/renewals/${renewal.id}/issue`)
  expect({ status: again.status, body: again.body }).toEqual({
    status: 400,
    body: { message: 'api.example.com may not be issued at this time', errors: {} },
  })
  await sandbox.advance('PT2S')
  expect((await sandbox.get(`${base}/${id}`)).body).toEqual(old)
  const renewed = (await sandbox.get(`${base}/${renewal.new_certificate_id}`)).body.data
  expect(renewed).toMatchObject({
    state: 'issued',
    common_name: 'api.example.com',
    alternate_names: ['docs.example.com'],
  })
  expect(openssl(['req', '-noout', '-pubkey'], renewed.csr)).not.toBe(
    openssl(['req', '-noout', '-pubkey'], old.data.csr),
  )
})

test('lists sort by several keys, with nulls as PostgreSQL has them', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const api = await sandbox.orderAndIssue({ name: 'api' })
  const docs = await sandbox.order({ name: 'docs' })
  const more = await sandbox.order({ name: 'api' })
  const ids = async (sort: string) => {
    const { body } = await sandbox.get(
      `/1010/domains/example.com/certificates?sort=${encodeURIComponent(sort)}`,
    )
    return body.data.map(({ id }: { id: number }) => id)
  }
  expect(await ids('id:desc')).toEqual([more, docs, api, 1])
  expect(await ids('id')).toEqual([1, api, docs, more])
  expect(await ids('common_name:asc,id:asc')).toEqual([api, more, docs, 1])
  expect(await ids('common_name:desc,id:desc')).toEqual([1, docs, more, api])
  expect(await ids('expiration:asc,id:asc')).toEqual([1, api, docs, more])
  expect(await ids('expiration:desc,id:asc')).toEqual([docs, more, api, 1])
  // Unknown fields and directions are ignored.
  expect(await ids('color:asc,id:sideways')).toEqual([more, docs, api, 1])
})

test('pages are bounded, and bad numbers fall back to the defaults', async () => {
  const sandbox = await dnsimpleSandbox(server)
  for (let count = 0; count < 4; count++) await sandbox.order()
  const page = async (query: string) => {
    const { body } = await sandbox.get(`/1010/domains/example.com/certificates?${query}`).expect(200)
    return { rows: body.data.length as number, ...body.pagination }
  }
  const total = { total_entries: 5, total_pages: 1 }
  expect(await page('per_page=2&page=3')).toEqual({
    rows: 1,
    current_page: 3,
    per_page: 2,
    total_entries: 5,
    total_pages: 3,
  })
  expect(await page('per_page=100')).toEqual({ rows: 5, current_page: 1, per_page: 100, ...total })
  expect(await page('per_page=5000')).toEqual({ rows: 5, current_page: 1, per_page: 100, ...total })
  expect(await page('page=0&per_page=-1')).toEqual({ rows: 5, current_page: 1, per_page: 30, ...total })
  expect(await page('page=x&page=2&foo=bar')).toEqual({ rows: 5, current_page: 1, per_page: 30, ...total })
  expect(await page('page=999999999')).toEqual({ rows: 0, current_page: 999999999, per_page: 30, ...total })
  const { body } = await sandbox.get('/1010/domains/bingo.pizza/certificates?page=2')
  expect(body).toEqual({
    data: [],
    pagination: { current_page: 2, per_page: 30, total_entries: 1, total_pages: 1 },
  })
})

test('a list without entries has one page', async () => {
  const sandbox = await dnsimpleSandbox(server)
  await sandbox.post('/1010/domains', { name: 'fresh.example' }).expect(201)
  expect((await sandbox.get('/1010/domains/fresh.example/certificates').expect(200)).body).toEqual({
    data: [],
    pagination: { current_page: 1, per_page: 30, total_entries: 0, total_pages: 1 },
  })
})

test('contact_id comes back by setting, behind domain_id', async () => {
  const sandbox = await dnsimpleSandbox(server, { settings: { 'dnsimple.contactId': 'include' } })
  const { text } = await sandbox.get('/1010/domains/bingo.pizza/certificates/101967').expect(200)
  expect(text).toContain('{"data":{"id":101967,"domain_id":289333,"contact_id":2511,"name":"www",')
})

test('domains are found by id, by name whatever its case, and by their Unicode name', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const { body } = await sandbox.post('/1010/domains', { name: 'Bücher.Example' }).expect(201)
  expect(body.data).toEqual({
    id: 289334,
    account_id: 1010,
    registrant_id: null,
    name: 'xn--bcher-kva.example',
    unicode_name: 'bücher.example',
    state: 'hosted',
    auto_renew: false,
    private_whois: false,
    trustee: false,
    expires_on: null,
    expires_at: null,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
  })
  for (const name of ['289334', 'XN--bcher-kva.example', encodeURIComponent('bücher.example')]) {
    expect((await sandbox.get(`/1010/domains/${name}`).expect(200)).body).toEqual(body)
  }
})

test('domains are listed by name, filtered, sorted and removed with their certificates', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const names = async (query = '') => {
    const { body } = await sandbox.get(`/1010/domains${query}`).expect(200)
    return body.data.map(({ name }: { name: string }) => name)
  }
  expect(await names()).toEqual(['bingo.pizza', 'dnsimple.us', 'example.com'])
  expect(await names('?sort=id:desc')).toEqual(['bingo.pizza', 'dnsimple.us', 'example.com'])
  expect(await names('?sort=id')).toEqual(['example.com', 'dnsimple.us', 'bingo.pizza'])
  expect(await names('?name_like=EX')).toEqual(['example.com'])
  expect(await names('?registrant_id=2511')).toEqual(['bingo.pizza'])
  expect(await names('?per_page=1&page=2')).toEqual(['dnsimple.us'])
  const id = await sandbox.order(undefined, 'bingo.pizza')
  await sandbox.issue(id, 'bingo.pizza')
  await sandbox.delete('/1010/domains/bingo.pizza').expect(204)
  expect(await names()).toEqual(['dnsimple.us', 'example.com'])
  // The issuance that was under way went with it.
  const { ran } = await sandbox.advance('PT2S')
  expect(ran).toEqual([])
})
