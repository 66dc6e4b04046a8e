import { expect, test } from 'vitest'
import { fromPem, toPem } from '../../src/pki/pem.js'

const der = Buffer.from(Array.from({ length: 100 }, (_, index) => index))
const pem = toPem('THING', der)

test('lines have 64 columns and the text ends with a line end', () => {
  const lines = pem.split('\n')

  expect(lines.map(({ length }) => length)).toEqual([21, 64, 64, 8, 19, 0])
})

test.for([
  ['as it is', pem],
  ['with CRLF', pem.replaceAll('\n', '\r\n')],
  ['without the last line end', pem.trimEnd()],
  ['in one line', pem.replaceAll('\n', '')],
  ['indented', pem.replaceAll('\n', '\n\t  ')],
  ['with text around it', `Bag attributes\n${pem}and more`],
  ['before another one', pem + toPem('THING', Buffer.from('other'))],
  ['after one with another label', toPem('OTHER', Buffer.from('other')) + pem],
] as const)('a block is read %s', ([, text]) => {
  expect(fromPem('THING', text)).toEqual(der)
})

test.for([
  ['no block', 'hello'],
  ['another label', toPem('OTHER', der)],
  ['no end', pem.replace('END', 'FIN')],
  ['another end', pem.replace('END THING', 'END OTHER')],
  ['nothing inside', toPem('THING', Buffer.alloc(0))],
  ['characters that are not base64', pem.replace('AAEC', 'AA*C')],
  ['the characters of base64url', pem.replace('AAEC', 'AA-C')],
  ['a character missing', pem.replace('AAEC', 'AEC')],
  ['padding in the middle', pem.replace('AAEC', 'AA==')],
  ['headers', pem.replace('AAEC', 'Proc-Type: 4,ENCRYPTED\n\nAAEC')],
  ['a bad block before a good one', pem.replace('AAEC', '*') + pem],
] as const)('%s is refused', ([, text]) => {
  expect(fromPem('THING', text)).toBeUndefined()
})

test('the first block with any of the labels is read', () => {
  const text = toPem('NEW THING', Buffer.from('first')) + toPem('THING', Buffer.from('second'))

  expect(fromPem(['THING', 'NEW THING'], text)).toEqual(Buffer.from('first'))
  expect(fromPem('THING', text)).toEqual(Buffer.from('second'))
})
