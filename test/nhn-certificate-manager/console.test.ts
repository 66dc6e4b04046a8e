import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import { useServer } from '../helpers/server.js'
import { cmOf, DOCUMENTED, failure } from './client.js'

const server = await useServer()

test('a name is registered, given a date, and deleted', async () => {
  const cm = cmOf(server, await server.sandbox({ ...DOCUMENTED, seed: 'empty' }))
  const certificate = {
    certificateName: 'a.com',
    authority: null,
    signatureAlgorithm: null,
    fileCreationDate: null,
    expirationDate: null,
    domains: [],
    fileName: null,
    ambiguous: false,
  }
  expect((await cm.console.put('/certificates/a.com').expect(201)).body).toEqual({ certificate })
  const dated = { certificate: { ...certificate, expirationDate: '2020-04-01' } }
  const put = (body: object) => cm.console.put('/certificates/a.com').send(body)
  expect((await put({ expirationDate: '2020-04-01' }).expect(200)).body).toEqual(dated)
  expect((await cm.console.get('/certificates').expect(200)).body).toEqual({ items: [dated.certificate] })
  expect((await cm.list()).body.body.data).toHaveLength(1)
  await put({ expirationDate: '2020-03-31' }).expect(200)
  expect((await cm.list()).body.body.data).toHaveLength(0)
  const ambiguous = await put({ ambiguous: true }).expect(200)
  expect(ambiguous.body).toEqual({
    certificate: { ...certificate, expirationDate: '2020-03-31', ambiguous: true },
  })
  await put({ expirationDate: '2020-02-30' }).expect(400)
  await put({ expires: '2020-04-01' }).expect(400)
  await cm.console.delete('/certificates/a.com').expect(204)
  await cm.console.delete('/certificates/a.com').expect(404)
  const problemOf = async (name: string) =>
    (await cm.console.put(`/certificates/${encodeURIComponent(name)}`).expect(400)).body.errors
  expect(await problemOf('a b')).toEqual([
    { path: 'name', message: 'can have letters, Hangul, digits, "-", "_", "." and "*"' },
  ])
  expect(await problemOf('a'.repeat(256))).toEqual([
    { path: 'name', message: 'must have at most 255 characters' },
  ])
  await cm.console.put(`/certificates/${'a'.repeat(255)}`).expect(201)
})

test('a certificate is generated: by default for the name, or as one says', async () => {
  const cm = cmOf(server, await server.sandbox({ ...DOCUMENTED, seed: 'empty' }))
  const { body } = await cm.console.post('/certificates/*.example.com/generate').expect(201)
  expect(body.certificate).toEqual({
    certificateName: '*.example.com',
    authority: 'NHN',
    signatureAlgorithm: 'SHA256withRSA',
    fileCreationDate: '2020-04-01',
    expirationDate: '2021-04-01',
    domains: ['*.example.com'],
    fileName: '_.example.com.pem',
    ambiguous: false,
  })
  const wishes = {
    commonName: 'www.example.com',
    sanDns: ['www.example.com', 'example.com'],
    keyAlgorithm: 'ECDSA-P256',
    validityDays: 10,
    keyPassphrase: 'correct horse',
  }
  const again = await cm.console.post('/certificates/mine/generate').send(wishes).expect(201)
  expect(again.body.certificate).toMatchObject({
    expirationDate: '2020-04-11',
    domains: ['www.example.com', 'example.com'],
  })
  await cm.console.post('/certificates/mine/generate').send(wishes).expect(200)
  const { bytes } = await cm.download('mine')
  expect(bytes.toString()).toContain('Proc-Type: 4,ENCRYPTED')
  inTemporaryDirectory((at) => {
    writeFileSync(at('mine.pem'), bytes)
    const publicKey = openssl(['ec', '-in', at('mine.pem'), '-passin', 'pass:correct horse', '-pubout'])
    expect(publicKey).toContain(openssl(['x509', '-in', at('mine.pem'), '-pubkey', '-noout']))
    expect(openssl(['x509', '-in', at('mine.pem'), '-noout', '-ext', 'subjectAltName'])).toContain(
      'DNS:www.example.com, DNS:example.com',
    )
  })
  for (const wrong of [{ validityDays: 0 }, { keyAlgorithm: 'DSA' }, { keyPassphrase: 'x'.repeat(201) }]) {
    await cm.console.post('/certificates/mine/generate').send(wrong).expect(400)
  }
})

test('access keys are made with a role, and taken by both services of NHN', async () => {
  const sandbox = await server.sandbox()
  const cm = cmOf(server, sandbox)
  const skm = sandbox.credentials('nhn-secure-key-manager')
  const make = async (role: string) => {
    const { body } = await cm.console.post('/access-keys').send({ role }).expect(201)
    expect(Object.keys(body)).toEqual(['accessKeyId', 'secretAccessKey', 'role'])
    return {
      'X-TC-AUTHENTICATION-ID': body.accessKeyId,
      'X-TC-AUTHENTICATION-SECRET': body.secretAccessKey,
    }
  }
  const statusOf = async (key: Record<string, string>) => {
    const confirm = await fetch(`${server.url}/keymanager/v1.2/appkey/${skm.appKey}/confirm`, {
      headers: key,
    })
    return [(await cm.list('', 'v1.1', key)).status, confirm.status]
  }
  const [admin, viewer, none] = [await make('ADMIN'), await make('VIEWER'), await make('NONE')]
  expect(await statusOf(admin)).toEqual([200, 200])
  expect(await statusOf(viewer)).toEqual([200, 200])
  expect(await statusOf(none)).toEqual([403, 403])
  expect(await cm.list('', 'v1.1', none)).toEqual(failure(80403, 'Forbidden', 403))

  const { body } = await cm.console.get('/access-keys').expect(200)
  expect(body.items.map((key: { role: string }) => key.role)).toEqual([
    'ADMIN',
    'VIEWER',
    'ADMIN',
    'VIEWER',
    'NONE',
  ])
  await cm.console.delete(`/access-keys/${admin['X-TC-AUTHENTICATION-ID']}`).expect(204)
  await cm.console.delete(`/access-keys/${admin['X-TC-AUTHENTICATION-ID']}`).expect(404)
  expect(await statusOf(admin)).toEqual([401, 401])
  await cm.console.post('/access-keys').send({ role: 'OWNER' }).expect(400)
})

test('both services show the same pair, in every sandbox another one', async () => {
  const [one, two] = [await server.sandbox(), await server.sandbox()]
  const pairOf = (sandbox: typeof one, provider: string) => {
    const { accessKeyId, secretAccessKey, viewerAccessKeyId } = sandbox.credentials(provider)
    return { accessKeyId, secretAccessKey, viewerAccessKeyId }
  }
  const pair = pairOf(one, 'nhn-certificate-manager')
  expect(Object.values(pair).every(Boolean)).toBe(true)
  expect(pairOf(one, 'nhn-secure-key-manager')).toEqual(pair)
  expect(pairOf(two, 'nhn-secure-key-manager')).not.toEqual(pair)
  await one.reset()
  expect((await cmOf(server, one).list()).status).toBe(200)
})

test('a seed whose pairs contradict each other is refused, with its path', async () => {
  const problemOf = async (cm: object[], skm: object[] = [{}]) => {
    const seed = {
      'nhn-certificate-manager': { accessKeys: cm },
      'nhn-secure-key-manager': { accessKeys: skm },
    }
    const { status, body } = await server.control.post('/sandboxes').send({ seed })
    return { status, errors: body.errors }
  }
  const refused = (path: string, message: string) => ({
    status: 422,
    errors: [{ path: `seed.${path}`, message }],
  })
  expect(await problemOf([{ name: 'viewer' }])).toEqual(
    refused('nhn-certificate-manager.accessKeys', 'one has to be without a name'),
  )
  expect(await problemOf([{}, {}])).toEqual(
    refused('nhn-certificate-manager.accessKeys[1].name', 'is there twice'),
  )
  expect(await problemOf([{ id: 'a' }], [{}, { name: 'viewer', id: 'a' }])).toEqual(
    refused('nhn-secure-key-manager.accessKeys[1].id', 'belongs to a pair of another name'),
  )
})

test('a seeded certificate that ends before it begins is refused, and a name that is there twice', async () => {
  const problemsOf = async (certificates: object[]) => {
    const seed = { 'nhn-certificate-manager': { certificates } }
    return (await server.control.post('/sandboxes').send({ seed }).expect(422)).body.errors
  }
  const file = { fileName: 'a.pem', commonName: 'a', validFrom: '{{now}}', validTo: '{{now-1d}}' }
  expect(await problemsOf([{ name: 'a', file }])).toEqual([
    { path: 'seed.nhn-certificate-manager.certificates[0].file.validTo', message: 'must be after validFrom' },
  ])
  expect(await problemsOf([{ name: 'a' }, { name: 'a' }])).toEqual([
    { path: 'seed.nhn-certificate-manager.certificates[1].name', message: 'is there twice' },
  ])
})

test('a name with a file expires with the file, whatever is entered', async () => {
  const cm = cmOf(server, await server.sandbox(DOCUMENTED))
  const put = cm.console.put('/certificates/test.nhn.com')
  expect((await put.send({ expirationDate: '2030-01-01', ambiguous: true }).expect(409)).body).toEqual({
    type: 'about:blank',
    title: 'Conflict',
    status: 409,
    detail: 'The date of expiry is that of the file',
  })
  const { body } = await cm.console.get('/certificates').expect(200)
  expect(body.items.at(-1)).toMatchObject({ certificateName: 'test.nhn.com', ambiguous: false })
  expect(body.items.at(-1)).toMatchObject({ expirationDate: '2021-03-25' })
})

test('a seeded file has a date of expiry of its own, and a name without a path', async () => {
  const problemsOf = async (certificate: object) => {
    const seed = { 'nhn-certificate-manager': { certificates: [{ name: 'a', ...certificate }] } }
    return (await server.control.post('/sandboxes').send({ seed }).expect(422)).body.errors
  }
  const at = 'seed.nhn-certificate-manager.certificates[0]'
  const file = { fileName: 'a.pem', commonName: 'a', validFrom: '{{now}}', validTo: '{{now+1d}}' }
  expect(await problemsOf({ file, expirationDate: '{{now+1d}}' })).toEqual([
    { path: `${at}.expirationDate`, message: 'is that of the file, which has its own: validTo' },
  ])
  for (const fileName of ['../a.pem', 'C:\\a.pem', 'a\n.pem', 'a.crt', '.pem']) {
    expect(await problemsOf({ file: { ...file, fileName } })).toEqual([
      { path: `${at}.file.fileName`, message: 'must be a name without a path that ends in ".pem"' },
    ])
  }
})
