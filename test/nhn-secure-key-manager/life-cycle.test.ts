import { createCipheriv } from 'node:crypto'
import { expect, test } from 'vitest'
import { type TestSandbox, useServer } from '../helpers/server.js'
import {
  ASYMMETRIC_ID,
  failure,
  frozen,
  INVALID_KEY_ID,
  INVALID_KEY_STATUS,
  INVALID_KEY_VERSION,
  SECRET_ID,
  STORE,
  SYMMETRIC_ID,
  skmOf,
  success,
} from './client.js'

const server = await useServer()

const INVALID_VERSION_STATUS = failure(40902, 'Invalid Key Version Status')
const consoleOf = (sandbox: TestSandbox) => sandbox.console('nhn-secure-key-manager')

test('a key with a period of 30 days has versions 0 to 3 after 95, and each still decrypts', async () => {
  const sandbox = await server.sandbox(frozen)
  const skm = skmOf(server, sandbox)
  const id = await skm.create('symmetric-keys', { autoRotationPeriod: 30 })
  const path = `/symmetric-keys/${id}`
  const ciphertexts: string[] = []
  const encrypt = async () => {
    const { ciphertext, keyVersion } = (await skm.post(`${path}/encrypt`, { plaintext: 'data' })).body.body
    ciphertexts.push(ciphertext)
    return keyVersion
  }
  expect(await encrypt()).toBe(0)
  const ran = []
  for (const [days, version] of [
    ['P30D', 1],
    ['P30D', 2],
    ['P35D', 3],
  ] as const) {
    ran.push(...(await sandbox.advance(days)).ran)
    expect(await encrypt()).toBe(version)
  }
  // Midnight in Korea.
  expect(ran).toEqual(
    ['2026-03-31T15:00:00.000Z', '2026-04-30T15:00:00.000Z', '2026-05-30T15:00:00.000Z'].map((at) => ({
      at,
      provider: 'nhn-secure-key-manager',
      what: 'rotates a key',
    })),
  )
  for (const [keyVersion, ciphertext] of ciphertexts.entries()) {
    expect(await skm.post(`${path}/decrypt`, { ciphertext })).toEqual(
      success({ plaintext: 'data', keyVersion }),
    )
  }
  const keys = await Promise.all(
    [0, 1, 2, 3].map(
      async (version) =>
        (await skm.get(`${path}/symmetric-key?keyVersion=${version}`)).body.body.symmetricKey,
    ),
  )
  expect(new Set(keys).size).toBe(4)
  expect(await skm.get(`${path}/symmetric-key?keyVersion=4`)).toEqual(INVALID_KEY_VERSION)
})

test('an asymmetric key rotates too: old signatures verify, new ones are of the new version', async () => {
  const sandbox = await server.sandbox(frozen)
  const skm = skmOf(server, sandbox)
  const path = `/asymmetric-keys/${await skm.create('asymmetric-keys', { autoRotationPeriod: 30 })}`
  const old = (await skm.post(`${path}/sign`, { plaintext: 'data' })).body.body.signature
  await sandbox.advance('P31D')
  const signed = (await skm.post(`${path}/sign`, { plaintext: 'data' })).body.body
  expect(signed.keyVersion).toBe(1)
  expect(signed.signature).not.toBe(old)
  for (const [keyVersion, signature] of [old, signed.signature].entries()) {
    expect(await skm.post(`${path}/verify`, { plaintext: 'data', signature })).toEqual(
      success({ result: true, keyVersion }),
    )
  }
  const publicKey = async (query: string) => (await skm.get(`${path}/publicKey${query}`)).body.body
  expect(await publicKey('')).toEqual(await publicKey('?keyVersion=1'))
  expect((await publicKey('?keyVersion=0')).encodedKey).not.toBe((await publicKey('')).encodedKey)
})

test('rotation by hand counts the next one from today', async () => {
  const sandbox = await server.sandbox(frozen)
  const skm = skmOf(server, sandbox)
  const id = await skm.create('symmetric-keys', { autoRotationPeriod: 30 })
  const detail = async () => (await skm.get(`/keystores/1/keys/${id}`)).body.body
  expect(await detail()).toMatchObject({ currentKeyValueVersion: 0, nextAutoRotationDate: '2026-04-01' })
  await sandbox.advance('P10D')
  const { body } = await consoleOf(sandbox).post(`/keys/${id}/rotate`).expect(200)
  expect(body.key).toMatchObject({ currentKeyValueVersion: 1, nextAutoRotationDate: '2026-04-11' })
  expect((await sandbox.advance('2026-04-10T14:59:59Z')).ran).toMatchObject([
    { at: '2026-03-31T15:00:00.000Z' },
  ])
  expect(await detail()).toMatchObject({ currentKeyValueVersion: 1 })
  await sandbox.advance('PT1S')
  expect(await detail()).toMatchObject({ currentKeyValueVersion: 2, nextAutoRotationDate: '2026-05-11' })
})

test('a scheduled key is unusable at once, and gone after its hour', async () => {
  const sandbox = await server.sandbox({ clock: { mode: 'frozen', now: '2023-03-16T07:51:46Z' } })
  const skm = skmOf(server, sandbox)
  const { ciphertext } = (await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/encrypt`, { plaintext: 'data' }))
    .body.body
  expect(await skm.put(`/keys/${SYMMETRIC_ID}/delete`)).toEqual(
    success({ keyId: SYMMETRIC_ID, deletionDateTime: '2023-03-23T17:00:00' }),
  )
  const decrypt = () => skm.post(`/symmetric-keys/${SYMMETRIC_ID}/decrypt`, { ciphertext })
  expect(await decrypt()).toEqual(INVALID_KEY_STATUS)
  expect(await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/encrypt`, { plaintext: 'data' })).toEqual(
    INVALID_KEY_STATUS,
  )
  await sandbox.advance('2023-03-23T07:59:59.999Z')
  expect(await decrypt()).toEqual(INVALID_KEY_STATUS)
  const { ran } = await sandbox.advance('PT0.001S')
  expect(ran).toEqual([
    { at: '2023-03-23T08:00:00.000Z', provider: 'nhn-secure-key-manager', what: 'erases what is deleted' },
  ])
  expect(await decrypt()).toEqual(INVALID_KEY_ID)
  expect(await skm.put(`/keys/${SYMMETRIC_ID}/delete`)).toEqual(INVALID_KEY_ID)
})

test('seven days from a full hour are not rounded', async () => {
  const skm = skmOf(server, await server.sandbox({ clock: { mode: 'frozen', now: '2024-03-07T02:00:00Z' } }))
  expect((await skm.put(`/keys/${SECRET_ID}/delete`)).body.body.deletionDateTime).toBe('2024-03-14T11:00:00')
})

test('a cancelled deletion brings the key back as it was', async () => {
  const sandbox = await server.sandbox(frozen)
  const skm = skmOf(server, sandbox)
  await skm.put(`/keys/${SECRET_ID}/delete`)
  const { body } = await consoleOf(sandbox).post(`/keys/${SECRET_ID}/restore`).expect(200)
  expect(body.key).toMatchObject({ keyStatus: 'ACTIVE', deletionDateTime: null })
  await sandbox.advance('P8D')
  expect(await skm.get(`/secrets/${SECRET_ID}`)).toEqual(success({ secret: 'data' }))
  await consoleOf(sandbox).post(`/keys/${SECRET_ID}/restore`).expect(409)
})

test('a key that awaits its deletion does not rotate; restored, it counts from that day', async () => {
  const sandbox = await server.sandbox(frozen)
  const skm = skmOf(server, sandbox)
  const id = await skm.create('symmetric-keys', { autoRotationPeriod: 30 })
  await sandbox.advance('P29D')
  await skm.put(`/keys/${id}/delete`)
  await sandbox.advance('P3D')
  const { body } = await consoleOf(sandbox).post(`/keys/${id}/restore`).expect(200)
  expect(body.key).toMatchObject({ currentKeyValueVersion: 0, nextAutoRotationDate: '2026-05-03' })
  await sandbox.advance('P31D')
  expect((await skm.post(`/symmetric-keys/${id}/encrypt`, { plaintext: 'data' })).body.body.keyVersion).toBe(
    1,
  )
})

test('an old version can be taken out of service, and is gone after seven days', async () => {
  const sandbox = await server.sandbox(frozen)
  const skm = skmOf(server, sandbox)
  const path = `/symmetric-keys/${SYMMETRIC_ID}/symmetric-key?keyVersion=0`
  const schedule = (version: number) =>
    consoleOf(sandbox).post(`/keys/${SYMMETRIC_ID}/versions/${version}/schedule-deletion`)
  const { ciphertext } = await oldCiphertext()
  const decrypt = () => skm.post(`/symmetric-keys/${SYMMETRIC_ID}/decrypt`, { ciphertext })

  expect((await schedule(1).expect(409)).body.detail).toBe('The newest version has to stay')
  const { body } = await schedule(0).expect(200)
  expect(body.key.versions).toEqual([
    {
      version: 0,
      status: 'INACTIVE',
      creationDateTime: '2026-03-02T12:00:00',
      deletionDateTime: '2026-03-09T12:00:00',
    },
    { version: 1, status: 'ACTIVE', creationDateTime: '2026-03-02T12:00:00', deletionDateTime: null },
  ])
  await schedule(0).expect(409)
  expect(await decrypt()).toEqual(INVALID_VERSION_STATUS)
  expect(await skm.get(path)).toEqual(INVALID_VERSION_STATUS)
  await consoleOf(sandbox).post(`/keys/${SYMMETRIC_ID}/versions/0/restore`).expect(200)
  expect(await decrypt()).toEqual(success({ plaintext: 'data', keyVersion: 0 }))
  await consoleOf(sandbox).post(`/keys/${SYMMETRIC_ID}/versions/0/restore`).expect(409)
  await schedule(0).expect(200)
  await sandbox.advance('P7D')
  expect(await decrypt()).toEqual(INVALID_KEY_VERSION)
  expect(await skm.get(path)).toEqual(INVALID_KEY_VERSION)
  await schedule(0).expect(404)

  /** What version 0 encrypted, made with its exported bytes. */
  async function oldCiphertext() {
    const hex = (await skm.get(path)).body.body.symmetricKey.replaceAll(/0x|, /g, '')
    const cipher = createCipheriv('aes-256-cbc', Buffer.from(hex, 'hex'), Buffer.alloc(16))
    const bytes = Buffer.concat([Buffer.alloc(20), cipher.update('data'), cipher.final()])
    return { ciphertext: bytes.toString('base64') }
  }
})

test('an imported key has the bytes that were given, and never rotates', async () => {
  const sandbox = await server.sandbox(frozen)
  const skm = skmOf(server, sandbox)
  const key = '000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F'
  const body = { keyStoreName: STORE, name: 'Mine', key }
  const imported = await consoleOf(sandbox).post('/keys/symmetric-keys/import').send(body).expect(201)
  const { keyId } = imported.body.key
  const { symmetricKey } = (await skm.get(`/symmetric-keys/${keyId}/symmetric-key`)).body.body
  expect(symmetricKey.replaceAll(/0x|, /g, '')).toBe(key.toLowerCase())
  const refused = await consoleOf(sandbox).post(`/keys/${keyId}/rotate`).expect(409)
  expect(refused.body.detail).toBe('An imported key does not rotate')
  await consoleOf(sandbox).post(`/keys/${SECRET_ID}/rotate`).expect(409)
  await skm.put(`/keys/${ASYMMETRIC_ID}/delete`)
  await consoleOf(sandbox).post(`/keys/${ASYMMETRIC_ID}/rotate`).expect(409)
  for (const wrong of [{ key: 'ab' }, { keyStoreName: 'Nowhere' }, { autoRotationPeriod: 30 }]) {
    await consoleOf(sandbox)
      .post('/keys/symmetric-keys/import')
      .send({ ...body, ...wrong })
      .expect(400)
  }
})

test('a secret is replaced, and read back as it is now', async () => {
  const sandbox = await server.sandbox(frozen)
  const skm = skmOf(server, sandbox)
  await sandbox.advance('PT1.25S')
  const secretValue = '{"nested":"JSON"}'
  expect(await skm.put(`/secrets/${SECRET_ID}`, { secretValue })).toEqual(
    success({
      keyId: SECRET_ID,
      name: 'Key Sample #1',
      description: 'Description #1',
      secretValue,
      creationUser: 'SECURE_KEY_MANAGER',
      creationDatetime: '2026-03-02T12:00:00',
      lastChangeUser: 'SECURE_KEY_MANAGER',
      lastChangeDatetime: '2026-03-02T12:00:01.250',
    }),
  )
  expect(await skm.get(`/secrets/${SECRET_ID}`)).toEqual(success({ secret: secretValue }))
  expect((await skm.put(`/secrets/${SECRET_ID}`, {})).body.header.resultMessage).toBe('Invalid Parameter')
})

test('a reset brings the seeded keys back, and the credentials stay', async () => {
  const sandbox = await server.sandbox(frozen)
  const skm = skmOf(server, sandbox)
  await skm.put(`/keys/${SECRET_ID}/delete`)
  await skm.delete(`/keys/${SECRET_ID}`)
  await sandbox.reset()
  expect(await skm.get(`/secrets/${SECRET_ID}`)).toEqual(success({ secret: 'data' }))
})

test('key bytes that are made at the first need are the same for all who ask at once', async () => {
  const skm = skmOf(server, await server.sandbox())
  const path = `/asymmetric-keys/${ASYMMETRIC_ID}/publicKey?keyVersion=0`
  const answers = await Promise.all([1, 2, 3, 4].map(() => skm.get(path)))
  expect(new Set(answers.map(({ body }) => body.body.encodedKey)).size).toBe(1)
  expect(await skm.get(path)).toEqual(answers[0])
})

test.each(['1970-01-01T00:00:00Z', '9799-12-31T23:59:59Z'])('everything can be made at %s', async (now) => {
  const sandbox = await server.sandbox({ clock: { mode: 'frozen', now } })
  const skm = skmOf(server, sandbox)
  const century = { keyStoreName: STORE, name: 'c', password: 'p', lifeTime: 36_500 }
  expect((await skm.post('/auths/certificates', century)).body.header.resultCode).toBe(0)
  const id = await skm.create('symmetric-keys', { autoRotationPeriod: 36_500 })
  expect((await skm.get(`/keystores/1/keys/${id}`)).body.body.nextAutoRotationDate).toMatch(
    /^\d{4}-\d\d-\d\d$/,
  )
  expect((await skm.put(`/keys/${id}/delete`)).body.header.resultCode).toBe(0)
  const certificates = sandbox.console('nhn-certificate-manager')
  await certificates.post('/certificates/a.com/generate').send({ validityDays: 36_500 }).expect(201)
})
