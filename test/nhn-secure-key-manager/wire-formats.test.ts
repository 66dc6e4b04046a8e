import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { Pool } from 'undici'
import { afterAll, expect, test } from 'vitest'
import { inTemporaryDirectory, openssl } from '../helpers/openssl.js'
import { useServer } from '../helpers/server.js'
import {
  ASYMMETRIC_ID,
  failure,
  INVALID_KEY_VERSION,
  INVALID_PARAMETER,
  INVALID_USER_DATA,
  SYMMETRIC_ID,
  skmOf,
  success,
} from './client.js'

const server = await useServer()
const pool = new Pool(server.url, { connections: 8 })
afterAll(() => pool.close())

const COUNTING_KEY = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'
const TOO_LONG = failure(40001, 'Plaintext Too Long')

/** A sandbox whose symmetric key has the bytes 00 01 … 1f in both of its versions. */
async function withCountingKey() {
  const key = {
    id: SYMMETRIC_ID,
    type: 'SYMMETRIC_KEY',
    name: 'Counting',
    versions: [COUNTING_KEY, COUNTING_KEY],
  }
  const seed = { 'nhn-secure-key-manager': { keyStores: [{ name: 'Store #1', keys: [key] }] } }
  return skmOf(server, await server.sandbox({ seed }))
}

const base64 = (...parts: Buffer[]) => Buffer.concat(parts).toString('base64')
const version = (number: number) => {
  const prefix = Buffer.alloc(4)
  prefix.writeInt32BE(number)
  return prefix
}

test('ciphertexts of a known key, IV and text decrypt in either version', async () => {
  const skm = await withCountingKey()
  for (const [keyVersion, ciphertext] of [
    'AAAAAAABAgMEBQYHCAkKCwwNDg8SFbJSueqxxKU/0VPsMsT/',
    'AAAAAQABAgMEBQYHCAkKCwwNDg8SFbJSueqxxKU/0VPsMsT/',
  ].entries()) {
    expect(await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/decrypt`, { ciphertext })).toEqual(
      success({ plaintext: 'data', keyVersion }),
    )
  }
})

test('openssl decrypts what was encrypted here, from the exported key', async () => {
  const skm = skmOf(server, await server.sandbox())
  const plaintext = '안녕하세요, "data"\n'
  const { body } = await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/encrypt`, { plaintext })
  const bytes = Buffer.from(body.body.ciphertext, 'base64')
  const exported = await skm.get(`/symmetric-keys/${SYMMETRIC_ID}/symmetric-key?keyVersion=1`)
  const key = exported.body.body.symmetricKey.replaceAll(/0x|, /g, '')
  const iv = bytes.subarray(4, 20).toString('hex')
  const decrypted = execFileSync('openssl', ['enc', '-d', '-aes-256-cbc', '-K', key, '-iv', iv], {
    input: bytes.subarray(20),
  })
  expect(bytes.readInt32BE()).toBe(1)
  expect(decrypted.toString()).toBe(plaintext)
})

test('what openssl encrypted decrypts here', async () => {
  const skm = await withCountingKey()
  const iv = randomBytes(16)
  const encrypted = execFileSync(
    'openssl',
    ['enc', '-aes-256-cbc', '-K', COUNTING_KEY, '-iv', iv.toString('hex')],
    { input: 'from openssl ✔' },
  )
  const ciphertext = base64(version(1), iv, encrypted)
  expect(await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/decrypt`, { ciphertext })).toEqual(
    success({ plaintext: 'from openssl ✔', keyVersion: 1 }),
  )
})

test('signatures and openssl understand each other, and the exported keys load', async () => {
  const skm = skmOf(server, await server.sandbox())
  const path = `/asymmetric-keys/${ASYMMETRIC_ID}`
  const { body } = await skm.post(`${path}/sign`, { plaintext: 'data' })
  const signature = Buffer.from(body.body.signature, 'base64')
  const keyOf = async (half: string) =>
    Buffer.from((await skm.get(`${path}/${half}?keyVersion=1`)).body.body.encodedKey, 'base64')
  const [privateKey, publicKey] = [await keyOf('privateKey'), await keyOf('publicKey')]

  const made = inTemporaryDirectory((at) => {
    writeFileSync(at('private.der'), privateKey)
    writeFileSync(at('public.der'), publicKey)
    writeFileSync(at('signature'), signature.subarray(4))
    expect(openssl(['pkey', '-inform', 'DER', '-in', at('private.der'), '-check', '-noout'])).toContain(
      'Key is valid',
    )
    expect(
      openssl(['pkey', '-pubin', '-inform', 'DER', '-in', at('public.der'), '-text', '-noout']),
    ).toContain('Public-Key: (2048 bit)')
    const recovered = openssl([
      ...['pkeyutl', '-verifyrecover', '-pubin', '-keyform', 'DER', '-inkey', at('public.der')],
      ...['-in', at('signature'), '-pkeyopt', 'rsa_padding_mode:pkcs1'],
    ])
    expect(recovered).toBe('data')
    writeFileSync(at('text'), 'by openssl')
    openssl([
      ...['pkeyutl', '-sign', '-keyform', 'DER', '-inkey', at('private.der'), '-in', at('text')],
      ...['-pkeyopt', 'rsa_padding_mode:pkcs1', '-out', at('made')],
    ])
    return execFileSync('cat', [at('made')])
  })
  expect(publicKey).toHaveLength(294)
  expect(
    await skm.post(`${path}/verify`, { plaintext: 'by openssl', signature: base64(version(1), made) }),
  ).toEqual(success({ result: true, keyVersion: 1 }))
})

test('the length of a ciphertext follows from the bytes of the text', async () => {
  const skm = skmOf(server, await server.sandbox())
  const path = `/symmetric-keys/${SYMMETRIC_ID}`
  for (const [bytes, characters] of [
    [0, 48],
    [15, 48],
    [16, 72],
    [32, 92],
    [47, 92],
    [32_768, 43_740],
  ] as const) {
    const plaintext = 'a'.repeat(bytes)
    const { body } = await skm.post(`${path}/encrypt`, { plaintext })
    const { ciphertext } = body.body
    expect(ciphertext).toHaveLength(characters)
    expect(await skm.post(`${path}/decrypt`, { ciphertext })).toEqual(success({ plaintext, keyVersion: 1 }))
  }
})

test('text is measured in bytes of UTF-8: 32768 to encrypt, 245 to sign and verify', async () => {
  const skm = skmOf(server, await server.sandbox())
  const encrypt = `/symmetric-keys/${SYMMETRIC_ID}/encrypt`
  const sign = `/asymmetric-keys/${ASYMMETRIC_ID}/sign`
  const verify = `/asymmetric-keys/${ASYMMETRIC_ID}/verify`
  // Two bytes each.
  const most = 'é'.repeat(16_384)
  expect((await skm.post(encrypt, { plaintext: most })).body.header.resultCode).toBe(0)
  expect(await skm.post(encrypt, { plaintext: `${most}a` })).toEqual(TOO_LONG)

  const signed = `${'é'.repeat(122)}a`
  const { signature } = (await skm.post(sign, { plaintext: signed })).body.body
  expect(await skm.post(verify, { plaintext: signed, signature })).toEqual(
    success({ result: true, keyVersion: 1 }),
  )
  expect(await skm.post(sign, { plaintext: `${signed}a` })).toEqual(TOO_LONG)
  expect(await skm.post(verify, { plaintext: `${signed}a`, signature })).toEqual(TOO_LONG)
  const empty = (await skm.post(sign, { plaintext: '' })).body.body.signature
  expect(await skm.post(verify, { plaintext: '', signature: empty })).toEqual(
    success({ result: true, keyVersion: 1 }),
  )
})

test('what comes back is what went in, whatever the characters', async () => {
  const skm = skmOf(server, await server.sandbox())
  const path = `/symmetric-keys/${SYMMETRIC_ID}`
  for (const plaintext of ['\uFEFFdata', '\u0000', '𝄞 clef', ' '.repeat(16)]) {
    const { ciphertext } = (await skm.post(`${path}/encrypt`, { plaintext })).body.body
    expect(await skm.post(`${path}/decrypt`, { ciphertext })).toEqual(success({ plaintext, keyVersion: 1 }))
  }
  expect(await skm.post(`${path}/encrypt`, { plaintext: 'half a pair: \ud834' })).toEqual(INVALID_PARAMETER)
})

test('a ciphertext that is none gets its documented error', async () => {
  const skm = await withCountingKey()
  const decrypt = (ciphertext: string) => skm.post(`/symmetric-keys/${SYMMETRIC_ID}/decrypt`, { ciphertext })
  const whole = Buffer.from('AAAAAAABAgMEBQYHCAkKCwwNDg8SFbJSueqxxKU/0VPsMsT/', 'base64')
  const tampered = Buffer.from(whole)
  tampered.writeUInt8(tampered.readUInt8(35) ^ 1, 35)

  expect(await decrypt(base64(tampered))).toEqual(INVALID_USER_DATA)
  expect(await decrypt(base64(whole.subarray(0, 35)))).toEqual(INVALID_USER_DATA)
  expect(await decrypt(base64(whole.subarray(0, 20)))).toEqual(INVALID_USER_DATA)
  expect(await decrypt(base64(whole.subarray(0, 3)))).toEqual(INVALID_USER_DATA)
  expect(await decrypt(base64(whole, Buffer.alloc(1)))).toEqual(INVALID_USER_DATA)
  expect(await decrypt('not base64!')).toEqual(INVALID_USER_DATA)
  expect(await decrypt(whole.toString('base64').replace('/', '_'))).toEqual(INVALID_USER_DATA)
  expect(await decrypt('')).toEqual(INVALID_PARAMETER)
  for (const number of [2, 2 ** 31 - 1, -1]) {
    expect(await decrypt(base64(version(number), whole.subarray(4)))).toEqual(INVALID_KEY_VERSION)
  }
  // The document's own sample was made with a key that nobody has.
  expect(await decrypt('AAAAABzGwQniNneKXmcOLhWnxEqC1rNY+UdVb3lyeX/4wSrP')).toEqual(INVALID_USER_DATA)
})

test('a ciphertext of another key is not understood', async () => {
  const skm = await withCountingKey()
  const other = await skm.create('symmetric-keys')
  // The text is chosen so long that rubbish cannot pass as padding and UTF-8 by chance.
  const { ciphertext } = (
    await skm.post(`/symmetric-keys/${SYMMETRIC_ID}/encrypt`, { plaintext: 'data'.repeat(1000) })
  ).body.body
  const first = base64(version(0), Buffer.from(ciphertext, 'base64').subarray(4))
  expect(await skm.post(`/symmetric-keys/${other}/decrypt`, { ciphertext: first })).toEqual(INVALID_USER_DATA)
})

test('a signature that is none gets its documented error', async () => {
  const skm = skmOf(server, await server.sandbox())
  const path = `/asymmetric-keys/${ASYMMETRIC_ID}`
  const verify = (signature: string) => skm.post(`${path}/verify`, { plaintext: 'data', signature })
  const { signature } = (await skm.post(`${path}/sign`, { plaintext: 'data' })).body.body
  const whole = Buffer.from(signature, 'base64')
  const tampered = Buffer.from(whole)
  tampered.writeUInt8(tampered.readUInt8(100) ^ 1, 100)

  expect(await verify(base64(tampered))).toEqual(INVALID_USER_DATA)
  expect(await verify(base64(whole.subarray(0, 259)))).toEqual(INVALID_USER_DATA)
  expect(await verify(base64(whole, Buffer.alloc(1)))).toEqual(INVALID_USER_DATA)
  expect(await verify('AAAAAGI9zf831DX...')).toEqual(INVALID_USER_DATA)
  expect(await verify(base64(version(0), whole.subarray(4)))).toEqual(INVALID_USER_DATA)
  expect(await verify(base64(version(2), whole.subarray(4)))).toEqual(INVALID_KEY_VERSION)
  expect(await verify(base64(version(-5), whole.subarray(4)))).toEqual(INVALID_KEY_VERSION)
})

test('10,000 random inputs to decrypt and verify are answered without a 5xx', async () => {
  const skm = skmOf(server, await server.sandbox())
  await skm.post(`/asymmetric-keys/${ASYMMETRIC_ID}/sign`, { plaintext: 'data' })
  const codes = new Map<string, number>()

  async function send(index: number) {
    // Half of them name a version that exists, a quarter has the right length as well.
    const lengths = index % 4 === 0 ? 256 : 16 * (1 + (index % 20)) + (index % 3)
    const body = randomBytes(lengths)
    const input = base64(index % 2 === 0 ? version((index >> 2) % 2) : randomBytes(4), body)
    const symmetric = index % 4 < 2
    const { statusCode, body: answer } = await pool.request({
      method: 'POST',
      path: `${skm.base('v1.2')}${symmetric ? `/symmetric-keys/${SYMMETRIC_ID}/decrypt` : `/asymmetric-keys/${ASYMMETRIC_ID}/verify`}`,
      headers: { ...skm.pair, 'content-type': 'application/json' },
      body: JSON.stringify(symmetric ? { ciphertext: input } : { plaintext: 'data', signature: input }),
    })
    const { header } = (await answer.json()) as { header: { resultCode: number } }
    const key = `${statusCode} ${header.resultCode}`
    codes.set(key, (codes.get(key) ?? 0) + 1)
  }
  for (let start = 0; start < 10_000; start += 200) {
    await Promise.all(Array.from({ length: 200 }, (_, index) => send(start + index)))
  }
  const expected = ['200 0', '200 40402', '200 42200']
  expect([...codes.keys()].filter((key) => !expected.includes(key))).toEqual([])
  expect(codes.get('200 42200')).toBeGreaterThan(3000)
  expect(codes.get('200 40402')).toBeGreaterThan(3000)
}, 60_000)
