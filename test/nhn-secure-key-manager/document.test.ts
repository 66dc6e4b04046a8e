import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { ASYMMETRIC_ID, frozen, SECRET_ID, SYMMETRIC_ID, skmOf, success } from './client.js'

const server = await useServer()

/** The symmetric key that the REST document shows. */
const DOCUMENTED_KEY =
  '0x00, 0x20, 0x00, 0x41, 0x00, 0x20, 0x00, 0x73, 0x00, 0x69, 0x00, 0x6d, 0x00, 0x70, 0x00, 0x6c, 0x00, 0x65, 0x00, 0x20, 0x00, 0x4a, 0x00, 0x61, 0x00, 0x76, 0x00, 0x61, 0x00, 0x2e, 0x00, 0x20'

test('confirm tells what the server sees of the client', async () => {
  const skm = skmOf(server, await server.sandbox())
  const seen = (mac: string | null) =>
    success({
      clientIp: '127.0.0.1',
      clientMacHeader: mac,
      clientSentCertificate: false,
      clientSentCerfificate: false,
    })
  expect(await skm.get('/confirm')).toEqual(seen(null))
  const withMac = { ...skm.pair, 'X-TOAST-CLIENT-MAC-ADDR': '00:00:00:00:00:00' }
  expect(await skm.get('/confirm', withMac)).toEqual(seen('00:00:00:00:00:00'))
})

test('the secret of the document is read', async () => {
  const skm = skmOf(server, await server.sandbox())
  expect(await skm.get(`/secrets/${SECRET_ID}`)).toEqual(success({ secret: 'data' }))
})

test('data is encrypted with the newest version and decrypted by the one in the ciphertext', async () => {
  const skm = skmOf(server, await server.sandbox())
  const encrypted = await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/encrypt`, { plaintext: 'data' })
  const { ciphertext } = encrypted.body.body
  expect(encrypted).toEqual(
    success({ ciphertext: expect.stringMatching(/^AAAAA[\w+/]{43}$/), keyVersion: 1 }),
  )
  expect(await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/decrypt`, { ciphertext })).toEqual(
    success({ plaintext: 'data', keyVersion: 1 }),
  )
})

test('a local key comes in clear and encrypted, and decrypt turns one into the other', async () => {
  const skm = skmOf(server, await server.sandbox())
  const created = await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/create-local-key`)
  const { localKeyPlaintext, localKeyCiphertext } = created.body.body
  expect(created).toEqual(
    success({
      localKeyPlaintext: expect.stringMatching(/^[\w+/]{43}=$/),
      localKeyCiphertext: expect.stringMatching(/^[\w+/]{91}=$/),
      keyVersion: 1,
    }),
  )
  expect(Buffer.from(localKeyPlaintext, 'base64')).toHaveLength(32)
  expect(
    await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/decrypt`, { ciphertext: localKeyCiphertext }),
  ).toEqual(success({ plaintext: localKeyPlaintext, keyVersion: 1 }))
  const withBody = await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/create-local-key`, {})
  expect(withBody.body.header.isSuccessful).toBe(true)
})

test('the symmetric key of the document is the one that it shows', async () => {
  const skm = skmOf(server, await server.sandbox())
  const path = `/symmetric-keys/${SYMMETRIC_ID}/symmetric-key`
  const documented = success({ symmetricKey: DOCUMENTED_KEY, keyVersion: 1 })
  expect(await skm.get(`${path}?keyVersion=1`)).toEqual(documented)
  expect(await skm.get(path)).toEqual(documented)
})

test('text is signed and verified, and another text is not', async () => {
  const skm = skmOf(server, await server.sandbox())
  const path = `/asymmetric-keys/${ASYMMETRIC_ID}`
  const signed = await skm.post(`${path}/sign`, { plaintext: 'data' })
  const { signature } = signed.body.body
  expect(signed).toEqual(success({ signature: expect.stringMatching(/^AAAAA[\w+/]{342}=$/), keyVersion: 1 }))
  expect(await skm.post(`${path}/verify`, { plaintext: 'data', signature })).toEqual(
    success({ result: true, keyVersion: 1 }),
  )
  expect(await skm.post(`${path}/verify`, { plaintext: 'Data', signature })).toEqual(
    success({ result: false, keyVersion: 1 }),
  )
})

test('both halves of a pair are read, in hexadecimal and base64 of the same bytes', async () => {
  const skm = skmOf(server, await server.sandbox())
  for (const [half, keyType, prefix] of [
    ['privateKey', 'PrivateKey', '0x30, 0x82, 0x04, '],
    ['publicKey', 'PublicKey', '0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, '],
  ] as const) {
    const answer = await skm.get(`/asymmetric-keys/${ASYMMETRIC_ID}/${half}?keyVersion=0`)
    const { key, encodedKey } = answer.body.body
    expect(answer).toEqual(success({ keyType, key, encodedKey, keyVersion: 0 }))
    expect(key.startsWith(prefix)).toBe(true)
    const bytes = Buffer.from(key.replaceAll('0x', '').replaceAll(', ', ''), 'hex')
    expect(bytes.toString('base64')).toBe(encodedKey)
  }
})

test('keys of the three types are created, scheduled and deleted', async () => {
  const skm = skmOf(server, await server.sandbox(frozen))
  const requests = {
    secrets: {
      keyStoreName: 'Store #1',
      name: 'Key Sample #1',
      description: 'Description #1',
      secretValue: 'data',
    },
    'symmetric-keys': {
      keyStoreName: 'Store #1',
      name: 'Key Sample #2',
      description: 'Description #2',
      autoRotationPeriod: 0,
    },
    'asymmetric-keys': {
      keyStoreName: 'Store #1',
      name: 'Key Sample #2',
      description: 'Description #2',
      autoRotationPeriod: 0,
    },
  }
  for (const [kind, body] of Object.entries(requests)) {
    const created = await skm.post(`/keys/${kind}/create`, body)
    const { keyId } = created.body.body
    expect(created).toEqual(success({ keyId, keyStatus: 'ACTIVE' }))
    expect(keyId).toMatch(/^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/)
    expect(await skm.put(`/keys/${keyId}/delete`)).toEqual(
      success({ keyId, deletionDateTime: '2026-03-09T12:00:00' }),
    )
    expect(await skm.delete(`/keys/${keyId}`)).toEqual(
      success({ keyId, deletionDateTime: '2026-03-02T12:00:00.000' }),
    )
  }
})

test('addresses of both kinds are added, scheduled and deleted', async () => {
  const skm = skmOf(server, await server.sandbox(frozen))
  for (const [kind, value] of [
    ['ipv4s', '127.0.0.1'],
    ['macs', 'aa:aa:aa:aa:aa:aa'],
  ] as const) {
    const added = { keyStoreName: 'Store #1', value, description: 'Description #1' }
    const named = { keyStoreName: 'Store #1', value }
    expect(await skm.post(`/auths/${kind}`, added)).toEqual(success({ value, description: 'Description #1' }))
    expect(await skm.put(`/auths/${kind}/delete`, named)).toEqual(
      success({ value, deletionDateTime: '2026-03-09T12:00:00' }),
    )
    expect(await skm.post(`/auths/${kind}/delete`, named)).toEqual(
      success({ value, deletionDateTime: '2026-03-02T12:00:00.000' }),
    )
  }
})

test('certificates are added, scheduled and deleted by their name', async () => {
  const skm = skmOf(server, await server.sandbox(frozen))
  const named = { keyStoreName: 'Store #1', name: 'Certificate Name #1' }
  expect(
    await skm.post('/auths/certificates', {
      ...named,
      password: 'Password',
      lifeTime: 365,
      description: 'Description #1',
    }),
  ).toEqual(success({ name: 'Certificate Name #1', description: 'Description #1' }))
  expect(await skm.put('/auths/certificates/delete', named)).toEqual(
    success({ name: 'Certificate Name #1', deletionDateTime: '2026-03-09T12:00:00' }),
  )
  expect(await skm.post('/auths/certificates/delete', named)).toEqual(
    success({ name: 'Certificate Name #1', deletionDateTime: '2026-03-02T12:00:00.000' }),
  )
})

test('the seed has the keys of the document under their ids', async () => {
  const sandbox = await server.sandbox()
  const { body } = await sandbox.console('nhn-secure-key-manager').get('/keys').expect(200)
  expect(body.items.map((key: { keyId: string }) => key.keyId)).toEqual([
    SECRET_ID,
    SYMMETRIC_ID,
    ASYMMETRIC_ID,
    '5f0c1d2e3a4b4c5d8e6f708192a3b4c5',
  ])
})
