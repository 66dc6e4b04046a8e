import { z } from 'zod'
import { CertificateWithDomains } from './schemas.js'
import type { CertificateRow } from './store.js'
import { certificateWithDomainsView } from './views.js'

export const ConsoleCertificate = CertificateWithDomains.extend({
  fileName: z.string().nullable(),
  /** Whether it has two files, from the time when that was possible. */
  ambiguous: z.boolean(),
})

export const CertificateFields = { certificate: ConsoleCertificate }

export const consoleCertificateView = (
  row: CertificateRow,
): { certificate: z.infer<typeof ConsoleCertificate> } => ({
  certificate: {
    ...certificateWithDomainsView(row),
    fileName: row.file_name,
    ambiguous: row.ambiguous === 1,
  },
})
