import { request } from 'node:http'
import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { ISSUED, katapultSandbox, ORGANIZATION } from './client.js'

const server = await useServer()

/** One GET exactly as written: no client's library rewrites the path. */
const get = (path: string, headers: Readonly<Record<string, string>>) =>
  new Promise<{ status: number | undefined; body: Record<string, unknown> }>((resolve, reject) => {
    const { hostname, port } = new URL(server.url)
    const sent = request({ hostname, port, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        resolve({ status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) })
      })
    })
    sent.on('error', reject).end()
  })

test('what go-katapult v1 sends and decodes', async () => {
  const { token } = await katapultSandbox(server, { settings: { 'katapult.profile': 'live' } })
  const headers = {
    authorization: `Bearer ${token()}`,
    accept: 'application/json',
    'user-agent': 'go-katapult',
  }
  const one = await get(`/core/v1/certificates/${ISSUED}`, headers)
  expect(one).toMatchObject({ status: 200, body: { certificate: { id: ISSUED, state: 'issued' } } })
  const list = await get(
    `/core/v1/organizations/_/certificates?organization%5Bid%5D=${ORGANIZATION}&page=1&per_page=1`,
    headers,
  )
  expect(list).toMatchObject({
    status: 200,
    body: { pagination: { per_page: 1 }, certificates: [{ id: ISSUED }] },
  })
  const bySubDomain = await get(
    '/core/v1/organizations/_/certificates?organization%5Bsub_domain%5D=acme',
    headers,
  )
  expect(bySubDomain.status).toBe(200)
  const none = await get('/core/v1/certificates/cert_nope', headers)
  expect(none).toMatchObject({ status: 404, body: { error: { code: 'certificate_not_found' } } })
})

test('what the generated Go and PHP clients send and decode', async () => {
  const { token } = await katapultSandbox(server)
  const headers = { authorization: `Bearer ${token()}` }
  const one = await get(`/core/v1/certificates/certificate?certificate%5Bid%5D=${ISSUED}`, headers)
  expect(one).toMatchObject({ status: 200, body: { certificate: [{ id: ISSUED }] } })
  const list = await get(
    `/core/v1/organizations/organization/certificates?organization%5Bid%5D=${ORGANIZATION}`,
    headers,
  )
  expect(list).toMatchObject({ status: 200, body: { pagination: { current_page: 1 } } })
  const none = await get('/core/v1/certificates/certificate?certificate%5Bid%5D=x', headers)
  expect(none).toMatchObject({ status: 404, body: { code: 'certificate_not_found' } })
})

test('what katapult-ruby sends: a literal colon, and a JSON content type with nothing behind it', async () => {
  const { token } = await katapultSandbox(server)
  const headers = { authorization: `Bearer ${token()}`, 'content-type': 'application/json' }
  const one = await get(`/core/v1/certificates/:certificate?certificate%5Bid%5D=${ISSUED}`, headers)
  expect(one).toMatchObject({ status: 200, body: { certificate: [{ id: ISSUED }] } })
  const list = await get(
    `/core/v1/organizations/:organization/certificates?organization%5Bid%5D=${ORGANIZATION}&per_page=2`,
    headers,
  )
  expect(list).toMatchObject({ status: 200, body: { pagination: { per_page: 2 } } })
})
