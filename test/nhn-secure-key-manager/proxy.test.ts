import { expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../src/config.js'
import { clientFor, startEmulator, useServer } from '../helpers/server.js'
import { skmOf } from './client.js'

const behindProxy = await useServer({ trustProxy: '127.0.0.0/8, ::1' })

test('behind a trusted proxy the client is the one that it names', async () => {
  const skm = skmOf(behindProxy, await behindProxy.sandbox())
  const seen = async (header: string) =>
    (await skm.get('/confirm', { ...skm.pair, 'X-Forwarded-For': header })).body.body.clientIp
  expect(await seen('203.0.113.7')).toBe('203.0.113.7')
  // The last hop that is not trusted: whatever stands before it, the client may have written itself.
  expect(await seen('10.9.8.7, 203.0.113.7, 127.0.0.1')).toBe('203.0.113.7')
  expect(await seen('::ffff:203.0.113.7')).toBe('203.0.113.7')
  // Some proxies add the port, and what is no address at all says nothing.
  expect(await seen('203.0.113.7:4444')).toBe('203.0.113.7')
  expect(await seen('[2001:db8::1]:4444')).toBe('2001:db8::1')
  expect(await seen('[2001:db8::1]')).toBe('2001:db8::1')
  for (const rubbish of ['garbage', '203.0.113.256', '203.0.113.7:x', 'unknown', '203.0.113.7, garbage']) {
    expect(await seen(rubbish)).toBe('127.0.0.1')
  }
})

test('a proxy that is not in the list is a client like any other', async () => {
  const server = await startEmulator({ trustProxy: '192.0.2.1' })
  try {
    const client = clientFor(server)
    const skm = skmOf(client, await client.sandbox())
    const { body } = await skm.get('/confirm', { ...skm.pair, 'X-Forwarded-For': '203.0.113.7' })
    expect(body.body.clientIp).toBe('127.0.0.1')
  } finally {
    await server.close()
  }
})

test('the option takes on, off and addresses', () => {
  const trusted = (value: string) => readConfig({ trustProxy: value }, {}).trustProxy
  expect(readConfig({}, {}).trustProxy).toBe(false)
  expect(trusted('off')).toBe(false)
  expect(trusted('on')).toBe(true)
  expect(trusted('10.0.0.0/8, ::1')).toEqual(['10.0.0.0/8', '::1'])
  for (const wrong of ['yes', '10.0.0.0/33', '10.0.0.1,', 'localhost']) {
    expect(() => trusted(wrong)).toThrow(ConfigError)
  }
})
