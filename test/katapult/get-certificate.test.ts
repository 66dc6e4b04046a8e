import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import { useServer } from '../helpers/server.js'
import { daysAgo, ISSUED, katapultSandbox, ORGANIZATION, PENDING } from './client.js'

const server = await useServer()

const KEYS = [
  'id',
  'name',
  'additional_names',
  'issuer',
  'state',
  'created_at',
  'expires_at',
  'last_issued_at',
  'issue_error',
  'authorization_method',
  'certificate_api_url',
  'certificate',
  'chain',
  'private_key',
]

const pem = (label: string) =>
  expect.stringMatching(new RegExp(`^-----BEGIN ${label}-----\n[\\s\\S]+-----END ${label}-----\n$`))

test('a certificate has the fourteen keys of the document, in its order', async () => {
  const { get, id } = await katapultSandbox(server)
  const { status, body, text } = await get(`/certificates/${ISSUED}`)
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      certificate: [
        {
          id: ISSUED,
          name: 'test-1.example.com',
          additional_names: ['test1.domain.com'],
          issuer: 'self_signed',
          state: 'issued',
          created_at: daysAgo(30),
          expires_at: daysAgo(-60),
          last_issued_at: daysAgo(30),
          issue_error: null,
          authorization_method: null,
          certificate_api_url: expect.stringMatching(
            new RegExp(`^${server.url}/katapult-certificates/${id}/${ISSUED}/[A-Za-z0-9]{40}$`),
          ),
          certificate: pem('CERTIFICATE'),
          chain: null,
          private_key: pem('RSA PRIVATE KEY'),
        },
      ],
    },
  })
  expect(Object.keys(body.certificate[0])).toEqual(KEYS)
  expect(text).toBe(JSON.stringify(body))
})

test('the live profile sends the certificate without a list around it', async () => {
  const { get, change } = await katapultSandbox(server)
  const documented = await get(`/certificates/${ISSUED}`)
  await change({ 'katapult.profile': 'live' })
  const live = await get(`/certificates/${ISSUED}`)
  expect(live.body).toEqual({ certificate: documented.body.certificate[0] })
  expect(live.headers['content-type']).toBe('application/json')
})

test('the shape of the certificate can be chosen without the profile', async () => {
  const { get, change } = await katapultSandbox(server)
  await change({ 'katapult.certificateShape': 'object' })
  expect((await get(`/certificates/${ISSUED}`)).body.certificate.id).toBe(ISSUED)
  expect((await get('/certificates/none')).body.code).toBe('certificate_not_found')
  await change({ 'katapult.profile': 'live', 'katapult.certificateShape': 'array' })
  expect((await get(`/certificates/${ISSUED}`)).body.certificate[0].id).toBe(ISSUED)
  expect((await get('/certificates/none')).body.error.code).toBe('certificate_not_found')
})

test('the same certificate has the same bytes at every look', async () => {
  const { get } = await katapultSandbox(server)
  const answers = await Promise.all([1, 2, 3, 4].map(() => get(`/certificates/${ISSUED}`)))
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
})

test('every spelling of the path finds the certificate', async () => {
  const { get } = await katapultSandbox(server)
  const query = `certificate%5Bid%5D=${ISSUED}`
  const paths = [
    `/certificates/${ISSUED}`,
    `/certificates/${ISSUED}/`,
    `/certificates/${ISSUED}///`,
    `/certificates/certificate?${query}`,
    `/certificates/:certificate?${query}`,
    `/certificates/%3Acertificate?${query}`,
    `/certificates/_?${query}`,
    `/certificates/certificate?certificate[id]=${ISSUED}`,
    `/certificates/${PENDING}?${query}`,
    `/certificates/_?certificate[id]=${PENDING}&${query}`,
    `/certificates/_?unknown[x][]=1&certificate[other]=1&${query}`,
    `/certificates/_?unknown[a][]=1&unknown[b][][c]=2&unknown[b][][d]=3&=4&[]&unknown[e&${query}`,
  ]
  for (const path of paths) {
    const { status, body } = await get(path)
    expect({ path, status, id: body.certificate?.[0].id }).toEqual({ path, status: 200, id: ISSUED })
  }
})

test('without an argument, the literal path looks for an id of that name', async () => {
  const { get } = await katapultSandbox(server)
  for (const path of ['/certificates/certificate', '/certificates/:certificate', '/certificates/_']) {
    const { status, body } = await get(path)
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'certificate_not_found' })
  }
})

test('an empty or a null id is an id that nobody has', async () => {
  const { get } = await katapultSandbox(server)
  for (const query of ['certificate[id]=', 'certificate[id]', `certificate[id]=${ISSUED.toLowerCase()}`]) {
    const { status, body } = await get(`/certificates/${ISSUED}?${query}`)
    expect({ query, status, code: body.code }).toEqual({ query, status: 404, code: 'certificate_not_found' })
  }
})

test('a JSON body on GET is read, and wins over the query', async () => {
  const { get } = await katapultSandbox(server)
  for (const type of ['application/json', 'application/json; charset=utf-8', 'application/vnd.api+json']) {
    const { body } = await get(`/certificates/_?certificate[id]=${PENDING}`)
      .set('content-type', type)
      .send(JSON.stringify({ certificate: { id: ISSUED }, unknown: [1] }))
    expect({ type, id: body.certificate?.[0].id }).toEqual({ type, id: ISSUED })
  }
})

test('a body that is empty, or JSON but no object, says nothing', async () => {
  const { get } = await katapultSandbox(server)
  for (const body of ['', '[]', '"text"', '12', 'null', '{}', '{"__proto__":{"certificate":{"id":"x"}}}']) {
    const answer = await get(`/certificates/${ISSUED}`).set('content-type', 'application/json').send(body)
    expect({ body, status: answer.status }).toEqual({ body, status: 200 })
  }
})

test('a body of another type is not read', async () => {
  const { get } = await katapultSandbox(server)
  const { status } = await get(`/certificates/${ISSUED}`)
    .set('content-type', 'text/plain')
    .send('{"certificate": nonsense')
  expect(status).toBe(200)
})

test('a form body counts as query', async () => {
  const { get } = await katapultSandbox(server)
  const { body } = await get('/certificates/_')
    .set('content-type', 'application/x-www-form-urlencoded')
    .send(`certificate[id]=${ISSUED}`)
  expect(body.certificate[0].id).toBe(ISSUED)
})

test('_arguments is a JSON object in the query, unless a JSON body was read', async () => {
  const { get } = await katapultSandbox(server)
  const query = `_arguments=${encodeURIComponent(JSON.stringify({ certificate: { id: ISSUED } }))}`
  const { body } = await get(`/certificates/_?certificate[id]=${PENDING}&${query}`)
  expect(body.certificate[0].id).toBe(ISSUED)
  const withBody = await get(`/certificates/${PENDING}?${query}`)
    .set('content-type', 'application/json')
    .send('{}')
  expect(withBody.body.certificate[0].id).toBe(PENDING)
})

test('what is pending has explicit nulls', async () => {
  const { get } = await katapultSandbox(server)
  const { body } = await get(`/certificates/${PENDING}`)
  expect(body).toEqual({
    certificate: [
      {
        id: PENDING,
        name: 'pending.example.com',
        additional_names: [],
        issuer: 'lets_encrypt',
        state: 'pending',
        created_at: expect.any(Number),
        expires_at: null,
        last_issued_at: null,
        issue_error: null,
        authorization_method: null,
        certificate_api_url: expect.any(String),
        certificate: null,
        chain: null,
        private_key: null,
      },
    ],
  })
  expect(Object.keys(body.certificate[0])).toEqual(KEYS)
})

test('the seed has every state and every issuer', async () => {
  const { get } = await katapultSandbox(server)
  const { body } = await get('/organizations/_/certificates?organization[sub_domain]=acme')
  const of = (key: string) =>
    new Set((body.certificates as Record<string, string>[]).map((certificate) => certificate[key]))
  expect(of('state')).toEqual(new Set(['pending', 'issuing', 'issued', 'issue_failed']))
  expect(of('issuer')).toEqual(new Set(['lets_encrypt', 'custom', 'self_signed']))
})

test('a failed renewal keeps what was issued before', async () => {
  const { get } = await katapultSandbox(server)
  const { body } = await get('/certificates/cert_LetsEncrypt00005')
  expect(body.certificate[0]).toMatchObject({
    state: 'issue_failed',
    issue_error: 'The domain could not be verified',
    last_issued_at: daysAgo(85),
    expires_at: daysAgo(-5),
    certificate: pem('CERTIFICATE'),
    private_key: pem('EC PRIVATE KEY'),
  })
})

test('a forgotten certificate API URL is null', async () => {
  const { get } = await katapultSandbox(server)
  const { body } = await get('/certificates/cert_LetsEncrypt00006')
  expect(body.certificate[0].certificate_api_url).toBeNull()
})

test("openssl verifies a Let's Encrypt certificate by its chain and the sandbox's root", async () => {
  const { get, id } = await katapultSandbox(server)
  const { body } = await get('/certificates/cert_LetsEncrypt00001')
  const { certificate, chain, private_key, expires_at, last_issued_at } = body.certificate[0]
  const root = await (await fetch(`${server.url}/pki/${id}/katapult-lets-encrypt-root/ca.pem`)).text()
  inTemporaryDirectory((path) => {
    for (const [name, text] of Object.entries({ root, chain, certificate })) writeFileSync(path(name), text)
    // The sandbox's clock stands in the past of the machine's.
    const at = ['-attime', String(last_issued_at)]
    const files = ['-CAfile', path('root'), '-untrusted', path('chain'), path('certificate')]
    expect(openssl(['verify', ...at, '-x509_strict', ...files])).toContain('OK')
  })
  expect(openssl(['pkey', '-pubout'], private_key)).toBe(openssl(['x509', '-pubkey', '-noout'], certificate))
  const dates = openssl(['x509', '-noout', '-dates', '-dateopt', 'iso_8601'], certificate)
  const iso = (seconds: number) =>
    new Date(seconds * 1000).toISOString().replace('T', ' ').replace('.000', '')
  expect(dates).toBe(`notBefore=${iso(last_issued_at)}\nnotAfter=${iso(expires_at)}\n`)
  expect(openssl(['x509', '-noout', '-ext', 'subjectAltName'], certificate)).toContain(
    'DNS:www.example.com, DNS:example.com',
  )
})

test('a self-signed certificate verifies by itself', async () => {
  const { get } = await katapultSandbox(server)
  const { body } = await get(`/certificates/${ISSUED}`)
  const { certificate, private_key, last_issued_at } = body.certificate[0]
  inTemporaryDirectory((path) => {
    writeFileSync(path('certificate'), certificate)
    const at = ['-attime', String(last_issued_at)]
    expect(openssl(['verify', ...at, '-CAfile', path('certificate'), path('certificate')])).toContain('OK')
  })
  expect(openssl(['rsa', '-pubout'], private_key)).toContain(
    openssl(['x509', '-pubkey', '-noout'], certificate),
  )
})

test('a reset keeps tokens, certificate API URLs and the CA', async () => {
  const sandbox = await katapultSandbox(server)
  const rootOf = async () =>
    (await fetch(`${server.url}/pki/${sandbox.id}/katapult-lets-encrypt-root/ca.pem`)).text()
  const before = await sandbox.get('/certificates/cert_LetsEncrypt00001')
  const root = await rootOf()
  await sandbox.console.post(`/certificates/${ISSUED}/trash`).expect(200)
  await sandbox.reset()
  const after = await sandbox.get('/certificates/cert_LetsEncrypt00001')
  expect(after.body.certificate[0].certificate_api_url).toBe(before.body.certificate[0].certificate_api_url)
  expect(await rootOf()).toBe(root)
  expect((await sandbox.get(`/certificates/${ISSUED}`)).status).toBe(200)
})

test('the default sandbox has the documented tokens', async () => {
  const answer = await fetch(`${server.url}/core/v1/certificates/certificate?certificate[id]=${ISSUED}`, {
    headers: { authorization: 'bearer katapult_full_access_for_local_tests' },
  })
  expect(answer.status).toBe(200)
  const { body } = await server.control.get('/sandboxes/default')
  expect(body.credentials.katapult).toMatchObject({
    baseUrl: `${server.url}/core/v1`,
    apiToken: 'katapult_full_access_for_local_tests',
    organization: ORGANIZATION,
  })
  expect(JSON.stringify(body.credentials)).not.toContain('certificate:')
})
