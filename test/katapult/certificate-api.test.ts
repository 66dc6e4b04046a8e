import supertest from 'supertest'
import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { ISSUED, type KatapultSandbox, katapultSandbox, PENDING } from './client.js'

const server = await useServer()
const LETS_ENCRYPT = 'cert_LetsEncrypt00001'

const certificateOf = async ({ get }: KatapultSandbox, id: string) =>
  (await get(`/certificates/${id}`)).body.certificate[0] as Record<string, string>

const ask = async (url: string | undefined) => {
  const answer = await fetch(String(url))
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
}

const NOT_FOUND = { status: 404, type: 'text/plain; charset=utf-8', text: 'There is no such certificate\n' }

test('the URL tells of the certificate, with times in RFC 3339', async () => {
  const sandbox = await katapultSandbox(server)
  const { certificate_api_url: url } = await certificateOf(sandbox, LETS_ENCRYPT)
  const { status, text } = await ask(url)
  expect({ status, body: JSON.parse(text) }).toEqual({
    status: 200,
    body: {
      id: LETS_ENCRYPT,
      names: ['www.example.com', 'example.com'],
      expires_at: '2026-05-10T12:00:30Z',
      issued_at: '2026-02-09T12:00:30Z',
      urls: {
        certificate: `${url}/certificate.pem`,
        private_key: `${url}/private_key.pem`,
        chain: `${url}/chain.pem`,
      },
    },
  })
})

test('each of its URLs is the bare PEM', async () => {
  const sandbox = await katapultSandbox(server)
  const {
    certificate_api_url: url,
    certificate,
    chain,
    private_key,
  } = await certificateOf(sandbox, LETS_ENCRYPT)
  const pem = (text: string | undefined) => ({ status: 200, type: 'application/x-pem-file', text })
  expect(await ask(`${url}/certificate.pem`)).toEqual(pem(certificate))
  expect(await ask(`${url}/chain.pem`)).toEqual(pem(chain))
  expect(await ask(`${url}/private_key.pem`)).toEqual(pem(private_key))
})

test('a missing chain is a 404, and so is everything before the issuance', async () => {
  const sandbox = await katapultSandbox(server)
  const selfSigned = await certificateOf(sandbox, ISSUED)
  expect(await ask(`${selfSigned.certificate_api_url}/chain.pem`)).toEqual(NOT_FOUND)
  const { certificate_api_url: url } = await certificateOf(sandbox, PENDING)
  for (const file of ['certificate', 'private_key', 'chain']) {
    expect(await ask(`${url}/${file}.pem`)).toEqual(NOT_FOUND)
  }
  const { text } = await ask(url)
  expect(JSON.parse(text)).toEqual({
    id: PENDING,
    names: ['pending.example.com'],
    expires_at: null,
    issued_at: null,
    urls: {
      certificate: `${url}/certificate.pem`,
      private_key: `${url}/private_key.pem`,
      chain: `${url}/chain.pem`,
    },
  })
})

test('what is not there is a 404 that is no JSON', async () => {
  const sandbox = await katapultSandbox(server)
  const { certificate_api_url: url = '' } = await certificateOf(sandbox, ISSUED)
  const secret = url.split('/').at(-1) ?? ''
  const wrong = [
    `${url}x`,
    url.slice(0, -1),
    url.replace(secret, 'A'.repeat(40)),
    url.replace(ISSUED, LETS_ENCRYPT),
    url.replace(sandbox.id, 'default'),
    url.replace(sandbox.id, 'nowhere'),
    `${url}/other.pem`,
    `${url}/%ZZ`,
    url.replace(`/${secret}`, ''),
    `${server.url}/katapult-certificates/`,
  ]
  for (const each of wrong) expect({ each, ...(await ask(each)) }).toEqual({ each, ...NOT_FOUND })
  const posted = await supertest(url).post('').set('content-type', 'application/json').send('{')
  expect({ status: posted.status, text: posted.text }).toEqual({ status: 404, text: NOT_FOUND.text })
})

test('resetting the URL makes a new one, forgetting it leaves none', async () => {
  const sandbox = await katapultSandbox(server)
  const before = await certificateOf(sandbox, ISSUED)
  const reset = await sandbox.console.post(`/certificates/${ISSUED}/reset-api-url`).expect(200)
  const url = reset.body.certificate.certificate_api_url
  expect(url).toMatch(/\/[A-Za-z0-9]{40}$/)
  expect(reset.body.certificate).toEqual({ ...before, certificate_api_url: url })
  expect(await ask(before.certificate_api_url)).toEqual(NOT_FOUND)
  expect((await ask(url)).status).toBe(200)
  const forgotten = await sandbox.console.post(`/certificates/${ISSUED}/forget-api-url`).expect(200)
  expect(forgotten.body.certificate).toEqual({ ...before, certificate_api_url: null })
  expect(await ask(url)).toEqual(NOT_FOUND)
})

test('what is in the trash is not served', async () => {
  const sandbox = await katapultSandbox(server)
  const { certificate_api_url: url } = await certificateOf(sandbox, ISSUED)
  await sandbox.console.post(`/certificates/${ISSUED}/trash`).expect(200)
  expect(await ask(url)).toEqual(NOT_FOUND)
  expect(await ask(`${url}/private_key.pem`)).toEqual(NOT_FOUND)
  await sandbox.console.post(`/certificates/${ISSUED}/restore`).expect(200)
  expect((await ask(url)).status).toBe(200)
})

test('a fresh certificate can be pulled as soon as it is issued', async () => {
  const sandbox = await katapultSandbox(server)
  const { body } = await sandbox.console
    .post('/certificates')
    .send({ name: 'pull.example.com', issuer: 'lets_encrypt', keyAlgorithm: 'ECDSA-P384' })
  const url = body.certificate.certificate_api_url
  expect(await ask(`${url}/certificate.pem`)).toEqual(NOT_FOUND)
  await sandbox.advance('PT2S')
  const { text } = await ask(`${url}/certificate.pem`)
  expect(text).toBe((await certificateOf(sandbox, body.certificate.id)).certificate)
})
