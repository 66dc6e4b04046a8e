import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { dnsimpleSandbox } from './client.js'

const server = await useServer()

test('accounts are listed, created and changed; a plan brings its features', async () => {
  const { console } = await dnsimpleSandbox(server)
  const { body } = await console.get('/accounts').expect(200)
  const all = { letsencrypt: true, customName: true, san: true, wildcard: true }
  const few = { letsencrypt: true, customName: false, san: false, wildcard: false }
  const standard = { goodStanding: true, rateLimit: 2400 }
  expect(body.items).toEqual([
    {
      id: 1010,
      email: 'example-account@example.com',
      name: 'Example Account',
      planIdentifier: 'teams-v1-monthly',
      features: all,
      ...standard,
    },
    {
      id: 2020,
      email: 'second-account@example.com',
      name: 'Second Account',
      planIdentifier: 'professional-v1-monthly',
      features: few,
      ...standard,
    },
    {
      id: 3030,
      email: 'solo-account@example.com',
      name: null,
      planIdentifier: 'solo-v1-monthly',
      features: few,
      ...standard,
    },
  ])
  const created = await console
    .post('/accounts')
    .send({ email: 'new@example.com', planIdentifier: 'solo-v1-monthly', features: { wildcard: true } })
    .expect(201)
  const account = {
    id: 3031,
    email: 'new@example.com',
    name: null,
    planIdentifier: 'solo-v1-monthly',
    features: { ...few, wildcard: true },
    ...standard,
  }
  expect(created.body).toEqual({ account })
  const upgraded = await console
    .patch('/accounts/3031')
    .send({ planIdentifier: 'enterprise-v1', name: 'New' })
  expect(upgraded.body).toEqual({
    account: { ...account, name: 'New', planIdentifier: 'enterprise-v1', features: all },
  })
  // What was given explicitly stays, whatever the plan.
  const downgraded = await console.patch('/accounts/3031').send({ planIdentifier: 'solo-v2-monthly' })
  expect(downgraded.body).toEqual({
    account: {
      ...account,
      name: 'New',
      planIdentifier: 'solo-v2-monthly',
      features: { ...few, wildcard: true },
    },
  })
  await console.patch('/accounts/3031').send({ planIdentifier: 'enterprise-v1' }).expect(200)
  const limited = await console
    .patch('/accounts/3031')
    .send({ features: { san: false }, goodStanding: false })
  expect(limited.body.account).toMatchObject({ features: { ...all, san: false }, goodStanding: false })
})

test('unknown fields and unknown things are refused by name', async () => {
  const { console } = await dnsimpleSandbox(server)
  const detail = async (request: ReturnType<typeof console.get>) => {
    const { status, type, body } = await request
    expect(type).toBe('application/problem+json')
    return [status, body.detail]
  }
  expect(await detail(console.patch('/accounts/1010').send({ colour: 'red' }))).toEqual([
    400,
    'the body: has unknown fields: "colour"',
  ])
  expect(await detail(console.patch('/accounts/7').send({}))).toEqual([404, 'There is no account "7"'])
  expect(await detail(console.patch('/domains/nope.test').send({}))).toEqual([
    404,
    'There is no domain "nope.test"',
  ])
  expect(await detail(console.post('/certificates/9/approve'))).toEqual([404, 'There is no certificate "9"'])
  expect(await detail(console.post('/webhooks/x/unsuppress'))).toEqual([404, 'There is no webhook "x"'])
  expect(await detail(console.delete('/tokens/99'))).toEqual([404, 'There is no token "99"'])
  expect(await detail(console.post('/tokens').send({ kind: 'account' }))).toEqual([
    400,
    'accountId: is required',
  ])
  expect(await detail(console.post('/tokens').send({ kind: 'account', accountId: 7 }))).toEqual([
    404,
    'There is no account "7"',
  ])
  expect(await detail(console.post('/tokens').send({ kind: 'user' }))).toEqual([400, 'email: is required'])
  const scopes = ['domains:*:read']
  expect(
    await detail(console.post('/tokens').send({ kind: 'user', email: 'a@example.com', scopes })),
  ).toEqual([400, 'scopes: only account tokens have scopes'])
  expect(
    await detail(console.post('/tokens').send({ kind: 'account', accountId: 1010, scopes: ['all'] })),
  ).toEqual([400, 'scopes[0]: must be like "certificates:*:read" or "domains:example.com:write"'])
  for (const scope of ['certificates:-:read', 'domains:a..b:read', 'webhooks:example.com:read']) {
    const unmatchable = { kind: 'account', accountId: 1010, scopes: ['zones:*:read', scope] }
    expect(await detail(console.post('/tokens').send(unmatchable))).toEqual([
      400,
      'scopes[1]: must be like "certificates:*:read" or "domains:example.com:write"',
    ])
  }
})

test('tokens are listed without their text', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const { text, body } = await sandbox.console.get('/tokens').expect(200)
  expect(body.items).toEqual([
    { id: 1, kind: 'account', accountId: 1010, email: null, scopes: null },
    { id: 2, kind: 'user', accountId: null, email: 'example-user@example.com', scopes: null },
    { id: 3, kind: 'account', accountId: 2020, email: null, scopes: null },
    { id: 4, kind: 'account', accountId: 3030, email: null, scopes: null },
    {
      id: 5,
      kind: 'account',
      accountId: 1010,
      email: null,
      scopes: ['domains:example.com:read', 'certificates:example.com:write'],
    },
  ])
  expect(text).not.toContain(sandbox.token)
})

test('a token for a new user makes the user, of one account or of all', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const accountsOf = async (fields: object) => {
    const { body } = await sandbox.console
      .post('/tokens')
      .send({ kind: 'user', ...fields })
      .expect(201)
    const { data } = (await sandbox.as(body.accessToken).get('/accounts').expect(200)).body
    return [body.token.email, data.map(({ id }: { id: number }) => id)]
  }
  expect(await accountsOf({ email: 'a@example.com' })).toEqual(['a@example.com', [1010, 2020, 3030]])
  expect(await accountsOf({ email: 'b@example.com', accountId: 2020 })).toEqual(['b@example.com', [2020]])
  expect(await accountsOf({ email: 'b@example.com', accountId: 3030 })).toEqual([
    'b@example.com',
    [2020, 3030],
  ])
  expect(await accountsOf({ email: 'b@example.com' })).toEqual(['b@example.com', [2020, 3030]])
})

test('domains show what keeps the CA from issuing, and are changed by id or name', async () => {
  const { console } = await dnsimpleSandbox(server)
  const { body } = await console.get('/domains').expect(200)
  expect(body.items.map(({ name }: { name: string }) => name)).toEqual([
    'example.com',
    'second.example',
    'solo.example',
    'dnsimple.us',
    'bingo.pizza',
  ])
  const changes = { delegated: false, secondaryDns: true, caa: ['pki.example'], dnssecBroken: true }
  const registration = { state: 'registered', expiresAt: null }
  const domain = { id: 289333, accountId: 1010, name: 'bingo.pizza', ...changes, ...registration }
  expect((await console.patch('/domains/289333').send(changes).expect(200)).body).toEqual({ domain })
  const back = { delegated: true, secondaryDns: false, caa: [], dnssecBroken: false }
  expect((await console.patch('/domains/bingo.pizza').send(back).expect(200)).body).toEqual({
    domain: { ...domain, ...back },
  })
})

test('certificates of all domains are listed as on the wire', async () => {
  const { console, get } = await dnsimpleSandbox(server)
  const { body } = await console.get('/certificates').expect(200)
  const { items } = body as { items: { id: number }[] }
  expect(items.map(({ id }) => id)).toEqual([1, 101967, 101969, 101973])
  const { data } = (await get('/1010/domains/example.com/certificates/1')).body
  expect(items[0]).toEqual({ ...data, failureReason: null })
})

test('the limits of the CA are off until somebody sets them, and null goes back', async () => {
  const { console } = await dnsimpleSandbox(server)
  const none = { certificatesPerDomain: null, duplicateCertificates: null }
  expect((await console.get('/ca-limits').expect(200)).body).toEqual(none)
  const changed = await console.patch('/ca-limits').send({ duplicateCertificates: 3 }).expect(200)
  expect(changed.body).toEqual({ ...none, duplicateCertificates: 3 })
  const back = await console.patch('/ca-limits').send({ duplicateCertificates: null }).expect(200)
  expect(back.body).toEqual(none)
})
