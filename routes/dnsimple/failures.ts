import type { Sandbox } from '../../src/sandbox/sandbox.js'
import type { CertificateRow, DomainRow } from './rows.js'
import { createCertificateStore } from './store-certificates.js'

const WEEK = 604_800_000
const CA_IDENTITY = 'letsencrypt.org'

/** The limits that Let's Encrypt documents. */
export const DOCUMENTED_LIMITS = { certificatesPerDomain: 50, duplicateCertificates: 5 } as const

export type CaLimits = Readonly<Record<keyof typeof DOCUMENTED_LIMITS, number | null>>

/** What the console set; else the documented numbers where `rateLimits` is `on`, and none where it is `off`. */
export function caLimitsOf(sandbox: Sandbox): CaLimits {
  const chosen = sandbox.use(createCertificateStore).caLimits()
  const enforced = sandbox.setting('rateLimits') === 'on'
  const limit = (name: keyof typeof DOCUMENTED_LIMITS) =>
    chosen.get(name) ?? (enforced ? DOCUMENTED_LIMITS[name] : null)
  return {
    certificatesPerDomain: limit('certificatesPerDomain'),
    duplicateCertificates: limit('duplicateCertificates'),
  }
}

/** Why the CA would refuse at `at`, in the order in which it would notice; undefined: it would not. */
export function failureOf(
  sandbox: Sandbox,
  domain: DomainRow,
  certificate: CertificateRow,
  at: number,
): string | undefined {
  const caa = JSON.parse(domain.caa) as string[]
  if (domain.delegated === 0) return 'The domain is not delegated to DNSimple'
  if (domain.secondary_dns === 1) return 'The domain uses Secondary DNS'
  if (domain.dnssec_broken === 1) return 'DNSSEC validation of the domain fails'
  if (caa.length > 0 && !caa.some(allowsCa)) return `A CAA record excludes ${CA_IDENTITY}`
  return limitReached(sandbox, certificate, at)
}

/** The value of an `issue` record: a domain in any case, and parameters behind a semicolon (RFC 8659 section 4.2). */
const allowsCa = (value: string): boolean => value.split(';', 1).join('').trim().toLowerCase() === CA_IDENTITY

/** Renewals are exempt from the limit per domain, not from the one of duplicates. */
function limitReached(sandbox: Sandbox, { domain_id, names, renews }: CertificateRow, at: number) {
  const store = sandbox.use(createCertificateStore)
  const { certificatesPerDomain, duplicateCertificates } = caLimitsOf(sandbox)
  const since = at - WEEK
  if (
    certificatesPerDomain !== null &&
    renews === 0 &&
    store.issuedSince(domain_id, since) >= certificatesPerDomain
  ) {
    return `Too many certificates (${certificatesPerDomain}) issued for the domain in the last 7 days`
  }
  if (
    duplicateCertificates !== null &&
    store.duplicatesSince(domain_id, since, names) >= duplicateCertificates
  ) {
    return `Too many certificates (${duplicateCertificates}) issued for this exact set of names in the last 7 days`
  }
  return undefined
}
