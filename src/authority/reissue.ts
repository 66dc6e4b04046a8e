import { randomSerialNumber, readCertificate } from '../pki/certificate.js'
import { reissueCertificate } from '../pki/reissue.js'
import type { Clock } from '../sandbox/clock.js'
import type { RandomSource } from '../sandbox/random.js'
import { wholeSeconds } from './constraints.js'
import type { Signer } from './material.js'
import type { RevocationServices } from './revocation-services.js'
import type { AuthorityStore, IssuedRow } from './store.js'
import type { SignedCertificate } from './terms.js'

/** Both ends belong to it. */
export interface Validity {
  readonly notBefore: number
  readonly notAfter: number
}

/** A validity that ended a second before `now`: cut short where it had begun by then, else moved back as a whole. */
export function validityOver({ notBefore, notAfter }: Validity, now: number): Validity {
  const end = wholeSeconds(now) - 1000
  if (notAfter <= end) return { notBefore, notAfter }
  return { notBefore: notBefore < end ? notBefore : end - (notAfter - notBefore), notAfter: end }
}

/**
 * The same certificate with another validity, in the place of the one before, which is revoked as superseded: whoever
 * still has it must not take it for good.
 */
export interface Reissuance {
  /** Signs what is in DER with the validity and a new serial number. */
  readonly reissue: (signer: Signer, der: Buffer, validity: Validity) => SignedCertificate
  /** Writes it down under the id of the one that it replaces. */
  readonly replace: (signer: Signer, id: string, signed: SignedCertificate) => void
  /** Writes down a CA's own certificate, signed by its parent, or by itself if it is a root. */
  readonly replaceAuthority: (signer: Signer, id: string, signed: SignedCertificate) => void
  /** The certificate in DER, if the authority has issued just that. */
  readonly findByCertificate: (authorityId: string, der: Buffer) => IssuedRow | undefined
}

export interface ReissuanceParts {
  readonly store: AuthorityStore
  readonly clock: Pick<Clock, 'now'>
  readonly random: RandomSource
  readonly changed: RevocationServices['changed']
}

export function createReissuance({ store, clock, random, changed }: ReissuanceParts): Reissuance {
  return {
    reissue(signer, der, { notBefore, notAfter }) {
      const serialNumber = randomSerialNumber(random.octets)
      const validity = { notBefore: wholeSeconds(notBefore), notAfter: wholeSeconds(notAfter) }
      return {
        ...validity,
        id: random.uuid(),
        authorityId: signer.id,
        serialNumber,
        der: reissueCertificate(der, {
          ...validity,
          serialNumber,
          signingKey: signer.privateKey,
          sign: random.sign,
        }),
      }
    },
    replace(signer, id, signed) {
      const former = store.findIssued(id)
      if (!former) throw new Error(`There is no certificate "${id}"`)
      store.setIssued({ ...rowOf(signed), id })
      store.addIssued({ ...former, id: signed.id, ...superseded(former, clock.now()) })
      changed(signer)
    },
    replaceAuthority(signer, id, signed) {
      const former = store.find(id)
      if (!former) throw new Error(`There is no authority "${id}"`)
      store.setAuthorityCertificate({ ...rowOf(signed), id })
      if (former.parent_id === null) return
      const { serial_number, not_before, not_after, certificate } = former
      store.addIssued({
        ...{
          id: signed.id,
          authority_id: former.parent_id,
          serial_number,
          not_before,
          not_after,
          certificate,
        },
        ...superseded(former, clock.now()),
        pending: null,
      })
      changed(signer)
    },
    findByCertificate(authorityId, der) {
      const row = store.findBySerialNumber(authorityId, readCertificate(der).serialNumber)
      return row?.certificate?.equals(der) ? row : undefined
    },
  }
}

const rowOf = ({ serialNumber, notBefore, notAfter, der }: SignedCertificate) => ({
  serial_number: serialNumber,
  not_before: notBefore,
  not_after: notAfter,
  certificate: der,
})

/** What was revoked before stays revoked for its own reason. */
const superseded = (
  { revoked_at, revocation_reason }: Pick<IssuedRow, 'revoked_at' | 'revocation_reason'>,
  now: number,
): Pick<IssuedRow, 'revoked_at' | 'revocation_reason'> =>
  revoked_at === null
    ? { revoked_at: now, revocation_reason: 'superseded' }
    : { revoked_at, revocation_reason }
