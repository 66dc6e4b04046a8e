import type { CertificateSummaryRow } from './store.js'

export type State = 'pending' | 'issuing' | 'issued' | 'issue_failed'

/** The state is a fact about time: read off the clock, never stored. */
export function stateAt(row: CertificateSummaryRow, now: number): State {
  if (row.settled_at !== null && row.settled_at <= now) {
    return row.issue_error === null ? 'issued' : 'issue_failed'
  }
  return row.issuing_at !== null && row.issuing_at <= now ? 'issuing' : 'pending'
}

/** When the certificate that there is now was issued, and until when it is valid. */
export function issuedBy(
  { issued_at, expires_at }: Pick<CertificateSummaryRow, 'issued_at' | 'expires_at'>,
  now: number,
): { readonly issuedAt: number; readonly expiresAt: number } | undefined {
  if (issued_at === null || expires_at === null || issued_at > now) return undefined
  return { issuedAt: issued_at, expiresAt: expires_at }
}
