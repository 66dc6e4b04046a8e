import { STATUS_CODES } from 'node:http'

/** Every error of DNSimple: `message`, sometimes `errors`. 405 alone has no body (contract §7). */
export class DnsimpleError extends Error {
  constructor(
    readonly status: number,
    readonly body: Readonly<Record<string, unknown>>,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(String(body.message ?? body.error ?? status))
    this.name = 'DnsimpleError'
  }
}

/** Field → what is wrong with it. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>

const refusal = (status: number, message: string) => new DnsimpleError(status, { message })
const notFound = (what: string) => (id: string) => refusal(404, `${what} \`${id}\` not found`)
/** A rule of the business, in the style of the published "may not be renewed at this time". */
const notNow = (message: string) => new DnsimpleError(400, { message, errors: {} })
const missingFeature = (feature: string) => (account: string) =>
  refusal(
    412,
    `The certificate requires the ${feature} feature that is not available on the current plan for the account ${account}`,
  )

export const errors = {
  validationFailed: (fields: FieldErrors) =>
    new DnsimpleError(400, { message: 'Validation failed', errors: fields }),
  malformedJson: () => refusal(400, 'Problem parsing JSON'),
  malformedUrl: () => refusal(400, 'Bad Request'),
  cannotIssue: (commonName: string) => notNow(`${commonName} may not be issued at this time`),
  cannotRenew: (commonName: string) => notNow(`${commonName} may not be renewed at this time`),
  authenticationFailed: () => refusal(401, 'Authentication failed'),
  otpRequired: () =>
    new DnsimpleError(401, { message: 'Authentication failed' }, { 'x-dnsimple-otp': 'required' }),
  unpaid: (accountId: number) =>
    refusal(
      402,
      `This action cannot be completed because you have purchase invoices that need to be paid for: 12345-${accountId}. Please retry the payment following these instructions https://support.dnsimple.com/articles/account-invoice-history/#retrying.`,
    ),
  missingScope: (scope: string) => refusal(403, `Permission Denied. Required Scope: ${scope}`),
  notFound: () => refusal(404, 'Not Found'),
  domainNotFound: notFound('Domain'),
  certificateNotFound: notFound('Certificate'),
  renewalNotFound: notFound('Certificate renewal'),
  webhookNotFound: notFound('Webhook'),
  tooLarge: () => refusal(413, 'Request Entity Too Large'),
  letsencryptDisabled: (account: string) =>
    refusal(412, `Let's Encrypt feature is not enabled for the account ${account}`),
  customNameMissing: missingFeature('custom-name'),
  sanMissing: missingFeature('SAN'),
  wildcardMissing: missingFeature('wildcard'),
  certificateNotIssued: () => refusal(428, 'Certificate not issued'),
  privateKeyNotPresent: () => refusal(428, 'Private key not present'),
  quotaExceeded: () => refusal(429, 'quota exceeded'),
  internal: () => refusal(500, 'Internal Server Error'),
  /** Fault rules alone answer it. */
  serviceUnavailable: () => refusal(503, 'Service Unavailable'),
  /** Anything that the framework refused before a handler saw it. */
  refused: (status: number) => refusal(status, STATUS_CODES[status] ?? 'Bad Request'),
}

/** The OAuth endpoint answers in the shape of RFC 6749 section 5.2. */
const oauthError = (status: number, error: string, description: string) =>
  new DnsimpleError(status, { error, error_description: description })

export const oauthErrors = {
  unreadable: () => oauthError(400, 'invalid_request', 'The body is neither valid JSON nor a form'),
  missing: (parameter: string) =>
    oauthError(400, 'invalid_request', `Missing required parameter "${parameter}"`),
  unsupportedGrant: () =>
    oauthError(400, 'invalid_request', 'Invalid "grant_type": value must be "authorization_code"'),
  redirectUriMismatch: () =>
    oauthError(
      400,
      'invalid_request',
      `Invalid "redirect_uri": value doesn't match the "redirect_uri" in the authorization request`,
    ),
  stateMismatch: () =>
    oauthError(
      400,
      'invalid_request',
      `Invalid "state": value doesn't match the "state" in the authorization request`,
    ),
  invalidClient: () => oauthError(401, 'invalid_client', 'Client authentication failed'),
  invalidGrant: () =>
    oauthError(400, 'invalid_grant', 'The authorization code is invalid, expired, or was used already'),
  badVerifier: () =>
    oauthError(400, 'invalid_grant', `The "code_verifier" doesn't match the authorization request`),
}
