import type { z } from 'zod'
import { toPem } from '../../src/pki/pem.js'
import type { RequestedPage } from './paging.js'
import type { AccountRow, CertificateRow, DomainRow, RenewalRow, UserRow } from './rows.js'
import type * as schemas from './schemas.js'
import type { Webhook } from './webhook-rows.js'

/** Whole seconds and `Z` (contract §2). */
export const timestamp = (instant: number): string => new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z')
const nullable = (instant: number | null): string | null => (instant === null ? null : timestamp(instant))
const dateOf = (instant: number | null): string | null => nullable(instant)?.slice(0, 10) ?? null

export type CertificateState = 'new' | 'requesting' | 'issued' | 'failed' | 'cancelled'

/** Read off the facts, never stored. An expired certificate stays `issued` (contract §10). */
export function stateOf(row: CertificateRow): CertificateState {
  if (row.cancelled_at !== null) return 'cancelled'
  if (row.failed_at !== null) return 'failed'
  if (row.issued_at !== null) return 'issued'
  return row.requested_at === null ? 'new' : 'requesting'
}

export function certificateView(
  row: CertificateRow,
  { withContact }: { readonly withContact: boolean },
): z.infer<typeof schemas.Certificate> {
  return {
    id: row.id,
    domain_id: row.domain_id,
    ...(withContact ? { contact_id: row.contact_id } : {}),
    name: row.name,
    common_name: row.common_name,
    years: 1,
    csr: row.csr,
    state: stateOf(row),
    auto_renew: row.auto_renew === 1,
    alternate_names: JSON.parse(row.alternate_names) as string[],
    authority_identifier: 'letsencrypt',
    created_at: timestamp(row.created_at),
    updated_at: timestamp(row.updated_at),
    expires_at: nullable(row.expires_at),
    expires_on: dateOf(row.expires_at),
  }
}

/** The leaf ends with a newline, the chain's entries do not; the root is null for Let's Encrypt (contract §8.2). */
export const downloadView = (leaf: Buffer, chain: readonly Buffer[]): z.infer<typeof schemas.Download> => ({
  data: {
    server: toPem('CERTIFICATE', leaf),
    root: null,
    chain: chain.map((der) => toPem('CERTIFICATE', der).trimEnd()),
  },
})

/** `id` and `certificate_id` are the same number, whichever a client takes (contract §8.4). */
export const purchaseView = (row: CertificateRow): z.infer<typeof schemas.Purchase> => ({
  data: {
    id: row.id,
    certificate_id: row.id,
    state: stateOf(row),
    auto_renew: row.auto_renew === 1,
    created_at: timestamp(row.created_at),
    updated_at: timestamp(row.created_at),
  },
})

/** An order is never read back, so only its first state is ever seen (contract §10). */
export const renewalView = (row: RenewalRow): z.infer<typeof schemas.Renewal> => ({
  data: {
    id: row.id,
    old_certificate_id: row.old_certificate_id,
    new_certificate_id: row.new_certificate_id,
    state: 'new',
    auto_renew: row.auto_renew === 1,
    created_at: timestamp(row.created_at),
    updated_at: timestamp(row.created_at),
  },
})

export const accountView = (row: AccountRow) => ({
  id: row.id,
  email: row.email,
  name: row.name,
  plan_identifier: row.plan_identifier,
  created_at: timestamp(row.created_at),
  updated_at: timestamp(row.updated_at),
})

export const userView = (row: UserRow) => ({
  id: row.id,
  email: row.email,
  created_at: timestamp(row.created_at),
  updated_at: timestamp(row.updated_at),
})

/** `trustee` is always there, though only some recordings have it (contract §8.6). */
export const domainView = (row: DomainRow): z.infer<typeof schemas.DomainObject> => ({
  id: row.id,
  account_id: row.account_id,
  registrant_id: row.registrant_id,
  name: row.name,
  unicode_name: row.unicode_name,
  state: row.state,
  auto_renew: row.auto_renew === 1,
  private_whois: row.private_whois === 1,
  trustee: row.trustee === 1,
  expires_on: dateOf(row.expires_at),
  expires_at: nullable(row.expires_at),
  created_at: timestamp(row.created_at),
  updated_at: timestamp(row.updated_at),
})

export const webhookView = ({ id, url, suppressed_at }: Webhook): z.infer<typeof schemas.WebhookObject> => ({
  id,
  url,
  suppressed_at: nullable(suppressed_at),
})

/** An empty list still has one page (our choice). */
export const paginationView = (
  { page, perPage }: RequestedPage,
  total: number,
): z.infer<typeof schemas.Pagination> => ({
  current_page: page,
  per_page: perPage,
  total_entries: total,
  total_pages: Math.max(1, Math.ceil(total / perPage)),
})
