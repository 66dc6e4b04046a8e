import { pathParameter, someField } from '../../src/http/fault-arguments.js'
import type { FaultError, ProviderFaults } from '../../src/http/fault-catalogue.js'
import { inPem } from '../../src/http/fault-material.js'
import { identify } from './auth.js'
import { errors, oauthErrors } from './errors.js'
import { exhausted, unauthenticated } from './headers.js'
import { commonNameOf } from './names.js'
import { labelOf } from './plans.js'
import { createAccountStore } from './store-accounts.js'

type Names = keyof typeof errors | keyof typeof oauthErrors

const account: Argument = ({ request }) => pathParameter(request, 'account', '1010')
/** What stands at the end of the 412 texts. */
const label: Argument = (call) => {
  const row = call.sandbox.use(createAccountStore).find(Number(account(call)))
  return row ? labelOf(row) : account(call)
}
const domain: Argument = ({ request }) => pathParameter(request, 'domain', 'example.com')
const certificate: Argument = ({ request }) => pathParameter(request, 'certificate', '1')
/** A certificate's common name unless an order says otherwise. */
const commonName: Argument = (call) => commonNameOf('www', domain(call))

type Argument = (call: Parameters<FaultError>[0]) => string

const oauthFaults = {
  unreadable: oauthErrors.unreadable,
  missing: () => oauthErrors.missing('code'),
  unsupportedGrant: oauthErrors.unsupportedGrant,
  redirectUriMismatch: oauthErrors.redirectUriMismatch,
  stateMismatch: oauthErrors.stateMismatch,
  invalidClient: oauthErrors.invalidClient,
  invalidGrant: oauthErrors.invalidGrant,
  badVerifier: oauthErrors.badVerifier,
} satisfies Record<keyof typeof oauthErrors, FaultError>

const faultErrors = {
  ...oauthFaults,
  validationFailed: ({ request }) =>
    errors.validationFailed({ [someField(request, 'base')]: ['is invalid'] }),
  malformedJson: errors.malformedJson,
  malformedUrl: unauthenticated(errors.malformedUrl),
  cannotIssue: (call) => errors.cannotIssue(commonName(call)),
  cannotRenew: (call) => errors.cannotRenew(commonName(call)),
  authenticationFailed: unauthenticated(errors.authenticationFailed),
  otpRequired: unauthenticated(errors.otpRequired),
  unpaid: (call) => errors.unpaid(Number(account(call)) || 1010),
  missingScope: (call) => errors.missingScope(`domains:${domain(call)}:read`),
  notFound: unauthenticated(errors.notFound),
  domainNotFound: (call) => errors.domainNotFound(domain(call)),
  certificateNotFound: (call) => errors.certificateNotFound(certificate(call)),
  renewalNotFound: ({ request }) => errors.renewalNotFound(pathParameter(request, 'renewal', '1')),
  webhookNotFound: ({ request }) => errors.webhookNotFound(pathParameter(request, 'webhook', '1')),
  tooLarge: errors.tooLarge,
  letsencryptDisabled: (call) => errors.letsencryptDisabled(label(call)),
  customNameMissing: (call) => errors.customNameMissing(label(call)),
  sanMissing: (call) => errors.sanMissing(label(call)),
  wildcardMissing: (call) => errors.wildcardMissing(label(call)),
  certificateNotIssued: errors.certificateNotIssued,
  privateKeyNotPresent: errors.privateKeyNotPresent,
  quotaExceeded: exhausted,
  internal: errors.internal,
  serviceUnavailable: errors.serviceUnavailable,
  refused: () => errors.refused(400),
} satisfies Record<Names, FaultError>

const DOWNLOAD = ['downloadCertificate']

export const faults: ProviderFaults = {
  identify,
  errors: faultErrors,
  answeredBy: Object.fromEntries(Object.keys(oauthFaults).map((error) => [error, ['oauthAccessToken']])),
  outage: 'serviceUnavailable' satisfies Names,
  rateLimitExhausted: exhausted,
  material: {
    expiredChain: inPem('expiredChain', DOWNLOAD),
    wrongIssuer: inPem('wrongIssuer', DOWNLOAD),
    expiredCertificate: inPem('expiredCertificate', DOWNLOAD),
    mismatchedKey: inPem('mismatchedKey', ['getCertificatePrivateKey']),
  },
}
