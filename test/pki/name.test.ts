import { expect, test } from 'vitest'
import { oid, primitiveTag, printableString, sequence, set, tlv, utf8String } from '../../src/pki/der.js'
import {
  commonNameOf,
  decodeName,
  distinguishedName,
  encodeName,
  nameToString,
  withCommonName,
} from '../../src/pki/name.js'

const CN = '2.5.4.3'

function attribute(type: string, value: Buffer): Buffer {
  return sequence([oid(type), value])
}

test('absent, null and empty parts are left out, the rest is in conventional order', () => {
  const name = distinguishedName({ commonName: 'example.com', organization: '', state: null, country: 'NZ' })

  expect(name).toEqual([
    { oid: '2.5.4.6', value: 'NZ' },
    { oid: CN, value: 'example.com' },
  ])
  expect(distinguishedName({})).toEqual([])
})

test('the country is a PrintableString, the email an IA5String, all else UTF8String', () => {
  const name = distinguishedName({ country: 'NZ', organization: 'Kea', email: 'kea@example.nz' })

  expect(encodeName(name)).toEqual(
    sequence([
      set([attribute('2.5.4.6', printableString('NZ'))]),
      set([attribute('2.5.4.10', utf8String('Kea'))]),
      set([attribute('1.2.840.113549.1.9.1', tlv(0x16, [Buffer.from('kea@example.nz')]))]),
    ]),
  )
})

test('a value outside the character set of its type is UTF8String', () => {
  expect(encodeName([{ oid: '2.5.4.6', value: 'Ñ' }])).toEqual(
    sequence([set([attribute('2.5.4.6', utf8String('Ñ'))])]),
  )
})

test('every encoding is written as it was read, through JSON too', () => {
  const der = sequence([
    set([attribute('2.5.4.6', utf8String('NZ'))]),
    set([attribute('2.5.4.10', printableString('Kea'))]),
    set([attribute('2.5.4.11', tlv(0x1e, [Buffer.from('00c4006200e9', 'hex')]))]),
    set([attribute('2.5.4.11', tlv(0x14, [Buffer.from('Caf\u00e9', 'latin1')]))]),
    set([attribute('2.5.4.11', tlv(0x0c, [Buffer.from('ff41', 'hex')]))]),
    set([attribute(CN, utf8String('a')), attribute('1.2.3.4', primitiveTag(30, Buffer.from('00')))]),
    set([attribute('1.2.3.5', sequence([utf8String('x')]))]),
  ])
  const name = decodeName(der)

  expect(encodeName(JSON.parse(JSON.stringify(name)))).toEqual(der)
  expect(name.map(({ value }) => value)).toEqual([
    'NZ',
    'Kea',
    'Äbé',
    'Café',
    '\ufffdA',
    'a',
    '#9e023030',
    '#30030c0178',
  ])
  expect(name.map(({ joined }) => joined)).toEqual([...Array(6).fill(undefined), true, undefined])
})

test('what distinguishedName makes is read back without a stored encoding', () => {
  const name = distinguishedName({
    country: 'NZ',
    state: 'Otago',
    commonName: 'Kea',
    email: 'kea@example.nz',
  })

  expect(decodeName(encodeName(name))).toEqual(name)
})

test.for([
  ['no SEQUENCE', '3100'],
  ['an empty RelativeDistinguishedName', '30023100'],
  ['an attribute without a value', '300930073105060355040300'],
  ['an attribute of three parts', '300d310b3009060355040305000500'],
] as const)('%s is refused', ([, hex]) => {
  expect(() => decodeName(Buffer.from(hex, 'hex'))).toThrow()
})

test('the most specific common name counts', () => {
  const name = [...distinguishedName({ commonName: 'first' }), ...distinguishedName({ commonName: 'second' })]

  expect(commonNameOf(name)).toBe('second')
  expect(commonNameOf([])).toBeUndefined()
})

test('the common name is replaced in place, or added', () => {
  const name = distinguishedName({ organization: 'Kea', commonName: 'old', email: 'kea@example.nz' })
  const organization = distinguishedName({ organization: 'Kea' })

  expect(withCommonName(name, 'new')).toEqual(
    distinguishedName({ organization: 'Kea', commonName: 'new', email: 'kea@example.nz' }),
  )
  expect(withCommonName(organization, 'new')).toEqual(
    distinguishedName({ organization: 'Kea', commonName: 'new' }),
  )
})

test('a replaced common name stays in its RelativeDistinguishedName, without the old encoding', () => {
  const shared = decodeName(
    sequence([set([attribute('2.5.4.10', utf8String('Kea')), attribute(CN, printableString('old'))])]),
  )

  expect(withCommonName(shared, 'new')).toEqual([
    { oid: '2.5.4.10', value: 'Kea' },
    { oid: CN, value: 'new', joined: true },
  ])
})

test('text has the most specific part first, and is escaped', () => {
  const name = [
    ...distinguishedName({ country: 'NZ', organization: 'Kea, "Sons" + <Co>; \\' }),
    { oid: '1.2.3', value: '#x ' },
    { oid: CN, value: ' a', joined: true as const },
  ]

  expect(nameToString(name)).toBe('1.2.3=\\#x\\ +CN=\\ a,O=Kea\\, \\"Sons\\" \\+ \\<Co\\>\\; \\\\,C=NZ')
  expect(nameToString([])).toBe('')
})
