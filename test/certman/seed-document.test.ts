import { execFile } from 'node:child_process'
import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'

const server = await useServer()
const KEY = 'cm_prod_full_access_for_local_tests'
const ID = '550e8400-e29b-41d4-a716-446655440000'

/** Runs a curl line of certman's REST document, with host and key replaced. */
function curl(...args: string[]): Promise<{ status: number; body: Record<string, unknown> }> {
  const given = args.map((arg) =>
    arg.replace('https://api.certman.app', server.url).replace('cm_xxxxxxxxxxxx', KEY),
  )
  return new Promise((resolve, reject) => {
    execFile('curl', ['--silent', '--write-out', '\n%{http_code}', ...given], (error, stdout) => {
      if (error) return reject(error)
      const [body = '', status] = stdout.split(/\n(?=\d+$)/)
      resolve({ status: Number(status), body: JSON.parse(body) })
    })
  })
}

const AUTHORIZATION = ['-H', 'Authorization: Bearer cm_xxxxxxxxxxxx']
const post = (path: string, body: string) =>
  curl(
    '-X',
    'POST',
    `https://api.certman.app${path}`,
    ...AUTHORIZATION,
    '-H',
    'Content-Type: application/json',
    '-d',
    body,
  )
const get = (path: string) => curl(`https://api.certman.app${path}`, ...AUTHORIZATION)

test('the curl lines of the REST document work on the default sandbox', async () => {
  const whoami = await get('/v1/whoami')
  expect(Object.keys(whoami.body)).toEqual(['user', 'workspace', 'apiKey', 'permissions'])
  expect(whoami.body.apiKey).toEqual({
    id: '770e8400-e29b-41d4-a716-446655440002',
    name: 'Production Key',
    prefix: 'cm_prod',
  })

  const { body: cas } = await get('/v1/cas')
  expect(cas.cas).toHaveLength(3)
  const { body: ca } = await get(`/v1/cas/${ID}`)
  expect(ca.ca).toMatchObject({ id: ID, name: 'Production Root CA', path_length: null })
  const { body: chain } = await get(`/v1/cas/${ID}/chain`)
  expect(chain).toMatchObject({ caId: ID, chainLength: 1 })

  const { status, body: list } = await get('/v1/certificates?status=active&pageSize=10')
  expect({ status, ...list, certificates: (list.certificates as unknown[]).length }).toEqual({
    status: 200,
    certificates: 10,
    total: 36,
    page: 1,
    pageSize: 10,
    totalPages: 4,
  })

  const issued = await post(
    '/v1/certificates',
    JSON.stringify({
      caId: ID,
      mode: 'managed',
      commonName: 'api.example.com',
      sanDns: ['api.example.com', 'www.example.com'],
      sanIp: ['192.168.1.1'],
      keyAlgorithm: 'ECDSA-P256',
      validityDays: 365,
    }),
  )
  expect({ status: issued.status, keys: Object.keys(issued.body) }).toEqual({
    status: 201,
    keys: ['certificate', 'privateKey'],
  })

  const renewed = await post(`/v1/certificates/${ID}/renew`, '{ "validityDays": 365 }')
  expect({ status: renewed.status, keys: Object.keys(renewed.body) }).toEqual({
    status: 201,
    keys: ['message', 'certificate', 'privateKey'],
  })
  const revoked = await post(`/v1/certificates/${ID}/revoke`, '{ "reason": "keyCompromise" }')
  expect(revoked).toEqual({
    status: 200,
    body: {
      message: 'Certificate revoked successfully',
      certificate: {
        id: ID,
        common_name: 'api.example.com',
        revoked_at: expect.any(String),
        revocation_reason: 'keyCompromise',
      },
    },
  })
  const openApi = await curl('https://api.certman.app/v1/openapi')
  expect(openApi.body).toMatchObject({ openapi: '3.0.3' })
})
