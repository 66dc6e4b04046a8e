import supertest from 'supertest'
import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { dnsimpleSandbox } from './client.js'

const server = await useServer()

const answerOf = ({ status, body }: { status: number; body: unknown }) => ({ status, body })
const unauthorized = { status: 401, body: { message: 'Authentication failed' } }

test('no credential, an unknown one and a malformed one are all the same 401', async () => {
  const ask = (header?: string) => {
    const request = supertest(server.url).get('/v2/whoami')
    return header === undefined ? request : request.set('authorization', header)
  }
  expect(answerOf(await ask())).toEqual(unauthorized)
  expect(answerOf(await ask('Bearer dnsimple_a_nobody'))).toEqual(unauthorized)
  expect(answerOf(await ask('Bearer '))).toEqual(unauthorized)
  expect(answerOf(await ask('Digest abc'))).toEqual(unauthorized)
  expect(answerOf(await ask('Basic !!!'))).toEqual(unauthorized)
})

test('a deleted token is unknown', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const { body } = await sandbox.console
    .post('/tokens')
    .send({ kind: 'account', accountId: 1010 })
    .expect(201)
  await sandbox.as(body.accessToken).get('/whoami').expect(200)
  await sandbox.console.delete(`/tokens/${body.token.id}`).expect(204)
  expect(answerOf(await sandbox.as(body.accessToken).get('/whoami'))).toEqual(unauthorized)
})

test('an account that the token may not use is a 401, or a 404 by setting', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const ask = async (account: string) => answerOf(await sandbox.get(`/${account}/domains`))
  expect(await ask('2020')).toEqual(unauthorized)
  expect(await ask('999')).toEqual(unauthorized)
  expect(await ask('_')).toEqual(unauthorized)
  await sandbox.change({ 'dnsimple.accountMismatch': '404' })
  expect(await ask('2020')).toEqual({ status: 404, body: { message: 'Not Found' } })
})

test('an account with unpaid invoices is a 402 on all that is its own', async () => {
  const sandbox = await dnsimpleSandbox(server)
  await sandbox.console.patch('/accounts/1010').send({ goodStanding: false }).expect(200)
  const unpaid = {
    status: 402,
    body: {
      message:
        'This action cannot be completed because you have purchase invoices that need to be paid for: 12345-1010. Please retry the payment following these instructions https://support.dnsimple.com/articles/account-invoice-history/#retrying.',
    },
  }
  expect(answerOf(await sandbox.get('/1010/domains'))).toEqual(unpaid)
  expect(answerOf(await sandbox.post('/1010/domains/nope.test/certificates/letsencrypt'))).toEqual(unpaid)
  expect((await sandbox.get('/whoami')).status).toBe(200)
})

test('a scoped token needs the scope before the domain is looked for', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const { get, post, delete: remove } = sandbox.as(sandbox.secrets.scopedAccessToken ?? '')
  const missing = (scope: string) => ({
    status: 403,
    body: { message: `Permission Denied. Required Scope: ${scope}` },
  })
  expect((await get('/1010/domains/example.com/certificates/1')).status).toBe(200)
  expect((await post('/1010/domains/example.com/certificates/letsencrypt')).status).toBe(201)
  const { body } = await get('/1010/domains').expect(200)
  expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['example.com'])
  expect(body.pagination.total_entries).toBe(1)
  expect(answerOf(await remove('/1010/domains/example.com'))).toEqual(missing('domains:example.com:write'))
  expect(answerOf(await post('/1010/domains', { name: 'new.example' }))).toEqual(missing('domains:*:write'))
  expect(answerOf(await get('/1010/domains/289333/certificates'))).toEqual(
    missing('certificates:bingo.pizza:read'),
  )
  expect(answerOf(await post('/1010/domains/nope.test/certificates/letsencrypt'))).toEqual(
    missing('certificates:nope.test:write'),
  )
  expect(answerOf(await get('/1010/webhooks'))).toEqual(missing('webhooks:*:read'))
})

test('a token without any domain scope cannot list domains', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const scopes = ['certificates:*:read']
  const { body } = await sandbox.console.post('/tokens').send({ kind: 'account', accountId: 1010, scopes })
  const { get, post } = sandbox.as(body.accessToken)
  expect(answerOf(await get('/1010/domains'))).toEqual({
    status: 403,
    body: { message: 'Permission Denied. Required Scope: domains:*:read' },
  })
  await get('/1010/domains/bingo.pizza/certificates').expect(200)
  expect(answerOf(await post('/1010/domains/bingo.pizza/certificates/letsencrypt'))).toEqual({
    status: 403,
    body: { message: 'Permission Denied. Required Scope: certificates:bingo.pizza:write' },
  })
})

test('what is not there is a 404 that names it as it was asked for', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const ask = async (path: string) => answerOf(await sandbox.get(`/1010${path}`))
  const missing = (message: string) => ({ status: 404, body: { message } })
  expect(await ask('/domains/0')).toEqual(missing('Domain `0` not found'))
  expect(await ask('/domains/Nope.Test')).toEqual(missing('Domain `Nope.Test` not found'))
  expect(await ask('/domains/second.example/certificates')).toEqual(
    missing('Domain `second.example` not found'),
  )
  expect(await ask('/domains/2/certificates')).toEqual(missing('Domain `2` not found'))
  expect(await ask('/domains/example.com/certificates/0')).toEqual(missing('Certificate `0` not found'))
  expect(await ask('/domains/example.com/certificates/one')).toEqual(missing('Certificate `one` not found'))
  expect(await ask('/domains/example.com/certificates/101967')).toEqual(
    missing('Certificate `101967` not found'),
  )
  expect(await ask(`/domains/example.com/certificates/${'9'.repeat(40)}`)).toEqual(
    missing(`Certificate \`${'9'.repeat(40)}\` not found`),
  )
  expect(await ask('/webhooks/0')).toEqual(missing('Webhook `0` not found'))
  expect(await ask('/nothing/here')).toEqual(missing('Not Found'))
  const renewal = await sandbox.post(
    '/1010/domains/example.com/certificates/letsencrypt/1/renewals/999/issue',
  )
  expect(answerOf(renewal)).toEqual(missing('Certificate renewal `999` not found'))
})

test('a wrong method is a 405 with Allow, no body and no content type', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const put = await supertest(server.url)
    .put('/v2/1010/domains/example.com')
    .auth(sandbox.token, { type: 'bearer' })
  expect({ status: put.status, text: put.text, allow: put.headers.allow }).toEqual({
    status: 405,
    text: '',
    allow: 'DELETE, GET, HEAD',
  })
  expect(put.headers).not.toHaveProperty('content-type')
  const literal = await sandbox.get('/1010/domains/example.com/certificates/letsencrypt')
  expect({ status: literal.status, allow: literal.headers.allow }).toEqual({ status: 405, allow: 'POST' })
})

test('malformed JSON, URLs and content types get an answer of DNSimple, never a 500', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const path = '/v2/1010/domains/example.com/certificates/letsencrypt'
  const post = (type: string, text: string) =>
    supertest(server.url)
      .post(path)
      .auth(sandbox.token, { type: 'bearer' })
      .set('content-type', type)
      .send(text)
  const refused = { status: 400, body: { message: 'Problem parsing JSON' } }
  expect(answerOf(await post('application/json', '{"name":'))).toEqual(refused)
  expect(answerOf(await post('application/json', '"www"'))).toEqual(refused)
  expect(answerOf(await post('application/json', '[1]'))).toEqual(refused)
  expect(answerOf(await post('text/plain', 'name=www'))).toEqual(refused)
  expect(answerOf(await post('application/x-www-form-urlencoded', 'name=www'))).toEqual(refused)
  const malformed = await fetch(`${server.url}/v2/1010/domains/%E0%A4%A`)
  expect({ status: malformed.status, body: await malformed.json() }).toEqual({
    status: 400,
    body: { message: 'Bad Request' },
  })
  expect(malformed.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  expect(malformed.headers.get('x-runtime')).toMatch(/^\d+\.\d{6}$/)
  expect(malformed.headers.get('cache-control')).toBe('no-cache')
  expect(malformed.headers.get('x-ratelimit-limit')).toBe('30')
  expect(malformed.headers.has('x-ratelimit-remaining')).toBe(true)
  expect(malformed.headers.has('x-ratelimit-reset')).toBe(true)
  const large = await post('application/json', JSON.stringify({ name: 'x'.repeat(2 ** 20) }))
  expect(answerOf(large)).toEqual({ status: 413, body: { message: 'Request Entity Too Large' } })
})

test('a body that cannot be read comes after everything else that is wrong', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const send = async (path: string, token = sandbox.token, method: 'post' | 'delete' = 'post') =>
    answerOf(
      await supertest(server.url)
        [method](`/v2${path}`)
        .auth(token, { type: 'bearer' })
        .set('content-type', 'application/json')
        .send('{"name":'),
    )
  const refusal = (status: number, message: string) => ({ status, body: { message } })
  const orders = '/1010/domains/example.com/certificates/letsencrypt'
  expect(await send('/nothing')).toEqual(refusal(404, 'Not Found'))
  expect(await send(orders, 'nobody')).toEqual(unauthorized)
  expect(await send('/2020/webhooks')).toEqual(unauthorized)
  expect(await send('/1010/domains', sandbox.secrets.scopedAccessToken)).toEqual(
    refusal(403, 'Permission Denied. Required Scope: domains:*:write'),
  )
  expect(await send('/1010/domains/nope.test/certificates/letsencrypt')).toEqual(
    refusal(404, 'Domain `nope.test` not found'),
  )
  expect(await send(`${orders}/0/renewals`)).toEqual(refusal(404, 'Certificate `0` not found'))
  expect(await send('/1010/webhooks/0', sandbox.token, 'delete')).toEqual(
    refusal(404, 'Webhook `0` not found'),
  )
  for (const path of [
    orders,
    `${orders}/1/issue`,
    `${orders}/1/renewals`,
    '/1010/domains',
    '/1010/webhooks',
  ]) {
    expect(await send(path)).toEqual(refusal(400, 'Problem parsing JSON'))
  }
  expect(await send('/1010/domains/example.com', sandbox.token, 'delete')).toEqual({ status: 204, body: {} })
  await sandbox.console.patch('/accounts/1010').send({ goodStanding: false }).expect(200)
  expect((await send('/1010/domains')).status).toBe(402)
})

test('a key that is dangerous to a program is no key of a body', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const { status, body } = await supertest(server.url)
    .post('/v2/1010/domains')
    .auth(sandbox.token, { type: 'bearer' })
    .set('content-type', 'application/json')
    .send('{"__proto__":{"name":"evil.example"},"constructor":{"prototype":{}}}')
  expect({ status, body }).toEqual({
    status: 400,
    body: { message: 'Validation failed', errors: { name: ["can't be blank"] } },
  })
})

test('orders are validated field by field', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const order = async (body: unknown) =>
    answerOf(await sandbox.post('/1010/domains/example.com/certificates/letsencrypt', body))
  const invalid = (errors: Record<string, string[]>) => ({
    status: 400,
    body: { message: 'Validation failed', errors },
  })
  expect(await order({ name: 'www,other' })).toEqual(invalid({ name: ['is invalid'] }))
  expect(await order({ name: '-api' })).toEqual(invalid({ name: ['is invalid'] }))
  expect(await order({ name: 'a.*' })).toEqual(invalid({ name: ['is invalid'] }))
  expect(await order({ name: 'x'.repeat(64) })).toEqual(invalid({ name: ['is invalid'] }))
  expect(
    await order({ name: 5, auto_renew: 'yes', alternate_names: 'x', signature_algorithm: 'DSA' }),
  ).toEqual(
    invalid({
      auto_renew: ['is not a boolean'],
      signature_algorithm: ['is not included in the list'],
      name: ['is not a string'],
      alternate_names: ['is not a list'],
    }),
  )
  expect(await order({ alternate_names: ['docs.example.com', 'docs.example.org', 'docs'] })).toEqual(
    invalid({ alternate_names: ['must be names in example.com: docs.example.org, docs'] }),
  )
  const names = (count: number) => Array.from({ length: count }, (_, index) => `n${index}.example.com`)
  // www and the apex are two of the hundred.
  expect((await order({ alternate_names: names(98) })).status).toBe(201)
  expect(await order({ alternate_names: names(99) })).toEqual(
    invalid({ alternate_names: ['are too many (maximum is 100 names per certificate)'] }),
  )
  await sandbox.console.patch('/domains/example.com').send({ delegated: false }).expect(200)
  expect(await order({})).toEqual(invalid({ domain: ['is not delegated to DNSimple'] }))
})

test('each feature that the plan lacks has its own 412, at the order and later', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const { post } = sandbox.as(sandbox.secrets.soloAccessToken ?? '')
  const path = '/3030/domains/solo.example/certificates/letsencrypt'
  const requires = (feature: string) => ({
    status: 412,
    body: {
      message: `The certificate requires the ${feature} feature that is not available on the current plan for the account solo-account@example.com`,
    },
  })
  expect(answerOf(await post(path, { name: 'api' }))).toEqual(requires('custom-name'))
  expect(answerOf(await post(path, { name: '' }))).toEqual(requires('custom-name'))
  expect(answerOf(await post(path, { alternate_names: ['docs.solo.example'] }))).toEqual(requires('SAN'))
  expect(answerOf(await post(path, { name: '*' }))).toEqual(requires('wildcard'))
  expect(answerOf(await post(path, { alternate_names: ['*.solo.example'] }))).toEqual(requires('wildcard'))
  // The plan comes before what is invalid.
  expect(answerOf(await post(path, { name: 'a_b', auto_renew: 3 }))).toEqual(requires('custom-name'))

  const { body } = await post(path).expect(201)
  await sandbox.console
    .patch('/accounts/3030')
    .send({ features: { letsencrypt: false } })
    .expect(200)
  const disabled = {
    status: 412,
    body: { message: "Let's Encrypt feature is not enabled for the account solo-account@example.com" },
  }
  expect(answerOf(await post(path))).toEqual(disabled)
  expect(answerOf(await post(`${path}/${body.data.id}/issue`))).toEqual(disabled)
  expect(answerOf(await post(`${path}/${body.data.id}/renewals`))).toEqual(disabled)
})

test('the 412 names the account rather than its email', async () => {
  const sandbox = await dnsimpleSandbox(server)
  await sandbox.console.patch('/accounts/1010').send({ planIdentifier: 'solo-v1-monthly' }).expect(200)
  const answer = await sandbox.post('/1010/domains/example.com/certificates/letsencrypt', { name: 'api' })
  expect(answerOf(answer)).toEqual({
    status: 412,
    body: {
      message:
        'The certificate requires the custom-name feature that is not available on the current plan for the account Example Account',
    },
  })
})

test('what cannot be issued or renewed in its state is a 400', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const path = '/1010/domains/example.com/certificates/letsencrypt'
  const ask = async (id: number, action: string) => answerOf(await sandbox.post(`${path}/${id}/${action}`))
  const refused = (what: string) => ({
    status: 400,
    body: { message: `www.example.com may not be ${what} at this time`, errors: {} },
  })
  const ordered = await sandbox.order()
  expect(await ask(ordered, 'renewals')).toEqual(refused('renewed'))
  await sandbox.console.post(`/certificates/${ordered}/cancel`).expect(200)
  expect(await ask(ordered, 'issue')).toEqual(refused('issued'))
  expect(await ask(ordered, 'renewals')).toEqual(refused('renewed'))
  expect(await ask(1, 'issue')).toEqual(refused('issued'))

  const automatic = await sandbox.orderAndIssue({ auto_renew: true })
  expect(await ask(automatic, 'renewals')).toEqual(refused('renewed'))
  await sandbox.console.post('/certificates/1/expire').expect(200)
  expect(await ask(1, 'renewals')).toEqual(refused('renewed'))
})

test('two requests that issue the same order at once: one of them is refused', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const id = await sandbox.order({ signature_algorithm: 'RSA' })
  const path = `/1010/domains/example.com/certificates/letsencrypt/${id}/issue`
  const answers = await Promise.all([sandbox.post(path), sandbox.post(path)])
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 400])
})

test('domains and webhooks say what is wrong with their attributes', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const add = async (body: unknown) => answerOf(await sandbox.post('/1010/domains', body))
  const invalid = (errors: Record<string, string[]>) => ({
    status: 400,
    body: { message: 'Validation failed', errors },
  })
  expect(await add(undefined)).toEqual(invalid({ name: ["can't be blank"] }))
  expect(await add({ name: ' ' })).toEqual(invalid({ name: ["can't be blank"] }))
  expect(await add({ name: 'localhost' })).toEqual(invalid({ name: ['is invalid'] }))
  expect(await add({ name: '192.0.2.1' })).toEqual(invalid({ name: ['is invalid'] }))
  expect(await add({ name: 'a b.example' })).toEqual(invalid({ name: ['is invalid'] }))
  expect(await add({ name: 'EXAMPLE.com' })).toEqual(invalid({ name: ['has already been taken'] }))
  expect(await add({ name: 'second.example' })).toEqual(invalid({ name: ['has already been taken'] }))
  const hook = async (body: unknown) => answerOf(await sandbox.post('/1010/webhooks', body))
  expect(await hook({})).toEqual(invalid({ url: ["can't be blank"] }))
  expect(await hook({ url: 5 })).toEqual(invalid({ url: ['is not a string'] }))
  expect(await add({ name: 5 })).toEqual(invalid({ name: ['is not a string'] }))
  expect(await hook({ url: 'ftp://webhook.test' })).toEqual(invalid({ url: ['is invalid'] }))
  expect(await hook({ url: 'webhook.test' })).toEqual(invalid({ url: ['is invalid'] }))
})

test('the quota of an account is shared by its tokens and refused when used up', async () => {
  const sandbox = await dnsimpleSandbox(server, { settings: { rateLimits: 'on' } })
  await sandbox.console.patch('/accounts/1010').send({ rateLimit: 2 }).expect(200)
  const { body } = await sandbox.console
    .post('/tokens')
    .send({ kind: 'account', accountId: 1010 })
    .expect(201)
  expect((await sandbox.get('/whoami')).headers['x-ratelimit-remaining']).toBe('1')
  expect((await sandbox.as(body.accessToken).get('/whoami')).headers['x-ratelimit-remaining']).toBe('0')
  const refused = await sandbox.get('/whoami')
  const { 'x-ratelimit-limit': limit, 'x-ratelimit-remaining': remaining } = refused.headers
  expect({ ...answerOf(refused), limit, remaining, reset: refused.headers['x-ratelimit-reset'] }).toEqual({
    status: 429,
    body: { message: 'quota exceeded' },
    limit: '2',
    remaining: '0',
    reset: String(Date.parse('2026-01-01T01:00:00Z') / 1000),
  })
  await sandbox.advance('PT1H')
  expect((await sandbox.get('/whoami')).status).toBe(200)
})

test('the documented quota stands in every answer, also in the refused ones', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const limitOf = ({ headers }: { headers: Record<string, string> }) => headers['x-ratelimit-limit']
  expect(limitOf(await sandbox.get('/1010/domains'))).toBe('2400')
  expect(limitOf(await sandbox.get('/1010/domains/0'))).toBe('2400')
  expect(limitOf(await sandbox.delete('/1010/domains/dnsimple.us').expect(204))).toBe('2400')
  expect(limitOf(await sandbox.as('nobody').get('/whoami'))).toBe('30')
  expect(limitOf(await sandbox.get('/nothing'))).toBe('30')
  expect(limitOf(await sandbox.post('/oauth/access_token'))).toBe('30')
})
