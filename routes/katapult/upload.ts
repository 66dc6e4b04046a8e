import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { type Certificate, CertificateError, readCertificate } from '../../src/pki/certificate.js'
import { isIssuedBy } from '../../src/pki/issuance-check.js'
import { type KeyAlgorithm, keyAlgorithmOf, keyToString } from '../../src/pki/key-algorithm.js'
import { commonNameOf } from '../../src/pki/name.js'
import { fromPem, toPem } from '../../src/pki/pem.js'
import { isCovered, subjectNames } from './names.js'

/** A custom certificate as somebody brings it, and what is said of it. */
export interface Upload {
  readonly certificate: string
  readonly chain?: string | undefined
  readonly privateKey: string
  readonly name: string
  readonly additionalNames: readonly string[]
  readonly keyAlgorithm?: KeyAlgorithm | undefined
}

/** What is kept of an upload: its PEMs with nothing around them. */
export interface UploadedMaterial {
  readonly certificate: string
  readonly chain: string | null
  readonly privateKey: string
  readonly expiresAt: number
}

/** An upload whose parts do not belong together. */
export class UploadError extends Error {
  constructor(
    readonly path: readonly [keyof Upload, ...number[]],
    message: string,
  ) {
    super(message)
    this.name = 'UploadError'
  }
}

/** Makes sure that key, chain and names belong to the certificate; throws `UploadError`. */
export function readUpload(upload: Upload): UploadedMaterial {
  const [leaf, ...others] = certificatesIn('certificate', upload.certificate)
  if (!leaf) throw new UploadError(['certificate'], 'must be an X.509 certificate in PEM')
  if (others.length > 0)
    throw new UploadError(['certificate'], 'must be one certificate: others are the chain')
  if (leaf.notAfter < 0) throw new UploadError(['certificate'], 'must not have ended before 1970')
  const privateKey = readPrivateKey(upload.privateKey)
  if (!spkiOf(leaf.publicKey).equals(spkiOf(privateKey.publicKey))) {
    throw new UploadError(['privateKey'], 'is not the key of the certificate')
  }
  const chain = upload.chain === undefined ? [] : certificatesIn('chain', upload.chain)
  checkChain([leaf, ...chain])
  checkNames(leaf, upload)
  checkKeyAlgorithm(leaf.publicKey, upload.keyAlgorithm)
  return {
    certificate: pemOf(leaf),
    chain: chain.length > 0 ? chain.map(pemOf).join('') : null,
    privateKey: privateKey.pem,
    expiresAt: leaf.notAfter,
  }
}

const BEGIN = '-----BEGIN CERTIFICATE-----'

function certificatesIn(part: 'certificate' | 'chain', text: string): Certificate[] {
  const certificates = text
    .split(BEGIN)
    .slice(1)
    .map((block) => certificateIn(BEGIN + block))
  const whole = certificates.filter((each) => each !== undefined)
  if (whole.length === 0 || whole.length < certificates.length) {
    const expected = part === 'chain' ? 'X.509 certificates' : 'an X.509 certificate'
    throw new UploadError([part], `must be ${expected} in PEM`)
  }
  return whole
}

function certificateIn(block: string): Certificate | undefined {
  try {
    return readCertificate(block)
  } catch (error) {
    if (error instanceof CertificateError) return undefined
    throw error
  }
}

const KEY_LABELS = ['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY'] as const

/** The first key of the text; `EC PARAMETERS` before it say nothing that it does not say itself. */
function readPrivateKey(text: string): { pem: string; publicKey: KeyObject } {
  for (const label of KEY_LABELS) {
    const der = fromPem(label, text)
    if (!der) continue
    const pem = toPem(label, der)
    try {
      return { pem, publicKey: createPublicKey(createPrivateKey(pem)) }
    } catch {
      break
    }
  }
  throw new UploadError(['privateKey'], 'must be an unencrypted private key in PEM')
}

function checkChain(certificates: readonly Certificate[]): void {
  certificates.slice(1).forEach((issuer, index) => {
    const signed = certificates[index]
    if (signed && isIssuedBy(signed.raw, issuer.raw)) return
    const what = index === 0 ? 'the certificate' : `the certificate before it, number ${index}`
    throw new UploadError(['chain'], `its certificate number ${index + 1} has not signed ${what}`)
  })
}

/** The common name counts only where no name of a host is in subjectAltName (RFC 6125 section 6.4.4). */
function checkNames({ dnsNames, ipAddresses, subject }: Certificate, upload: Upload): void {
  const own =
    dnsNames.length + ipAddresses.length > 0
      ? { dnsNames: dnsNames.map((name) => name.toLowerCase()), ipAddresses }
      : subjectNames([commonNameOf(subject) ?? []].flat())
  const check = (path: UploadError['path'], name: string) => {
    if (!isCovered(name, own)) throw new UploadError(path, `"${name}" is not among the certificate's names`)
  }
  check(['name'], upload.name)
  upload.additionalNames.forEach((name, index) => {
    check(['additionalNames', index], name)
  })
}

function checkKeyAlgorithm(publicKey: KeyObject, expected: KeyAlgorithm | undefined): void {
  if (expected === undefined || expected === keyAlgorithmOf(publicKey)) return
  throw new UploadError(['keyAlgorithm'], `is not that of the certificate, ${keyToString(publicKey)}`)
}

const pemOf = ({ raw }: Certificate): string => toPem('CERTIFICATE', raw)
const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' })
