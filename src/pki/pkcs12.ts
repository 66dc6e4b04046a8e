import { createHash, createHmac, type KeyObject } from 'node:crypto'
import { type Asn1, childrenOf, contentsOf, derOf, onlyChildOf, readDer, TAG } from './asn1.js'
import {
  constructedTag,
  integer,
  nullValue,
  octetString,
  oid,
  primitiveTag,
  sequence,
  set,
  tlv,
} from './der.js'
import { decryptPbes2, encryptPbes2, ITERATIONS } from './pbes2.js'
import { decryptPkcs8, encryptPkcs8 } from './private-key.js'
import { type Random, randomOctets } from './random-octets.js'

export interface Pkcs12Parameters {
  readonly privateKey: KeyObject
  /** DER, the key's own certificate first, then its issuers. */
  readonly certificates: readonly Buffer[]
  readonly password: string
  /** The name under which Java's key stores list the key. */
  readonly friendlyName: string
  /** For salts and IVs. */
  readonly random?: Random
}

const DATA = oid('1.2.840.113549.1.7.1')
const ENCRYPTED_DATA = oid('1.2.840.113549.1.7.6')
const SHROUDED_KEY_BAG = oid('1.2.840.113549.1.12.10.1.2')
const CERT_BAG = oid('1.2.840.113549.1.12.10.1.3')
const X509_CERTIFICATE = oid('1.2.840.113549.1.9.22.1')
const FRIENDLY_NAME = oid('1.2.840.113549.1.9.20')
const LOCAL_KEY_ID = oid('1.2.840.113549.1.9.21')
const SHA256 = oid('2.16.840.1.101.3.4.2.1')

/** The diversifier of the integrity key (RFC 7292 appendix B.3). */
const MAC_KEY = 3

/**
 * A PKCS#12 file (RFC 7292) with one key: PBES2 (PBKDF2 with HMAC-SHA-256, AES-256-CBC) for key and
 * certificates, HMAC-SHA-256 for the whole. OpenSSL 3 reads it without its legacy provider, and so does every
 * Java since 8u301.
 */
export function createPkcs12(parameters: Pkcs12Parameters): Buffer {
  const { privateKey, certificates, password, friendlyName, random = randomOctets } = parameters
  const [own = Buffer.alloc(0), ...issuers] = certificates
  const keyId = createHash('sha1').update(own).digest()
  const attributes = set([
    sequence([FRIENDLY_NAME, set([bmpString(friendlyName)])]),
    sequence([LOCAL_KEY_ID, set([octetString(keyId)])]),
  ])
  const keyBag = sequence([
    SHROUDED_KEY_BAG,
    constructedTag(0, [encryptPkcs8(privateKey, password, random)]),
    attributes,
  ])
  const certificateBags = [certificateBag(own, attributes), ...issuers.map((der) => certificateBag(der))]
  const authenticatedSafe = sequence([
    encryptedContent(sequence(certificateBags), password, random),
    dataContent(sequence([keyBag])),
  ])
  return sequence([integer(3), dataContent(authenticatedSafe), macData(authenticatedSafe, password, random)])
}

export interface Pkcs12Contents {
  readonly privateKey: KeyObject
  /** In the order in which they were given. */
  readonly certificates: readonly Buffer[]
}

/** What is in a file that `createPkcs12` wrote; files of other programs are built in other ways. */
export function readPkcs12(file: Buffer, password: string): Pkcs12Contents {
  const [, authenticatedSafe] = childrenOf(readDer(file))
  const [encrypted, plain] = childrenOf(readDer(contentOf(authenticatedSafe)))
  const [keyBag] = childrenOf(readDer(contentOf(plain)))
  const privateKey = decryptPkcs8(derOf(onlyChildOf(childrenOf(keyBag)[1], 0xa0)), password)
  if (!privateKey) throw new Pkcs12Error('The password is wrong.')
  const certificates = childrenOf(readDer(decryptedContent(encrypted, password))).map((bag) => {
    const [, x509] = childrenOf(onlyChildOf(childrenOf(bag)[1], 0xa0))
    return contentsOf(onlyChildOf(x509, 0xa0), TAG.octetString)
  })
  return { privateKey, certificates }
}

/** Bytes that are no file of ours, or a password that is not theirs. */
export class Pkcs12Error extends Error {
  override readonly name = 'Pkcs12Error'
}

/** The octets of a ContentInfo of type data. */
const contentOf = (contentInfo: Asn1 | undefined): Buffer =>
  contentsOf(onlyChildOf(childrenOf(contentInfo)[1], 0xa0), TAG.octetString)

function decryptedContent(contentInfo: Asn1 | undefined, password: string): Buffer {
  const [, content] = childrenOf(onlyChildOf(childrenOf(contentInfo)[1], 0xa0))
  const [, algorithm, encrypted] = childrenOf(content)
  return decryptPbes2(algorithm, contentsOf(encrypted, 0x80), password)
}

const certificateBag = (der: Buffer, ...attributes: readonly Buffer[]) =>
  sequence([
    CERT_BAG,
    constructedTag(0, [sequence([X509_CERTIFICATE, constructedTag(0, [octetString(der)])])]),
    ...attributes,
  ])

const dataContent = (contents: Buffer) => sequence([DATA, constructedTag(0, [octetString(contents)])])

/** EncryptedData of RFC 5652 section 8. */
function encryptedContent(contents: Buffer, password: string, random: Random): Buffer {
  const { algorithm, encrypted } = encryptPbes2(contents, password, random)
  const encryptedData = sequence([integer(0), sequence([DATA, algorithm, primitiveTag(0, encrypted)])])
  return sequence([ENCRYPTED_DATA, constructedTag(0, [encryptedData])])
}

function macData(authenticatedSafe: Buffer, password: string, random: Random): Buffer {
  const salt = Buffer.from(random(16))
  const mac = createHmac('sha256', deriveKey(password, salt, MAC_KEY))
    .update(authenticatedSafe)
    .digest()
  const digestInfo = sequence([sequence([SHA256, nullValue()]), octetString(mac)])
  return sequence([digestInfo, octetString(salt), integer(ITERATIONS)])
}

/** RFC 7292 appendix B.2 with SHA-256, for a key that is no longer than one digest. */
function deriveKey(password: string, salt: Buffer, diversifier: number): Buffer {
  const block = 64
  const fill = (bytes: Buffer) => {
    const length = block * Math.ceil(bytes.length / block)
    return Buffer.alloc(length, bytes)
  }
  const terminated = bigEndianUtf16(`${password}\0`)
  let digest = Buffer.concat([Buffer.alloc(block, diversifier), fill(salt), fill(terminated)])
  for (let round = 0; round < ITERATIONS; round++) digest = createHash('sha256').update(digest).digest()
  return digest
}

const bmpString = (text: string) => tlv(0x1e, [bigEndianUtf16(text)])
const bigEndianUtf16 = (text: string) => Buffer.from(text, 'utf16le').swap16()
