import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { predictability, subjectKeyOf, tlsExtensions } from '../../src/authority/profiles.js'
import { createCertificate, keyIdentifier, randomSerialNumber } from '../../src/pki/certificate.js'
import { distinguishedName } from '../../src/pki/name.js'
import { toPem } from '../../src/pki/pem.js'
import { addDuration, parseDuration } from '../../src/sandbox/duration.js'
import type { RandomSource } from '../../src/sandbox/random.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { AUTHORITIES } from './authorities.js'
import { subjectNames } from './names.js'
import { issuedBy } from './state.js'
import { type CertificateRow, createCertificateStore, type Issuance } from './store.js'
import { namesIn } from './views.js'

const LIFETIME = 90 * 86_400_000

/** What an issued certificate consists of, in PEM. */
export interface Material {
  readonly certificate: string
  readonly chain: string | null
  readonly privateKey: string
}

const wholeSeconds = (instant: number): number => Math.floor(instant / 1000) * 1000

/** An issuance that ends well at `at`. Keys and certificate are made when somebody asks for them. */
export function issuedAt(
  random: RandomSource,
  at: number,
  expiresAt = wholeSeconds(at) + LIFETIME,
): Issuance {
  return {
    issuing_at: at,
    settled_at: at,
    issue_error: null,
    issuance_id: random.uuid(),
    issued_at: wholeSeconds(at),
    expires_at: wholeSeconds(expiresAt),
    certificate: null,
    chain: null,
    private_key: null,
  }
}

export const NOT_ISSUED: Issuance = {
  issuing_at: null,
  settled_at: null,
  issue_error: null,
  issuance_id: null,
  issued_at: null,
  expires_at: null,
  certificate: null,
  chain: null,
  private_key: null,
}

/**
 * An issuance that begins now and ends, well or with an error, after the sandbox's `issuanceDelay`. Half of that
 * time it is pending, half issuing. With `manual` it stays pending until the console says otherwise, and the error
 * waits for it to fail.
 */
export function beginIssuance(sandbox: Sandbox, now: number, error: string | undefined): Issuance {
  const delay = parseDuration(sandbox.setting('issuanceDelay'))
  const failure = { ...NOT_ISSUED, issue_error: error ?? null }
  if (!delay) return failure
  const settledAt = addDuration(now, delay)
  const outcome = error === undefined ? issuedAt(sandbox.random, settledAt) : failure
  return { ...outcome, issuing_at: now + Math.floor((settledAt - now) / 2), settled_at: settledAt }
}

/** A failed attempt; what was issued before stays. */
export function failedAt(before: Issuance, now: number, error: string): Issuance {
  const kept = issuedBy(before, now) ? before : NOT_ISSUED
  const { issuance_id, issued_at, expires_at, certificate, chain, private_key } = kept
  const material = { issuance_id, issued_at, expires_at, certificate, chain, private_key }
  return { ...material, issuing_at: now, settled_at: now, issue_error: error }
}

/**
 * The material of what is issued by now, made if this is the first look. The key is written down first and then
 * certified, so that requests at the same moment, or a crash in between, cannot bring together what is not a pair.
 */
export async function materialOf(sandbox: Sandbox, id: string, now: number): Promise<Material | undefined> {
  const store = sandbox.use(createCertificateStore)
  for (;;) {
    const row = store.find(id)
    const issued = row && issuedBy(row, now)
    if (!issued || row.issuance_id === null) return undefined
    const issuanceId = row.issuance_id
    if (row.private_key === null) {
      const random = sourceOf(sandbox, issuanceId)
      const { privateKey } = await sandbox.authority.generateKey(row.key_algorithm, random)
      const sealed = sandbox.vault.seal(Buffer.from(privateKeyPem(privateKey)))
      sandbox.transaction(() => store.setPrivateKey(issuanceId, sealed))
      continue
    }
    const privateKey = sandbox.vault.open(row.private_key).toString()
    if (row.certificate !== null) return { certificate: row.certificate, chain: row.chain, privateKey }
    const { certificate, chain } = await certify(
      sandbox,
      row,
      issuanceId,
      issued,
      createPrivateKey(privateKey),
    )
    sandbox.transaction(() => store.setCertificate(issuanceId, certificate, chain))
  }
}

/** Of all that is made when somebody looks at what was issued. */
const sourceOf = ({ random }: Sandbox, issuanceId: string): RandomSource =>
  random.derive(`katapult issuance ${issuanceId}`)

/** Keys are in their traditional encodings, as the one real example is (contract §6). */
function privateKeyPem(key: KeyObject): string {
  const type = key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1'
  return key.export({ type, format: 'pem' }).toString()
}

interface Validity {
  readonly issuedAt: number
  readonly expiresAt: number
}

async function certify(
  sandbox: Sandbox,
  row: CertificateRow,
  id: string,
  validity: Validity,
  privateKey: KeyObject,
): Promise<Pick<Material, 'certificate' | 'chain'>> {
  if (row.issuer === 'self_signed') {
    const random = sourceOf(sandbox, id).derive('certificate')
    return { certificate: selfSigned(row, validity, privateKey, random), chain: null }
  }
  const { authority } = sandbox
  const authorityId = AUTHORITIES[row.issuer]
  const { dnsNames, ipAddresses } = subjectNames([row.name, ...namesIn(row.additional_names)])
  sandbox.transaction(() => {
    if (authority.findCertificate(id)) return
    authority.describeCertificate({
      id,
      authorityId,
      subject: distinguishedName({ commonName: commonName(row.name) }),
      keyAlgorithm: row.key_algorithm,
      dnsNames,
      ipAddresses,
      notBefore: validity.issuedAt,
      notAfter: validity.expiresAt,
    })
  })
  const der = await authority.certificate(id, createPublicKey(privateKey))
  // A chain leads up to the root without it: whoever verifies has the root already.
  const chain = (await authority.chain(authorityId)).slice(0, -1)
  return {
    certificate: toPem('CERTIFICATE', der),
    chain: chain.map((each) => toPem('CERTIFICATE', each)).join(''),
  }
}

function selfSigned(
  row: CertificateRow,
  validity: Validity,
  privateKey: KeyObject,
  random: RandomSource,
): string {
  const subjectKey = subjectKeyOf(createPublicKey(privateKey))
  const name = commonName(row.name)
  // An issuer cannot be without a name (RFC 5280 section 4.1.2.4).
  const subject = distinguishedName(name === null ? { organization: 'Self-signed' } : { commonName: name })
  const names = subjectNames([row.name, ...namesIn(row.additional_names)])
  const der = createCertificate({
    serialNumber: randomSerialNumber(random.octets),
    subject,
    issuer: subject,
    publicKey: subjectKey.spki,
    notBefore: validity.issuedAt,
    notAfter: validity.expiresAt,
    extensions: [
      ...tlsExtensions({ subjectKey, issuerKeyId: keyIdentifier(subjectKey.spki), urls: undefined }, names),
      ...predictability(random),
    ],
    signingKey: privateKey,
    sign: random.sign,
  })
  return toPem('CERTIFICATE', der)
}

/** X.520 has room for 64 characters; a longer name is in the subjectAltName alone. */
const commonName = (name: string): string | null => (name.length <= 64 ? name : null)
