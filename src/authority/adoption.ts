import type { Clock } from '../sandbox/clock.js'
import type { RandomSource } from '../sandbox/random.js'
import type { Sandbox } from '../sandbox/sandbox.js'
import type { Vault } from '../sandbox/vault.js'
import { openSigner, signRevocationList } from './material.js'
import type { AuthorityRow, AuthorityStore } from './store.js'

/** The world of before, from which things are taken over. */
export type Former = Pick<Sandbox, 'authority' | 'vault'>

export interface Adoption {
  /**
   * For a reset, which describes the seed's CAs anew. Where one is the same as before in everything that its
   * certificate says, it goes on with its key and certificate, so that whoever trusts the sandbox's root still does.
   * Protected CAs get a new key: without the passphrase nothing below them could be signed again. CRLs go on
   * counting, unless a seed promises that everything comes again as it was.
   */
  readonly adoptFrom: (former: Former) => void
  /**
   * For a snapshot's restore. What the snapshot only describes, keys and certificates that nobody had asked for when
   * it was kept, may have been made since: then it stays what it was made as, for somebody has seen it.
   */
  readonly adoptMadeSince: (former: Former) => void
  /** Takes over a certificate that the snapshot's world does not have; false where its authority is another one. */
  readonly adoptCertificate: (former: Former, authorityId: string, serialNumber: string) => boolean
}

export interface AdoptionParts {
  readonly store: AuthorityStore
  readonly vault: Vault
  readonly clock: Clock
  readonly random: RandomSource
}

export function createAdoption({ store, vault, clock, random }: AdoptionParts): Adoption {
  function adopt(former: Former, id: string, made: AuthorityRow, crlNumber: number) {
    const resealed = (sealed: Buffer | null) => sealed && vault.seal(former.vault.open(sealed))
    const { private_key, responder_key, certificate, responder_certificate } = made
    store.setMaterial({
      id,
      private_key: resealed(private_key),
      responder_key: resealed(responder_key),
      certificate,
      responder_certificate,
      crl: null,
      crl_number: crlNumber,
    })
  }

  /** Its CRL of before can tell of what has not happened yet; the passphrase to sign another is still at hand. */
  function signCrl({ id, pending_passphrase, crl_number, not_after }: AuthorityRow) {
    const row = store.find(id)
    if (!row || !pending_passphrase) return
    const signer = openSigner(row, vault, vault.open(pending_passphrase).toString())
    const crl = signRevocationList(store, signer, random.sign, {
      crlNumber: crl_number + 1,
      thisUpdate: clock.now(),
      nextUpdate: not_after,
    })
    store.setCrl(id, crl, crl_number + 1)
  }

  /** Both worlds have the authority, with the same certificate. */
  function isShared({ authority }: Former, id: string): boolean {
    const certificate = store.find(id)?.certificate
    const before = authority.find(id)?.certificate
    return !!certificate && !!before && certificate.equals(before)
  }

  return {
    adoptFrom(former) {
      const adopted = new Set<string>()
      for (const row of store.all()) {
        const before = former.authority.find(row.id)
        const underAdopted = row.parent_id === null || adopted.has(row.parent_id)
        if (!before?.certificate || !underAdopted || row.protected || !isSame(row, before)) continue
        store.setSerialNumber(row.id, before.serial_number)
        const crlNumber = random.seed === null ? before.crl_number : row.crl_number
        adopt(former, row.id, before, crlNumber)
        adopted.add(row.id)
      }
    },
    adoptMadeSince(former) {
      // Parents come before their children.
      for (const row of store.all()) {
        const before = row.certificate ? undefined : former.authority.find(row.id)
        if (!before?.certificate || before.serial_number !== row.serial_number || !isSame(row, before))
          continue
        if (row.parent_id !== null && !isShared(former, row.parent_id)) continue
        adopt(former, row.id, before, row.crl_number)
        signCrl(row)
      }
      for (const row of store.described()) {
        const made = former.authority.findCertificate(row.id)
        const isSameRow = made?.serial_number === row.serial_number && made.authority_id === row.authority_id
        if (made?.certificate && isSameRow && isShared(former, row.authority_id)) {
          store.setCertificate(row.id, made.certificate)
        }
      }
    },
    adoptCertificate(former, authorityId, serialNumber) {
      if (!isShared(former, authorityId)) return false
      if (store.findBySerialNumber(authorityId, serialNumber)) return true
      const row = former.authority.findBySerial(authorityId, serialNumber)
      if (!row?.certificate) return false
      store.addIssued({ ...row, revoked_at: null, revocation_reason: null })
      return true
    },
  }
}

function isSame(row: AuthorityRow, before: AuthorityRow): boolean {
  return (
    row.parent_id === before.parent_id &&
    row.subject === before.subject &&
    row.key_algorithm === before.key_algorithm &&
    row.not_before === before.not_before &&
    row.not_after === before.not_after &&
    row.path_length === before.path_length &&
    row.protected === before.protected
  )
}
