import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { type Certificate, CertificateError, readCertificate } from '../../src/pki/certificate.js'
import { isIssuedBy } from '../../src/pki/issuance-check.js'
import { commonNameOf } from '../../src/pki/name.js'
import { fromPem } from '../../src/pki/pem.js'
import { errors } from './errors.js'

const ORGANIZATION = '2.5.4.10'

/** As `X509Certificate.getSigAlgName()` of Java spells them; what it does not know, it names by its identifier. */
const JAVA_NAMES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.4': 'MD5withRSA',
  '1.2.840.113549.1.1.5': 'SHA1withRSA',
  '1.2.840.113549.1.1.10': 'RSASSA-PSS',
  '1.2.840.113549.1.1.11': 'SHA256withRSA',
  '1.2.840.113549.1.1.12': 'SHA384withRSA',
  '1.2.840.113549.1.1.13': 'SHA512withRSA',
  '1.2.840.113549.1.1.14': 'SHA224withRSA',
  '1.2.840.10045.4.1': 'SHA1withECDSA',
  '1.2.840.10045.4.3.1': 'SHA224withECDSA',
  '1.2.840.10045.4.3.2': 'SHA256withECDSA',
  '1.2.840.10045.4.3.3': 'SHA384withECDSA',
  '1.2.840.10045.4.3.4': 'SHA512withECDSA',
  '2.16.840.1.101.3.4.3.9': 'SHA3-224withECDSA',
  '2.16.840.1.101.3.4.3.10': 'SHA3-256withECDSA',
  '2.16.840.1.101.3.4.3.11': 'SHA3-384withECDSA',
  '2.16.840.1.101.3.4.3.12': 'SHA3-512withECDSA',
  '2.16.840.1.101.3.4.3.13': 'SHA3-224withRSA',
  '2.16.840.1.101.3.4.3.14': 'SHA3-256withRSA',
  '2.16.840.1.101.3.4.3.15': 'SHA3-384withRSA',
  '2.16.840.1.101.3.4.3.16': 'SHA3-512withRSA',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
}

export const javaSignatureName = (oid: string): string => JAVA_NAMES[oid] ?? oid

/** What the list tells of a file. */
export interface FileFacts {
  readonly authority: string
  readonly signature_algorithm: string
  readonly valid_from: number
  readonly expires_at: number
  /** JSON. */
  readonly domains: string
}

/**
 * Reads an uploaded file: the certificate, then its issuers in order, and the private key, if it is there, which has
 * to be the certificate's. An encrypted key is kept as it is. Throws the provider's errors.
 */
export function readCertificateFile(fileName: string, bytes: Buffer): FileFacts {
  if (!/\.pem$/i.test(fileName)) throw errors.notPem()
  const blocks = blocksOf(bytes.toString('latin1'))
  // The private key is the last one, if there is one.
  const key = blocks.at(-1)?.label === 'CERTIFICATE' ? undefined : blocks.pop()
  const [leaf, ...issuers] = blocks.map(certificateOf)
  if (!leaf) throw errors.notPem()
  let below = leaf
  for (const issuer of issuers) {
    if (!isIssuedBy(below.raw, issuer.raw)) throw errors.notPem()
    below = issuer
  }
  if (key && !belongs(key, leaf)) throw errors.notPem()
  const authority =
    leaf.issuer.find(({ oid }) => oid === ORGANIZATION)?.value.trim() || commonNameOf(leaf.issuer)?.trim()
  if (!authority) throw errors.noAuthority()
  return {
    authority,
    signature_algorithm: javaSignatureName(leaf.signatureAlgorithm.oid),
    valid_from: leaf.notBefore,
    // The last second belongs to the validity.
    expires_at: leaf.notAfter + 999,
    domains: JSON.stringify(domainsOf(commonNameOf(leaf.subject), leaf.dnsNames)),
  }
}

/** Common name first, each once. */
export const domainsOf = (commonName: string | undefined, dnsNames: readonly string[]): string[] => [
  ...new Set([...(commonName === undefined ? [] : [commonName]), ...dnsNames]),
]

interface Block {
  readonly label: string
  readonly pem: string
}

/** All blocks of the text; other text may stand around them, as many programs write it. Each has to have its end. */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  let rest = text
  for (;;) {
    const start = /-----(?:BEGIN|END)/.exec(rest)?.index
    if (start === undefined) return blocks
    rest = rest.slice(start)
    const label = /^-----BEGIN ([A-Z0-9 ]+)-----/.exec(rest)?.[1]
    const end = `-----END ${label}-----`
    const length = rest.indexOf(end) + end.length
    const pem = rest.slice(0, length)
    const markers = pem.match(/-----(?:BEGIN|END)/g)
    if (label === undefined || markers?.length !== 2) throw errors.notPem()
    blocks.push({ label, pem })
    rest = rest.slice(length)
  }
}

function certificateOf({ label, pem }: Block): Certificate {
  const der = label === 'CERTIFICATE' ? fromPem(label, pem) : undefined
  if (!der) throw errors.notPem()
  try {
    return readCertificate(der)
  } catch (error) {
    throw error instanceof CertificateError ? errors.notPem() : error
  }
}

const KEY_LABELS = ['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'ENCRYPTED PRIVATE KEY']

function belongs({ label, pem }: Block, { publicKey }: Certificate): boolean {
  if (!KEY_LABELS.includes(label)) return false
  // Headers of the old encryption (RFC 1421) go before the base64.
  const bare = pem.replace(/^[\w-]+: .*$/gm, '')
  if (!fromPem(label, bare)) return false
  // Its owner alone has the passphrase.
  if (label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type: 4,ENCRYPTED\s*$/m.test(pem)) return true
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch {
    return false
  }
  return createPublicKey(key).equals(publicKey)
}
