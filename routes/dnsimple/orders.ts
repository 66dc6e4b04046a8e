import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { commonNameOf, coveredNames } from './names.js'
import type { CertificateRow, DomainRow, New, RenewalRow } from './rows.js'
import { createCertificateStore } from './store-certificates.js'

export interface Order {
  readonly name: string
  readonly alternateNames: readonly string[]
  readonly keyAlgorithm: CertificateRow['key_algorithm']
  readonly autoRenew: boolean
}

/** The row of a certificate that was only ordered. */
export function orderedRow(domain: DomainRow, order: Order, at: number): New<CertificateRow> {
  const { name, alternateNames, keyAlgorithm, autoRenew } = order
  return {
    domain_id: domain.id,
    contact_id: domain.registrant_id ?? domain.account_id,
    name,
    common_name: commonNameOf(name, domain.name),
    alternate_names: JSON.stringify(alternateNames),
    names: JSON.stringify([...coveredNames(name, domain.name, alternateNames)].sort()),
    key_algorithm: keyAlgorithm,
    auto_renew: autoRenew ? 1 : 0,
    renews: 0,
    created_at: at,
    updated_at: at,
    ...NOT_REQUESTED,
  }
}

/** A certificate of which nothing has happened yet but the order. */
const NOT_REQUESTED = {
  requested_at: null,
  issued_at: null,
  failed_at: null,
  failure: null,
  cancelled_at: null,
  expires_at: null,
  csr: null,
  private_key: null,
  key_removed: 0,
  authority_certificate: null,
  auto_renewal_at: null,
  job: null,
} as const

export interface RenewalOrder {
  readonly keyAlgorithm: CertificateRow['key_algorithm']
  readonly autoRenew: boolean
  readonly automatic: boolean
}

/** Orders the renewal: the new certificate exists from now on, with the names of the old one. Call it in a transaction. */
export function orderRenewal(
  sandbox: Sandbox,
  old: CertificateRow,
  { keyAlgorithm, autoRenew, automatic }: RenewalOrder,
  at: number,
): RenewalRow {
  const store = sandbox.use(createCertificateStore)
  const newId = store.add({
    ...blank(old),
    key_algorithm: keyAlgorithm,
    auto_renew: autoRenew ? 1 : 0,
    renews: 1,
    created_at: at,
    updated_at: at,
  })
  const id = store.addRenewal({
    old_certificate_id: old.id,
    new_certificate_id: newId,
    auto_renew: autoRenew ? 1 : 0,
    automatic: automatic ? 1 : 0,
    created_at: at,
  })
  const renewal = store.findRenewal(id)
  if (!renewal) throw new Error(`The renewal ${id} was not written`)
  return renewal
}

/** What a renewal takes over from the certificate before it. */
function blank({ id: _, ...old }: CertificateRow): New<CertificateRow> {
  return {
    ...old,
    ...NOT_REQUESTED,
  }
}
