import { createPublicKey, type KeyObject } from 'node:crypto'
import {
  type Asn1,
  Asn1Error,
  bitStringOf,
  childrenOf,
  derOf,
  oidOf,
  onlyChildOf,
  readDer,
  smallIntegerOf,
  TAG,
  tagOf,
} from './asn1.js'
import { constructedTag, integer, oid, sequence, set } from './der.js'
import { encodeExtensions, extensionsOf, subjectAltName, subjectAltNamesIn } from './extensions.js'
import type { GeneralNames } from './general-names.js'
import { describeKey, keyToString } from './key-algorithm.js'
import type { KeyPair } from './key-pair.js'
import { commonNameOf, encodeName, type Name, nameOf } from './name.js'
import { fromPem } from './pem.js'
import { type Sign, signatureAlgorithmFor, signedParts } from './signature-algorithm.js'
import { signatureFault } from './signature-verification.js'
import { subjectPublicKeyInfo } from './subject-public-key.js'

/** What a CertificationRequest (RFC 2986) asks for, its signature verified. */
export interface CertificationRequest {
  readonly subject: Name
  readonly commonName: string | undefined
  readonly publicKey: KeyObject
  readonly spki: Buffer
  readonly dnsNames: readonly string[]
  /** Canonical text. */
  readonly ipAddresses: readonly string[]
  readonly emails: readonly string[]
  readonly uris: readonly string[]
}

export type CertificationRequestFault = 'malformed' | 'badSignature' | 'weakKey' | 'unsupportedKey'

export class CertificationRequestError extends Error {
  override readonly name = 'CertificationRequestError'
  readonly reason: CertificationRequestFault

  constructor(reason: CertificationRequestFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

const LABELS = ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST'] as const
const LONGEST_TEXT = 65_536

const SMALLEST_MODULUS = 2048
/** OpenSSL verifies nothing beyond. */
const LARGEST_MODULUS = 16_384
const CURVES: readonly string[] = ['P-256', 'P-384']

const EC_PUBLIC_KEY = '1.2.840.10045.2.1'

/** extensionRequest, RFC 2985 section 5.4.2. */
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14'

/** Throws a `CertificationRequestError`, and nothing else whatever the text. */
export function readCertificationRequest(pem: string): CertificationRequest {
  const der = pem.length <= LONGEST_TEXT ? fromPem(LABELS, pem) : undefined
  if (der === undefined) throw malformed('The text is not a certification request in PEM.')
  try {
    return requestOf(readDer(der))
  } catch (cause) {
    if (cause instanceof Asn1Error) throw malformed('The certification request is malformed.', { cause })
    throw cause
  }
}

export interface CertificationRequestParameters {
  readonly subject: Name
  readonly dnsNames: readonly string[]
  readonly ipAddresses?: readonly string[]
  /** With the SubjectPublicKeyInfo at hand, the public key need not be imported to be exported again. */
  readonly keyPair: Pick<KeyPair, 'spki' | 'privateKey'> | Pick<KeyPair, 'publicKey' | 'privateKey'>
  readonly sign?: Sign
}

/** DER. Without names there is no extensionRequest. */
export function createCertificationRequest(parameters: CertificationRequestParameters): Buffer {
  const { subject, dnsNames, ipAddresses = [], keyPair, sign } = parameters
  const algorithm = signatureAlgorithmFor(keyPair.privateKey)
  const extensions = encodeExtensions([subjectAltName({ dns: dnsNames, ip: ipAddresses })])
  const extensionRequest = sequence([oid(EXTENSION_REQUEST), set([extensions])])
  const named = dnsNames.length + ipAddresses.length > 0
  const requestInfo = sequence([
    integer(0),
    encodeName(subject),
    'spki' in keyPair ? keyPair.spki : subjectPublicKeyInfo(keyPair.publicKey),
    constructedTag(0, named ? [extensionRequest] : []),
  ])
  return sequence(signedParts(requestInfo, algorithm, keyPair.privateKey, sign))
}

function requestOf(request: Asn1): CertificationRequest {
  const [info, algorithm, signature, ...more] = childrenOf(request)
  const [version, subject, spkiNode, attributes, ...evenMore] = childrenOf(info)
  const complete = info !== undefined && algorithm !== undefined && spkiNode !== undefined
  if (!complete || more.length + evenMore.length > 0 || smallIntegerOf(version) !== 0) {
    throw new Asn1Error('The elements are not those of a CertificationRequest.')
  }
  const spki = derOf(spkiNode)
  const name = nameOf(subject)
  const names = requestedNames(attributes)
  const signed = { algorithm, bytes: derOf(info), signature: bitStringOf(signature) }

  const publicKey = importKey(spki, spkiNode)
  const fault = signatureFault(signed, publicKey)
  if (fault !== undefined) throw new CertificationRequestError('badSignature', fault)
  return {
    subject: name,
    commonName: commonNameOf(name),
    publicKey,
    spki,
    dnsNames: names.dns,
    ipAddresses: names.ip,
    emails: names.email,
    uris: names.uri,
  }
}

/** Some programs leave empty attributes out, against RFC 2986. */
function requestedNames(attributes: Asn1 | undefined): GeneralNames {
  const all = attributes === undefined ? [] : childrenOf(attributes, 0xa0)
  const requests = all
    .map((attribute) => childrenOf(attribute))
    .filter(([type]) => oidOf(type) === EXTENSION_REQUEST)
  const [request, ...more] = requests
  if (more.length > 0) throw new Asn1Error('There are several extensionRequest attributes.')
  return subjectAltNamesIn(request === undefined ? [] : extensionsOf(onlyChildOf(request[1], TAG.set)))
}

/** An acceptable key: RSA of 2048 bits and more, P-256 or P-384. */
function importKey(spki: Buffer, node: Asn1): KeyObject {
  const key = createKey(spki, node)
  const description = describeKey(key)
  if (description.type === 'ec' && CURVES.includes(description.curve)) return key
  if (description.type !== 'rsa') {
    throw unsupported(`The key is ${keyToString(key)}; RSA, EC P-256 and EC P-384 are supported.`)
  }
  const { bits } = description
  if (bits < SMALLEST_MODULUS) throw weak(`The RSA key has ${bits} bits; it needs at least 2048.`)
  if (bits > LARGEST_MODULUS) throw unsupported(`The RSA key has ${bits} bits; 16384 is the most.`)
  const exponent = key.asymmetricKeyDetails?.publicExponent ?? 0n
  if (exponent < 3n || exponent % 2n === 0n) throw weak(`The RSA key has the public exponent ${exponent}.`)
  return key
}

function createKey(spki: Buffer, node: Asn1): KeyObject {
  const [identifier, parameters] = childrenOf(childrenOf(node)[0])
  const algorithm = oidOf(identifier)
  // OpenSSL would recognise P-256 in parameters spelled out, which RFC 5480 section 2.1.1 forbids.
  if (algorithm === EC_PUBLIC_KEY && (parameters === undefined || tagOf(parameters) !== TAG.oid)) {
    throw unsupported('The curve of the EC key is not given by its name.')
  }
  try {
    return createPublicKey({ key: spki, type: 'spki', format: 'der' })
  } catch (cause) {
    throw unsupported(`The public key (algorithm ${algorithm}) cannot be read.`, { cause })
  }
}

function malformed(message: string, options?: ErrorOptions): CertificationRequestError {
  return new CertificationRequestError('malformed', message, options)
}

function weak(message: string): CertificationRequestError {
  return new CertificationRequestError('weakKey', message)
}

function unsupported(message: string, options?: ErrorOptions): CertificationRequestError {
  return new CertificationRequestError('unsupportedKey', message, options)
}
