import supertest from 'supertest'
import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { ASYMMETRIC_ID, failure, SECRET_ID, SYMMETRIC_ID, skmOf, success } from './client.js'

const server = await useServer()
const URL_NOT_FOUND = failure(40400, 'URL NOT FOUND', 404)

test('v1.0 does what uses a key with the appkey alone', async () => {
  const skm = skmOf(server, await server.sandbox())
  const symmetric = `/symmetric-keys/${SYMMETRIC_ID}`
  const asymmetric = `/asymmetric-keys/${ASYMMETRIC_ID}`
  const body = async (answer: Promise<{ body: { body: Record<string, unknown> } }>) =>
    (await answer).body.body

  expect(await skm.old('get', '/confirm')).toEqual(
    success({
      clientIp: '127.0.0.1',
      clientMacHeader: null,
      clientSentCertificate: false,
      clientSentCerfificate: false,
    }),
  )
  expect(await skm.old('get', `/secrets/${SECRET_ID}`)).toEqual(success({ secret: 'data' }))
  const { ciphertext } = await body(skm.old('post', `${symmetric}/encrypt`, { plaintext: 'data' }))
  expect(await skm.old('post', `${symmetric}/decrypt`, { ciphertext })).toEqual(
    success({ plaintext: 'data', keyVersion: 1 }),
  )
  const local = await body(skm.old('post', `${symmetric}/create-local-key`))
  expect(await skm.old('post', `${symmetric}/decrypt`, { ciphertext: local.localKeyCiphertext })).toEqual(
    success({ plaintext: local.localKeyPlaintext, keyVersion: 1 }),
  )
  const { signature } = await body(skm.old('post', `${asymmetric}/sign`, { plaintext: 'data' }))
  expect(await skm.old('post', `${asymmetric}/verify`, { plaintext: 'data', signature })).toEqual(
    success({ result: true, keyVersion: 1 }),
  )
  expect(await body(skm.old('get', `${asymmetric}/privateKey`))).toMatchObject({ keyType: 'PrivateKey' })
  expect(await body(skm.old('get', `${asymmetric}/publicKey?keyVersion=0`))).toMatchObject({
    keyType: 'PublicKey',
    keyVersion: 0,
  })
  expect(await skm.old('get', '/keystores')).toEqual(success({ keyStoreIdList: [1, 2] }))
})

test('the symmetric key of v1.0 has no version, that of v1.1 has one', async () => {
  const skm = skmOf(server, await server.sandbox())
  const path = `/symmetric-keys/${SYMMETRIC_ID}/symmetric-key`
  const { symmetricKey } = (await skm.get(path)).body.body
  expect(await skm.old('get', path)).toEqual(success({ symmetricKey }))
  expect(await skm.old('get', `${path}?keyVersion=0`)).toEqual(success({ symmetricKey }))
  expect(await skm.old('get', path, undefined, 'v1.1')).toEqual(success({ symmetricKey, keyVersion: 1 }))
  const first = await skm.old('get', `${path}?keyVersion=0`, undefined, 'v1.1')
  expect(first.body.body.keyVersion).toBe(0)
  expect(first.body.body.symmetricKey).not.toBe(symmetricKey)
})

test('nothing can be changed before v1.2, and v1.1 has one call', async () => {
  const skm = skmOf(server, await server.sandbox())
  expect(await skm.old('post', '/keys/secrets/create', {})).toEqual(URL_NOT_FOUND)
  expect(await skm.old('put', `/keys/${SECRET_ID}/delete`)).toEqual(URL_NOT_FOUND)
  expect(await skm.old('put', `/secrets/${SECRET_ID}`, { secretValue: 'x' })).toEqual(URL_NOT_FOUND)
  expect(await skm.old('post', '/auths/ipv4s', {})).toEqual(URL_NOT_FOUND)
  expect(await skm.old('get', `/secrets/${SECRET_ID}`, undefined, 'v1.1')).toEqual(URL_NOT_FOUND)
  expect(await skm.old('get', '/confirm', undefined, 'v1.3')).toEqual(URL_NOT_FOUND)
})

test('the default sandbox has the credentials of the README', async () => {
  const client = supertest(server.url)
  const path = `/keymanager/v1.2/appkey/skmLocalTestKey1/secrets/${SECRET_ID}`
  const { status, body } = await client
    .get(path)
    .set('X-TC-AUTHENTICATION-ID', 'localAccessKeyId0001')
    .set('X-TC-AUTHENTICATION-SECRET', 'localSecretKey01')
  expect({ status, body }).toEqual(success({ secret: 'data' }))
  const { body: sandbox } = await server.control.get('/sandboxes/default').expect(200)
  expect(sandbox.credentials['nhn-secure-key-manager']).toEqual({
    baseUrl: server.url,
    appKey: 'skmLocalTestKey1',
    accessKeyId: 'localAccessKeyId0001',
    secretAccessKey: 'localSecretKey01',
    viewerAccessKeyId: 'localAccessKeyId0002',
    viewerSecretAccessKey: 'localSecretKey02',
    keyStoreName: 'Store #1',
  })
})

test('an empty sandbox has one pair and one key store that lets this machine in', async () => {
  const sandbox = await server.sandbox({ seed: 'empty' })
  const skm = skmOf(server, sandbox)
  expect(Object.keys(sandbox.credentials('nhn-secure-key-manager'))).toEqual([
    'baseUrl',
    'appKey',
    'accessKeyId',
    'secretAccessKey',
    'keyStoreName',
  ])
  const id = await skm.create('secrets')
  expect(await skm.get(`/secrets/${id}`)).toEqual(success({ secret: 'data' }))
})
