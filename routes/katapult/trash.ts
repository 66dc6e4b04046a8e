import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { type CertificateRow, createCertificateStore } from './store.js'

/** How long the trash keeps something: 48 hours. */
export const TRASH_LIFETIME = 172_800_000

/** Undefined also when the trash has kept it for long enough. */
export function findCertificate({ use, clock }: Sandbox, id: string): CertificateRow | undefined {
  const row = use(createCertificateStore).find(id)
  if (!row || row.trashed_at === null) return row
  return clock.now() < row.trashed_at + TRASH_LIFETIME ? row : undefined
}
