import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import supertest from 'supertest'
import { expect, test } from 'vitest'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import { useServer } from '../helpers/server.js'
import { cmOf, DOCUMENTED, failure, refusal, success } from './client.js'

const server = await useServer()

const TEST = {
  certificateName: 'test.nhn.com',
  authority: 'NHN',
  signatureAlgorithm: 'SHA256withRSA',
  fileCreationDate: '2020-03-02',
  expirationDate: '2021-03-25',
}
const EXPIRED = {
  ...TEST,
  certificateName: 'expired.nhn.com',
  fileCreationDate: '2019-02-26',
  expirationDate: '2020-03-22',
}
const NO_FILE = {
  certificateName: 'no-file.nhn.com',
  authority: null,
  signatureAlgorithm: null,
  fileCreationDate: null,
  expirationDate: '2020-03-27',
}
const page = (data: unknown[], numbers: object = {}) =>
  success({
    totalCount: data.length,
    totalPage: data.length === 0 ? 0 : 1,
    currentPage: 1,
    pageSize: 10,
    data,
    ...numbers,
  })

test('the list of the document is answered as it is there', async () => {
  const cm = cmOf(server, await server.sandbox(DOCUMENTED))
  expect(await cm.list()).toEqual(page([TEST]))
  expect(await cm.list('?pageSize=10&pageNum=1&all=false&status=UNEXPIRED')).toEqual(page([TEST]))
})

test('expired certificates are listed when `status` asks for them, in any case of letters', async () => {
  const cm = cmOf(server, await server.sandbox(DOCUMENTED))
  for (const status of ['EXPIRED', 'expired', 'Expired']) {
    expect(await cm.list(`?status=${status}`)).toEqual(page([EXPIRED, NO_FILE]))
  }
  expect(await cm.list('?status=all')).toEqual(page([EXPIRED, NO_FILE, TEST]))
  expect(await cm.list('?status=unexpired')).toEqual(page([TEST]))
})

test('`all` switches paging off, not the filter', async () => {
  const cm = cmOf(server, await server.sandbox(DOCUMENTED))
  expect(await cm.list('?all=TRUE&pageSize=2&pageNum=7')).toEqual(page([TEST], { pageSize: 1 }))
  expect(await cm.list('?all=true&status=ALL')).toEqual(page([EXPIRED, NO_FILE, TEST], { pageSize: 3 }))
  const empty = cmOf(server, await server.sandbox({ seed: 'empty' }))
  expect(await empty.list('?all=true')).toEqual(page([], { pageSize: 0 }))
  expect(await empty.list()).toEqual(page([]))
})

test('pages go by name, and past the last one there is nothing', async () => {
  const cm = cmOf(server, await server.sandbox({ seed: 'empty' }))
  for (const name of ['c.com', 'a.com', '*.com', 'b.com', '가.com']) {
    await cm.console.put(`/certificates/${encodeURIComponent(name)}`).expect(201)
  }
  const names = async (query: string) => {
    const { body } = (await cm.list(query)).body
    return [body.totalCount, body.totalPage, body.currentPage, body.pageSize, body.data.map(nameOf)]
  }
  const nameOf = (item: { certificateName: string }) => item.certificateName
  expect(await names('?pageSize=2')).toEqual([5, 3, 1, 2, ['*.com', 'a.com']])
  expect(await names('?pageSize=2&pageNum=3')).toEqual([5, 3, 3, 2, ['가.com']])
  expect(await names('?pageSize=2&pageNum=4')).toEqual([5, 3, 4, 2, []])
  expect(await names('?pageSize=5')).toEqual([5, 1, 1, 5, ['*.com', 'a.com', 'b.com', 'c.com', '가.com']])
})

test('parameters that are none are refused by the gateway', async () => {
  const cm = cmOf(server, await server.sandbox())
  for (const [query, detail] of [
    ['pageSize=0', 'pageSize must be at least 1'],
    ['pageSize=x', 'pageSize must be a number'],
    ['pageSize=', 'pageSize must be a number'],
    ['pageSize=1e3', 'pageSize must be a number'],
    ['pageNum=-1', 'pageNum must be at least 1'],
    ['pageNum=1.5', 'pageNum must be a whole number'],
    ['pageNum=2147483648', 'pageNum must be at most 2147483647'],
    [`pageNum=${'9'.repeat(400)}`, 'pageNum must be at most 2147483647'],
    ['pageSize=1&pageSize=1', 'pageSize is given more than once'],
    ['all=true&all=true', 'all is given more than once'],
    ['status=ALL&status=ALL', 'status is given more than once'],
    ['all=yes', 'all must be true or false'],
    ['status=VALID', 'status must be ALL, EXPIRED or UNEXPIRED'],
  ]) {
    expect(await cm.list(`?${query}`)).toEqual(refusal(400, 4000007, `Bad Request (${detail})`))
  }
})

test('a certificate expires on the clock of the sandbox', async () => {
  const sandbox = await server.sandbox(DOCUMENTED)
  const cm = cmOf(server, sandbox)
  await sandbox.advance('2021-03-25T03:00:00.999Z')
  expect((await cm.list()).body.body.data).toEqual([TEST])
  await sandbox.advance('PT0.001S')
  expect((await cm.list()).body.body.data).toEqual([])
})

test('the seeded certificate is real: OpenSSL verifies it, and its key is its own', async () => {
  const sandbox = await server.sandbox(DOCUMENTED)
  const cm = cmOf(server, sandbox)
  const { status, type, disposition, bytes } = await cm.download('test.nhn.com')
  expect({ status, type, disposition }).toEqual({
    status: 200,
    type: 'application/octet-stream',
    disposition: 'attachment; filename="test.nhn.com.pem"',
  })
  const blocks = bytes.toString().match(/-----BEGIN [A-Z ]+-----/g)
  expect(blocks).toEqual([
    '-----BEGIN CERTIFICATE-----',
    '-----BEGIN CERTIFICATE-----',
    '-----BEGIN RSA PRIVATE KEY-----',
  ])
  inTemporaryDirectory((at) => {
    writeFileSync(at('all.pem'), bytes)
    const [leaf = '', root = ''] = bytes.toString().split(/(?<=-----END CERTIFICATE-----\n)/)
    writeFileSync(at('leaf.pem'), leaf)
    writeFileSync(at('root.pem'), root)
    const time = String(Date.UTC(2020, 5, 1) / 1000)
    expect(openssl(['verify', '-attime', time, '-CAfile', at('root.pem'), at('leaf.pem')])).toContain('OK')
    const ofKey = openssl(['rsa', '-in', at('all.pem'), '-pubout']).match(/-----BEGIN.*/s)?.[0]
    expect(ofKey).toBe(openssl(['x509', '-in', at('leaf.pem'), '-pubkey', '-noout']))
    expect(openssl(['x509', '-in', at('leaf.pem'), '-noout', '-dates'])).toBe(
      'notBefore=Mar  2 03:00:00 2020 GMT\nnotAfter=Mar 25 03:00:00 2021 GMT\n',
    )
  })
  expect((await cm.download('test.nhn.com')).bytes.equals(bytes)).toBe(true)
  const [once, twice] = await Promise.all([cm.download('expired.nhn.com'), cm.download('expired.nhn.com')])
  expect(once.bytes.equals(twice.bytes)).toBe(true)
})

test('a PEM made by OpenSSL comes back identically, with its dates in Korean time', async () => {
  const cm = cmOf(server, await server.sandbox({ seed: 'empty' }))
  const { pem, dates } = inTemporaryDirectory((at) => {
    openssl([
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', at('key.pem'), '-out', at('cert.pem')],
      ...[
        '-subj',
        '/O=Example Inc/CN=example.com',
        '-addext',
        'subjectAltName=DNS:example.com,DNS:*.example.com',
      ],
      ...['-days', '90', '-sha384'],
    ])
    openssl(['rsa', '-in', at('key.pem'), '-traditional', '-out', at('rsa.pem')])
    const pem = Buffer.concat([readFileSync(at('cert.pem')), readFileSync(at('rsa.pem'))])
    const text = openssl(['x509', '-in', at('cert.pem'), '-noout', '-dates', '-dateopt', 'iso_8601'])
    const korean = [...text.matchAll(/=(\S+) (\S+)Z/g)].map(([, day, time]) =>
      new Date(Date.parse(`${day}T${time}Z`) + 9 * 3_600_000).toISOString().slice(0, 10),
    )
    return { pem, dates: korean }
  })
  const certificate = {
    certificateName: 'example.com',
    authority: 'Example Inc',
    signatureAlgorithm: 'SHA384withRSA',
    fileCreationDate: dates[0],
    expirationDate: dates[1],
  }
  const domains = ['example.com', '*.example.com']
  expect(await cm.upload('example.com', pem, 'my certificate.pem')).toEqual({
    status: 200,
    body: { certificate: { ...certificate, domains, fileName: 'my certificate.pem', ambiguous: false } },
  })
  expect((await cm.list()).body.body.data).toEqual([certificate])
  expect((await cm.list('', 'v1.2', {})).body.body.data).toEqual([{ ...certificate, domains }])
  const { bytes, disposition } = await cm.download('example.com')
  const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex')
  expect(sha256(bytes)).toBe(sha256(pem))
  expect(disposition).toBe('attachment; filename="my certificate.pem"')
})

test('names have wildcards, dots and Hangul, and so have file names', async () => {
  const cm = cmOf(server, await server.sandbox({ seed: 'empty' }))
  const name = '*.인증서.example-1_2.com'
  await cm.console.post(`/certificates/${encodeURIComponent(name)}/generate`).expect(201)
  const { bytes } = await cm.download(name)
  expect(await cm.uploadV10(name, { name: '인증서 1.pem', bytes })).toEqual(success(null))
  const again = await cm.download(name)
  expect(again.bytes.equals(bytes)).toBe(true)
  expect(again.disposition).toBe(
    `attachment; filename="___ 1.pem"; filename*=UTF-8''%EC%9D%B8%EC%A6%9D%EC%84%9C%201.pem`,
  )
})

test('a failed download is JSON, with an empty object as its body', async () => {
  const cm = cmOf(server, await server.sandbox())
  const { status, type, disposition, body } = await cm.download('nobody.com')
  expect({ status, body }).toEqual(failure(52000, 'Certificate name does not exist.'))
  expect(type).toContain('application/json')
  expect(disposition).toBeUndefined()
  const noFile = await cm.download('no-file.nhn.com')
  expect(noFile.body).toEqual(failure(52001, 'Certificate file does not exist.').body)
  await cm.console.put('/certificates/test.nhn.com').send({ ambiguous: true }).expect(200)
  const several = await cm.download('test.nhn.com')
  expect(several.body).toEqual(failure(52002, 'There are more than one certificate file.').body)
})

test('the file of an expired certificate is answered, or refused if so set', async () => {
  const sandbox = await server.sandbox()
  const cm = cmOf(server, sandbox)
  expect((await cm.download('expired.nhn.com')).type).toBe('application/octet-stream')
  await sandbox.change({ 'nhn.downloadExpired': '52005' })
  expect((await cm.download('expired.nhn.com')).body).toEqual(
    failure(52005, 'Certificate file has expired').body,
  )
  expect((await cm.download('test.nhn.com')).type).toBe('application/octet-stream')
})

test('v1.0 and v1.2 want the appkey alone, v1.1 the pair as well', async () => {
  const sandbox = await server.sandbox(DOCUMENTED)
  const cm = cmOf(server, sandbox)
  expect(await cm.list('', 'v1.0', {})).toEqual(page([TEST]))
  expect(await cm.list('', 'v1.2', {})).toEqual(page([{ ...TEST, domains: ['test.nhn.com'] }]))
  expect(await cm.list('', 'v1.1', {})).toEqual(failure(80401, 'Unauthorized', 401))
  expect(await cm.list('', 'v1.1', { ...cm.pair, 'X-TC-AUTHENTICATION-SECRET': 'wrong' })).toEqual(
    failure(80401, 'Unauthorized', 401),
  )
  for (const version of ['v1.0', 'v1.2'] as const) {
    expect((await cm.download('test.nhn.com', version)).status).toBe(200)
  }
})

test('an unknown appkey, path, method or escape is refused before the service', async () => {
  const cm = cmOf(server, await server.sandbox())
  const client = supertest(server.url)
  const answerOf = async (request: supertest.Test) => {
    const { status, body } = await request
    return { status, body }
  }
  expect(await answerOf(client.get('/certmanager/v1.0/appkeys/nobody/certificates'))).toEqual(
    failure(401100000, 'Invalid appKey.', 401),
  )
  const notFound = refusal(404, 4041007, 'URL Not Found')
  expect(await answerOf(client.get('/certmanager/v1.1/nothing'))).toEqual(notFound)
  expect(await answerOf(client.get(`/certmanager/v1.1/appkey/${cm.appKey}/certificates`))).toEqual(notFound)
  expect(await answerOf(client.post(cm.path('')).send({}))).toEqual(notFound)
  expect(await answerOf(client.post(cm.path('/test.nhn.com/files')).send({}))).toEqual(notFound)
  expect(await answerOf(client.get(cm.path('/%E0%A4%A/files')))).toEqual(
    refusal(400, 4000003, 'Invalid URI.'),
  )
})

test('with `nhn.errorStatus` `http`, failures have the status that says so', async () => {
  const cm = cmOf(server, await server.sandbox({ settings: { 'nhn.errorStatus': 'http' } }))
  const { status, body } = await cm.download('nobody.com')
  expect({ status, body }).toEqual(failure(52000, 'Certificate name does not exist.', 404))
  expect((await cm.uploadV10('test.nhn.com')).status).toBe(400)
})

test('answers are written as the documents write them, to the order of their keys', async () => {
  const cm = cmOf(server, await server.sandbox({ seed: 'empty' }))
  const textOf = async (path: string, headers: Record<string, string> = cm.pair) => {
    const answer = await fetch(server.url + path, { headers })
    return [answer.headers.get('content-type'), await answer.text()]
  }
  const json = (text: string) => ['application/json', text]
  expect(await textOf(cm.path(''))).toEqual(
    json(
      '{"header":{"resultCode":0,"resultMessage":"success","isSuccessful":true},' +
        '"body":{"totalCount":0,"totalPage":0,"currentPage":1,"pageSize":10,"data":[]}}',
    ),
  )
  expect(await textOf(cm.path('/nobody.com/files'))).toEqual(
    json(
      '{"header":{"resultCode":52000,"resultMessage":"Certificate name does not exist.","isSuccessful":false},"body":{}}',
    ),
  )
  expect(await textOf(cm.path(''), {})).toEqual(
    json('{"header":{"isSuccessful":false,"resultCode":80401,"resultMessage":"Unauthorized"},"body":{}}'),
  )
  expect(await textOf(cm.path('/nothing'))).toEqual(
    json('{"header":{"isSuccessful":false,"resultCode":4041007,"resultMessage":"URL Not Found"}}'),
  )
})

test('methods that the gateway does not know are no known URL', async () => {
  const cm = cmOf(server, await server.sandbox())
  for (const method of ['QUERY', 'PROPFIND', 'DELETE']) {
    for (const path of [cm.path(''), cm.path('/nothing')]) {
      const answer = await fetch(server.url + path, { method, headers: cm.pair })
      expect({ status: answer.status, body: await answer.json() }).toEqual(
        refusal(404, 4041007, 'URL Not Found'),
      )
    }
  }
})

test('a certificate without end ends on the last day that there is, in Korea as well', async () => {
  const cm = cmOf(server, await server.sandbox({ seed: 'empty' }))
  const pem = inTemporaryDirectory((at) => {
    openssl([
      ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at('key.pem')],
      ...['-subj', '/O=Example/CN=example.com', '-out', at('request.pem')],
    ])
    writeFileSync(at('index.txt'), '')
    writeFileSync(
      at('ca.conf'),
      `[ca]\ndefault_ca=c\n[c]\ndatabase=${at('index.txt')}\nnew_certs_dir=${at('.')}\npolicy=p\n` +
        'rand_serial=yes\ndefault_md=sha256\nemail_in_dn=no\n[p]\norganizationName=supplied\ncommonName=supplied\n',
    )
    openssl([
      ...['ca', '-batch', '-config', at('ca.conf'), '-selfsign', '-keyfile', at('key.pem'), '-notext'],
      ...['-in', at('request.pem'), '-startdate', '20200101000000Z', '-enddate', '99991231235959Z'],
      ...['-out', at('cert.pem')],
    ])
    return readFileSync(at('cert.pem'))
  })
  await cm.upload('example.com', pem)
  expect(await cm.list()).toEqual(
    page([
      {
        certificateName: 'example.com',
        authority: 'Example',
        signatureAlgorithm: 'SHA256withECDSA',
        fileCreationDate: '2020-01-01',
        expirationDate: '9999-12-31',
      },
    ]),
  )
})
