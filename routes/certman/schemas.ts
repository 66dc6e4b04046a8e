import { z } from 'zod'
import { KEY_ALGORITHMS } from '../../src/pki/key-algorithm.js'
import { parseInstant } from '../../src/sandbox/instant.js'
import { isDnsName, isIpAddress } from './names.js'

const Uuid = z
  .guid({ error: ({ input }) => (input === undefined ? 'is required' : 'must be a UUID') })
  .transform((id) => id.toLowerCase())
const Timestamp = z.string().meta({ format: 'date-time' })
const Count = z.int().min(0).max(2_147_483_647)

/** A date alone is the whole day: its first millisecond where a range begins, its last where it ends. */
const instant = (ofDate: number) =>
  z.string().transform((text, context) => {
    const at = parseInstant(text)
    if (at !== undefined) return text.includes('T') ? at : at + ofDate
    context.addIssue('must be an ISO 8601 date or date-time')
    return z.NEVER
  })

/** A whole number in a query string. */
const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.int().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`))

export const KeyAlgorithm = z.enum(KEY_ALGORITHMS)

export const REASONS = [
  'unspecified',
  'keyCompromise',
  'caCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
] as const

export const IdParams = z.object({ id: Uuid })

export const CaQuery = z.object({
  parentCaId: Uuid.optional(),
  type: z.enum(['root', 'intermediate', 'all']).default('all'),
})

export const CertificateQuery = z.object({
  caId: Uuid.optional(),
  status: z.enum(['active', 'revoked', 'all']).default('all'),
  search: z.string().optional(),
  createdFrom: instant(0).optional(),
  createdTo: instant(86_399_999).optional(),
  expiringInDays: wholeNumber(0, 100_000).optional(),
  page: wholeNumber(1, 1_000_000_000).default(1),
  pageSize: wholeNumber(1, 100).default(20),
})

/** X.520 upper bound: ub-common-name. */
export const CommonName = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(64, 'must be at most 64 characters')
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not have control characters')
export const DnsName = z
  .string()
  .refine(isDnsName, 'must be a DNS name; a wildcard can be its left-most label only')
export const IpAddress = z.string().refine(isIpAddress, 'must be an IPv4 or IPv6 address')

const ValidityDays = z.int().min(1, 'must be at least 1').max(397, 'must be at most 397')
const CsrPem = z.string().max(65_536, 'must be at most 65536 characters')

const issueFields = {
  caId: Uuid,
  mode: z.enum(['managed', 'csr']).default('managed'),
  commonName: CommonName.optional(),
  sanDns: z.array(DnsName).max(100, 'must have at most 100 names').default([]),
  sanIp: z.array(IpAddress).max(100, 'must have at most 100 addresses').default([]),
  keyAlgorithm: KeyAlgorithm.default('ECDSA-P256'),
  validityDays: ValidityDays.default(365),
  csrPem: CsrPem.optional(),
  caPassphrase: z.string().optional(),
}

export const IssueBody = z.object(issueFields, { error: 'must be a JSON object' })

export const RevokeBody = z
  .object({ reason: z.enum(REASONS).default('unspecified'), caPassphrase: z.string().optional() })
  .nullish()

export const RenewBody = z
  .object({
    validityDays: ValidityDays.optional(),
    csrPem: CsrPem.optional(),
    caPassphrase: z.string().optional(),
  })
  .nullish()

/** Headers are matched by name in lower case. */
export const IdempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .min(1, 'must not be empty')
    .max(255, 'must be at most 255 characters')
    .optional(),
})

export const Rights = z.strictObject({ canRead: z.boolean(), canIssue: z.boolean(), canRevoke: z.boolean() })

export const WhoAmI = z.strictObject({
  user: z.strictObject({ id: z.string(), email: z.string() }),
  workspace: z.strictObject({ id: z.string(), name: z.string(), slug: z.string() }),
  apiKey: z.strictObject({ id: z.string(), name: z.string(), prefix: z.string() }),
  permissions: z.record(z.string(), Rights),
})

export const CaSummary = z.strictObject({
  id: z.string(),
  name: z.string(),
  common_name: z.string(),
  organization: z.string().nullable(),
  key_algorithm: KeyAlgorithm,
  valid_from: Timestamp,
  valid_to: Timestamp,
  created_at: Timestamp,
  parent_ca_id: z.string().nullable(),
  depth: Count,
  path_length: Count.nullable(),
})

export const Ca = z.strictObject({
  id: z.string(),
  name: z.string(),
  common_name: z.string(),
  organization: z.string().nullable(),
  country: z.string().nullable(),
  state: z.string().nullable(),
  locality: z.string().nullable(),
  key_algorithm: KeyAlgorithm,
  certificate_pem: z.string(),
  serial_number: z.string(),
  valid_from: Timestamp,
  valid_to: Timestamp,
  created_at: Timestamp,
  has_passphrase: z.boolean(),
  parent_ca_id: z.string().nullable(),
  depth: Count,
  path_length: Count.nullable(),
  revoked_at: Timestamp.nullable(),
  revocation_reason: z.string().nullable(),
})

export const CaList = z.strictObject({ cas: z.array(CaSummary) })
export const CaAnswer = z.strictObject({ ca: Ca })
export const Chain = z.strictObject({ caId: z.string(), chainLength: Count, chain: z.array(z.string()) })

export const Certificate = z.strictObject({
  id: z.string(),
  ca_id: z.string(),
  common_name: z.string(),
  san_dns: z.array(z.string()),
  san_ip: z.array(z.string()),
  key_algorithm: z.string(),
  valid_from: Timestamp,
  valid_to: Timestamp,
  serial_number: z.string(),
  revoked_at: Timestamp.nullable(),
  revocation_reason: z.string().nullable(),
  created_at: Timestamp,
})

export const CertificateList = z.strictObject({
  certificates: z.array(Certificate),
  total: Count,
  page: Count,
  pageSize: Count,
  totalPages: Count,
})

export const CertificateAnswer = z.strictObject({
  certificate: Certificate.extend({ certificate_pem: z.string() }),
})

export const IssuedCertificate = z.strictObject({
  id: z.string(),
  common_name: z.string(),
  certificate_pem: z.string(),
  san_dns: z.array(z.string()),
  san_ip: z.array(z.string()),
  valid_from: Timestamp,
  valid_to: Timestamp,
  serial_number: z.string(),
  created_at: Timestamp,
})

export const Issued = z.strictObject({ certificate: IssuedCertificate, privateKey: z.string().optional() })

export const Renewed = z.strictObject({
  message: z.string(),
  certificate: IssuedCertificate,
  privateKey: z.string().optional(),
})

export const Revoked = z.strictObject({
  message: z.string(),
  certificate: z.strictObject({
    id: z.string(),
    common_name: z.string(),
    revoked_at: Timestamp.nullable(),
    revocation_reason: z.string().nullable(),
  }),
})

export const ErrorAnswer = z.strictObject({ error: z.string() })
