import type { RandomSource } from '../sandbox/random.js'
import type { Authority } from './authority.js'
import type { AuthorityRow, AuthorityStore } from './store.js'

/**
 * A reset describes the seed's CAs anew. Where one is the same as before in everything that its certificate
 * says, it goes on with its key and certificate, so that whoever trusts the sandbox's root still does.
 * Protected CAs get a new key: without the passphrase nothing below them could be signed again. CRLs go on counting,
 * unless a seed promises that everything comes again as it was.
 */
export function createAdoption(store: AuthorityStore, random: RandomSource): (before: Authority) => void {
  return (before) => {
    const adopted = new Set<string>()
    for (const row of store.all()) {
      const former = before.find(row.id)
      const underAdopted = row.parent_id === null || adopted.has(row.parent_id)
      if (!former || !underAdopted || row.protected || !isSame(row, former)) continue
      store.setSerialNumber(row.id, former.serial_number)
      const crlNumber = random.seed === null ? former.crl_number : row.crl_number
      store.setMaterial({ ...former, crl: null, crl_number: crlNumber })
      adopted.add(row.id)
    }
  }
}

function isSame(row: AuthorityRow, former: AuthorityRow): boolean {
  return (
    former.certificate !== null &&
    row.parent_id === former.parent_id &&
    row.subject === former.subject &&
    row.key_algorithm === former.key_algorithm &&
    row.not_before === former.not_before &&
    row.not_after === former.not_after &&
    row.path_length === former.path_length &&
    row.protected === former.protected
  )
}
