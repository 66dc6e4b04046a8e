import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { clientFor, startEmulator } from '../helpers/server.js'
import { ASYMMETRIC_ID, STORE, SYMMETRIC_ID, skmOf, success } from './client.js'

const dataDir = mkdtempSync(join(tmpdir(), 'at-rest-'))
afterAll(() => rmSync(dataDir, { recursive: true }))

/** All files below the directory, with their bytes. */
const files = () =>
  readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => ({
      name: entry.name,
      bytes: readFileSync(join(entry.parentPath ?? entry.path, entry.name)),
    }))

/** The files in which the secret stands: as text, as bytes, in hexadecimal, or in base64. */
function holders(secret: Buffer): string[] {
  const forms = [
    secret,
    secret.toString('hex'),
    secret.toString('hex').toUpperCase(),
    secret.toString('base64'),
  ]
  return files().flatMap(({ name, bytes }) => (forms.some((form) => bytes.includes(form)) ? [name] : []))
}

test('no file of the data directory holds a key or a secret in clear, while it runs and after', async () => {
  const server = await startEmulator({ dataDir })
  const client = clientFor(server)
  const sandbox = await client.sandbox()
  const skm = skmOf(client, sandbox)
  const secretValue = 'a secret value that is nowhere else'
  const password = 'a password that is nowhere else'
  const secretId = await skm.create('secrets', { secretValue })
  await skm.post('/auths/certificates', { keyStoreName: STORE, name: 'Client', password, lifeTime: 1 })
  const p12 = await sandbox
    .console('nhn-secure-key-manager')
    .get('/keystores/1/certificates/Client/p12')
    .responseType('blob')
    .expect(200)
  const der = async (half: string) =>
    Buffer.from((await skm.get(`/asymmetric-keys/${ASYMMETRIC_ID}/${half}`)).body.body.encodedKey, 'base64')
  const hex = (await skm.get(`/symmetric-keys/${SYMMETRIC_ID}/symmetric-key?keyVersion=0`)).body.body
    .symmetricKey
  const privateKey = await der('privateKey')
  const secrets = {
    secretValue: Buffer.from(secretValue),
    password: Buffer.from(password),
    accessKey: Buffer.from(skm.pair['X-TC-AUTHENTICATION-SECRET']),
    appKey: Buffer.from(skm.appKey),
    symmetricKey: Buffer.from(hex.replaceAll(/0x|, /g, ''), 'hex'),
    // The end of it, which is where its secret numbers stand.
    rsaKey: privateKey.subarray(-200),
    pkcs12: (p12.body as Buffer).subarray(100, 200),
  }
  const found = () => Object.entries(secrets).map(([name, bytes]) => [name, holders(bytes)])
  const nothing = Object.keys(secrets).map((name) => [name, []])
  expect(found()).toEqual(nothing)
  await server.close()
  expect(found()).toEqual(nothing)
  // Whatever has the form of a private key: PKCS#8 of EC P-256 and of RSA, and PEM.
  const ecKey = Buffer.from('301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420', 'hex')
  const rsaKey = Buffer.from('020100300d06092a864886f70d0101010500', 'hex')
  for (const form of [ecKey, rsaKey, Buffer.from('PRIVATE KEY-----')]) expect(holders(form)).toEqual([])
  // The search does find what is there: the public half stands in nobody's way.
  expect(holders(Buffer.from('Secure Key Manager Client CA')).length).toBeGreaterThan(0)
  expect(statSync(join(dataDir, 'master.key')).mode & 0o777).toBe(0o600)

  const again = await startEmulator({ dataDir })
  const reopened = skmOf(clientFor(again), sandbox, again.url)
  expect(await reopened.get(`/secrets/${secretId}`)).toEqual(success({ secret: secretValue }))
  await again.close()
})

test('a master key from the environment leaves none in the directory', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'at-rest-'))
  try {
    const masterKey = Buffer.alloc(32, 7).toString('base64')
    const server = await startEmulator({ dataDir: directory, masterKey })
    await server.close()
    expect(readdirSync(directory)).not.toContain('master.key')
  } finally {
    rmSync(directory, { recursive: true })
  }
})
