import type { JobHandler } from '../../src/sandbox/scheduler.js'
import { DnsimpleError } from './errors.js'
import {
  automaticallyRenewed,
  finishIssuance,
  ISSUANCE_JOB,
  makeKeyMaterial,
  RENEWAL_JOB,
  renewalFailed,
  startIssuance,
} from './issuance.js'
import { withMaterial } from './material.js'
import { orderRenewal } from './orders.js'
import { assertPlanAllows } from './plans.js'
import type { AccountRow, CertificateRow } from './rows.js'
import { createAccountStore } from './store-accounts.js'
import { createCertificateStore } from './store-certificates.js'
import { createDomainStore } from './store-domains.js'
import { stateOf } from './views.js'

/** What happens later, by itself. */
export const jobs: Readonly<Record<string, JobHandler>> = {
  async [ISSUANCE_JOB]({ sandbox, at, payload }) {
    const row = sandbox.use(createCertificateStore).find(certificateIn(payload))
    if (!row || stateOf(row) !== 'requesting') return undefined
    return finishIssuance(sandbox, row, at)
  },

  /** A new order with the same names and algorithm; the old certificate is not touched (contract §10). */
  async [RENEWAL_JOB]({ sandbox, at, payload }) {
    const store = sandbox.use(createCertificateStore)
    const found = store.find(certificateIn(payload))
    const old = found && (await withMaterial(sandbox, found))
    if (!old || old.auto_renewal_at !== at || old.auto_renew === 0) return undefined
    if (stateOf(old) !== 'issued' || (old.expires_at ?? 0) <= at) return undefined
    if (automaticallyRenewed(sandbox, old.id)) return () => store.update(old.id, { auto_renewal_at: null })

    const domain = sandbox.use(createDomainStore).find(old.domain_id)
    const account = domain && sandbox.use(createAccountStore).find(domain.account_id)
    if (!account || !mayRenew(account, old)) return () => renewalFailed(sandbox, old, at, at)
    const material = await makeKeyMaterial(sandbox, old, sandbox.random.jobs)
    return () => {
      const order = { keyAlgorithm: old.key_algorithm, autoRenew: true, automatic: true }
      const renewal = orderRenewal(sandbox, old, order, at)
      startIssuance(sandbox, { id: renewal.new_certificate_id }, material, at)
    }
  },
}

const certificateIn = (payload: unknown) => (payload as { certificate: number }).certificate

function mayRenew(account: AccountRow, { name, alternate_names }: CertificateRow): boolean {
  if (account.good_standing === 0) return false
  try {
    assertPlanAllows(account, name, JSON.parse(alternate_names) as string[])
    return true
  } catch (error) {
    if (error instanceof DnsimpleError) return false
    throw error
  }
}
