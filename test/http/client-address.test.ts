import supertest from 'supertest'
import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'

/** Every provider takes the address of its clients from the same place, with the same doubts. */
const server = await useServer({ trustProxy: '127.0.0.0/8, ::1' })

const RUBBISH = ['garbage', '203.0.113.256', '203.0.113.7:x', 'unknown']
const SAME = ['203.0.113.7', '::ffff:203.0.113.7', '203.0.113.7:4444', '10.9.8.7, 203.0.113.7, 127.0.0.1']

test('Katapult compares the networks of a token with the address that a proxy names, if it is one', async () => {
  const sandbox = await server.sandbox()
  const tokenFor = async (...authorizedIpAddresses: string[]) => {
    const body = { scopes: ['certificates'], authorizedIpAddresses }
    return (await sandbox.console('katapult').post('/tokens').send(body).expect(201)).body.secret as string
  }
  const [named, local, local6] = [
    await tokenFor('203.0.113.0/24'),
    await tokenFor('127.0.0.1'),
    await tokenFor('::1'),
  ]
  const status = async (secret: string, forwarded: string) => {
    const answer = await supertest(server.url)
      .get('/core/v1/certificates/cert_LetsEncrypt00001')
      .set({ authorization: `Bearer ${secret}`, 'x-forwarded-for': forwarded })
    return [answer.status, answer.body.detail?.ip_address ?? null]
  }
  for (const forwarded of SAME) {
    expect(await status(named, forwarded)).toEqual([200, null])
    expect(await status(local, forwarded)).toEqual([403, '203.0.113.7'])
  }
  for (const forwarded of RUBBISH) {
    expect(await status(named, forwarded)).toEqual([403, '127.0.0.1'])
    expect(await status(local, forwarded)).toEqual([200, null])
    expect(await status(local6, forwarded)).toEqual([200, null])
  }
})

test('DNSimple counts requests of nobody in particular by that address', async () => {
  const remaining = async (forwarded: string) => {
    const { status, headers } = await supertest(server.url)
      .get('/v2/whoami')
      .set('x-forwarded-for', forwarded)
    expect(status).toBe(401)
    return Number(headers['x-ratelimit-remaining'])
  }
  const first = await remaining('198.51.100.1')
  expect(await remaining('198.51.100.1:4444')).toBe(first - 1)
  expect(await remaining('::ffff:198.51.100.1')).toBe(first - 2)
  expect(await remaining('198.51.100.2')).toBe(first)
  // What is no address is the proxy's own.
  const own = await remaining('garbage')
  expect(await remaining('rubbish')).toBe(own - 1)
})
