import { expect, test } from 'vitest'
import { decodeIpAddress, encodeIpAddress } from '../../src/pki/ip-address.js'

test.for([
  ['192.0.2.1', 'c0000201', '192.0.2.1'],
  ['::', '0'.repeat(32), '::'],
  ['::1', `${'0'.repeat(31)}1`, '::1'],
  ['2001:DB8::', `20010db8${'0'.repeat(24)}`, '2001:db8::'],
  ['2001:db8:0:0:1:0:0:1', '20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
  ['2001:0db8:1:2:3:4:5:6', '20010db8000100020003000400050006', '2001:db8:1:2:3:4:5:6'],
  ['64:ff9b::192.0.2.33', '0064ff9b0000000000000000c0000221', '64:ff9b::c000:221'],
] as const)('%s has the octets %s', ([text, hex, canonical]) => {
  expect(encodeIpAddress(text).toString('hex')).toBe(hex)
  expect(decodeIpAddress(Buffer.from(hex, 'hex'))).toBe(canonical)
})

test.for(['', 'example.com', '192.0.2', '192.0.2.256', '1::2::3', 'fe80::1%eth0', '[::1]'])(
  '"%s" is no IP address',
  (text) => {
    expect(() => encodeIpAddress(text)).toThrow(RangeError)
  },
)

test.for([0, 3, 5, 8, 15, 17, 32])('%i octets are no IP address', (length) => {
  expect(decodeIpAddress(Buffer.alloc(length))).toBeUndefined()
})
