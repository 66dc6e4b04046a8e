import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { childrenOf, contentsOf, readDer } from '../../src/pki/asn1.js'
import { signDeterministically } from '../../src/pki/deterministic-signature.js'
import { generateEcKeyPair, generateKeyPair } from '../../src/pki/key-pair.js'
import type { SignatureHash } from '../../src/pki/signature-algorithm.js'

/** RFC 6979 appendices A.2.5 and A.2.6. */
const P256 = 'C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721'
const P384 =
  '6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5'

interface Vector {
  readonly key: string
  readonly hash: SignatureHash
  readonly message: string
  readonly r: string
  readonly s: string
}

const VECTORS: readonly Vector[] = [
  {
    key: P256,
    hash: 'sha256',
    message: 'sample',
    r: 'EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716',
    s: 'F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8',
  },
  {
    key: P256,
    hash: 'sha384',
    message: 'sample',
    r: '0EAFEA039B20E9B42309FB1D89E213057CBF973DC0CFC8F129EDDDC800EF7719',
    s: '4861F0491E6998B9455193E34E7B0D284DDD7149A74B95B9261F13ABDE940954',
  },
  {
    key: P256,
    hash: 'sha256',
    message: 'test',
    r: 'F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367',
    s: '019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083',
  },
  {
    key: P384,
    hash: 'sha256',
    message: 'sample',
    r: '21B13D1E013C7FA1392D03C5F99AF8B30C570C6F98D4EA8E354B63A21D3DAA33BDE1E888E63355D92FA2B3C36D8FB2CD',
    s: 'F3AA443FB107745BF4BD77CB3891674632068A10CA67E3D45DB2266FA7D1FEEBEFDC63ECCD1AC42EC0CB8668A4FA0AB0',
  },
  {
    key: P384,
    hash: 'sha384',
    message: 'sample',
    r: '94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46',
    s: '99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8',
  },
]

/** The key pair whose private key has these digits. */
function keyPairOf(digits: string) {
  const scalar = Buffer.from(digits, 'hex')
  return generateEcKeyPair(scalar.length === 32 ? 'ECDSA-P256' : 'ECDSA-P384', () => scalar)
}

/** r and s as the RFC prints them. */
function numbersOf(signature: Buffer, digits: number) {
  const [r, s] = childrenOf(readDer(signature)).map((each) =>
    contentsOf(each).toString('hex').toUpperCase().replace(/^00/, '').padStart(digits, '0'),
  )
  return { r, s }
}

test.each(VECTORS)('RFC 6979: $message with $hash, key $key', ({ key, hash, message, r, s }) => {
  const pair = keyPairOf(key)
  const signature = signDeterministically(hash, Buffer.from(message), pair.privateKey)
  expect(numbersOf(signature, key.length)).toEqual({ r, s })
  expect(verify(hash, Buffer.from(message), pair.publicKey, signature)).toBe(true)
})

test.each(['ECDSA-P256', 'ECDSA-P384'] as const)('OpenSSL verifies 200 signatures of %s', (algorithm) => {
  const pair = generateEcKeyPair(algorithm)
  const hash: SignatureHash = algorithm === 'ECDSA-P256' ? 'sha256' : 'sha512'
  for (let index = 0; index < 200; index++) {
    const message = Buffer.from(`message ${index}`)
    const signature = signDeterministically(hash, message, pair.privateKey)
    expect(verify(hash, message, pair.publicKey, signature)).toBe(true)
    expect(signDeterministically(hash, message, pair.privateKey)).toEqual(signature)
  }
})

test('RSA signs as ever', async () => {
  const { privateKey } = await generateKeyPair('RSA-2048')
  const message = Buffer.from('message')
  expect(signDeterministically('sha256', message, privateKey)).toEqual(sign('sha256', message, privateKey))
})

test('a key on another curve is refused', () => {
  const key = createPrivateKey({
    key: Buffer.from(
      '302e020100300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842',
      'hex',
    ),
    type: 'pkcs8',
    format: 'der',
  })
  expect(createPublicKey(key).asymmetricKeyType).toBe('ed25519')
  expect(() => signDeterministically('sha256', Buffer.from('message'), key)).toThrow(RangeError)
})
