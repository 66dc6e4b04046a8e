import { createPublicKey, type KeyObject } from 'node:crypto'
import { AuthorityError } from '../../src/authority/errors.js'
import type { SignedCertificate } from '../../src/authority/terms.js'
import { createCertificationRequest } from '../../src/pki/certification-request.js'
import type { KeyPair } from '../../src/pki/key-pair.js'
import { distinguishedName } from '../../src/pki/name.js'
import { toPem } from '../../src/pki/pem.js'
import { importPkcs8 } from '../../src/pki/private-key.js'
import { addDuration, parseDuration } from '../../src/sandbox/duration.js'
import type { RandomSource } from '../../src/sandbox/random.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { emitCertificate, SYSTEM } from './events.js'
import { failureOf } from './failures.js'
import { issuerOf } from './hierarchy.js'
import type { CertificateRow } from './rows.js'
import { createCertificateStore } from './store-certificates.js'
import { createDomainStore } from './store-domains.js'
import { stateOf } from './views.js'

const HOUR = 3_600_000
const DAY = 86_400_000
const LIFETIME = 90 * DAY
/** Automatic renewals begin so long before the expiry, and are tried again every day. */
const RENEWAL_LEAD = 30 * DAY
/** ub-common-name of RFC 5280: a longer name stands in the alternative names alone. */
const LONGEST_COMMON_NAME = 64

export const ISSUANCE_JOB = 'certificate issuance'
export const RENEWAL_JOB = 'automatic renewal'

/** Key and CSR of a certificate: new ones for every order, renewals included. */
export interface KeyMaterial {
  readonly stored: Pick<CertificateRow, 'csr' | 'private_key'>
  readonly keyPair: KeyPair
}

/**
 * Key pairs between request and issuance, by certificate. After a restart they are read from the rows, which
 * takes as long as several signatures.
 */
const keyPairs = new WeakMap<Sandbox, Map<number, KeyPair>>()

export function keyOf(sandbox: Sandbox, { id, private_key }: CertificateRow): KeyPair | KeyObject {
  const known = keyPairs.get(sandbox)?.get(id)
  if (known) return known
  if (!private_key) throw new Error(`The certificate ${id} has no key`)
  return createPublicKey(importPkcs8(sandbox.vault.open(private_key)))
}

type Names = Pick<CertificateRow, 'names' | 'common_name' | 'key_algorithm'>

const namesOf = ({ names }: Names) => JSON.parse(names) as string[]
const subjectOf = ({ common_name: commonName }: Names) =>
  distinguishedName(commonName.length <= LONGEST_COMMON_NAME ? { commonName } : {})

export async function makeKeyMaterial(
  sandbox: Sandbox,
  certificate: Names,
  random: RandomSource = sandbox.random,
): Promise<KeyMaterial> {
  const keyPair = await sandbox.authority.generateKey(certificate.key_algorithm, random)
  const names = namesOf(certificate)
  const csr = createCertificationRequest({
    subject: subjectOf(certificate),
    // The recorded CSR for a single name has no subjectAltName (contract §11).
    dnsNames: names.length === 1 && certificate.common_name.length <= LONGEST_COMMON_NAME ? [] : names,
    keyPair,
    sign: random.sign,
  })
  const stored = {
    csr: toPem('CERTIFICATE REQUEST', csr),
    private_key: sandbox.vault.seal(keyPair.pkcs8),
  }
  return { stored, keyPair }
}

/** When a certificate issued at `at` ends: backdated by an hour, as Let's Encrypt does (contract §10). */
export const expiryOf = (at: number): number => wholeSeconds(at) - HOUR - 1000 + LIFETIME

/** When a certificate that ends so begins. */
export const beginningOf = (notAfter: number): number => notAfter + 1000 - LIFETIME

/** Signs for the names of the row, with a validity that ends at `notAfter`. Throws `AuthorityError`. */
export async function sign(
  sandbox: Sandbox,
  row: CertificateRow,
  publicKey: KeyPair | KeyObject,
  notAfter: number,
  { notBefore = beginningOf(notAfter), random = sandbox.random }: Choices = {},
): Promise<SignedCertificate> {
  const { authority } = sandbox
  authority.assertCanIssue(issuerOf(row.key_algorithm), notAfter)
  return authority.sign(await authority.unlock(issuerOf(row.key_algorithm)), {
    subject: subjectOf(row),
    publicKey,
    dnsNames: namesOf(row),
    ipAddresses: [],
    notBefore,
    notAfter,
    random,
  })
}

interface Choices {
  readonly notBefore?: number
  readonly random?: RandomSource
}

/**
 * Asks the CA: from now on the certificate is `requesting`, and has its CSR. Call it in a transaction, with the
 * key material made before. The result comes after `issuanceDelay`, or from the console if that is `manual`.
 */
export function startIssuance(
  sandbox: Sandbox,
  row: Pick<CertificateRow, 'id'>,
  material: KeyMaterial,
  at: number,
): void {
  const known = keyPairs.get(sandbox) ?? new Map<number, KeyPair>()
  keyPairs.set(sandbox, known.set(row.id, material.keyPair))
  const delay = parseDuration(sandbox.setting('issuanceDelay'))
  const job =
    delay &&
    sandbox.jobs.schedule({
      dueAt: addDuration(at, delay),
      provider: 'dnsimple',
      what: ISSUANCE_JOB,
      payload: { certificate: row.id },
    })
  const requested = { ...material.stored, requested_at: at, updated_at: at }
  sandbox.use(createCertificateStore).update(row.id, job === undefined ? requested : { ...requested, job })
}

/** What the CA answers at `at`: the returned function writes it down, in a transaction. */
export async function finishIssuance(sandbox: Sandbox, row: CertificateRow, at: number): Promise<() => void> {
  const domain = sandbox.use(createDomainStore).find(row.domain_id)
  const failure = domain && failureOf(sandbox, domain, row, at)
  if (failure !== undefined) return () => failIssuance(sandbox, row.id, failure, at)
  return issueCertificate(sandbox, row, at)
}

/** Signs, whatever stands in the way of the domain; the returned function writes it down, in a transaction. */
export async function issueCertificate(
  sandbox: Sandbox,
  row: CertificateRow,
  at: number,
): Promise<() => void> {
  const expiresAt = expiryOf(at)
  try {
    const { jobs: random } = sandbox.random
    const signed = await sign(sandbox, row, keyOf(sandbox, row), expiresAt, { random })
    return () => recordIssued(sandbox, row.id, signed, at)
  } catch (error) {
    if (!(error instanceof AuthorityError)) throw error
    return () => failIssuance(sandbox, row.id, error.message, at)
  }
}

function recordIssued(sandbox: Sandbox, id: number, signed: SignedCertificate, at: number): void {
  const store = sandbox.use(createCertificateStore)
  const row = requesting(sandbox, id)
  const domain = row && sandbox.use(createDomainStore).find(row.domain_id)
  if (!row || !domain) return
  keyPairs.get(sandbox)?.delete(id)
  if (row.job !== null) sandbox.jobs.remove(row.job)
  sandbox.authority.record(signed)
  const issued = {
    ...{ issued_at: at, updated_at: at, expires_at: signed.notAfter, authority_certificate: signed.id },
    job: null,
  }
  const changes = { ...issued, ...renewalOf(sandbox, { ...row, ...issued }, at) }
  store.update(id, changes)
  // A renewal has no event of its own: the new certificate is issued (contract §14).
  emitCertificate(sandbox, 'certificate.issue', domain, { ...row, ...changes }, SYSTEM)
}

/** The CA refused. There is no event for it, unless it was an automatic renewal. */
export function failIssuance(sandbox: Sandbox, id: number, reason: string, at: number): void {
  const store = sandbox.use(createCertificateStore)
  const row = requesting(sandbox, id)
  if (!row) return
  keyPairs.get(sandbox)?.delete(id)
  dropJob(sandbox, row)
  store.update(id, { failed_at: at, failure: reason, updated_at: at })
  const renewal = store.renewalThatMade(id)
  const old = renewal?.automatic === 1 ? store.find(renewal.old_certificate_id) : undefined
  if (old) renewalFailed(sandbox, old, row.requested_at ?? at, at)
}

/** The event, and the next try a day after this one's beginning, unless the certificate has expired by then. */
export function renewalFailed(sandbox: Sandbox, old: CertificateRow, triedAt: number, at: number): void {
  const store = sandbox.use(createCertificateStore)
  const domain = sandbox.use(createDomainStore).find(old.domain_id)
  if (domain) emitCertificate(sandbox, 'certificate.auto_renewal_failed', domain, old, SYSTEM)
  if (old.auto_renew === 0) return
  const next = Math.max(triedAt + DAY, at)
  if (next >= (old.expires_at ?? 0)) store.update(old.id, { auto_renewal_at: null })
  else store.update(old.id, planRenewal(sandbox, old.id, next))
}

/** The certificate that the automatic renewal put in this one's place; a renewal ordered by hand does not count. */
export const automaticallyRenewed = (sandbox: Sandbox, id: number): CertificateRow | undefined =>
  sandbox
    .use(createCertificateStore)
    .automaticSuccessors(id)
    .find((row) => ['issued', 'requesting'].includes(stateOf(row)))

/** Plans the automatic renewal of an issued certificate that has it switched on. */
export function scheduleRenewal(sandbox: Sandbox, id: number, now: number): void {
  const store = sandbox.use(createCertificateStore)
  const row = store.find(id)
  if (row) store.update(id, renewalOf(sandbox, row, now))
}

type PlannedRenewal = Partial<Pick<CertificateRow, 'auto_renewal_at' | 'job'>>

/** What the row has to say of its automatic renewal, which is planned; nothing if there is to be none. */
function renewalOf(sandbox: Sandbox, row: CertificateRow, now: number): PlannedRenewal {
  const isWanted = row.auto_renew === 1 && stateOf(row) === 'issued'
  if (!isWanted || row.expires_at === null || row.expires_at <= now) return {}
  return planRenewal(sandbox, row.id, Math.max(now, row.expires_at - RENEWAL_LEAD))
}

/** Only the job that is due at `auto_renewal_at` counts; one that was planned before does nothing. */
function planRenewal(sandbox: Sandbox, id: number, dueAt: number): PlannedRenewal {
  const payload = { certificate: id }
  const job = sandbox.jobs.schedule({ dueAt, provider: 'dnsimple', what: RENEWAL_JOB, payload })
  return { auto_renewal_at: dueAt, job }
}

/** Takes out what was planned for the certificate, issuance or renewal. Call it in the transaction that ends the need. */
export function dropJob(sandbox: Sandbox, { id, job }: Pick<CertificateRow, 'id' | 'job'>): void {
  if (job === null) return
  sandbox.jobs.remove(job)
  sandbox.use(createCertificateStore).update(id, { job: null })
}

function requesting(sandbox: Sandbox, id: number): CertificateRow | undefined {
  const row = sandbox.use(createCertificateStore).find(id)
  return row && stateOf(row) === 'requesting' ? row : undefined
}

const wholeSeconds = (instant: number) => Math.floor(instant / 1000) * 1000
