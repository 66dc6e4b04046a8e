import { execFileSync } from 'node:child_process'
import supertest from 'supertest'
import { expect, test } from 'vitest'
import { certmanClient } from '../certman/client.js'
import { useServer } from '../helpers/server.js'
import { journalOf } from './client.js'

const server = await useServer()

const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
const pemKey = (algorithm: string, ...options: readonly string[]) =>
  openssl('genpkey', '-algorithm', algorithm, ...options.flatMap((option) => ['-pkeyopt', option]))

/** What the journal shows of a text in a request. */
async function world() {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  const journal = journalOf(server, sandbox)
  const shown = async (note: string) => {
    await certman.post('/certificates', { note })
    return (await journal.last()).request.body as { note: string }
  }
  return { sandbox, certman, journal, shown }
}

test('a private key in base64 without its lines of PEM is taken out, a certificate is not', async () => {
  const { shown } = await world()
  const rsa = pemKey('RSA', 'rsa_keygen_bits:2048')
  const ec = pemKey('EC', 'ec_paramgen_curve:P-256')
  const der = (pem: Buffer, ...args: readonly string[]) =>
    execFileSync('openssl', [...args, '-outform', 'DER'], { input: pem, stdio: 'pipe' })
  const keys = {
    rsa: der(rsa, 'pkey'),
    rsaAlone: der(rsa, 'rsa', '-traditional'),
    ec: der(ec, 'pkey'),
    ecAlone: der(ec, 'ec'),
    ed25519: der(pemKey('ED25519'), 'pkey'),
    encrypted: der(ec, 'pkcs8', '-topk8', '-passout', 'pass:hunter2'),
    pem: rsa,
    pemOfEc: ec,
  }
  for (const [name, key] of Object.entries(keys)) {
    const base64 = key.toString('base64')
    const lines = base64.replace(/.{64}(?=.)/g, '$&\n')
    expect({ name, ...(await shown(`key: ${base64}, that is it`)) }).toEqual({
      name,
      note: 'key: [redacted], that is it',
    })
    expect({ name, ...(await shown(lines)) }).toEqual({ name, note: '[redacted]' })
    expect({ name, ...(await shown(key.toString('base64url'))) }).toEqual({ name, note: '[redacted]' })
    expect({ name, ...(await shown(encodeURIComponent(lines))) }).toEqual({ name, note: '[redacted]' })
  }
  const request = ['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', '/dev/null', '-outform', 'DER']
  for (const options of [[], ['-x509']]) {
    const file = openssl(...request, '-subj', '/CN=a.example.com', ...options).toString('base64')
    expect(await shown(file)).toEqual({ note: file })
  }
  const publicKey = der(rsa, 'pkey', '-pubout').toString('base64')
  expect(await shown(publicKey)).toEqual({ note: publicKey })
  expect(await shown(String(rsa).toLowerCase())).toEqual({ note: '[redacted]\n' })
})

test('the password in a URL is taken out, and wherever else it is', async () => {
  const { certman, journal } = await world()
  const url = 'http://joe:OpenSesame9@127.0.0.1:9/hook?token=X&page=1'
  await certman.post('/certificates', { url, again: 'OpenSesame9', hex: 'it is 4f70656e536573616d6539' })
  expect((await journal.last()).request.body).toEqual({
    url: 'http://joe:[redacted]@127.0.0.1:9/hook?token=[redacted]&page=1',
    again: '[redacted]',
    hex: 'it is [redacted]',
  })
})

test('escapes hide nothing, whatever stands beside them', async () => {
  const { sandbox, journal, shown } = await world()
  const { apiKey = '' } = sandbox.credentials('certman')
  const escaped = [...apiKey].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')
  const named = { 'x-certulator-sandbox': sandbox.id }
  await supertest(server.url).get(`/nope/${escaped}`).set(named).expect(404)
  await supertest(server.url).get(`/v1/%zz/${escaped}`).set(named).expect(400)
  const entries = await journal.list()
  expect(entries.map(({ path }) => path)).toEqual(['/v1/%zz/[redacted]', '/nope/[redacted]'])
  expect(String(Object(entries[1]?.answer.body).detail)).toMatch(/^Nothing is served at \/nope\/\[redacted\]/)
  expect(JSON.stringify(entries)).not.toContain(escaped)
  expect(await shown(`100% of ${escaped}; 5%`)).toEqual({ note: '100% of [redacted]; 5%' })
  expect(await shown('a%20b and %zz')).toEqual({ note: 'a%20b and %zz' })
  expect(await shown(`It is ${apiKey}. Or (${apiKey}), or a+${apiKey}~`)).toEqual({
    note: 'It is [redacted]. Or ([redacted]), or a+[redacted]~',
  })
})

test('many secrets in one entry are all taken out, and all else is there', async () => {
  const { certman, journal } = await world()
  const users = Array.from({ length: 1500 }, (_, index) => ({
    name: `n${index}`,
    password: `value-${index}`,
  }))
  const text = users.map(({ name, password }) => `${name} has ${password}`).join(', ')
  await certman.post('/certificates', { users: users.slice(0, 900), text: text.slice(0, 20_000) })
  const { users: shown, text: told } = (await journal.last()).request.body as {
    users: object[]
    text: string
  }
  expect(shown).toEqual(users.slice(0, 900).map(({ name }) => ({ name, password: '[redacted]' })))
  expect(told).toMatch(/^n0 has \[redacted\], n1 has \[redacted\], /)
  expect(told).not.toMatch(/has value-\d\b/)
  expect(told).toContain('n899 has [redacted]')
})
