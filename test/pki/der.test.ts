import { expect, test } from 'vitest'
import { derOf, oidOf, readDer, timeOf } from '../../src/pki/asn1.js'
import {
  bitString,
  generalizedTime,
  integer,
  octetString,
  oid,
  sequence,
  time,
  utf8String,
} from '../../src/pki/der.js'

test.for([
  [0, '020100'],
  [127, '02017f'],
  [128, '02020080'],
  [256, '02020100'],
  [Number.MAX_SAFE_INTEGER, '02071fffffffffffff'],
] as const)('%s is written as a minimal INTEGER', ([value, expected]) => {
  expect(integer(value).toString('hex')).toBe(expected)
})

test('an INTEGER is written from its magnitude, whatever the padding', () => {
  expect(integer(Buffer.from('0000ff', 'hex')).toString('hex')).toBe('020200ff')
  expect(integer(Buffer.from('7f', 'hex')).toString('hex')).toBe('02017f')
  expect(integer(Buffer.alloc(0)).toString('hex')).toBe('020100')
})

test.for([-1, 1.5, 2 ** 53, Number.NaN])('%s is refused as an INTEGER', (value) => {
  expect(() => integer(value)).toThrow(RangeError)
})

test.for([
  [0, '0400'],
  [127, '047f'],
  [128, '048180'],
  [255, '0481ff'],
  [256, '04820100'],
  [65_536, '0483010000'],
] as const)('%s octets have a minimal length', ([length, header]) => {
  expect(
    octetString(Buffer.alloc(length))
      .subarray(0, header.length / 2)
      .toString('hex'),
  ).toBe(header)
})

test.for([
  ['1.2.840.113549.1.1.11', '06092a864886f70d01010b'],
  ['2.5.29.17', '0603551d11'],
  ['2.999.1', '0603883701'],
  ['1.3.9007199254740991', '06092b8fffffffffffff7f'],
] as const)('the object identifier %s is written and read', ([dotted, hex]) => {
  expect(oid(dotted).toString('hex')).toBe(hex)
})

test.for(['', '1', '3.1', '1.40', '1.2.-1', '1.2.x', '1..2', '1.2.9007199254740992'])(
  '"%s" is no object identifier',
  (dotted) => {
    expect(() => oid(dotted)).toThrow(RangeError)
  },
)

test.for([
  ['an arc with padding', '060455048003'],
  ['an arc without its end', '06035504ff'],
  ['nothing', '0600'],
  ['an arc beyond 2^53', '060b2affffffffffffffffff7f'],
] as const)('an object identifier of %s is refused', ([, hex]) => {
  expect(() => oidOf(readDer(Buffer.from(hex, 'hex')))).toThrow('An object identifier is malformed.')
})

test.for([
  ['1949-12-31T23:59:59Z', 0x18],
  ['1950-01-01T00:00:00Z', 0x17],
  ['1999-12-31T23:59:59Z', 0x17],
  ['2049-12-31T23:59:59Z', 0x17],
  ['2050-01-01T00:00:00Z', 0x18],
  ['9999-12-31T23:59:59Z', 0x18],
] as const)('the time %s is written with tag %i and read back', ([text, tag]) => {
  const written = time(Date.parse(text) + 999)

  expect(written[0]).toBe(tag)
  expect(timeOf(readDer(written))).toBe(Date.parse(text))
  expect(timeOf(readDer(generalizedTime(Date.parse(text))))).toBe(Date.parse(text))
})

test('years of five digits are refused', () => {
  expect(() => time(Date.UTC(10_000, 0))).toThrow('does not have four digits')
})

test.for([
  ['a length not minimal', '3081020500'],
  ['indefinite length', '30800000'],
  ['an INTEGER not minimal', '02020001'],
  ['a length beyond the end', '3003'],
  ['an octet too many', '050000'],
  ['a BMPString of odd length', '30051e0100050000'],
  ['nothing', ''],
] as const)('%s is not DER', ([, hex]) => {
  expect(() => readDer(Buffer.from(hex, 'hex'))).toThrow(/^The bytes are/)
})

test('what was written is read as the same bytes', () => {
  const der = sequence([
    integer(1),
    utf8String('Ünïcödé'),
    bitString(sequence([integer(5)])),
    bitString(Buffer.of(8), 3),
  ])

  expect(derOf(readDer(der))).toEqual(der)
})
