import type { AuthorityProblem } from '../../src/authority/errors.js'
import { someField } from '../../src/http/fault-arguments.js'
import type { FaultError, ProviderFaults } from '../../src/http/fault-catalogue.js'
import { inPem } from '../../src/http/fault-material.js'
import { allowedMethods } from '../../src/http/other-methods.js'
import { identify } from './auth.js'
import { errors } from './errors.js'
import { exhausted, uncounted } from './rate-limits.js'

/** What `ofAuthority` is made of stands here by the names of the problems. */
type Names = Exclude<keyof typeof errors, 'ofAuthority'> | AuthorityProblem

const faultErrors = {
  invalid: ({ request }) => errors.invalid(`${someField(request, 'Request')} is invalid`),
  malformedJson: errors.malformedJson,
  wrongContentType: ({ request }) => errors.wrongContentType(request.headers['content-type'] ?? ''),
  malformedUrl: uncounted(errors.malformedUrl),
  malformedAuthorization: uncounted(errors.malformedAuthorization),
  missingKey: uncounted(errors.missingKey),
  invalidKey: uncounted(errors.invalidKey),
  cannotIssue: errors.cannotIssue,
  cannotRevoke: errors.cannotRevoke,
  unknownRoute: uncounted(errors.unknownRoute),
  unknownCa: errors.unknownCa,
  unknownCertificate: errors.unknownCertificate,
  methodNotAllowed: uncounted(({ request, reply }) => {
    reply.header('allow', allowedMethods(request))
    return errors.methodNotAllowed()
  }),
  sameKeyStillRunning: errors.sameKeyStillRunning,
  tooLarge: errors.tooLarge,
  keyReused: errors.keyReused,
  rateLimited: exhausted,
  internal: errors.internal,
  serviceUnavailable: errors.serviceUnavailable,
  refused: () => errors.refused(400),
  unknownAuthority: () => errors.ofAuthority('unknownAuthority'),
  passphraseRequired: () => errors.ofAuthority('passphraseRequired'),
  passphraseWrong: () => errors.ofAuthority('passphraseWrong'),
  revoked: () => errors.ofAuthority('revoked'),
  notYetValid: () => errors.ofAuthority('notYetValid'),
  expired: () => errors.ofAuthority('expired'),
  outlivesIssuer: () => errors.ofAuthority('outlivesIssuer'),
  pathLengthExceeded: () => errors.ofAuthority('pathLengthExceeded'),
  tooDeep: () => errors.ofAuthority('tooDeep'),
  emptyValidity: () => errors.ofAuthority('emptyValidity'),
  alreadyRevoked: () => errors.ofAuthority('alreadyRevoked'),
  notOnHold: () => errors.ofAuthority('notOnHold'),
} satisfies Record<Names, FaultError>

const WITH_CHAIN = ['getCa', 'getCaChain']
const WITH_KEY = ['issueCertificate', 'renewCertificate']

export const faults: ProviderFaults = {
  identify,
  errors: faultErrors,
  outage: 'serviceUnavailable' satisfies Names,
  rateLimitExhausted: exhausted,
  material: {
    expiredChain: inPem('expiredChain', WITH_CHAIN),
    wrongIssuer: inPem('wrongIssuer', WITH_CHAIN),
    expiredCertificate: inPem('expiredCertificate', ['getCertificate', ...WITH_KEY]),
    mismatchedKey: inPem('mismatchedKey', WITH_KEY),
  },
}
