import { clientAddress } from '../../src/http/client.js'
import { pathParameter } from '../../src/http/fault-arguments.js'
import type { FaultError, ProviderFaults } from '../../src/http/fault-catalogue.js'
import { inPem } from '../../src/http/fault-material.js'
import { CERTIFICATE, ORGANIZATION } from './arguments.js'
import { exhausted, identifyByToken, uncounted } from './auth.js'
import { identifyByPath } from './certificate-api.js'
import { BODY_LIMIT, errors } from './errors.js'
import { apiPath } from './routing.js'
import { TRASH_LIFETIME } from './trash.js'

const CERTIFICATE_OPERATION = 'get:certificate'
const LIST_OPERATION = 'get:organization_certificates'

const argumentOf = ({ request }: Parameters<FaultError>[0]) =>
  request.routeOptions.schema?.operationId === LIST_OPERATION ? ORGANIZATION : CERTIFICATE

const faultErrors = {
  missingApiToken: uncounted(errors.missingApiToken),
  unauthorizedNetwork: uncounted(({ request }) => errors.unauthorizedNetwork(clientAddress(request))),
  invalidApiToken: uncounted(errors.invalidApiToken),
  invalidCapabilitiesToken: uncounted(errors.invalidCapabilitiesToken),
  scopeNotGranted: errors.scopeNotGranted,
  certificateNotFound: errors.certificateNotFound,
  objectInTrash: ({ request, sandbox }) =>
    errors.objectInTrash({
      id: 'trsh_FaultInjected001',
      keep_until: Math.floor((sandbox.clock.now() + TRASH_LIFETIME) / 1000),
      object_id: pathParameter(request, 'certificate', 'cert_FaultInjected001'),
      object_type: 'Certificate',
    }),
  organizationNotFound: errors.organizationNotFound,
  organizationSuspended: errors.organizationSuspended,
  organizationNotActivated: errors.organizationNotActivated,
  rateLimitReached: exhausted,
  serviceUnavailable: errors.serviceUnavailable,
  missingRequiredArgument: (call) => errors.missingRequiredArgument([argumentOf(call).name]),
  invalidArgument: (call) => {
    const argument = argumentOf(call)
    return errors.invalidArgument(argument, [argument.name], 'object_expected')
  },
  invalidJsonBody: () => errors.invalidJsonBody('Unexpected end of JSON input'),
  bodyTooLarge: () => errors.bodyTooLarge(BODY_LIMIT),
  malformedParameters: () => errors.malformedParameters('Invalid query parameters: invalid %-encoding'),
  conflictingParameters: (call) =>
    errors.conflictingParameters(`expected Hash (got String) for param \`${argumentOf(call).name}'`),
  routeNotFound: uncounted(({ request }) => errors.routeNotFound(apiPath(request), request.method)),
  unhandledException: errors.unhandledException,
} satisfies Record<keyof typeof errors, FaultError>

const CERTIFICATE_ERRORS = ['certificateNotFound', 'objectInTrash'] as const
const LIST_ERRORS = ['organizationNotFound', 'organizationSuspended', 'organizationNotActivated'] as const

const certificateApi = (file: string) => [CERTIFICATE_OPERATION, `get:certificate_api_${file}`]

export const faults: ProviderFaults = {
  identify: (request, sandboxes) => identifyByPath(request, sandboxes) ?? identifyByToken(request, sandboxes),
  errors: faultErrors,
  answeredBy: Object.fromEntries([
    ...CERTIFICATE_ERRORS.map((error) => [error, [CERTIFICATE_OPERATION]]),
    ...LIST_ERRORS.map((error) => [error, [LIST_OPERATION]]),
  ]),
  outage: 'serviceUnavailable' satisfies keyof typeof errors,
  rateLimitExhausted: exhausted,
  material: {
    expiredChain: inPem('expiredChain', certificateApi('chain')),
    wrongIssuer: inPem('wrongIssuer', certificateApi('chain')),
    expiredCertificate: inPem('expiredCertificate', certificateApi('certificate')),
    mismatchedKey: inPem('mismatchedKey', certificateApi('private_key')),
  },
}
