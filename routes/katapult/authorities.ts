import { distinguishedName } from '../../src/pki/name.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'

/** The CAs that sign what is not self-signed: ids of the sandbox's authority. */
export const AUTHORITIES = {
  lets_encrypt: 'katapult-lets-encrypt',
  custom: 'katapult-custom',
} as const

/** Wide enough for whatever a sandbox's clock is set to, and always the same, so that a reset keeps the CAs. */
const VALIDITY = { notBefore: Date.UTC(2000, 0), notAfter: Date.UTC(2100, 0) }

/** Writes down a root and an intermediate CA for each kind; their keys are made at the first need. */
export function describeAuthorities({ authority }: Sandbox): void {
  const add = (id: string, parentId: string | null, organization: string, commonName: string) =>
    authority.describe({
      id,
      parentId,
      subject: distinguishedName({ organization, commonName }),
      keyAlgorithm: 'ECDSA-P256',
      ...VALIDITY,
      pathLength: parentId === null ? null : 0,
      createdAt: VALIDITY.notBefore,
    })
  for (const [id, organization] of [
    [AUTHORITIES.lets_encrypt, "Let's Encrypt (emulated)"],
    [AUTHORITIES.custom, 'Custom CA (emulated)'],
  ] as const) {
    add(`${id}-root`, null, organization, `${organization} Root`)
    add(id, `${id}-root`, organization, `${organization} Intermediate`)
  }
}
