import { once } from 'node:events'
import { connect } from 'node:net'
import supertest from 'supertest'
import { expect, test } from 'vitest'
import { certmanClient, INTERMEDIATE } from '../certman/client.js'
import { dnsimpleSandbox } from '../dnsimple/client.js'
import { useServer } from '../helpers/server.js'
import { cmOf } from '../nhn-certificate-manager/client.js'
import { journalOf, lineOf } from './client.js'

const server = await useServer()
const NOW = '2026-05-01T08:00:00.000Z'
const frozen = { clock: { mode: 'frozen', now: NOW } } as const

test('an entry tells operation, caller, time, both sides and hints, without the secrets', async () => {
  const sandbox = await server.sandbox(frozen)
  const certman = certmanClient(server, sandbox)
  const { body } = await certman.get('/whoami').expect(200)
  await certman.request.get('/v1/cas?type=root').set('x-trace', 'abc').expect(200)

  const [entry] = await journalOf(server, sandbox).list()
  expect(entry).toEqual({
    id: '2',
    at: NOW,
    provider: 'certman',
    operation: 'listCas',
    caller: body.apiKey.id,
    method: 'GET',
    path: '/v1/cas',
    status: 200,
    durationMilliseconds: expect.any(Number),
    request: {
      query: { type: 'root' },
      headers: {
        host: expect.any(String),
        'accept-encoding': 'gzip, deflate',
        authorization: 'Bearer [redacted]',
        connection: 'close',
        'x-trace': 'abc',
      },
      body: null,
    },
    answer: {
      headers: expect.objectContaining({ 'content-type': 'application/json; charset=utf-8' }),
      body: { cas: [expect.objectContaining({ name: 'Production Root CA', depth: 0 })] },
    },
    hints: [],
    faults: [],
  })
  expect(entry?.durationMilliseconds).toBeGreaterThan(0)
})

test('the journal is of this sandbox alone, the newest first, and filtered by every field', async () => {
  const [sandbox, other] = [await server.sandbox(frozen), await server.sandbox()]
  const certman = certmanClient(server, sandbox)
  await certmanClient(server, other).get('/whoami').expect(200)
  await certman.get('/cas').expect(200)
  await certman.issue()
  await sandbox.advance('PT1H')
  await certman.get('/certificates/00000000-0000-4000-8000-000000000000').expect(404)
  const journal = journalOf(server, sandbox)
  const lines = async (query = '') => (await journal.list(query)).map(lineOf)

  const [missing, issued, listed] = [
    'GET /v1/certificates/00000000-0000-4000-8000-000000000000 404',
    'POST /v1/certificates 201',
    'GET /v1/cas 200',
  ]
  expect(await lines()).toEqual([missing, issued, listed])
  expect(await lines('?limit=2')).toEqual([missing, issued])
  expect(await lines('?method=post')).toEqual([issued])
  expect(await lines('?status=404')).toEqual([missing])
  expect(await lines('?operation=listCas')).toEqual([listed])
  expect(await lines('?provider=certman&path=/v1/cert*')).toEqual([missing, issued])
  expect(await lines('?path=/v1/c*s')).toEqual([issued, listed])
  expect(await lines('?path=/v1/cas')).toEqual([listed])
  expect(await lines('?provider=dnsimple')).toEqual([])
  expect(await lines('?since=2026-05-01T08:30:00Z')).toEqual([missing])
  expect(await lines('?caller=nobody')).toEqual([])
  expect(await journal.count()).toBe(3)
  expect(await journal.count('?status=201&provider=certman')).toBe(1)

  await journal.clear()
  expect(await lines()).toEqual([])
  expect(await journalOf(server, other).count()).toBe(1)
})

test('a filter that nothing can match is refused, with the name that was probably meant', async () => {
  const { path } = journalOf(server, await server.sandbox())
  const refusals = [
    ['?provider=certmann', 'There is no provider "certmann"; did you mean "certman"?'],
    ['/count?operation=listCa', 'There is no operation "listCa"; did you mean "listCas"?'],
    ['?status=20', 'status: must be a status, or "none"'],
    ['?limit=0', 'limit: must be >=1'],
    ['?limit=1001', 'limit: must be <=1000'],
    ['?staus=200', 'the query: has unknown fields: "staus"'],
    ['?provider=certman&operation=getDomain', '"certman" has no operation "getDomain" (dnsimple has one)'],
  ] as const
  for (const [query, detail] of refusals) {
    const { status, body } = await server.control.get(path + query)
    expect({ status, detail: body.detail }).toEqual({ status: 400, detail })
  }
  await server.control.get('/sandboxes/nobody/requests').expect(404)
})

test('the journal keeps the last so many, as its setting says, and nothing with 0', async () => {
  const sandbox = await server.sandbox({ settings: { journal: '3' } })
  const certman = certmanClient(server, sandbox)
  const journal = journalOf(server, sandbox)
  const ids = async () => (await journal.list()).map(({ id }) => id)
  for (let request = 0; request < 5; request++) await certman.get('/whoami')
  expect(await ids()).toEqual(['5', '4', '3'])

  await sandbox.change({ journal: '2' })
  expect(await ids()).toEqual(['5', '4'])
  await sandbox.change({ journal: '4' })
  for (let request = 0; request < 3; request++) await certman.get('/whoami')
  expect(await ids()).toEqual(['8', '7', '6', '5'])

  await sandbox.change({ journal: '0' })
  await certman.get('/whoami?page=1').expect('x-certulator-hint', /"page" is not read here/)
  expect(await ids()).toEqual([])
  const { status, body } = await journal.wait({ timeout: 'PT1S' })
  expect({ status, detail: body.detail }).toEqual({
    status: 409,
    detail: 'The journal of this sandbox is off: its setting "journal" is 0',
  })
  const refused = await server.control
    .patch(`/sandboxes/${sandbox.id}`)
    .send({ settings: { journal: '-1' } })
    .expect(400)
  expect(refused.body.detail).toBe(
    'The setting "journal" cannot be "-1": it takes a whole number from 0 to 100000',
  )
  await server.control
    .patch(`/sandboxes/${sandbox.id}`)
    .send({ settings: { journal: 7 } })
    .expect(200)
})

test('a verification says when requests are gone for which the journal had no room', async () => {
  const sandbox = await server.sandbox({ settings: { journal: '2' } })
  const certman = certmanClient(server, sandbox)
  const journal = journalOf(server, sandbox)
  for (let request = 0; request < 3; request++) await certman.get('/whoami')
  const call = { operation: 'whoami' }
  const gone = 'the journal had no room for 1 older request, and does not know them any more'
  expect((await journal.verify([call, call, call])).explanation).toBe(
    `Call 3 of 3 (operation whoami) was not made again: request 3, GET /v1/whoami → 200 is call 2 already; ${gone}`,
  )
  expect((await journal.verify([call, call], true)).explanation).toBe(
    `2 calls made, in this order, and no other; ${gone}`,
  )
  expect((await journal.verify([call, call])).explanation).toBe('2 calls made, in this order')
  await journal.clear()
  await certman.get('/whoami')
  expect((await journal.verify([call, call])).explanation).toBe(
    'Call 2 of 2 (operation whoami) was not made again: request 4, GET /v1/whoami → 200 is call 1 already',
  )
})

test('long bodies take the room of others', async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  const commonName = 'y'.repeat(60_000)
  for (let request = 0; request < 300; request++) await certman.post('/certificates', { commonName })
  const kept = await journalOf(server, sandbox).count()
  // 16 Mi of characters.
  expect(kept).toBeGreaterThan(270)
  expect(kept).toBeLessThan(280)
}, 20_000)

test('a reset empties the journal; a sandbox that was removed has none', async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  await certman.get('/whoami')
  await sandbox.reset()
  expect(await journalOf(server, sandbox).list()).toEqual([])
  await certman.get('/whoami')
  expect((await journalOf(server, sandbox).list()).map(({ id }) => id)).toEqual(['1'])
})

test('large bodies and files are described, not kept', async () => {
  const sandbox = await server.sandbox(frozen)
  const certman = certmanClient(server, sandbox)
  const cm = cmOf(server, sandbox)
  const journal = journalOf(server, sandbox)
  const last = journal.last

  const csrPem = 'x'.repeat(70_000)
  await certman.post('/certificates', { caId: INTERMEDIATE, mode: 'csr', csrPem }).expect(400)
  expect((await last()).request.body).toMatch(/^\[application\/json, 70\d{3} octets, not kept\]$/)

  const [registered] = (await cm.list()).body.body.data
  await cm.download(registered.certificateName)
  expect((await last()).answer.body).toMatch(/^\[application\/octet-stream, \d+ octets, not kept\]$/)

  await cm.uploadV10(registered.certificateName, { name: 'a.pem', bytes: 'no certificate' })
  expect((await last()).request.body).toMatch(/^\[multipart\/form-data, \d+ octets, not kept\]$/)
})

test('JSON that is nested a thousand deep, or is none, does no harm', async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  const send = (text: string) =>
    certman.request.post('/v1/certificates').set('content-type', 'application/json').send(text)
  const nested = (depth: number) => `{"caId":${'['.repeat(depth)}${']'.repeat(depth)}}`
  await send(nested(20_000)).expect(400)
  await send(nested(1000)).expect(400)
  await send('{"caPassphrase": "hunter2hunter2"').expect(400)
  await send('{"__proto__": {"a": 1}}').expect(400)
  const bodies = (await journalOf(server, sandbox).list()).map(({ request }) => request.body)
  expect(bodies).toEqual([
    '[application/json, 23 octets, not kept]',
    '[application/json, 33 octets, not kept]',
    expect.objectContaining({ caId: [expect.anything()] }),
    '[application/json, 40009 octets, not kept]',
  ])
  expect(JSON.stringify(bodies[2])).toContain('"[nested too deeply]"')
})

test('what reaches no handler is in the journal too', async () => {
  const sandbox = await server.sandbox()
  const { apiKey = '' } = sandbox.credentials('certman')
  const named = { 'x-certulator-sandbox': sandbox.id }
  const agent = supertest(server.url)
  await agent.get('/v1/cas').set(named).expect(401)
  await agent.get('/nowhere').set(named).expect(404)
  await agent.get('/v2/nowhere/at/all').set(named).expect(404)
  await agent.get('/v1/cas/%E0%A4%A').set(named).expect(400)
  await agent.get('/core/v1/certificates/%E0%A4%A').set(named).expect(404)
  await agent.put('/v1/cas').set(named).auth(apiKey, { type: 'bearer' }).expect(405)
  await agent.get(`/pki/${sandbox.id}/${INTERMEDIATE}/ca.crt`).expect(200)
  const entries = await journalOf(server, sandbox).list()
  expect(entries.reverse().map((entry) => [entry.provider, entry.operation, lineOf(entry)])).toEqual([
    ['certman', 'listCas', 'GET /v1/cas 401'],
    [null, null, 'GET /nowhere 404'],
    ['dnsimple', null, 'GET /v2/nowhere/at/all 404'],
    ['certman', null, 'GET /v1/cas/%E0%A4%A 400'],
    ['katapult', null, 'GET /core/v1/certificates/%E0%A4%A 404'],
    ['certman', null, 'PUT /v1/cas 405'],
    ['pki', entries[6]?.operation, `GET /pki/${sandbox.id}/${INTERMEDIATE}/ca.crt 200`],
  ])
  expect(entries.map(({ answer }) => answer.body).slice(3, 6)).toEqual([
    { error: 'Request URL is malformed' },
    expect.objectContaining({ code: 'route_not_found' }),
    { error: 'Method not allowed' },
  ])
  expect(entries[6]?.answer.body).toMatch(/^\[application\/pkix-cert, \d+ octets, not kept\]$/)
})

test('without any credential and without the header a request is in the journal of default', async () => {
  const journal = journalOf(server, { id: 'default' })
  await journal.clear()
  await supertest(server.url).get('/v1/cas/lost-in-default').expect(401)
  await supertest(server.url).get('/v2/whoami').set('x-certulator-sandbox', 'nobody').expect(401)
  expect((await journal.list()).map(lineOf)).toEqual([
    'GET /v2/whoami 401',
    'GET /v1/cas/lost-in-default 401',
  ])
})

test('a request that its client gave up has no status', async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  const { apiKey } = sandbox.credentials('certman')
  const { hostname, port } = new URL(server.url)
  const journal = journalOf(server, sandbox)
  const arrived = journal.wait({ match: { status: null }, timeout: 'PT20S' }).then((answer) => answer)

  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  const body = JSON.stringify({ caId: INTERMEDIATE, commonName: 'a.example.com', keyAlgorithm: 'RSA-4096' })
  socket.write(
    `POST /v1/certificates HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${apiKey}\r\n` +
      `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  // The request is being worked on when another one, sent later, has its answer.
  await certman.get('/whoami')
  socket.destroy()

  const { body: waited } = await arrived
  expect(waited.items.map(lineOf)).toEqual(['POST /v1/certificates null'])
  expect(waited.items[0]).toMatchObject({ operation: 'issueCertificate', answer: { body: null } })
  expect((await journal.list('?status=none')).map(lineOf)).toEqual(['POST /v1/certificates null'])
})

test('forms, arguments in the body of a GET, and lists of a parameter are data', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const { apiToken = '' } = sandbox.credentials('katapult')
  const journal = journalOf(server, sandbox)
  await supertest(server.url)
    .post('/v2/oauth/access_token')
    .set('x-certulator-sandbox', sandbox.id)
    .type('form')
    .send({
      grant_type: 'authorization_code',
      client_id: 'nobody',
      code: 'secret-code-1',
      redirect_uri: 'http://a',
    })
  expect((await journal.last()).request.body).toEqual({
    grant_type: 'authorization_code',
    client_id: 'nobody',
    code: '[redacted]',
    redirect_uri: 'http://a',
  })
  await supertest(server.url)
    .get('/core/v1/certificates/x?tag=1&tag=2')
    .auth(apiToken, { type: 'bearer' })
    .send({ certificate: { id: 'cert_nobody' } })
  expect((await journal.last()).request).toMatchObject({
    query: { tag: ['1', '2'] },
    body: { certificate: { id: 'cert_nobody' } },
  })
})

test('an entry tells what faults did, and has the answer as they left it', async () => {
  const sandbox = await server.sandbox()
  const certman = certmanClient(server, sandbox)
  const add = async (effect: object) => {
    const path = `/sandboxes/${sandbox.id}/faults`
    const { body } = await server.control
      .post(path)
      .send({ match: { provider: 'certman' }, effect, times: 1 })
      .expect(201)
    return body.id as string
  }
  const journal = journalOf(server, sandbox)
  const error = await add({ type: 'error', error: 'unknownCa' })
  await certman.get('/whoami').expect(404)
  expect(await journal.last()).toMatchObject({
    operation: 'whoami',
    status: 404,
    answer: { body: { error: 'Certificate Authority not found' } },
    faults: [{ fault: error, effect: 'error unknownCa' }],
  })
  const malformed = await add({ type: 'malformedBody' })
  const { apiKey = '' } = sandbox.credentials('certman')
  const headers = { authorization: `Bearer ${apiKey}` }
  const sent = await (await fetch(`${server.url}/v1/whoami`, { headers })).text()
  const entry = await journal.last()
  expect(entry.faults).toEqual([{ fault: malformed, effect: 'malformedBody' }])
  expect(entry.answer.body).toBe(sent)
  const reset = await add({ type: 'connectionReset' })
  await certman.get('/whoami').then(
    () => expect.unreachable(),
    () => undefined,
  )
  const { body } = await journal.wait({ match: { status: null } }).expect(200)
  expect(body.items[0]).toMatchObject({
    operation: 'whoami',
    faults: [{ fault: reset, effect: 'connectionReset' }],
  })
})

test('with a seed nothing in an entry is of real time', async () => {
  const { body } = await server.control
    .post('/sandboxes')
    .send({ randomSeed: 42, clock: { mode: 'frozen', now: NOW } })
    .expect(201)
  await supertest(server.url)
    .get('/v1/cas')
    .auth(body.credentials.certman.apiKey, { type: 'bearer' })
    .expect(200)
  expect(await journalOf(server, body).last()).toMatchObject({ id: '1', at: NOW, durationMilliseconds: 0 })
})
