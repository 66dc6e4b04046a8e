import { createHmac } from 'node:crypto'
import supertest from 'supertest'
import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { dnsimpleSandbox } from './client.js'

const server = await useServer()

const account = {
  id: 1010,
  email: 'example-account@example.com',
  name: 'Example Account',
  plan_identifier: 'teams-v1-monthly',
  created_at: '2015-09-18T23:04:37Z',
  updated_at: '2016-06-09T20:03:39Z',
}
const user = {
  id: 1,
  email: 'example-user@example.com',
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
}

test('whoami has the account behind an account token and the user behind a user token', async () => {
  const sandbox = await dnsimpleSandbox(server)
  expect((await sandbox.get('/whoami').expect(200)).text).toBe(
    JSON.stringify({ data: { user: null, account } }),
  )
  const asUser = sandbox.as(sandbox.secrets.userAccessToken ?? '')
  expect((await asUser.get('/whoami').expect(200)).text).toBe(
    JSON.stringify({ data: { user, account: null } }),
  )
})

test('a user reaches all of its accounts, and only those', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const asUser = sandbox.as(sandbox.secrets.userAccessToken ?? '')
  const { body } = await asUser.get('/accounts').expect(200)
  expect(Object.keys(body)).toEqual(['data'])
  expect(body.data.map(({ id }: { id: number }) => id)).toEqual([1010, 2020])
  expect((await sandbox.get('/accounts')).body).toEqual({ data: [account] })
  await asUser.get('/2020/domains/second.example').expect(200)
  await asUser.get('/3030/domains').expect(401)
})

test('a user can come with email and password', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const { userEmail = '', userPassword = '' } = sandbox.secrets
  const ask = (password: string, email = userEmail) =>
    supertest(server.url).get('/v2/whoami').auth(email, password)
  expect((await ask(userPassword).expect(200)).body.data.user).toEqual(user)
  expect((await ask('wrong')).status).toBe(401)
})

/** RFC 6238, written a second time for the test. */
function totp(base32: string, now: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  let bits = ''
  for (const letter of base32) bits += letters.indexOf(letter).toString(2).padStart(5, '0')
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2)))
  const counter = Buffer.alloc(8)
  counter.writeUInt32BE(Math.floor(now / 30_000), 4)
  const mac = createHmac('sha1', secret).update(counter).digest()
  const at = (mac[19] ?? 0) & 0xf
  return String(((mac.readUInt32BE(at) & 0x7fffffff) >>> 0) % 1e6).padStart(6, '0')
}

test('the email of a user is the same in any case, the password is not', async () => {
  const sandbox = await dnsimpleSandbox(server, {
    seed: {
      dnsimple: {
        accounts: [{ id: 1, email: 'a@example.com' }],
        users: [{ id: 7, email: 'Mixed@Example.com', credential: 'user', accounts: [1] }],
      },
    },
  })
  const { userPassword = '' } = sandbox.secrets
  const ask = async (email: string, password: string) =>
    (await supertest(server.url).get('/v2/whoami').auth(email, password)).status
  expect(await ask('Mixed@Example.com', userPassword)).toBe(200)
  expect(await ask('mixed@EXAMPLE.com', userPassword)).toBe(200)
  expect(await ask('mixed@example.com', userPassword.toUpperCase())).toBe(401)
})

test('a user with two-factor authentication needs the one-time password of the moment', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const { otpUserEmail = '', otpUserPassword = '', otpUserOtpSecret = '' } = sandbox.secrets
  const ask = (otp?: string) => {
    const request = supertest(server.url).get('/v2/whoami').auth(otpUserEmail, otpUserPassword)
    return otp === undefined ? request : request.set('x-dnsimple-otp', otp)
  }
  const refused = { status: 401, body: { message: 'Authentication failed' }, otp: 'required' }
  const answerOf = ({
    status,
    body,
    headers,
  }: {
    status: number
    body: unknown
    headers: Record<string, string>
  }) => ({
    status,
    body,
    otp: headers['x-dnsimple-otp'],
  })
  expect(answerOf(await ask())).toEqual(refused)
  expect(answerOf(await ask('abcdef'))).toEqual(refused)
  expect(answerOf(await ask(''))).toEqual(refused)
  const code = totp(otpUserOtpSecret, Date.parse('2026-01-01T00:00:00Z'))
  await ask(code).expect(200)
  const { body } = await sandbox.console.get('/users').expect(200)
  expect(body.items).toEqual([
    { id: 1, email: 'example-user@example.com', oneTimePassword: null },
    { id: 2, email: 'careful-user@example.com', oneTimePassword: code },
  ])
  await sandbox.advance('PT2M')
  expect(answerOf(await ask(code))).toEqual(refused)
})

test('every answer has the headers that clients and proxies look at', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const { headers } = await sandbox.get('/whoami').expect(200)
  expect(headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'max-age=0, private, must-revalidate',
    'x-ratelimit-limit': '2400',
    'x-ratelimit-remaining': '2399',
    'x-ratelimit-reset': String(Date.parse('2026-01-01T01:00:00Z') / 1000),
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
  })
  expect(headers.etag).toMatch(/^W\/"[0-9a-f]{32}"$/)
  expect(headers['x-request-id']).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  expect(headers['x-runtime']).toMatch(/^\d+\.\d{6}$/)
  const again = await sandbox.get('/whoami').expect(200)
  expect(again.headers.etag).toBe(headers.etag)
  expect(again.headers['x-request-id']).not.toBe(headers['x-request-id'])
})

test('errors, 202 and 204 are not cacheable and have no ETag', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const id = await sandbox.order()
  for (const answer of [
    await sandbox.get('/1010/domains/0').expect(404),
    await sandbox.post(`/1010/domains/example.com/certificates/letsencrypt/${id}/issue`).expect(202),
    await sandbox.delete('/1010/domains/example.com').expect(204),
  ]) {
    expect(answer.headers['cache-control']).toBe('no-cache')
    expect(answer.headers).not.toHaveProperty('etag')
  }
})

test('HEAD works where GET does, and doubled slashes in front do not matter', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const head = await supertest(server.url).head('/v2/whoami').auth(sandbox.token, { type: 'bearer' })
  expect({ status: head.status, text: head.text ?? '' }).toEqual({ status: 200, text: '' })
  expect(head.headers['x-ratelimit-limit']).toBe('2400')
  const answer = await fetch(`${server.url}//v2/whoami`, {
    headers: { authorization: `Bearer ${sandbox.token}` },
  })
  expect(answer.status).toBe(200)
})

test('an empty section still gives an account with a token', async () => {
  const sandbox = await dnsimpleSandbox(server, { seed: 'empty' })
  expect(Object.keys(sandbox.secrets).sort()).toEqual(['accessToken', 'accountId', 'baseUrl'])
  const { body } = await sandbox.get('/whoami').expect(200)
  expect(String(body.data.account.id)).toBe(sandbox.secrets.accountId)
  expect(sandbox.token).toMatch(/^dnsimple_a_\w{32}$/)
})

test('two sandboxes do not see each other, and a reset keeps the credentials', async () => {
  const one = await dnsimpleSandbox(server)
  const other = await dnsimpleSandbox(server)
  expect(one.token).not.toBe(other.token)
  await one.delete('/1010/domains/bingo.pizza').expect(204)
  await other.get('/1010/domains/bingo.pizza').expect(200)
  await one.reset()
  await one.get('/1010/domains/bingo.pizza').expect(200)
})
