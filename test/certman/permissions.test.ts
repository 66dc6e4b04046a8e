import supertest from 'supertest'
import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { certmanClient, INTERMEDIATE, PROTECTED, ROOT } from './client.js'

const server = await useServer()

test('whoami tells user, workspace, key and rights', async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  const all = { canRead: true, canIssue: true, canRevoke: true }
  const { status, body } = await certman.get('/whoami')
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      user: { id: '550e8400-e29b-41d4-a716-446655440000', email: 'user@example.com' },
      workspace: { id: '660e8400-e29b-41d4-a716-446655440001', name: 'My Workspace', slug: 'my-workspace' },
      apiKey: {
        id: '770e8400-e29b-41d4-a716-446655440002',
        name: 'Production Key',
        prefix: sandbox.credentials('certman').apiKey?.slice(0, 7),
      },
      permissions: { [ROOT]: all, [INTERMEDIATE]: all, [PROTECTED]: all },
    },
  })
  const readOnly = { canRead: true, canIssue: false, canRevoke: false }
  const { readOnlyApiKey } = sandbox.credentials('certman')
  const other = await certmanClient(server, sandbox, readOnlyApiKey).get('/whoami')
  expect(other.body.permissions).toEqual({ [ROOT]: readOnly, [INTERMEDIATE]: readOnly })
})

test('no key and a key that is none are 401 on every path that there is', async () => {
  const paths = ['/v1/whoami', '/v1/cas', `/v1/cas/${ROOT}`, `/v1/cas/${ROOT}/chain`, '/v1/certificates']
  for (const path of paths) {
    const missing = await supertest(server.url).get(path)
    expect({ status: missing.status, body: missing.body }).toEqual({
      status: 401,
      body: { error: 'Missing API key: send it as "Authorization: Bearer cm_..."' },
    })
    const invalid = await supertest(server.url).get(path).auth('cm_nobody', { type: 'bearer' })
    expect({ status: invalid.status, body: invalid.body }).toEqual({
      status: 401,
      body: { error: 'Invalid API key' },
    })
  }
  for (const authorization of ['', 'Bearer', 'Bearer ', 'cm_nobody', 'Basic Y21fbm9ib2R5Og==']) {
    const { status } = await supertest(server.url).get('/v1/cas').set('Authorization', authorization)
    expect({ authorization, status }).toEqual({ authorization, status: 401 })
  }
})

test('each right counts alone: 404 for a CA out of reach, 403 for a right that is missing on one in reach', async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  const none = { canRead: false, canIssue: false, canRevoke: false }
  const { certificate } = await certman.issue()
  const outcomes = async (rights: object | undefined) => {
    const { key } = await certman.createKey(
      rights ? { [INTERMEDIATE]: { ...none, ...rights } } : { [ROOT]: none },
    )
    const limited = certmanClient(server, sandbox, key)
    const { certificate: victim } = await certman.issue()
    const answers = [
      await limited.get(`/cas/${INTERMEDIATE}`),
      await limited.get(`/certificates/${certificate.id}`),
      await limited.post('/certificates', { caId: INTERMEDIATE, commonName: 'a.example.com' }),
      await limited.post(`/certificates/${certificate.id}/renew`),
      await limited.post(`/certificates/${victim.id}/revoke`),
    ]
    return answers.map(({ status }) => status)
  }
  expect(await outcomes(undefined)).toEqual([404, 404, 404, 404, 404])
  expect(await outcomes({ canRead: true })).toEqual([200, 200, 403, 403, 403])
  expect(await outcomes({ canIssue: true })).toEqual([404, 404, 201, 201, 403])
  expect(await outcomes({ canRevoke: true })).toEqual([404, 404, 403, 403, 200])
  expect(await outcomes({ canRead: true, canIssue: true, canRevoke: true })).toEqual([
    200, 200, 201, 201, 200,
  ])
})

test('the 403s say which right is missing', async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  const { certificate } = await certman.issue()
  const readOnly = certmanClient(server, sandbox, sandbox.credentials('certman').readOnlyApiKey)
  const issue = await readOnly.post('/certificates', { caId: INTERMEDIATE, commonName: 'a.example.com' })
  expect(issue.body).toEqual({ error: 'API key does not have permission to issue certificates from this CA' })
  const revoke = await readOnly.post(`/certificates/${certificate.id}/revoke`)
  expect(revoke.body).toEqual({ error: 'API key does not have permission to revoke certificates of this CA' })
})
