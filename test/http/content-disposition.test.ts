import { expect, test } from 'vitest'
import { attachment } from '../../src/http/content-disposition.js'

test('a plain name stands as it is', () => {
  expect(attachment('www.example.com (1).pem')).toBe('attachment; filename="www.example.com (1).pem"')
})

test.each([
  ['인증서.pem', '___.pem', '%EC%9D%B8%EC%A6%9D%EC%84%9C.pem'],
  ['a"b.pem', 'a_b.pem', 'a%22b.pem'],
  ['a\\b;c=d%.pem', 'a_b_c_d_.pem', 'a%5Cb%3Bc%3Dd%25.pem'],
  ["it's*.pem", 'it_s*.pem', 'it%27s%2A.pem'],
  ['a\r\nSet-Cookie: b.pem', 'a__Set-Cookie_ b.pem', 'a%0D%0ASet-Cookie%3A%20b.pem'],
  ['🔑.pem', '_.pem', '%F0%9F%94%91.pem'],
])('%j is approximated, and told exactly', (name, plain, exact) => {
  expect(attachment(name)).toBe(`attachment; filename="${plain}"; filename*=UTF-8''${exact}`)
})
