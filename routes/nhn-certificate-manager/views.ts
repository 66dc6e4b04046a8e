import type { z } from 'zod'
import { localTime } from '../../src/http/local-time.js'
import type { CmError } from './errors.js'
import type * as schemas from './schemas.js'
import type { CertificateRow } from './store.js'

/** Korea has had one offset and no summer time since 1988. */
const KST = 9 * 3_600_000
const DAY = 86_400_000

const SUCCESS = { resultCode: 0, resultMessage: 'success', isSuccessful: true }

export const success = <Body>(body: Body) => ({ header: SUCCESS, body })

/** In the order of keys that each origin has in the documents. */
export function failure({ code, message, origin }: CmError): z.infer<typeof schemas.Failure> {
  const result = { resultCode: code, resultMessage: message }
  if (origin === 'service') return { header: { ...result, isSuccessful: false }, body: {} }
  const header = { isSuccessful: false, ...result }
  return origin === 'gateway' ? { header } : { header, body: {} }
}

/** `YYYY-MM-DD` in Korea. */
const day = (instant: number | null) => (instant === null ? null : localTime(instant, KST).slice(0, 10))

/** The last millisecond of a day in Korea. */
export const endOfDay = (date: string): number => Date.parse(`${date}T00:00:00Z`) - KST + DAY - 1

export const certificateView = (row: CertificateRow): z.infer<typeof schemas.Certificate> => ({
  certificateName: row.name,
  authority: row.authority,
  signatureAlgorithm: row.signature_algorithm,
  fileCreationDate: day(row.valid_from),
  expirationDate: day(row.expires_at),
})

export const certificateWithDomainsView = (
  row: CertificateRow,
): z.infer<typeof schemas.CertificateWithDomains> => ({
  ...certificateView(row),
  domains: JSON.parse(row.domains) as string[],
})

interface Page {
  readonly pageNum: number
  readonly pageSize: number
  readonly all: boolean
}

/** `all` is one page that holds everything (contract §1.2). */
export function listView<View>(data: readonly View[], totalCount: number, { pageNum, pageSize, all }: Page) {
  const page = all
    ? { totalCount, totalPage: Math.min(totalCount, 1), currentPage: 1, pageSize: totalCount }
    : { totalCount, totalPage: Math.ceil(totalCount / pageSize), currentPage: pageNum, pageSize }
  return success({ ...page, data: [...data] })
}
