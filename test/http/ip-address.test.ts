import { expect, test } from 'vitest'
import { isInIpv4Range, isIpRange, isIpv4Range } from '../../src/http/ip-address.js'

test('a range is an address, or an address and the length of a prefix', () => {
  for (const range of ['127.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '192.168.1.77/24', '1.2.3.4/32']) {
    expect(isIpv4Range(range)).toBe(true)
  }
  for (const none of [
    '',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0/8/8',
    '0x7f.1',
    '010.0.0.1',
    '::1',
  ]) {
    expect(isIpv4Range(none)).toBe(false)
  }
})

test('an address is in the range whose prefix it shares', () => {
  for (const [address, range] of [
    ['127.0.0.1', '127.0.0.1'],
    ['10.255.255.255', '10.0.0.0/8'],
    ['192.168.1.200', '192.168.1.77/24'],
    ['8.8.8.8', '0.0.0.0/0'],
  ] as const) {
    expect(isInIpv4Range(address, range)).toBe(true)
  }
  for (const [address, range] of [
    ['127.0.0.2', '127.0.0.1'],
    ['11.0.0.0', '10.0.0.0/8'],
    ['1.2.3.5', '1.2.3.4/32'],
    ['::1', '0.0.0.0/0'],
    ['nothing', '0.0.0.0/0'],
  ] as const) {
    expect(isInIpv4Range(address, range)).toBe(false)
  }
})

test('proxies may have addresses of both kinds', () => {
  for (const range of ['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8']) expect(isIpRange(range)).toBe(true)
  for (const none of ['', 'localhost', '10.0.0.0/33', 'fd00::/129']) expect(isIpRange(none)).toBe(false)
})
