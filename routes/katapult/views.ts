import type { z } from 'zod'
import type { TrashObject } from './errors.js'
import type { Material } from './issuance.js'
import type * as schemas from './schemas.js'
import { issuedBy, stateAt } from './state.js'
import type { CertificateRow, CertificateSummaryRow } from './store.js'
import { TRASH_LIFETIME } from './trash.js'

const seconds = (instant: number): number => Math.floor(instant / 1000)

export function summaryView(
  row: CertificateSummaryRow,
  now: number,
): z.infer<typeof schemas.CertificateSummary> {
  const { id, name, issuer } = row
  const issued = issuedBy(row, now)
  return {
    id,
    name,
    issuer,
    state: stateAt(row, now),
    expires_at: issued ? seconds(issued.expiresAt) : null,
    last_issued_at: issued ? seconds(issued.issuedAt) : null,
  }
}

export function certificateView(
  row: CertificateRow,
  now: number,
  apiUrl: string | null,
  material: Material | undefined,
): z.infer<typeof schemas.Certificate> {
  const { id, name, issuer, state, expires_at, last_issued_at } = summaryView(row, now)
  return {
    id,
    name,
    additional_names: namesIn(row.additional_names),
    issuer,
    state,
    created_at: seconds(row.created_at),
    expires_at,
    last_issued_at,
    issue_error: state === 'issue_failed' ? row.issue_error : null,
    authorization_method: row.authorization_method,
    certificate_api_url: apiUrl,
    certificate: material?.certificate ?? null,
    chain: material?.chain ?? null,
    private_key: material?.privateKey ?? null,
  }
}

export const namesIn = (json: string): string[] => JSON.parse(json) as string[]

export function listView(
  rows: readonly CertificateSummaryRow[],
  { total, page, perPage }: { total: number; page: number; perPage: number },
  now: number,
): z.infer<typeof schemas.CertificateList> {
  return {
    pagination: {
      current_page: page,
      total_pages: Math.ceil(total / perPage),
      total,
      per_page: perPage,
      large_set: false,
    },
    certificates: rows.map((row) => summaryView(row, now)),
  }
}

/** Undefined when the certificate is not in the trash. */
export function trashObjectView({ id, trash_id, trashed_at }: CertificateRow): TrashObject | undefined {
  if (trash_id === null || trashed_at === null) return undefined
  return {
    id: trash_id,
    keep_until: seconds(trashed_at + TRASH_LIFETIME),
    object_id: id,
    object_type: 'Certificate',
  }
}

/** RFC 3339 with whole seconds, as the certificate API writes times. */
export const rfc3339 = (instant: number): string => new Date(instant).toISOString().replace(/\.\d{3}Z$/, 'Z')
