import { distinguishedName } from '../../src/pki/name.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import type { CertificateRow } from './rows.js'

const YEAR = 31_536_000_000
const ORGANIZATION = "Certulator Emulator (not Let's Encrypt)"

type KeyAlgorithm = CertificateRow['key_algorithm']

/** Who signs which keys: an RSA certificate has an RSA chain, for clients that read nothing else. */
const ISSUERS = {
  'ECDSA-P256': 'dnsimple-e1',
  'RSA-2048': 'dnsimple-r1',
} as const satisfies Record<KeyAlgorithm, string>

export const ROOTS = ['dnsimple-root-x2', 'dnsimple-root-x1'] as const

export const issuerOf = (algorithm: KeyAlgorithm): string => ISSUERS[algorithm]

/**
 * Two roots with an intermediate each, shaped like Let's Encrypt's. Only described here: their keys are made at
 * the first need. They are so long-lived that a clock can be moved by decades.
 */
export function describeHierarchy({ authority }: Sandbox, now: number): void {
  // Fractions do not survive in X.509, and no CA may outlive the one above it.
  const second = Math.floor(now / 1000) * 1000
  const describe = (
    id: string,
    commonName: string,
    keyAlgorithm: 'ECDSA-P384' | KeyAlgorithm,
    parentId: string | null,
  ) =>
    authority.describe({
      id,
      parentId,
      subject: distinguishedName({ country: 'US', organization: ORGANIZATION, commonName }),
      keyAlgorithm,
      notBefore: second - 20 * YEAR,
      notAfter: second + 100 * YEAR,
      pathLength: parentId === null ? null : 0,
      createdAt: now,
    })
  describe('dnsimple-root-x2', 'Emulator Root X2', 'ECDSA-P384', null)
  describe('dnsimple-root-x1', 'Emulator Root X1', 'RSA-2048', null)
  describe(ISSUERS['ECDSA-P256'], 'Emulator Intermediate E1', 'ECDSA-P256', 'dnsimple-root-x2')
  describe(ISSUERS['RSA-2048'], 'Emulator Intermediate R1', 'RSA-2048', 'dnsimple-root-x1')
}
