import { execFile, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { Agent, buildConnector, request } from 'undici'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { realHosts } from '../../routes/index.js'
import { packageRoot } from '../../src/package.js'
import { temporaryFolder } from '../helpers/folder.js'
import { type TestSandbox, useServer } from '../helpers/server.js'

const server = await useServer()
const port = Number(new URL(server.httpsUrl).port)
const ca = (await server.control.get('/ca.pem').buffer(true)).text

/** What a hosts entry does: the name is this machine's. */
const lookup: LookupFunction = (_name, { all }, callback) => {
  if (all) callback(null, [{ address: '127.0.0.1', family: 4 }])
  else callback(null, '127.0.0.1', 4)
}

/** A request of each provider as its clients make it, by the real URL. */
function requestsOf(sandbox: TestSandbox) {
  const bearer = (token = '') => ({ authorization: `Bearer ${token}` })
  const pair = ({ accessKeyId = '', secretAccessKey = '' }: Record<string, string>) => ({
    'x-tc-authentication-id': accessKeyId,
    'x-tc-authentication-secret': secretAccessKey,
  })
  const [cm, skm] = [
    sandbox.credentials('nhn-certificate-manager'),
    sandbox.credentials('nhn-secure-key-manager'),
  ]
  return {
    'api.certman.app': ['/v1/whoami', bearer(sandbox.credentials('certman').apiKey), 'workspace'],
    'api.dnsimple.com': ['/v2/whoami', bearer(sandbox.credentials('dnsimple').accessToken), 'data'],
    'api.katapult.io': [
      '/core/v1/certificates/cert_LetsEncrypt00001',
      bearer(sandbox.credentials('katapult').apiToken),
      'certificate',
    ],
    'certmanager.api.nhncloudservice.com': [
      `/certmanager/v1.1/appkeys/${cm.appKey}/certificates`,
      pair(cm),
      'body',
    ],
    'api-keymanager.nhncloudservice.com': [
      `/keymanager/v1.2/appkey/${skm.appKey}/secrets/071dcc5c25614dffa52357e5cae3471f`,
      pair(skm),
      'body',
    ],
  } as const
}

type Host = keyof ReturnType<typeof requestsOf>
const HOSTS = Object.keys(requestsOf(await server.sandbox())) as Host[]

test('each real host has a request here', () => {
  expect([...HOSTS].sort()).toEqual([...realHosts].sort())
})

/** undici, with port 443 of the name led to ours; name, SNI and `Host` are the real ones. */
function mapped(options: { ca?: string } = { ca }) {
  const connector = buildConnector({ ...options, lookup })
  return new Agent({
    connect: (target, callback) => connector({ ...target, port: String(port) }, callback),
  })
}

test.each(HOSTS)('undici reaches %s by its real URL, with the certificate verified', async (host) => {
  const [path, headers, member] = requestsOf(await server.sandbox())[host]
  const dispatcher = mapped()
  const { statusCode, body } = await request(`https://${host}${path}`, { dispatcher, headers })
  expect([statusCode, Object.keys((await body.json()) as object)]).toEqual([
    200,
    expect.arrayContaining([member]),
  ])
  await dispatcher.close()
})

test.each(HOSTS)('node:https reaches %s by its real URL, with the certificate verified', async (host) => {
  const [path, headers, member] = requestsOf(await server.sandbox())[host]
  const agent = new HttpsAgent({ ca })
  agent.createConnection = (options) =>
    connect({ ...(options as { host: string; servername: string }), ca, lookup, port })
  const { authorized, sent, text } = await new Promise<{ authorized: boolean; sent: unknown; text: string }>(
    (resolve, reject) => {
      const asked = httpsRequest(`https://${host}${path}`, { agent, headers }, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        const { authorized } = answer.socket as unknown as { authorized: boolean }
        answer.on('end', () => resolve({ authorized, sent: asked.getHeader('host'), text }))
      })
      asked.on('error', reject).end()
    },
  )
  expect({ authorized, sent }).toEqual({ authorized: true, sent: host })
  expect(Object.keys(JSON.parse(text))).toContain(member)
  agent.destroy()
})

test('without our root, and under a name that is not covered, no client gets through', async () => {
  const strangers = mapped({})
  await expect(
    request('https://api.dnsimple.com/v2/whoami', { dispatcher: strangers }),
  ).rejects.toMatchObject({
    code: expect.stringMatching(/SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/),
  })
  const trusting = mapped()
  await expect(request('https://api.example.com/v2/whoami', { dispatcher: trusting })).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  })
  await Promise.all([strangers.destroy(), trusting.destroy()])
})

/** What a hosts entry and a redirected port do, for a whole process. */
const HOSTS_FILE = `
import dns from 'node:dns'
import net from 'node:net'
dns.lookup = (name, options, callback = options) =>
  options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4)
const { connect } = net.Socket.prototype
net.Socket.prototype.connect = function (...given) {
  const [options] = Array.isArray(given[0]) ? given[0] : given
  if (options.port === 443 || options.port === '443') options.port = Number(process.env.HTTPS_PORT)
  return connect.apply(this, given)
}
`

/** The official client as its documentation shows it: nothing says where the API is. */
const PROGRAM = `
import { DNSimple } from 'dnsimple'
const client = new DNSimple({ accessToken: process.env.TOKEN })
const { data: who } = await client.identity.whoami()
const account = who.account.id
const { data: order } = await client.certificates.purchaseLetsencryptCertificate(account, 'bingo.pizza', { name: 'www' })
const { data: issued } = await client.certificates.issueLetsencryptCertificate(account, 'bingo.pizza', order.id)
const plain = await fetch('https://api.certman.app/v1/whoami', { headers: { authorization: 'Bearer ' + process.env.KEY } })
console.log(JSON.stringify({ account, state: issued.state, plain: plain.status }))
process.exit(0)
`

test('the official client of DNSimple, without a base URL, works in a process with hosts entries', async () => {
  const sandbox = await server.sandbox({ settings: { issuanceDelay: 'PT1H' } })
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'hosts.mjs'), HOSTS_FILE)
  writeFileSync(join(folder, 'root.pem'), ca)
  const environment = {
    HTTPS_PORT: String(port),
    NODE_EXTRA_CA_CERTS: join(folder, 'root.pem'),
    TOKEN: sandbox.credentials('dnsimple').accessToken,
    KEY: sandbox.credentials('certman').apiKey,
  }
  const run = ['--import', join(folder, 'hosts.mjs'), '--input-type=module', '--eval', PROGRAM]
  const child = spawn(process.execPath, run, { cwd: packageRoot, env: { ...process.env, ...environment } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  const code = await new Promise((resolve) => child.on('close', resolve))
  expect({ code, answer: JSON.parse(output) }).toEqual({
    code: 0,
    answer: { account: 1010, state: 'requesting', plain: 200 },
  })
})

test('curl takes the names without a hosts entry', async () => {
  const sandbox = await server.sandbox()
  const file = join(temporaryFolder(), 'root.pem')
  writeFileSync(file, ca)
  const { stdout } = await promisify(execFile)('curl', [
    ...['-sS', '--cacert', file, '--connect-to', `::127.0.0.1:${port}`],
    ...['-H', `Authorization: Bearer ${sandbox.credentials('dnsimple').accessToken}`],
    'https://api.dnsimple.com/v2/whoami',
  ])
  expect(JSON.parse(stdout).data.account.id).toBe(1010)
})

test('what an answer under a real name links to can be reached from where the server is', async () => {
  const sandbox = await server.sandbox()
  const dispatcher = mapped()
  const [path, headers] = requestsOf(sandbox)['api.katapult.io']
  const { body } = await request(`https://api.katapult.io${path}`, { dispatcher, headers })
  const { certificate } = (await body.json()) as { certificate: [{ certificate_api_url: string }] }
  const { certificate_api_url: link } = certificate[0]
  expect(link.startsWith(`${server.url}/`)).toBe(true)
  expect((await fetch(link)).status).toBe(200)

  const document = await request('https://api.certman.app/v1/openapi', { dispatcher })
  const { servers } = (await document.body.json()) as { servers: { url: string }[] }
  expect(servers.map(({ url }) => url)).toEqual([server.url, 'https://api.certman.app'])
  const control = await request('https://api.dnsimple.com/_emulator/health', { dispatcher })
  expect(control.statusCode).toBe(200)
  await control.body.dump()
  await dispatcher.close()
})

test('the compose file has all names as aliases, and HTTPS where clients expect it', () => {
  const { services } = parse(readFileSync(join(packageRoot, 'docker-compose.yml'), 'utf8'))
  const { networks, environment, sysctls, ports } = services.certulator
  expect([...networks.default.aliases].sort()).toEqual([...realHosts].sort())
  expect(environment.CERTULATOR_HTTPS_PORT).toBe('443')
  expect(sysctls['net.ipv4.ip_unprivileged_port_start']).toBe(0)
  expect(ports).toContain('127.0.0.1:4443:443')
})
