import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import { useServer } from '../helpers/server.js'
import { cmOf, failure, refusal, success } from './client.js'

const server = await useServer()

const NOT_PEM = failure(52003, 'The certificate file is not a pem file.')

/** A certificate and its key, made by OpenSSL. */
function made(
  subject: string,
  key: readonly string[] = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  options: readonly string[] = [],
) {
  return inTemporaryDirectory((at) => {
    openssl([
      ...['req', '-x509', '-newkey', ...key, '-nodes', '-keyout', at('key.pem'), '-out', at('cert.pem')],
      ...['-subj', subject, '-days', '30', ...options],
    ])
    const read = (name: string) => readFileSync(at(name), 'utf8')
    return { certificate: read('cert.pem'), key: read('key.pem') }
  })
}

const example = made('/O=Example/CN=example.com')
const other = made('/O=Example/CN=other.com')

async function registered(name = 'example.com') {
  const cm = cmOf(server, await server.sandbox({ seed: 'empty' }))
  await cm.console.put(`/certificates/${name}`).expect(201)
  return { cm, upload: (bytes: string | Buffer, file = 'a.pem') => cm.uploadV10(name, { name: file, bytes }) }
}

test('the name has to be registered first', async () => {
  const { cm } = await registered()
  expect(await cm.uploadV10('nobody.com', { name: 'a.pem', bytes: example.certificate })).toEqual(
    failure(52000, 'Certificate name does not exist.'),
  )
})

test('there has to be one file, in the field `file`', async () => {
  const { cm } = await registered()
  const file = { name: 'a.pem', bytes: example.certificate }
  const notOne = failure(52007, 'Requested certificate file should be one.')
  expect(await cm.uploadV10('example.com')).toEqual(notOne)
  expect(await cm.uploadV10('example.com', file, file)).toEqual(notOne)
  expect(await cm.uploadV10('example.com', { ...file, field: 'other' })).toEqual(notOne)
  expect(await cm.uploadV10('example.com', file)).toEqual(success(null))
})

test('a multipart body that is none, or breaks off, holds no one file', async () => {
  const { cm } = await registered()
  const url = server.url + cm.path('/example.com/files', 'v1.0')
  const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.pem"\r\n\r\n'
  for (const [type, body] of [
    ['multipart/form-data', 'x'],
    ['multipart/form-data; boundary=b', ''],
    ['multipart/form-data; boundary=b', `${part}half`],
    ['multipart/form-data; boundary=b', `${part.replace('"file"', '"__proto__"')}x\r\n--b--\r\n`],
    ['application/json', '{"file":'],
  ] as const) {
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body })
    expect({ status: answer.status, body: await answer.json() }).toEqual(
      failure(52007, 'Requested certificate file should be one.'),
    )
  }
})

test('a damaged certificate never ends in a 5xx', async () => {
  const { upload } = await registered()
  const der = Buffer.from(example.certificate.replace(/-----.*-----|\s/g, ''), 'base64')
  const codes = new Set<number>()
  for (let index = 0; index < der.length; index++) {
    const damaged = Buffer.from(der)
    damaged.writeUInt8((damaged.readUInt8(index) + 1 + (index % 200)) & 0xff, index)
    const { status, body } = await upload(
      `-----BEGIN CERTIFICATE-----\n${damaged.toString('base64')}\n-----END CERTIFICATE-----\n`,
    )
    expect(status).toBe(200)
    codes.add(body.header.resultCode)
  }
  // Where nothing but a name, a date or a signature was hit, it is a certificate still.
  expect([...codes].filter((code) => ![0, 52003, 52004, 52005, 52006].includes(code))).toEqual([])
  expect(codes.has(52003)).toBe(true)
})

test('512 KB are the most, and 10 MB what the gateway lets pass', async () => {
  const { upload } = await registered()
  const padded = (size: number) => example.certificate + '\n'.repeat(size - example.certificate.length)
  expect(await upload(padded(524_288))).toEqual(success(null))
  expect(await upload(padded(524_289))).toEqual(
    failure(52008, 'Maximum permitted size is 524288 bytes. But, requested 524289 bytes.'),
  )
  expect(await upload(padded(10 * 1024 * 1024 + 1))).toEqual(
    refusal(413, 4131000, 'Request size is larger than permissible limit. the permissible limit is 10mb.'),
  )
})

const encrypted = (base64: string) =>
  `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${base64}\n-----END ENCRYPTED PRIVATE KEY-----\n`

test('text around the blocks, as programs write it, is kept', async () => {
  const { cm, upload } = await registered()
  const bytes = `Bag Attributes - here\n${example.certificate}\nthe key:\n${example.key}end\n`
  expect(await upload(bytes)).toEqual(success(null))
  expect((await cm.download('example.com')).bytes.toString()).toBe(bytes)
})

test('what is no PEM of a certificate and its key is refused', async () => {
  const { upload } = await registered()
  const broken = example.certificate.replace(/\n[A-Za-z0-9+/]/, '\n!')
  for (const [bytes, name] of [
    ['', 'a.pem'],
    ['hello', 'a.pem'],
    [Buffer.from([0x30, 0x82, 0, 1]), 'a.pem'],
    [example.key, 'a.pem'],
    [broken, 'a.pem'],
    [example.certificate, 'a.crt'],
    [example.certificate + other.key, 'a.pem'],
    [example.certificate + example.key + example.key, 'a.pem'],
    [example.certificate + other.certificate, 'a.pem'],
    [example.key + example.certificate, 'a.pem'],
    [example.certificate + example.key.slice(0, -30), 'a.pem'],
    [example.certificate + example.key.replace(/\n[^\n]*\n-----END/, '\n-----END'), 'a.pem'],
    [example.certificate.replace('-----END', '----END'), 'a.pem'],
    [`${example.certificate}-----END CERTIFICATE-----\n`, 'a.pem'],
    [example.certificate + example.certificate.replaceAll('CERTIFICATE', 'CERTIFICATE REQUEST'), 'a.pem'],
    [`-----BEGIN PUBLIC KEY-----\nrubbish\n-----END PUBLIC KEY-----\n${example.certificate}`, 'a.pem'],
    [`${example.certificate}-----BEGIN PUBLIC KEY-----\nrubbish\n-----END PUBLIC KEY-----\n`, 'a.pem'],
    [example.certificate + encrypted('!'), 'a.pem'],
    [example.certificate + encrypted(''), 'a.pem'],
  ] as const) {
    expect(await upload(bytes, name)).toEqual(NOT_PEM)
  }
  expect(await upload(example.certificate + example.key, 'A.PEM')).toEqual(success(null))
})

test('chains are taken in their order only', async () => {
  const { upload } = await registered()
  const { leaf, root } = inTemporaryDirectory((at) => {
    writeFileSync(at('ca.pem'), other.certificate)
    writeFileSync(at('ca.key'), other.key)
    const key = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
    openssl([
      ...['req', '-newkey', ...key, '-nodes', '-keyout', at('key.pem'), '-subj', '/CN=example.com'],
      ...['-out', at('request.pem')],
    ])
    openssl([
      ...['x509', '-req', '-in', at('request.pem'), '-CA', at('ca.pem'), '-CAkey', at('ca.key')],
      ...['-CAcreateserial', '-days', '10', '-out', at('leaf.pem')],
    ])
    return { leaf: readFileSync(at('leaf.pem'), 'utf8'), root: other.certificate }
  })
  expect(await upload(root + leaf)).toEqual(NOT_PEM)
  expect(await upload(leaf + root)).toEqual(success(null))
})

test('keys come in PKCS#1, PKCS#8, SEC1, and encrypted as they are', async () => {
  const rsa = made('/O=Example/CN=example.com', ['rsa:2048'])
  const forms = inTemporaryDirectory((at) => {
    writeFileSync(at('rsa.pem'), rsa.key)
    writeFileSync(at('ec.pem'), example.key)
    const pass = ['-passout', 'pass:secret']
    openssl(['rsa', '-in', at('rsa.pem'), '-traditional', '-out', at('pkcs1.pem')])
    openssl(['rsa', '-in', at('rsa.pem'), '-traditional', '-aes256', ...pass, '-out', at('encrypted1.pem')])
    openssl(['pkcs8', '-topk8', '-in', at('rsa.pem'), ...pass, '-out', at('encrypted8.pem')])
    openssl(['ec', '-in', at('ec.pem'), '-out', at('sec1.pem')])
    const read = (name: string) => readFileSync(at(name), 'utf8')
    return [
      rsa.certificate + rsa.key,
      rsa.certificate + read('pkcs1.pem'),
      rsa.certificate + read('encrypted1.pem'),
      rsa.certificate + read('encrypted8.pem'),
      example.certificate + read('sec1.pem'),
    ]
  })
  expect(forms[2]).toContain('Proc-Type: 4,ENCRYPTED')
  for (const bytes of forms) {
    const { cm, upload } = await registered()
    expect(await upload(bytes)).toEqual(success(null))
    expect((await cm.download('example.com')).bytes.toString()).toBe(bytes)
  }
})

test('a file replaces one of the same names, and no other', async () => {
  const { cm, upload } = await registered()
  expect(await upload(example.certificate, 'first.pem')).toEqual(success(null))
  expect(await upload(other.certificate)).toEqual(
    failure(52004, 'The certificate name in the file is different from the requested certificate name.'),
  )
  const renewed = made('/O=Example/CN=EXAMPLE.com').certificate
  expect(await upload(renewed, 'second.pem')).toEqual(success(null))
  const { bytes, disposition } = await cm.download('example.com')
  expect(bytes.toString()).toBe(renewed)
  expect(disposition).toBe('attachment; filename="second.pem"')
})

test('an expired certificate is not taken, nor one whose issuer has no name', async () => {
  const sandbox = await server.sandbox({
    seed: 'empty',
    clock: { mode: 'frozen', now: '2090-01-01T00:00:00Z' },
  })
  const cm = cmOf(server, sandbox)
  await cm.console.put('/certificates/example.com').expect(201)
  expect(await cm.uploadV10('example.com', { name: 'a.pem', bytes: example.certificate })).toEqual(
    failure(52005, 'Certificate file has expired'),
  )
  const { upload } = await registered()
  expect(await upload(made('/OU=Nameless').certificate)).toEqual(
    failure(52006, 'The certificate has an invalid certificate authority name.'),
  )
})

test('the authority is the organization of the issuer, or its common name', async () => {
  const { cm, upload } = await registered()
  await upload(made('/CN=Own CA').certificate)
  const { data } = (await cm.list()).body.body
  expect(data[0]).toMatchObject({ authority: 'Own CA', signatureAlgorithm: 'SHA256withECDSA' })
})

test.each([
  ['ed25519', ['ed25519'], 'Ed25519'],
  ['RSASSA-PSS', ['rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048'], 'RSASSA-PSS'],
])('the signature of %s is named as Java does', async (_name, key, expected) => {
  const { cm, upload } = await registered()
  const { certificate, key: keyPem } = made('/O=Example/CN=example.com', key)
  expect(await upload(certificate + keyPem)).toEqual(success(null))
  expect((await cm.list()).body.body.data[0].signatureAlgorithm).toBe(expected)
})

test.each([
  ['RSA', ['rsa:2048'], 'SHA3-256withRSA'],
  ['ECDSA', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], 'SHA3-256withECDSA'],
])('a signature of SHA-3 and %s is named as Java does', async (_name, key, expected) => {
  const { cm, upload } = await registered()
  expect(await upload(made('/O=Example/CN=example.com', key, ['-sha3-256']).certificate)).toEqual(
    success(null),
  )
  expect((await cm.list()).body.body.data[0].signatureAlgorithm).toBe(expected)
})

test('the console refuses with the code of the service', async () => {
  const cm = cmOf(server, await server.sandbox({ seed: 'empty' }))
  const refused = await cm.upload('example.com', 'hello')
  expect(refused).toEqual({
    status: 400,
    body: {
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: 'The certificate file is not a pem file.',
      code: 52003,
    },
  })
  const file = cm.console.put('/certificates/nobody.com/file').attach('file', Buffer.from('x'), 'a.pem')
  expect((await file.expect(404)).body.code).toBe(52000)
  const none = cm.console.put('/certificates/example.com/file').send({})
  expect((await none.expect(400)).body.code).toBe(52007)
})
