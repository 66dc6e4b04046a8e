import { z } from 'zod'

/** Largest id that every official client can hold. */
const MAX_INT = 2 ** 31 - 1
const Id = z.int().min(0).max(MAX_INT)
/** UTC, whole seconds: the Python client parses exactly this form. */
const Timestamp = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  .meta({ format: 'date-time' })
const DateOnly = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/)
  .meta({ format: 'date' })
const Count = z.int().min(0).max(MAX_INT)

/** Parameters are judged by the lookups, which have the better errors. */
const integerText = (description: string) => z.string().meta({ type: 'integer', description })
const Account = integerText('The account id')
const Domain = z.string().meta({ description: 'The domain name or id' })

export const AccountParams = z.object({ account: Account })
export const DomainParams = AccountParams.extend({ domain: Domain })
export const CertificateParams = DomainParams.extend({ certificate: integerText('The certificate id') })
export const RenewalParams = CertificateParams.extend({ renewal: integerText('The certificate renewal id') })
export const WebhookParams = AccountParams.extend({ webhook: integerText('The webhook id') })

/** Bad values fall back to their defaults, and unknown parameters are ignored (our choice). */
const Page = z.unknown().optional().meta({ type: 'integer', minimum: 1, default: 1 })
const PerPage = z.unknown().optional().meta({ type: 'integer', minimum: 1, maximum: 100, default: 30 })
const sort = (fields: string) =>
  z
    .unknown()
    .optional()
    .meta({ type: 'string', description: `\`field:asc\` or \`field:desc\`, several with commas: ${fields}` })

export const CertificateQuery = z.object({
  page: Page,
  per_page: PerPage,
  sort: sort('id, common_name, expiration'),
})
export const DomainQuery = z.object({
  page: Page,
  per_page: PerPage,
  sort: sort('id, name, expiration'),
  name_like: z.unknown().optional().meta({ type: 'string' }),
  registrant_id: z.unknown().optional().meta({ type: 'integer' }),
})
export const WebhookQuery = z.object({ sort: sort('id') })

export const CERTIFICATE_STATES = [
  'new',
  'purchased',
  'configured',
  'submitted',
  'issued',
  'rejected',
  'refunded',
  'cancelled',
  'requesting',
  'failed',
] as const

export const Certificate = z.strictObject({
  id: Id,
  domain_id: Id,
  contact_id: Id.optional().meta({
    description: 'Removed in 2026; only with `dnsimple.contactId` set to `include`',
  }),
  name: z.string(),
  common_name: z.string(),
  years: z.literal(1),
  csr: z.string().nullable(),
  state: z.enum(CERTIFICATE_STATES),
  auto_renew: z.boolean(),
  alternate_names: z.array(z.string()),
  authority_identifier: z.enum(['comodo', 'rapidssl', 'letsencrypt']),
  created_at: Timestamp,
  updated_at: Timestamp,
  expires_at: Timestamp.nullable(),
  expires_on: DateOnly.nullable(),
})

export const Pagination = z.strictObject({
  current_page: Count,
  per_page: Count,
  total_entries: Count,
  total_pages: Count,
})

export const CertificateAnswer = z.strictObject({ data: Certificate })
export const CertificateList = z.strictObject({ data: z.array(Certificate), pagination: Pagination })

export const Download = z.strictObject({
  data: z.strictObject({ server: z.string(), root: z.string().nullable(), chain: z.array(z.string()) }),
})
export const PrivateKey = z.strictObject({ data: z.strictObject({ private_key: z.string() }) })

export const Purchase = z.strictObject({
  data: z.strictObject({
    id: Id,
    certificate_id: Id,
    state: z.enum(CERTIFICATE_STATES),
    auto_renew: z.boolean(),
    created_at: Timestamp,
    updated_at: Timestamp,
  }),
})

export const Renewal = z.strictObject({
  data: z.strictObject({
    id: Id,
    old_certificate_id: Id,
    new_certificate_id: Id,
    state: z.enum(['cancelled', 'new', 'renewing', 'renewed', 'failed']),
    auto_renew: z.boolean(),
    created_at: Timestamp,
    updated_at: Timestamp,
  }),
})

/** An explicit null is as good as nothing: the official Ruby sample sends it. */
const AutoRenew = z
  .boolean('is not a boolean')
  .nullish()
  .transform((value) => value ?? false)
const SignatureAlgorithm = z
  .string('is not included in the list')
  .transform((text) => text.toUpperCase())
  .pipe(z.enum(['ECDSA', 'RSA'], 'is not included in the list'))
  .nullish()
  .transform((value) => value ?? 'ECDSA')

export const RenewalInput = z.object({ auto_renew: AutoRenew, signature_algorithm: SignatureAlgorithm })

export const PurchaseInput = RenewalInput.extend({
  name: z
    .string('is not a string')
    .nullish()
    .transform((value) => (value ?? 'www').trim().toLowerCase()),
  alternate_names: z
    .array(
      z.string('must be host names').transform((name) => name.trim().toLowerCase()),
      'is not a list',
    )
    .nullish()
    .transform((value) => value ?? []),
})

const AccountObject = z.strictObject({
  id: Id,
  email: z.string(),
  name: z.string().nullable(),
  plan_identifier: z.string(),
  created_at: Timestamp,
  updated_at: Timestamp,
})
const UserObject = z.strictObject({ id: Id, email: z.string(), created_at: Timestamp, updated_at: Timestamp })

export const Whoami = z.strictObject({
  data: z.strictObject({ user: UserObject.nullable(), account: AccountObject.nullable() }),
})
export const AccountList = z.strictObject({ data: z.array(AccountObject) })

export const DomainObject = z.strictObject({
  id: Id,
  account_id: Id,
  registrant_id: Id.nullable(),
  name: z.string(),
  unicode_name: z.string(),
  state: z.enum(['hosted', 'registered', 'expired']),
  auto_renew: z.boolean(),
  private_whois: z.boolean(),
  trustee: z.boolean(),
  expires_on: DateOnly.nullable(),
  expires_at: Timestamp.nullable(),
  created_at: Timestamp,
  updated_at: Timestamp,
})
export const DomainAnswer = z.strictObject({ data: DomainObject })
export const DomainList = z.strictObject({ data: z.array(DomainObject), pagination: Pagination })
export const DomainInput = z.object({
  name: z
    .string({
      error: ({ input }) => (input === undefined || input === null ? "can't be blank" : 'is not a string'),
    })
    .trim()
    .min(1, "can't be blank"),
})

export const WebhookObject = z.strictObject({
  id: Id,
  url: z.string(),
  suppressed_at: Timestamp.nullable(),
})
export const WebhookAnswer = z.strictObject({ data: WebhookObject })
export const WebhookList = z.strictObject({ data: z.array(WebhookObject) })
export const WebhookInput = z.object({
  url: z
    .string({
      error: ({ input }) => (input === undefined || input === null ? "can't be blank" : 'is not a string'),
    })
    .trim()
    .min(1, "can't be blank")
    .max(2048, 'is too long (maximum is 2048 characters)')
    .pipe(z.url({ protocol: /^https?$/, error: 'is invalid' })),
})

export const Nothing = z.null().meta({ description: 'No content' })

const optionalText = z.string().nullish()
export const TokenRequest = z.object({
  grant_type: optionalText,
  client_id: optionalText,
  client_secret: optionalText,
  code: optionalText,
  code_verifier: optionalText,
  redirect_uri: optionalText,
  state: optionalText,
})
export const TokenAnswer = z.strictObject({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  scope: z.null(),
  account_id: Id,
})

export const ErrorAnswer = z.object({
  message: z.string(),
  errors: z.record(z.string(), z.array(z.string())).optional(),
})
export const OauthErrorAnswer = z.object({ error: z.string(), error_description: z.string() })
