import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import {
  ASYMMETRIC_ID,
  failure,
  frozen,
  INVALID_KEY_ID,
  INVALID_PARAMETER,
  SECRET_ID,
  STORE,
  SYMMETRIC_ID,
  skmOf,
  success,
} from './client.js'

const server = await useServer()

const INVALID_STORE = failure(40403, 'Invalid Key Store')
const AT_NOON = {
  creationUser: 'CONSOLE',
  creationDatetime: '2026-03-02T12:00:00',
  lastChangeUser: 'CONSOLE',
  lastChangeDatetime: '2026-03-02T12:00:00.000',
}
const BY_API = { ...AT_NOON, creationUser: 'SECURE_KEY_MANAGER', lastChangeUser: 'SECURE_KEY_MANAGER' }
const FIRST_STORE = {
  keyStoreId: 1,
  name: STORE,
  description: 'Lets in this machine and private networks',
  ip4AuthUse: 'Y',
  macAuthUse: 'N',
  certificateAuthUse: 'N',
  ...AT_NOON,
}

test('key stores are listed by id, or with their details', async () => {
  const skm = skmOf(server, await server.sandbox(frozen))
  expect(await skm.get('/keystores')).toEqual(success({ keyStoreIdList: [1, 2] }))
  const detailed = await skm.get('/keystores?detail=true')
  expect(detailed.body.body.keyStoreList).toHaveLength(2)
  expect(detailed.body.body.keyStoreList[0]).toEqual(FIRST_STORE)
  expect(await skm.get('/keystores/1')).toEqual(success(FIRST_STORE))
  expect(await skm.get('/keystores/3')).toEqual(INVALID_STORE)
  expect(await skm.get('/keystores/one')).toEqual(INVALID_PARAMETER)
  expect(await skm.get('/keystores?detail=perhaps')).toEqual(INVALID_PARAMETER)
})

test('keys are listed by id, or with their details', async () => {
  const sandbox = await server.sandbox(frozen)
  const skm = skmOf(server, sandbox)
  await skm.get(`/secrets/${SECRET_ID}`)
  await skm.put(`/keys/${ASYMMETRIC_ID}/delete`)
  const secret = {
    keyId: SECRET_ID,
    name: 'Key Sample #1',
    description: 'Description #1',
    keyType: 'SECRET',
    currentKeyValueVersion: 0,
    autoRotationPeriod: 0,
    nextAutoRotationDate: null,
    lastAccessDatetime: '2026-03-02T12:00:00.000',
    deletionDatetime: null,
    ...BY_API,
  }
  const symmetric = {
    ...secret,
    keyId: SYMMETRIC_ID,
    name: 'Key Sample #2',
    description: 'Description #2',
    keyType: 'SYMMETRIC_KEY',
    currentKeyValueVersion: 1,
    lastAccessDatetime: null,
  }
  const asymmetric = {
    ...symmetric,
    keyId: ASYMMETRIC_ID,
    name: 'Key Sample #3',
    description: 'Description #3',
    keyType: 'ASYMMETRIC_KEY',
    deletionDatetime: '2026-03-09T12:00:00',
  }
  expect(await skm.get('/keystores/1/keys')).toEqual(
    success({ keyIdList: [SECRET_ID, SYMMETRIC_ID, ASYMMETRIC_ID] }),
  )
  expect(await skm.get('/keystores/1/keys?detail=true')).toEqual(
    success({ keyList: [secret, symmetric, asymmetric] }),
  )
  expect(await skm.get(`/keystores/1/keys/${SYMMETRIC_ID}`)).toEqual(success(symmetric))
  expect(await skm.get('/keystores/1/keys?detail=true&type=SECRET')).toEqual(success({ keyList: [secret] }))
  expect(await skm.get('/keystores/1/keys?detail=true&status=inactive')).toEqual(
    success({ keyList: [asymmetric] }),
  )
  expect(await skm.get(`/keystores/1/keys?detail=true&name=${encodeURIComponent('#2')}`)).toEqual(
    success({ keyList: [symmetric] }),
  )
  expect(await skm.get(`/keystores/2/keys/${SYMMETRIC_ID}`)).toEqual(INVALID_KEY_ID)
  expect(await skm.get('/keystores/9/keys')).toEqual(INVALID_STORE)
})

test('keys come in pages, until one is not full', async () => {
  const skm = skmOf(server, await server.sandbox({ seed: 'empty' }))
  const ids = []
  for (let index = 0; index < 12; index++) ids.push(await skm.create('secrets', { name: `key ${index}` }))
  const page = async (query: string) =>
    (await skm.get(`/keystores/1/keys?detail=true&${query}`)).body.body.keyList.map(
      (key: { keyId: string }) => key.keyId,
    )
  expect(await page('')).toEqual(ids.slice(0, 10))
  expect(await page('pageNumber=2')).toEqual(ids.slice(10))
  expect(await page('pageNumber=3')).toEqual([])
  expect(await page('pageSize=100')).toEqual(ids)
  const idsOf = (query: string) => skm.get(`/keystores/1/keys?${query}`)
  expect(await idsOf('')).toEqual(success({ keyIdList: ids }))
  expect(await idsOf('pageNumber=1')).toEqual(success({ keyIdList: ids.slice(0, 10) }))
  expect(await idsOf('pageNumber=2')).toEqual(success({ keyIdList: ids.slice(10) }))
  expect(await idsOf('pageSize=11')).toEqual(success({ keyIdList: ids.slice(0, 11) }))
  expect(await idsOf('pageSize=11&pageNumber=2')).toEqual(success({ keyIdList: ids.slice(11) }))
  expect(await idsOf('pageSize=9')).toEqual(INVALID_PARAMETER)
  for (const query of ['pageSize=9', 'pageSize=101', 'pageNumber=0', 'type=secret', 'status=ACTIVE']) {
    expect(await skm.get(`/keystores/1/keys?detail=true&${query}`)).toEqual(INVALID_PARAMETER)
  }
  expect(await skm.get(`/keystores/1/keys?name=${'n'.repeat(101)}`)).toEqual(INVALID_PARAMETER)
})

test('credentials are listed by value, or one with its details', async () => {
  const sandbox = await server.sandbox(frozen)
  const skm = skmOf(server, sandbox)
  await skm.post('/auths/ipv4s', { keyStoreName: STORE, value: '203.0.113.0/24', description: 'office' })
  await skm.post('/auths/macs', { keyStoreName: STORE, value: 'AA:aa:aa:aa:aa:aa' })
  await skm.post('/auths/certificates', {
    keyStoreName: STORE,
    name: 'c1',
    password: 'password1',
    lifeTime: 10,
  })
  await skm.get(`/secrets/${SECRET_ID}`)

  const unused = { lastAccessDatetime: null, deletionDatetime: null, ...BY_API }
  expect(await skm.get('/keystores/1/ips')).toEqual(
    success({ ipv4List: ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '203.0.113.0/24'] }),
  )
  expect(await skm.get('/keystores/1/ips?value=203.0.113.0/24')).toEqual(
    success({ ipv4List: [{ value: '203.0.113.0/24', description: 'office', ...unused }] }),
  )
  expect((await skm.get('/keystores/1/ips?value=127.0.0.0/8')).body.body.ipv4List[0].lastAccessDatetime).toBe(
    '2026-03-02T12:00:00.000',
  )
  expect(await skm.get('/keystores/1/ips?value=1.2.3.4')).toEqual(success({ ipv4List: [] }))
  expect(await skm.get('/keystores/1/macs')).toEqual(success({ macList: ['AA:aa:aa:aa:aa:aa'] }))
  expect(await skm.get('/keystores/1/macs?value=aa:aa:aa:aa:aa:aa')).toEqual(
    success({ macList: [{ value: 'AA:aa:aa:aa:aa:aa', description: null, ...unused }] }),
  )
  expect(await skm.get('/keystores/1/certificates')).toEqual(success({ certificateList: ['c1'] }))
  const certificate = {
    name: 'c1',
    description: null,
    password: 'password1',
    expirationDate: '2026-03-12T12:00:00',
    ...unused,
  }
  for (const parameter of ['value', 'name']) {
    expect(await skm.get(`/keystores/1/certificates?${parameter}=c1`)).toEqual(
      success({ certificateList: [certificate] }),
    )
  }
  for (const kind of ['ips', 'macs', 'certificates']) {
    expect(await skm.get(`/keystores/9/${kind}`)).toEqual(INVALID_STORE)
  }
  await skm.put('/auths/macs/delete', { keyStoreName: STORE, value: 'aa:aa:aa:aa:aa:aa' })
  expect(
    (await skm.get('/keystores/1/macs?value=aa:aa:aa:aa:aa:aa')).body.body.macList[0].deletionDatetime,
  ).toBe('2026-03-09T12:00:00')
})

test('key stores are made, changed and deleted on the console', async () => {
  const sandbox = await server.sandbox(frozen)
  const skm = skmOf(server, sandbox)
  const console = sandbox.console('nhn-secure-key-manager')
  const created = await console.post('/keystores').send({ name: 'Mine' }).expect(201)
  const keyStore = {
    ...FIRST_STORE,
    keyStoreId: 3,
    name: 'Mine',
    description: null,
    authMode: 'AND',
  }
  expect(created.body).toEqual({ keyStore })
  expect((await skm.get('/keystores/3/ips')).body.body).toEqual({ ipv4List: ['127.0.0.1'] })
  const { body: list } = await console.get('/keystores').expect(200)
  expect(list.items.at(-1)).toEqual(keyStore)

  const changed = await console.patch('/keystores/3').send({ macAuthUse: 'Y', authMode: 'OR' }).expect(200)
  expect(changed.body).toEqual({ keyStore: { ...keyStore, macAuthUse: 'Y', authMode: 'OR' } })
  const off = await console.patch('/keystores/3').send({ ip4AuthUse: 'N', macAuthUse: 'N' }).expect(400)
  expect(off.body.detail).toBe('At least one of ip4AuthUse, macAuthUse and certificateAuthUse has to be "Y"')
  await console.post('/keystores').send({ name: 'Mine' }).expect(409)
  await console.patch('/keystores/3').send({ name: STORE }).expect(409)
  await console
    .post('/keystores')
    .send({ name: 'n'.repeat(101) })
    .expect(400)
  await console.post('/keystores').send({ name: 'Other', color: 'red' }).expect(400)
  await console.patch('/keystores/99').send({}).expect(404)

  const id = await skm.create('secrets', { keyStoreName: 'Mine' })
  const refused = await console.delete('/keystores/3').expect(409)
  expect(refused.body.detail).toBe(`The key store has keys: ${id}`)
  await skm.put(`/keys/${id}/delete`)
  await sandbox.advance('P7D')
  await console.delete('/keystores/3').expect(204)
  await console.delete('/keystores/3').expect(404)
  expect(await skm.get('/keystores/3')).toEqual(INVALID_STORE)
})

test('what is not there is a 404 on the console', async () => {
  const console = (await server.sandbox()).console('nhn-secure-key-manager')
  await console.post('/keys/nobody/rotate').expect(404)
  await console.post(`/keys/${SYMMETRIC_ID}/versions/7/restore`).expect(404)
  await console.get('/keystores/1/certificates/nobody/p12').expect(404)
  await console.get('/keystores/9/certificates/nobody/p12').expect(404)
  const restore = (body: object) => console.post('/auths/ipv4s/restore').send(body)
  await restore({ keyStoreName: 'Nowhere', value: '1.2.3.4' }).expect(404)
  await restore({ keyStoreName: STORE, value: '1.2.3.4' }).expect(404)
  await restore({ keyStoreName: STORE, value: '127.0.0.0/8' }).expect(409)
  await restore({ keyStoreName: STORE }).expect(400)
})
