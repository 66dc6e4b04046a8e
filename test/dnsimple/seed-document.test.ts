import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { dnsimpleSandbox } from './client.js'

const server = await useServer()

/** The curl lines of DNSimple's certificates page, in its order; the body is what the page calls `<json>`. */
const GET = `curl -s -H 'Authorization: Bearer <token>' -H 'Accept: application/json'`
const JSON_POST = `${GET} -H 'Content-Type: application/json' -X POST -d '{}'`
const POST = `${GET} -X POST`
const LINES = [
  [200, `${GET} https://api.dnsimple.com/v2/1010/domains/dnsimple.us/certificates`],
  [200, `${GET} https://api.dnsimple.com/v2/1010/domains/bingo.pizza/certificates/101967`],
  [200, `${GET} https://api.dnsimple.com/v2/1010/domains/example.com/certificates/1/download`],
  [200, `${GET} https://api.dnsimple.com/v2/1010/domains/example.com/certificates/1/private_key`],
  [201, `${JSON_POST} https://api.dnsimple.com/v2/1010/domains/bingo.pizza/certificates/letsencrypt`],
  [202, `${POST} https://api.dnsimple.com/v2/1010/domains/bingo.pizza/certificates/letsencrypt/101967/issue`],
  [
    201,
    `${JSON_POST} https://api.dnsimple.com/v2/1010/domains/bingo.pizza/certificates/letsencrypt/101967/renewals`,
  ],
  [
    202,
    `${POST} https://api.dnsimple.com/v2/1010/domains/example.com/certificates/letsencrypt/101967/renewals/65082/issue`,
  ],
] as const

function bash(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', line])
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', () => resolve(output))
  })
}

test('every curl line of the document works as it stands but for host and token, one after the other', async () => {
  const { token } = await dnsimpleSandbox(server)
  const statuses: number[] = []
  for (const [, line] of LINES) {
    const here = line.replace('https://api.dnsimple.com', server.url).replace('<token>', token)
    statuses.push(Number(await bash(`${here} -o /dev/null -w '%{http_code}'`)))
  }
  expect(statuses).toEqual(LINES.map(([status]) => status))
})

test('the domains of the document have its certificates', async () => {
  const sandbox = await dnsimpleSandbox(server)
  const { body } = await sandbox.get('/1010/domains/dnsimple.us/certificates').expect(200)
  const { data } = body as { data: { id: number; state: string; common_name: string }[] }
  expect(data.map(({ id, state, common_name }) => [id, state, common_name])).toEqual([
    [101973, 'issued', 'www2.dnsimple.us'],
    [101969, 'issued', 'www.dnsimple.us'],
  ])
  expect(await sandbox.state(101967, 'bingo.pizza')).toBe('new')
})

test('a seeded certificate has the same bytes whoever looks first, and however often', async () => {
  const { get } = await dnsimpleSandbox(server)
  const path = '/1010/domains/example.com/certificates/1'
  const looks = await Promise.all(
    [path, `${path}/download`, path, `${path}/download`, `${path}/private_key`].map((each) => get(each)),
  )
  const [first, download, again, downloadAgain] = looks.map(({ body }) => body)
  expect(again).toEqual(first)
  expect(downloadAgain).toEqual(download)
})

test('a seed names what is wrong with it', async () => {
  const problems = async (dnsimple: unknown) => {
    const { status, body } = await server.control.post('/sandboxes').send({ seed: { dnsimple } })
    return status === 422 ? body.errors : status
  }
  expect(await problems({ accounts: [{ id: 1, email: 'a@example.com', domains: [{ name: 'x' }] }] })).toEqual(
    [{ path: 'seed.dnsimple.accounts[0].domains[0].name', message: 'must be a domain name' }],
  )
  const account = { id: 1, email: 'a@example.com' }
  expect(await problems({ accounts: [account, account] })).toEqual([
    { path: 'seed.dnsimple.accounts', message: 'have an id twice' },
  ])
  expect(await problems({ accounts: [account], tokens: [{ account: 2 }] })).toEqual([
    { path: 'seed.dnsimple.tokens[0].account', message: 'is no account' },
    { path: 'seed.dnsimple.tokens', message: 'one of an account needs "credential: accessToken"' },
  ])
  expect(await problems({ accounts: [account], users: [{ email: 'u@example.com', accounts: [9] }] })).toEqual(
    [{ path: 'seed.dnsimple.users[0].accounts', message: 'must be ids of accounts' }],
  )
})

test('a seed has the certificates that could have been ordered, with instants that could have been', async () => {
  const problems = async (certificate: object) => {
    const domains = [{ name: 'example.com', certificates: [{ createdAt: '{{now-2d}}', ...certificate }] }]
    const accounts = [{ id: 1, email: 'a@example.com', domains }]
    const { status, body } = await server.control
      .post('/sandboxes')
      .send({ clock: { mode: 'frozen', now: '2026-01-01T00:00:00Z' }, seed: { dnsimple: { accounts } } })
    return status === 422 ? body.errors : status
  }
  const at = (field: string) => `seed.dnsimple.accounts[0].domains[0].certificates[0].${field}`
  for (const name of ['bad name', 'ü', 'a\u0007', '*.*', 'a..b', 'x'.repeat(64)]) {
    expect(await problems({ name })).toEqual([{ path: at('name'), message: 'is invalid' }])
  }
  const outside = (names: string) => [
    { path: at('alternateNames'), message: `must be names in example.com: ${names}` },
  ]
  expect(await problems({ alternateNames: ['a b.example.com'] })).toEqual(outside('a b.example.com'))
  expect(await problems({ alternateNames: ['docs.example.org'] })).toEqual(outside('docs.example.org'))
  const names = Array.from({ length: 99 }, (_, index) => `n${index}.example.com`)
  expect(await problems({ alternateNames: names })).toEqual([
    { path: at('alternateNames'), message: 'are too many (maximum is 100 names per certificate)' },
  ])
  expect(await problems({ alternateNames: names.slice(1) })).toBe(201)
  expect(await problems({ issuedAt: '{{now-3d}}' })).toEqual([
    { path: at('issuedAt'), message: 'must not be before createdAt' },
  ])
  expect(await problems({ issuedAt: '{{now+1s}}' })).toEqual([
    { path: at('issuedAt'), message: "must not be after the sandbox's now" },
  ])
  expect(await problems({ issuedAt: '{{now}}' })).toBe(201)
})

test('no credential of a seed is there twice', async () => {
  const { status, body } = await server.control.post('/sandboxes').send({
    seed: {
      dnsimple: {
        accounts: [{ id: 1, email: 'a@example.com' }],
        users: [
          { email: 'u@example.com', credential: 'user', accounts: [1] },
          { email: 'U@Example.com', credential: 'user', accounts: [1] },
        ],
        tokens: [
          { credential: 'accessToken', account: 1, token: 'the-same-text' },
          { credential: 'accessToken', account: 1, token: 'the-same-text' },
        ],
      },
    },
  })
  const first = (list: string, field: string) => ({
    path: `seed.dnsimple.${list}[1].${field}`,
    message: `is the same as that of ${list}[0]`,
  })
  expect({ status, errors: body.errors }).toEqual({
    status: 422,
    errors: [
      first('users', 'email'),
      first('users', 'credential'),
      first('tokens', 'credential'),
      first('tokens', 'token'),
    ],
  })
})

test('a certificate that was issued long ago can be looked at', async () => {
  const issued = { id: 5, createdAt: '1949-01-01', issuedAt: '1949-01-01' }
  const domains = [{ name: 'seeded.example', certificates: [issued] }]
  const accounts = [{ id: 1, email: 'a@example.com', domains }]
  const sandbox = await dnsimpleSandbox(server, { seed: { dnsimple: { accounts } } })
  await sandbox.get('/1/domains/seeded.example/certificates/5/download').expect(200)
})

test('a seeded certificate with auto-renewal renews itself', async () => {
  const issued = { id: 5, createdAt: '{{now-70d}}', issuedAt: '{{now-70d}}', autoRenew: true }
  const domains = [{ name: 'seeded.example', certificates: [issued] }]
  const accounts = [{ id: 1, email: 'a@example.com', domains, webhooks: [{ url: 'http://127.0.0.1:1/' }] }]
  const sandbox = await dnsimpleSandbox(server, { seed: { dnsimple: { accounts } } })
  await sandbox.advance('PT2S')
  const { body } = await sandbox.get('/1/domains/seeded.example/certificates').expect(200)
  const { data } = body as { data: { id: number; state: string }[] }
  expect(data.map(({ id, state }) => [id, state])).toEqual([
    [6, 'issued'],
    [5, 'issued'],
  ])
})
