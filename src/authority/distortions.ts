import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { type Certificate, CertificateError, keyIdentifier, readCertificate } from '../pki/certificate.js'
import { signDeterministically } from '../pki/deterministic-signature.js'
import { isAuthority } from '../pki/extensions.js'
import { keyAlgorithmOf } from '../pki/key-algorithm.js'
import { fromPem, toPem } from '../pki/pem.js'
import { pkcs8Pem, traditionalPem } from '../pki/private-key.js'
import { reissueCertificate } from '../pki/reissue.js'
import type { RandomSource } from '../sandbox/random.js'
import type { Authority } from './authority.js'
import { impostorsOf } from './impostors.js'
import { type Validity, validityOver } from './reissue.js'

/**
 * Real material that is wrong, in the place of what is right: for tests of clients that have to notice. Nothing of it
 * is kept; the authority goes on as if it had never been made.
 */
export type Distortion = 'expiredChain' | 'expiredCertificate' | 'wrongIssuer' | 'mismatchedKey'

/** Keys are derived by name where there is a seed: what comes after an answer does not depend on its distortion. */
interface World {
  readonly authority: Authority
  readonly clock: { now(): number }
  readonly random: RandomSource
}

/** A block of PEM in a text. */
interface Block {
  readonly label: string
  /** With real line ends, also where the text is JSON and has them escaped. */
  readonly pem: string
}

const BLOCKS = /-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----/gs

/** The text with its blocks of PEM distorted, in JSON as well; undefined when it has none to which that can be done. */
export async function distortPem(
  distortion: Distortion,
  text: string,
  world: World,
): Promise<string | undefined> {
  const found = [...text.matchAll(BLOCKS)].map(([whole, label = '']) => ({ whole, label }))
  const blocks = found.map(({ whole, label }) => ({ label, pem: whole.replaceAll('\\n', '\n') }))
  const replacements = await DISTORTIONS[distortion](blocks, world)
  if (replacements.every((each) => each === undefined)) return undefined
  let at = 0
  return text.replace(BLOCKS, (whole) => {
    const pem = replacements[at++]?.trimEnd()
    if (pem === undefined) return whole
    return whole.includes('\\n') ? pem.replaceAll('\n', '\\n') : pem
  })
}

/** The same for one certificate in DER. */
export async function distortDer(
  distortion: Distortion,
  der: Buffer,
  world: World,
): Promise<Buffer | undefined> {
  const pem = await distortPem(distortion, toPem('CERTIFICATE', der), world)
  return pem === undefined ? undefined : fromPem('CERTIFICATE', pem)
}

type Replacements = readonly (string | undefined)[]

const DISTORTIONS = {
  expiredChain: (blocks, world) => expired(blocks, isCa, world),
  expiredCertificate: (blocks, world) => expired(blocks, (certificate) => !isCa(certificate), world),
  async wrongIssuer(blocks, world) {
    const certificates = blocks.map(certificateOf)
    const cas = certificates.filter((each) => each !== undefined && isCa(each)) as Certificate[]
    const impostors = await impostorsOf(cas, world)
    return certificates.map((each) => {
      const impostor = each && impostors.get(each)
      return impostor && toPem('CERTIFICATE', impostor)
    })
  },
  mismatchedKey: (blocks, world) => Promise.all(blocks.map((block) => otherKey(block, world))),
} satisfies Record<Distortion, (blocks: readonly Block[], world: World) => Promise<Replacements>>

const isCa = ({ extensions }: Certificate): boolean => isAuthority(extensions)

/** What is no certificate that we can read stays as it is. */
function certificateOf({ label, pem }: Block): Certificate | undefined {
  if (label !== 'CERTIFICATE') return undefined
  try {
    return readCertificate(pem)
  } catch (error) {
    if (error instanceof CertificateError) return undefined
    throw error
  }
}

async function expired(
  blocks: readonly Block[],
  isMeant: (certificate: Certificate) => boolean,
  { authority, clock }: World,
): Promise<Replacements> {
  const keys = blocks.flatMap(({ label, pem }) => privateKeyOf(label, pem) ?? [])
  return Promise.all(
    blocks.map(async (block) => {
      const certificate = certificateOf(block)
      if (!certificate || !isMeant(certificate)) return undefined
      const validity = validityOver(certificate, clock.now())
      const der =
        (await authority.resigned(certificate.raw, validity)) ?? selfResigned(certificate, validity, keys)
      return der && toPem('CERTIFICATE', der)
    }),
  )
}

/** For a self-signed certificate that stands beside its key. */
function selfResigned(
  certificate: Certificate,
  validity: Validity,
  keys: readonly KeyObject[],
): Buffer | undefined {
  const isSelfIssued = JSON.stringify(certificate.issuer) === JSON.stringify(certificate.subject)
  const signingKey = keys.find((key) => createPublicKey(key).equals(certificate.publicKey))
  if (!isSelfIssued || !signingKey) return undefined
  const { raw, serialNumber } = certificate
  return reissueCertificate(raw, { ...validity, serialNumber, signingKey, sign: signDeterministically })
}

/** A new key of the same algorithm in the same encoding; undefined for what is no readable key. */
async function otherKey({ label, pem }: Block, { authority, random }: World): Promise<string | undefined> {
  const key = privateKeyOf(label, pem)
  const publicKey = key && createPublicKey(key)
  const algorithm = publicKey && keyAlgorithmOf(publicKey)
  if (!publicKey || algorithm === undefined) return undefined
  const source = random.derive(`not the key of ${keyIdentifier(publicKey).toString('hex')}`)
  const { privateKey } = await authority.generateKey(algorithm, source)
  return label === 'PRIVATE KEY' ? pkcs8Pem(privateKey) : traditionalPem(privateKey)
}

const KEY_LABELS = ['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY']

/** Undefined for an encrypted key: nobody here has its passphrase. */
function privateKeyOf(label: string, pem: string): KeyObject | undefined {
  if (!KEY_LABELS.includes(label) || pem.includes('Proc-Type')) return undefined
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}
