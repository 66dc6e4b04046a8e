import { request } from 'node:http'
import supertest from 'supertest'
import { afterAll, expect, test } from 'vitest'
import { startEmulator, useServer } from '../helpers/server.js'

const server = await useServer()
const problem = (status: number, title: string, detail: unknown) => ({
  type: 'about:blank',
  title,
  status,
  detail,
})

/** supertest sets `Host` itself. */
function get(url: string, headers: Record<string, string>): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) }),
      )
    })
      .on('error', reject)
      .end()
  })
}

test('the control plane answers under its own names and addresses, and under those of the real services', async () => {
  for (const host of [
    'localhost',
    '127.0.0.1:4080',
    '[::1]:4080',
    'api.certman.app',
    'API.DNSIMPLE.COM:4443',
    '10.1.2.3',
  ]) {
    expect(await get(`${server.url}/_emulator/health`, { host })).toMatchObject({ status: 200 })
  }
})

test('a host name that is not ours is refused: it may have been pointed here', async () => {
  for (const host of ['evil.example', 'localhost.evil.example:4080', 'api.certman.app.evil.example']) {
    expect(await get(`${server.url}/_emulator/sandboxes`, { host })).toEqual({
      status: 403,
      body: problem(403, 'Forbidden', expect.stringContaining(`"${host}" (DNS rebinding)`)),
    })
  }
  expect(await get(`${server.url}/v1/cas`, { host: 'evil.example' })).toMatchObject({ status: 401 })
})

test('a page of another origin is refused, one of our own is not', async () => {
  for (const origin of ['https://evil.example', 'null', 'http://localhost:3000']) {
    const { status, body } = await supertest(server.url).post('/_emulator/sandboxes').set('Origin', origin)
    expect({ status, body }).toEqual({
      status: 403,
      body: problem(
        403,
        'Forbidden',
        `The control plane does not answer pages of another origin ("${origin}")`,
      ),
    })
  }
  await supertest(server.url).get('/_emulator/health').set('Origin', server.url).expect(200)
})

const guarded = await startEmulator({ controlToken: 'a-token-for-tests' })
afterAll(() => guarded.close())

test('with a token set, everything but health wants it', async () => {
  const anonymous = supertest(guarded.url)
  await anonymous.get('/_emulator/health').expect(200)
  for (const path of [
    '/sandboxes',
    '/ca.pem',
    '/openapi/certman.json',
    '/docs/',
    '/sandboxes/default/certman/cas',
    '/nothing',
  ]) {
    const { status, body, headers } = await anonymous.get(`/_emulator${path}`)
    expect({ path, status, body, challenge: headers['www-authenticate'] }).toEqual({
      path,
      status: 401,
      body: problem(401, 'Unauthorized', expect.stringContaining('Authorization: Bearer')),
      challenge: 'Bearer',
    })
  }
  await anonymous.get('/_emulator/sandboxes').auth('another-token', { type: 'bearer' }).expect(401)
  await anonymous.get('/_emulator/sandboxes').auth('a-token-for-tests', { type: 'bearer' }).expect(200)
  await anonymous.get('/_emulator/sandboxes').set('Authorization', 'bearer a-token-for-tests').expect(200)
  const named = { host: 'certulator:4080', authorization: 'Bearer a-token-for-tests' }
  expect(await get(`${guarded.url}/_emulator/sandboxes`, named)).toMatchObject({ status: 200 })
  await anonymous.get('/v1/cas').auth('cm_prod_full_access_for_local_tests', { type: 'bearer' }).expect(200)
})
