import { z } from 'zod'
import { errors, type KatapultError } from './errors.js'
import { RateLimit } from './fields.js'

/** Until the year 9999. */
const UnixSeconds = z.int().min(0).max(253_402_300_799).meta({ description: 'Unix time in seconds' })

export const Issuer = z.enum(['lets_encrypt', 'custom', 'self_signed'])
export const State = z.enum(['pending', 'issue_failed', 'issued', 'issuing'])

export const Certificate = z.strictObject({
  id: z.string(),
  name: z.string(),
  additional_names: z.array(z.string()),
  issuer: Issuer,
  state: State,
  created_at: UnixSeconds,
  expires_at: UnixSeconds.nullable(),
  last_issued_at: UnixSeconds.nullable(),
  issue_error: z.string().nullable(),
  authorization_method: z.string().nullable(),
  certificate_api_url: z.string().nullable().meta({
    description: 'Where the certificate API has this certificate; null when the URL is not known any more',
  }),
  certificate: z.string().nullable(),
  chain: z.string().nullable(),
  private_key: z.string().nullable(),
})

export const CertificateSummary = Certificate.pick({
  id: true,
  name: true,
  issuer: true,
  state: true,
  expires_at: true,
  last_issued_at: true,
}).strict()

/** As the document has it; the live profile sends the certificate without the list around it. */
export const CertificateAnswer = z
  .strictObject({ certificate: z.array(Certificate).length(1) })
  .describe('Return details for a specific certificate')

/** A list may be asked for any page, so its schema names no highest one. */
const Page = z.number().min(1).meta({ type: 'integer' })
const PerPage = z.int().min(1).max(200)
const Count = z.int().min(0).max(2_147_483_647)

export const Pagination = z.strictObject({
  current_page: Page,
  total_pages: Count.nullable(),
  total: Count.nullable(),
  per_page: PerPage,
  large_set: z.boolean(),
})

export const CertificateList = z
  .strictObject({
    pagination: Pagination,
    certificates: z.array(CertificateSummary),
  })
  .describe('Return the certificates of an organization, oldest first')

export const TrashObject = z.strictObject({
  id: z.string(),
  keep_until: UnixSeconds,
  object_id: z.string(),
  object_type: z.string(),
})

/** How the arguments are written in a query; they are read by `arguments.ts`, which knows their other places. */
export const CertificateParams = z.object({ certificate: z.string() })
export const CertificateQuery = z.object({ 'certificate[id]': z.string().optional() })
export const OrganizationParams = z.object({ organization: z.string() })
export const ListQuery = z.object({
  'organization[id]': z.string().optional(),
  'organization[sub_domain]': z.string().optional(),
  page: Page.default(1).optional(),
  per_page: PerPage.default(30).optional(),
})

const error = <Detail extends z.ZodRawShape>({ code, description }: KatapultError, detail: Detail) =>
  z
    .strictObject({ code: z.literal(code), description: z.string(), detail: z.strictObject(detail) })
    .describe(description ?? code)

const missingApiToken = error(errors.missingApiToken(), {})

const InvalidArgument = z
  .strictObject({
    code: z.enum([
      'missing_required_argument',
      'invalid_argument',
      'invalid_json_body',
      'generic_runtime_error',
    ]),
    description: z.string(),
    detail: z.record(z.string(), z.unknown()),
  })
  .describe('The arguments provided were not valid')

/** Whatever else goes wrong, in the document's bare form. */
export const AnyError = z.strictObject({
  code: z.string(),
  description: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
})

/** The errors of both endpoints, by status, in the document's bare form and described as it describes them. */
const commonErrors = {
  400: z.union([missingApiToken, InvalidArgument]).describe(missingApiToken.description ?? ''),
  429: error(errors.rateLimitReached(0), { total_permitted: RateLimit }),
  503: error(errors.serviceUnavailable(), {}),
}

const authenticationErrors = [
  error(errors.unauthorizedNetwork(''), { ip_address: z.string() }),
  error(errors.invalidApiToken(), { details: z.string().nullable() }),
  error(errors.invalidCapabilitiesToken(), {}),
  error(errors.scopeNotGranted(), { scopes: z.array(z.string()) }),
] as const

const FORBIDDEN = '403 error response'

export const certificateErrors = {
  ...commonErrors,
  403: z.union(authenticationErrors).describe(FORBIDDEN),
  404: error(errors.certificateNotFound(), {}),
  406: error(errors.objectInTrash(null), { trash_object: TrashObject.nullable() }),
}

export const listErrors = {
  ...commonErrors,
  403: z
    .union([
      ...authenticationErrors,
      error(errors.organizationSuspended(), {}),
      error(errors.organizationNotActivated(), {}),
    ])
    .describe(FORBIDDEN),
  404: error(errors.organizationNotFound(), {}),
}
