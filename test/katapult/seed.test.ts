import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/folder.js'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import { startEmulator, useServer } from '../helpers/server.js'
import { katapultSandbox, now } from './client.js'

const server = await useServer()

const organization = { id: 'org_0000000000000001', name: 'Acme', subDomain: 'acme' }
const token = { credential: 'apiToken', name: 'Token' }
const certificate = { name: 'a.example.com', issuer: 'lets_encrypt' }

test('an empty section is one organization and one token', async () => {
  const { get, credentials } = await katapultSandbox(server, { seed: 'empty' })
  expect(Object.keys(credentials)).toEqual(['baseUrl', 'apiToken', 'organization'])
  const { status, body } = await get(`/organizations/${credentials.organization}/certificates`)
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      pagination: { current_page: 1, total_pages: 0, total: 0, per_page: 30, large_set: false },
      certificates: [],
    },
  })
})

test('an inline seed keeps the tokens that it has, and a fresh sandbox gets its own', async () => {
  const secret = 'a-token-of-an-inline-seed'
  const seed = { katapult: { organizations: [organization], tokens: [{ ...token, token: secret }] } }
  const first = await katapultSandbox(server, { seed })
  expect(first.token()).toBe(secret)
  expect(first.credentials.organization).toBe(organization.id)
  const [one, two] = [await katapultSandbox(server), await katapultSandbox(server)]
  expect(one.token()).not.toBe(two.token())
  expect(one.token()).not.toBe('katapult_full_access_for_local_tests')
  const taken = await server.control.post('/sandboxes').send({ seed })
  expect(taken.status).toBe(409)
})

test('a seed says when things happened', async () => {
  const seed = {
    katapult: {
      certificates: [
        {
          ...certificate,
          id: 'cert_0000000000000001',
          keyAlgorithm: 'ECDSA-P256',
          authorizationMethod: 'dns',
          createdAt: '2020-10-20T10:45:00Z',
          issuedAt: '2020-10-20T10:45:06Z',
          expiresAt: '2021-01-20T10:45:36Z',
          apiSecret: 'l1XAqAqcuhERLEna4UPvwLJWAj7EtLUYFu67iEgU',
        },
      ],
    },
  }
  const { get, id } = await katapultSandbox(server, { seed })
  const { body } = await get('/certificates/cert_0000000000000001')
  expect(body.certificate[0]).toMatchObject({
    state: 'issued',
    created_at: 1603190700,
    expires_at: 1611139536,
    last_issued_at: 1603190706,
    authorization_method: 'dns',
    certificate_api_url: `${server.url}/katapult-certificates/${id}/cert_0000000000000001/l1XAqAqcuhERLEna4UPvwLJWAj7EtLUYFu67iEgU`,
  })
})

test('a seed can have an uploaded certificate', async () => {
  const upload = inTemporaryDirectory((path) => {
    const files = ['-keyout', path('key'), '-out', path('certificate')]
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '9']
    openssl(['req', '-x509', ...kind, '-subj', '/CN=a.example.com', ...files])
    return {
      certificate: readFileSync(path('certificate'), 'utf8'),
      privateKey: readFileSync(path('key'), 'utf8'),
    }
  })
  const custom = { ...certificate, issuer: 'custom', id: 'cert_0000000000000001', ...upload }
  const { get } = await katapultSandbox(server, { seed: { katapult: { certificates: [custom] } } })
  const { body } = await get('/certificates/cert_0000000000000001')
  expect(body.certificate[0]).toMatchObject({
    certificate: upload.certificate,
    chain: null,
    private_key: upload.privateKey,
    last_issued_at: now,
  })
})

test('what cannot be is refused with its path', async () => {
  const refusal = async (katapult: object) => {
    const { status, body } = await server.control.post('/sandboxes').send({ seed: { katapult } })
    expect(status).toBe(422)
    return body.errors as { path: string; message: string }[]
  }
  expect(await refusal({ certificates: [{ ...certificate, name: 'not a name' }] })).toEqual([
    {
      path: 'seed.katapult.certificates[0].name',
      message: 'must be a host name; a wildcard can be its left-most label only',
    },
  ])
  expect(await refusal({ certificates: [{ ...certificate, state: 'issue_failed' }] })).toEqual([
    { path: 'seed.katapult.certificates[0].issueError', message: 'goes with the state "issue_failed"' },
  ])
  expect(await refusal({ certificates: [{ ...certificate, certificate: 'x', privateKey: 'y' }] })).toEqual([
    { path: 'seed.katapult.certificates[0].certificate', message: 'is for custom certificates' },
  ])
  expect(
    await refusal({
      certificates: [{ ...certificate, issuer: 'custom', certificate: 'x', privateKey: 'y' }],
    }),
  ).toEqual([
    { path: 'seed.katapult.certificates[0].certificate', message: 'must be an X.509 certificate in PEM' },
  ])
  expect(await refusal({ certificates: [{ ...certificate, id: 'cert_1' }] })).toEqual([
    {
      path: 'seed.katapult.certificates[0].id',
      message: 'must be "cert_" and 16 letters and digits',
    },
  ])
  expect(await refusal({ tokens: [{ ...token, organization: 'org_x' }] })).toEqual([
    { path: 'seed.katapult.tokens[0].organization', message: 'is none of the organizations' },
  ])
  expect(await refusal({ tokens: [{ name: 'Nameless' }] })).toEqual([
    { path: 'seed.katapult.tokens', message: 'one needs "credential: apiToken"' },
  ])
  expect(await refusal({ organizations: [organization, organization] })).toEqual([
    { path: 'seed.katapult.organizations[1].id', message: 'is there twice' },
    { path: 'seed.katapult.organizations[1].subDomain', message: 'is there twice' },
  ])
})

test('the settings are flags as well', async () => {
  const live = await startEmulator({ 'katapult.profile': 'live', 'katapult.certificateShape': 'array' })
  try {
    const ask = async (id: string) => {
      const headers = { authorization: 'Bearer katapult_full_access_for_local_tests' }
      return (await fetch(`${live.url}/core/v1/certificates/${id}`, { headers })).json()
    }
    expect(await ask('unknown')).toHaveProperty('error.code', 'certificate_not_found')
    expect(await ask('cert_LetsEncrypt00002')).toHaveProperty('certificate.0.state', 'pending')
  } finally {
    await live.close()
  }
})

test('everything is still there after a restart, secrets not readable in the files', async () => {
  const dataDir = temporaryFolder()
  const headers = { authorization: 'Bearer katapult_full_access_for_local_tests' }
  const ask = async (url: string) =>
    (await fetch(`${url}/core/v1/certificates/cert_LetsEncrypt00001`, { headers })).json() as Promise<{
      certificate: [{ certificate_api_url: string; private_key: string }]
    }>
  const first = await startEmulator({ dataDir })
  const before = await ask(first.url)
  await first.close()
  const second = await startEmulator({ dataDir })
  const after = await ask(second.url)
  await second.close()
  const withoutUrl = ({ certificate: [each] }: typeof before) => ({ ...each, certificate_api_url: null })
  expect(withoutUrl(after)).toEqual(withoutUrl(before))
  const key = before.certificate[0].private_key.split('\n')[1]
  const secret = before.certificate[0].certificate_api_url.split('/').at(-1)
  for (const text of contentsBelow(dataDir)) {
    for (const each of [key, secret, 'katapult_full_access_for_local_tests']) expect(text).not.toContain(each)
  }
})

function contentsBelow(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name)
    return statSync(path).isDirectory() ? contentsBelow(path) : [readFileSync(path, 'latin1')]
  })
}
