import supertest from 'supertest'
import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import {
  ASYMMETRIC_ID,
  failure,
  frozen,
  INVALID_KEY_ID,
  INVALID_KEY_STATUS,
  INVALID_KEY_VERSION,
  INVALID_PARAMETER,
  SECRET_ID,
  STORE,
  SYMMETRIC_ID,
  skmOf,
} from './client.js'

const server = await useServer()

const UNAUTHORIZED = failure(80401, 'Unauthorized', 401)
const FORBIDDEN = failure(80403, 'Forbidden', 403)
const URL_NOT_FOUND = failure(40400, 'URL NOT FOUND', 404)
const INVALID_STORE = failure(40403, 'Invalid Key Store')
const INVALID_AUTH_VALUE = failure(40404, 'Invalid Auth Value')
const INVALID_AUTH_STATUS = failure(40904, 'Invalid Auth Status')

async function answerOf(request: supertest.Test) {
  const { status, body } = await request
  return { status, body }
}

test('an unknown appkey is refused before anything else', async () => {
  const skm = skmOf(server, await server.sandbox())
  const client = supertest(server.url)
  const path = '/keymanager/v1.2/appkey/nobody/confirm'
  expect(await answerOf(client.get(path))).toEqual(failure(40100, 'Invalid Appkey'))
  expect(await answerOf(client.get(path).set(skm.pair))).toEqual(failure(40100, 'Invalid Appkey'))
  expect(await answerOf(client.get('/keymanager/v1.0/appkey/nobody/confirm'))).toEqual(
    failure(40100, 'Invalid Appkey'),
  )
})

test('v1.2 wants both headers, and a pair of this sandbox', async () => {
  const [skm, other] = [skmOf(server, await server.sandbox()), skmOf(server, await server.sandbox())]
  const { 'X-TC-AUTHENTICATION-ID': id, 'X-TC-AUTHENTICATION-SECRET': secret } = skm.pair
  expect(await skm.get('/confirm', {})).toEqual(UNAUTHORIZED)
  expect(await skm.get('/confirm', { 'X-TC-AUTHENTICATION-ID': id })).toEqual(UNAUTHORIZED)
  expect(await skm.get('/confirm', { 'X-TC-AUTHENTICATION-SECRET': secret })).toEqual(UNAUTHORIZED)
  expect(await skm.get('/confirm', { ...skm.pair, 'X-TC-AUTHENTICATION-SECRET': `${secret}x` })).toEqual(
    UNAUTHORIZED,
  )
  expect(await skm.get('/confirm', { ...skm.pair, 'X-TC-AUTHENTICATION-SECRET': ' ' })).toEqual(UNAUTHORIZED)
  expect(await skm.get('/confirm', other.pair)).toEqual(UNAUTHORIZED)
  expect(await skm.get(`/asymmetric-keys/${ASYMMETRIC_ID}/publicKey`, {})).toEqual(UNAUTHORIZED)
})

test('a viewer uses keys and changes nothing', async () => {
  const sandbox = await server.sandbox()
  const skm = skmOf(server, sandbox)
  const { viewerAccessKeyId = '', viewerSecretAccessKey = '' } = sandbox.credentials('nhn-secure-key-manager')
  const viewer = {
    'X-TC-AUTHENTICATION-ID': viewerAccessKeyId,
    'X-TC-AUTHENTICATION-SECRET': viewerSecretAccessKey,
  }
  expect((await skm.get(`/secrets/${SECRET_ID}`, viewer)).body.body).toEqual({ secret: 'data' })
  expect(await skm.post('/keys/secrets/create', {}, viewer)).toEqual(FORBIDDEN)
  expect(await skm.call('put', `/keys/${SECRET_ID}/delete`, undefined, viewer)).toEqual(FORBIDDEN)
  expect(await skm.call('put', `/secrets/${SECRET_ID}`, { secretValue: 'x' }, viewer)).toEqual(FORBIDDEN)
})

test('an unknown path, another method and a broken escape are no known URL', async () => {
  const skm = skmOf(server, await server.sandbox())
  expect(await skm.get('/nothing')).toEqual(URL_NOT_FOUND)
  expect(await skm.post('/confirm', {})).toEqual(URL_NOT_FOUND)
  expect(await skm.get(`/asymmetric-keys/${ASYMMETRIC_ID}/private-key`)).toEqual(URL_NOT_FOUND)
  expect(await skm.get('/secrets/%E0%A4%A')).toEqual(URL_NOT_FOUND)
  const client = supertest(server.url)
  expect(await answerOf(client.get('/keymanager/v9/appkey/x/confirm'))).toEqual(URL_NOT_FOUND)
  expect(await answerOf(client.get(`/keymanager/v1.2/appkeys/${skm.appKey}/confirm`))).toEqual(URL_NOT_FOUND)
})

test('bodies that are no JSON, or of another type, are invalid parameters', async () => {
  const skm = skmOf(server, await server.sandbox())
  const path = `${skm.base('v1.2')}/symmetric-keys/${SYMMETRIC_ID}/encrypt`
  const post = () => supertest(server.url).post(path).set(skm.pair)
  expect(await answerOf(post().type('json').send('{"plaintext": "data",}'))).toEqual(INVALID_PARAMETER)
  expect(await answerOf(post().type('text/plain').send('{"plaintext":"data"}'))).toEqual(INVALID_PARAMETER)
  expect(await answerOf(post())).toEqual(INVALID_PARAMETER)
  for (const body of [{}, [], { plaintext: null }, { plaintext: 7 }, { plainText: 'data' }]) {
    expect(await answerOf(post().send(body))).toEqual(INVALID_PARAMETER)
  }
})

test('a body of more than 1 MiB is refused', async () => {
  const skm = skmOf(server, await server.sandbox())
  expect(
    await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/encrypt`, { plaintext: 'a'.repeat(1_048_577) }),
  ).toEqual(failure(41300, 'Request Too Large', 413))
})

test('a GET may say that it sends JSON, as many clients do', async () => {
  const skm = skmOf(server, await server.sandbox())
  const headers = { ...skm.pair, 'Content-Type': 'application/json' }
  expect((await skm.get(`/secrets/${SECRET_ID}`, headers)).body.body).toEqual({ secret: 'data' })
})

test('a key has to be there, and of the type in the path', async () => {
  const skm = skmOf(server, await server.sandbox())
  expect(await skm.get('/secrets/0123')).toEqual(INVALID_KEY_ID)
  expect(await skm.get(`/secrets/${SYMMETRIC_ID}`)).toEqual(INVALID_KEY_ID)
  expect(await skm.get(`/symmetric-keys/${ASYMMETRIC_ID}/symmetric-key`)).toEqual(INVALID_KEY_ID)
  expect(await skm.get(`/asymmetric-keys/${SECRET_ID}/publicKey`)).toEqual(INVALID_KEY_ID)
  expect(await skm.put('/keys/0123/delete')).toEqual(INVALID_KEY_ID)
  expect(await skm.delete('/keys/0123')).toEqual(INVALID_KEY_ID)
})

test('another sandbox has other keys', async () => {
  const [one, two] = [skmOf(server, await server.sandbox()), skmOf(server, await server.sandbox())]
  const id = await one.create('secrets')
  expect((await one.get(`/secrets/${id}`)).body.body).toEqual({ secret: 'data' })
  expect(await two.get(`/secrets/${id}`)).toEqual(INVALID_KEY_ID)
})

test('a version has to be a number, and there', async () => {
  const skm = skmOf(server, await server.sandbox())
  const path = `/symmetric-keys/${SYMMETRIC_ID}/symmetric-key?keyVersion=`
  for (const keyVersion of ['x', '-1', '1.5', '', '1&keyVersion=0']) {
    expect(await skm.get(path + keyVersion)).toEqual(INVALID_PARAMETER)
  }
  for (const keyVersion of ['2', '99999999999']) {
    expect(await skm.get(path + keyVersion)).toEqual(INVALID_KEY_VERSION)
  }
  expect(await skm.get(`/asymmetric-keys/${ASYMMETRIC_ID}/publicKey?keyVersion=2`)).toEqual(
    INVALID_KEY_VERSION,
  )
})

test('what a new key needs is checked field by field', async () => {
  const skm = skmOf(server, await server.sandbox())
  const secret = { keyStoreName: STORE, name: 'n', secretValue: 'v' }
  const symmetric = { keyStoreName: STORE, name: 'n' }
  const create = (kind: string, body: object) => skm.post(`/keys/${kind}/create`, body)
  for (const wrong of [
    { name: '' },
    { name: ' ' },
    { name: '\u3000' },
    { name: 'a\nb' },
    { name: 'a\u0000' },
    { name: 'n'.repeat(101) },
    { name: undefined },
    { keyStoreName: undefined },
    { description: 'd'.repeat(1001) },
    { secretValue: '' },
    { secretValue: undefined },
    { secretValue: 'v'.repeat(32_769) },
  ]) {
    expect(await create('secrets', { ...secret, ...wrong })).toEqual(INVALID_PARAMETER)
  }
  for (const autoRotationPeriod of [1, 29, -1, 30.5, '30', 36_501, null]) {
    expect(await create('symmetric-keys', { ...symmetric, autoRotationPeriod })).toEqual(INVALID_PARAMETER)
  }
  for (const right of [
    { name: 'n'.repeat(100) },
    { description: 'd'.repeat(1000) },
    { secretValue: 'é'.repeat(16_384) },
  ]) {
    expect((await create('secrets', { ...secret, ...right })).body.header.resultCode).toBe(0)
  }
  for (const autoRotationPeriod of [0, 30, 36_500]) {
    expect(
      (await create('symmetric-keys', { ...symmetric, autoRotationPeriod })).body.header.resultCode,
    ).toBe(0)
  }
  expect(await create('secrets', { ...secret, keyStoreName: 'Nowhere' })).toEqual(INVALID_STORE)
  expect(await create('asymmetric-keys', { ...symmetric, keyStoreName: 'Nowhere' })).toEqual(INVALID_STORE)
})

test('what a new credential needs is checked field by field', async () => {
  const skm = skmOf(server, await server.sandbox())
  const add = (kind: string, body: object) => skm.post(`/auths/${kind}`, { keyStoreName: STORE, ...body })
  for (const value of [
    '',
    '::1',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4/33',
    '1.2.3.4/',
    '01.2.3.4',
    '10.0.0.0/8/8',
    7,
  ]) {
    expect(await add('ipv4s', { value })).toEqual(INVALID_PARAMETER)
  }
  for (const value of [
    '',
    'aa-aa-aa-aa-aa-aa',
    'aa:aa:aa:aa:aa',
    'gg:aa:aa:aa:aa:aa',
    'aa:aa:aa:aa:aa:aa:aa',
  ]) {
    expect(await add('macs', { value })).toEqual(INVALID_PARAMETER)
  }
  const certificate = { name: 'c', password: 'p', lifeTime: 1 }
  for (const wrong of [
    { name: '' },
    { password: '' },
    { password: undefined },
    { lifeTime: 0 },
    { lifeTime: 1.5 },
    { lifeTime: '365' },
    { lifeTime: 36_501 },
    { lifeTime: undefined },
  ]) {
    expect(await add('certificates', { ...certificate, ...wrong })).toEqual(INVALID_PARAMETER)
  }
  expect(await skm.post('/auths/ipv4s', { keyStoreName: 'Nowhere', value: '1.2.3.4' })).toEqual(INVALID_STORE)
  expect(await add('ipv4s', { value: '1.2.3.4' })).toEqual({
    status: 200,
    body: {
      header: { resultCode: 0, resultMessage: 'success', isSuccessful: true },
      body: { value: '1.2.3.4', description: null },
    },
  })
})

test('a credential is there once, also while it awaits its deletion', async () => {
  const sandbox = await server.sandbox(frozen)
  const skm = skmOf(server, sandbox)
  const duplicate = failure(40903, 'Duplicate Auth Value')
  const mac = { keyStoreName: STORE, value: 'aa:bb:cc:dd:ee:ff' }
  await skm.post('/auths/macs', mac)
  expect(await skm.post('/auths/macs', mac)).toEqual(duplicate)
  expect(await skm.post('/auths/macs', { ...mac, value: 'AA:BB:CC:DD:EE:FF' })).toEqual(duplicate)
  await skm.put('/auths/macs/delete', mac)
  expect(await skm.post('/auths/macs', mac)).toEqual(duplicate)
  await sandbox.advance('P7D')
  expect((await skm.post('/auths/macs', mac)).body.header.resultCode).toBe(0)

  const certificate = { keyStoreName: STORE, name: 'c', password: 'p', lifeTime: 1 }
  await skm.post('/auths/certificates', certificate)
  expect(await skm.post('/auths/certificates', certificate)).toEqual(duplicate)
})

test('credentials are deleted only when they are there and scheduled', async () => {
  const skm = skmOf(server, await server.sandbox())
  for (const [kind, field, value] of [
    ['ipv4s', 'value', '10.0.0.0/8'],
    ['macs', 'value', 'aa:aa:aa:aa:aa:aa'],
    ['certificates', 'name', 'c'],
  ] as const) {
    const named = { keyStoreName: STORE, [field]: value }
    if (kind !== 'ipv4s') await skm.post(`/auths/${kind}`, { ...named, password: 'p', lifeTime: 1 })
    const path = `/auths/${kind}/delete`
    expect(await skm.post(path, named)).toEqual(INVALID_AUTH_STATUS)
    expect((await skm.put(path, named)).body.header.resultCode).toBe(0)
    expect(await skm.put(path, named)).toEqual(INVALID_AUTH_STATUS)
    expect((await skm.post(path, named)).body.header.resultCode).toBe(0)
    expect(await skm.post(path, named)).toEqual(INVALID_AUTH_VALUE)
    expect(await skm.put(path, named)).toEqual(INVALID_AUTH_VALUE)
    expect(await skm.put(path, { ...named, keyStoreName: 'Nowhere' })).toEqual(INVALID_STORE)
    expect(await skm.put(path, { keyStoreName: STORE })).toEqual(INVALID_PARAMETER)
  }
})

test('a key is deleted at once only when its deletion is scheduled, and scheduled only once', async () => {
  const skm = skmOf(server, await server.sandbox())
  expect(await skm.delete(`/keys/${SECRET_ID}`)).toEqual(INVALID_KEY_STATUS)
  await skm.put(`/keys/${SECRET_ID}/delete`)
  expect(await skm.put(`/keys/${SECRET_ID}/delete`)).toEqual(INVALID_KEY_STATUS)
  expect(await skm.get(`/secrets/${SECRET_ID}`)).toEqual(INVALID_KEY_STATUS)
  expect((await skm.delete(`/keys/${SECRET_ID}`)).body.header.resultCode).toBe(0)
  expect(await skm.get(`/secrets/${SECRET_ID}`)).toEqual(INVALID_KEY_ID)
})

test('with `nhn.errorStatus` `http`, failures have the status that says so', async () => {
  const sandbox = await server.sandbox({ settings: { 'nhn.errorStatus': 'http' } })
  const skm = skmOf(server, sandbox)
  const statuses = [
    [await skm.post('/keys/secrets/create', {}), 400],
    [await skm.post(`/asymmetric-keys/${ASYMMETRIC_ID}/sign`, { plaintext: 'a'.repeat(246) }), 400],
    [await skm.get('/confirm', {}), 401],
    [await skm.get('/secrets/5f0c1d2e3a4b4c5d8e6f708192a3b4c5'), 403],
    [await skm.get('/secrets/0123'), 404],
    [await skm.delete(`/keys/${SECRET_ID}`), 409],
    [await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/decrypt`, { ciphertext: 'AAAA' }), 422],
  ] as const
  for (const [{ status, body }, expected] of statuses) {
    expect(status).toBe(expected)
    expect(body.header.isSuccessful).toBe(false)
  }
  await sandbox.change({ 'nhn.errorStatus': 'nhn' })
  expect((await skm.get('/secrets/0123')).status).toBe(200)
})

test('checks come in their order: parameters, key, client, status', async () => {
  const sandbox = await server.sandbox()
  const skm = skmOf(server, sandbox)
  const behindMac = '5f0c1d2e3a4b4c5d8e6f708192a3b4c5'
  expect(await skm.get(`/symmetric-keys/nobody/symmetric-key?keyVersion=x`)).toEqual(INVALID_PARAMETER)
  expect(await skm.get(`/symmetric-keys/${behindMac}/symmetric-key`)).toEqual(INVALID_KEY_ID)
  await skm.put(`/keys/${behindMac}/delete`)
  expect(await skm.get(`/secrets/${behindMac}`)).toEqual(failure(40302, 'MAC Auth Failure'))
  const withMac = { ...skm.pair, 'X-TOAST-CLIENT-MAC-ADDR': '00:00:00:00:00:00' }
  expect(await skm.get(`/secrets/${behindMac}`, withMac)).toEqual(INVALID_KEY_STATUS)
})

test('methods beyond the usual ones are no known URL', async () => {
  const skm = skmOf(server, await server.sandbox())
  for (const method of ['QUERY', 'PROPFIND', 'PATCH']) {
    for (const path of ['/confirm', '/nothing']) {
      const answer = await fetch(server.url + skm.base('v1.2') + path, { method, headers: skm.pair })
      expect({ status: answer.status, body: await answer.json() }).toEqual(URL_NOT_FOUND)
    }
  }
})

test('bytes that are not UTF-8 are refused, and never replaced', async () => {
  const skm = skmOf(server, await server.sandbox())
  const post = async (rest: string, start: string, bytes: Buffer) => {
    const answer = await fetch(server.url + skm.base('v1.2') + rest, {
      method: 'POST',
      headers: { ...skm.pair, 'content-type': 'application/json' },
      body: Buffer.concat([Buffer.from(start), bytes, Buffer.from('"}')]),
    })
    return { status: answer.status, body: (await answer.json()) as { body: { ciphertext: string } } }
  }
  const encrypt = (bytes: Buffer) => post(`/symmetric-keys/${SYMMETRIC_ID}/encrypt`, '{"plaintext":"', bytes)
  for (const hex of ['ff', 'c3', 'c080', 'eda080', 'f4908080']) {
    expect(await encrypt(Buffer.from(hex, 'hex'))).toEqual(INVALID_PARAMETER)
  }
  const { body } = await encrypt(Buffer.from('é가😀'))
  const { ciphertext } = body.body
  expect((await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/decrypt`, { ciphertext })).body.body).toEqual({
    plaintext: 'é가😀',
    keyVersion: 1,
  })
  const secret = `{"keyStoreName":"${STORE}","name":"n","secretValue":"`
  expect(await post('/keys/secrets/create', secret, Buffer.from([0xff]))).toEqual(INVALID_PARAMETER)
})

test('every answer is JSON without a charset', async () => {
  const skm = skmOf(server, await server.sandbox())
  for (const path of ['/confirm', `/secrets/${SECRET_ID}`, '/secrets/0123', '/nothing']) {
    const answer = await fetch(server.url + skm.base('v1.2') + path, { headers: skm.pair })
    expect(answer.headers.get('content-type')).toBe('application/json')
  }
})

test('an id of any length that fits a request is an unknown key', async () => {
  const skm = skmOf(server, await server.sandbox())
  for (const length of [2049, 3000, 12_000]) {
    expect(await skm.get(`/secrets/${'a'.repeat(length)}`)).toEqual(INVALID_KEY_ID)
  }
})

test('a seed with a credential twice or a name of blanks is refused, with its path', async () => {
  const problemsOf = async (keyStore: object) => {
    const seed = { 'nhn-secure-key-manager': { keyStores: [{ name: 'a', ...keyStore }] } }
    return (await server.control.post('/sandboxes').send({ seed }).expect(422)).body.errors
  }
  const at = 'seed.nhn-secure-key-manager.keyStores[0]'
  expect(await problemsOf({ ipv4s: ['10.0.0.1', '10.0.0.2', '10.0.0.1'] })).toEqual([
    { path: `${at}.ipv4s[2]`, message: 'is there twice' },
  ])
  expect(await problemsOf({ macs: ['aa:bb:cc:dd:ee:ff', 'AA:BB:CC:DD:EE:FF'] })).toEqual([
    { path: `${at}.macs[1]`, message: 'is there twice' },
  ])
  expect(await problemsOf({ name: ' ' })).toEqual([
    { path: `${at}.name`, message: 'must have letters, and no control characters' },
  ])
})

test('of a request whose method is wrong, nothing else is looked at', async () => {
  const skm = skmOf(server, await server.sandbox())
  for (const path of [`/secrets/${SECRET_ID}`, '/keys/secrets/create']) {
    const { status, body } = await supertest(server.url)
      .patch(`${skm.base('v1.2')}${path}`)
      .set({ ...skm.pair, 'content-type': 'application/json' })
      .send('{"malformed"')
    expect({ status, body }).toEqual(URL_NOT_FOUND)
  }
})
