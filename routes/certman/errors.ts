import { STATUS_CODES } from 'node:http'
import type { AuthorityProblem } from '../../src/authority/errors.js'

/** Every error of certman.app: a status and `{"error": "<human readable>"}`, nothing else (contract: transport). */
export class CertmanError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message)
    this.name = 'CertmanError'
  }
}

export const errors = {
  invalid: (message: string) => new CertmanError(400, message),
  malformedJson: () => new CertmanError(400, 'Request body is not valid JSON'),
  wrongContentType: (type: string) =>
    new CertmanError(400, `Request body must be application/json, not ${type === '' ? 'untyped' : type}`),
  malformedUrl: () => new CertmanError(400, 'Request URL is malformed'),
  malformedAuthorization: () => new CertmanError(401, 'The Authorization header must be "Bearer <API key>"'),
  missingKey: () => new CertmanError(401, 'Missing API key: send it as "Authorization: Bearer cm_..."'),
  invalidKey: () => new CertmanError(401, 'Invalid API key'),
  cannotIssue: () =>
    new CertmanError(403, 'API key does not have permission to issue certificates from this CA'),
  cannotRevoke: () =>
    new CertmanError(403, 'API key does not have permission to revoke certificates of this CA'),
  unknownRoute: () => new CertmanError(404, 'Not found'),
  unknownCa: () => new CertmanError(404, 'Certificate Authority not found'),
  unknownCertificate: () => new CertmanError(404, 'Certificate not found'),
  methodNotAllowed: () => new CertmanError(405, 'Method not allowed'),
  sameKeyStillRunning: () =>
    new CertmanError(409, 'A request with this Idempotency-Key is still being processed'),
  tooLarge: () => new CertmanError(413, 'Request body is larger than 1 MiB'),
  keyReused: () => new CertmanError(422, 'Idempotency-Key was already used for a different request'),
  rateLimited: (retryAfterSeconds: number) =>
    new CertmanError(429, 'Rate limit exceeded', { 'retry-after': String(retryAfterSeconds) }),
  internal: () => new CertmanError(500, 'Internal server error'),
  /** Fault rules alone answer it. */
  serviceUnavailable: () => new CertmanError(503, 'Service unavailable'),
  /** Anything that the framework refused before a handler saw it. */
  refused: (status: number) => new CertmanError(status, STATUS_CODES[status] ?? 'Bad Request'),
  ofAuthority: (problem: AuthorityProblem) => ofAuthority[problem](),
}

/** What the certificate authority refuses, in certman's statuses. */
const ofAuthority = {
  unknownAuthority: errors.unknownCa,
  passphraseRequired: () => errors.invalid('caPassphrase is required: the CA is protected by a passphrase'),
  passphraseWrong: () => new CertmanError(403, 'caPassphrase is wrong'),
  revoked: () => errors.invalid('The CA, or one above it, is revoked and cannot issue certificates'),
  notYetValid: () => errors.invalid('The CA is not valid yet'),
  expired: () => errors.invalid('The CA has expired'),
  outlivesIssuer: () => errors.invalid('validityDays is too large: the certificate would outlive its CA'),
  tooDeep: () => errors.invalid('CAs cannot be that deep'),
  emptyValidity: () => errors.invalid('The validity would end before it begins'),
  pathLengthExceeded: () => errors.invalid('The CA cannot issue certificates at this depth'),
  alreadyRevoked: () => errors.invalid('Certificate is already revoked'),
  notOnHold: () => errors.invalid('Certificate is not on hold'),
} satisfies Record<AuthorityProblem, () => CertmanError>
