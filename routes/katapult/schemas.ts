import { z } from 'zod'

const Int = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
const UnixSeconds = Int.meta({ description: 'Unix time in seconds' })

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
export const CertificateAnswer = z.strictObject({ certificate: z.array(Certificate).length(1) })

export const Pagination = z.strictObject({
  current_page: Int,
  total_pages: Int.nullable(),
  total: Int.nullable(),
  per_page: Int,
  large_set: z.boolean(),
})

export const CertificateList = z.strictObject({
  pagination: Pagination,
  certificates: z.array(CertificateSummary),
})

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
  page: z.int().min(1).max(Number.MAX_SAFE_INTEGER).default(1).optional(),
  per_page: z.int().min(1).max(200).default(30).optional(),
})

const error = <Detail extends z.ZodRawShape>(code: string, detail: Detail) =>
  z.strictObject({ code: z.literal(code), description: z.string(), detail: z.strictObject(detail) })

const InvalidArgument = z.strictObject({
  code: z.enum([
    'missing_required_argument',
    'invalid_argument',
    'invalid_json_body',
    'generic_runtime_error',
  ]),
  description: z.string(),
  detail: z.record(z.string(), z.unknown()),
})

/** Whatever else goes wrong, in the document's bare form. */
export const AnyError = z.strictObject({
  code: z.string(),
  description: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
})

/** The errors of both endpoints, by status, in the document's bare form. */
const commonErrors = {
  400: z.union([error('missing_api_token', {}), InvalidArgument]),
  429: error('rate_limit_reached', { total_permitted: Int }),
  503: error('service_unavailable', {}),
}

const authenticationErrors = [
  error('unauthorized_network_for_api_token', { ip_address: z.string() }),
  error('invalid_api_token', { details: z.string().nullable() }),
  error('invalid_capabilities_token', {}),
  error('scope_not_granted', { scopes: z.array(z.string()) }),
] as const

export const certificateErrors = {
  ...commonErrors,
  403: z.union(authenticationErrors),
  404: error('certificate_not_found', {}),
  406: error('object_in_trash', { trash_object: TrashObject.nullable() }),
}

export const listErrors = {
  ...commonErrors,
  403: z.union([
    ...authenticationErrors,
    error('organization_suspended', {}),
    error('organization_not_activated', {}),
  ]),
  404: error('organization_not_found', {}),
}
