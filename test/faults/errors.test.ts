import supertest from 'supertest'
import { expect, test } from 'vitest'
import { providers } from '../../routes/index.js'
import { useServer } from '../helpers/server.js'
import { documentOf } from './answers.js'
import { faultsOf } from './rules.js'

const server = await useServer()
const NOW = '2026-03-01T12:00:30Z'
const sandbox = await server.sandbox({ clock: { mode: 'frozen', now: NOW } })
const { add, clear, hits } = faultsOf(server, sandbox)

type Credentials = Readonly<Record<string, string>>

interface Place {
  readonly method?: 'get' | 'post'
  readonly path: (credentials: Credentials) => string
}

interface Entry {
  /** Where errors are asked for that any operation can answer; the first one unless `answeredBy` says otherwise. */
  readonly places: Readonly<Record<string, Place>>
  readonly headers: (credentials: Credentials) => Record<string, string>
  /** The whole body, of every error there is. */
  readonly bodies: Readonly<Record<string, unknown>>
}

const bearer = (name: string) => (credentials: Credentials) => ({
  authorization: `Bearer ${credentials[name]}`,
})
const accessKey = ({ accessKeyId = '', secretAccessKey = '' }: Credentials) => ({
  'x-tc-authentication-id': accessKeyId,
  'x-tc-authentication-secret': secretAccessKey,
})

const certmanBody = (error: string) => ({ error })
const dnsimpleBody = (message: string, errors?: object) => ({ message, ...(errors && { errors }) })
const oauthBody = (error: string, error_description: string) => ({ error, error_description })
const katapultBody = (code: string, description: string | null, detail: object = {}) => ({
  code,
  description,
  detail,
})
const header = (resultCode: number, resultMessage: string) => ({
  header: { resultCode, resultMessage, isSuccessful: false },
})
const cmBody = (code: number, message: string) => ({ ...header(code, message), body: {} })
const skmBody = (code: number, message: string) => ({ ...header(code, message), body: null })
const missing = (feature: string) =>
  dnsimpleBody(
    `The certificate requires the ${feature} feature that is not available on the current plan for the account Example Account`,
  )
const cmPath = (version: string) => (rest: string) => ({
  path: ({ appKey }: Credentials) => `/certmanager/${version}/appkeys/${appKey}/certificates${rest}`,
})

const ENTRIES: Readonly<Record<string, Entry>> = {
  certman: {
    places: { getCa: { path: () => '/v1/cas/550e8400-e29b-41d4-a716-446655440000?type=root' } },
    headers: bearer('apiKey'),
    bodies: {
      invalid: certmanBody('type is invalid'),
      malformedJson: certmanBody('Request body is not valid JSON'),
      wrongContentType: certmanBody('Request body must be application/json, not untyped'),
      malformedUrl: certmanBody('Request URL is malformed'),
      malformedAuthorization: certmanBody('The Authorization header must be "Bearer <API key>"'),
      missingKey: certmanBody('Missing API key: send it as "Authorization: Bearer cm_..."'),
      invalidKey: certmanBody('Invalid API key'),
      cannotIssue: certmanBody('API key does not have permission to issue certificates from this CA'),
      cannotRevoke: certmanBody('API key does not have permission to revoke certificates of this CA'),
      unknownRoute: certmanBody('Not found'),
      unknownCa: certmanBody('Certificate Authority not found'),
      unknownCertificate: certmanBody('Certificate not found'),
      methodNotAllowed: certmanBody('Method not allowed'),
      sameKeyStillRunning: certmanBody('A request with this Idempotency-Key is still being processed'),
      tooLarge: certmanBody('Request body is larger than 1 MiB'),
      keyReused: certmanBody('Idempotency-Key was already used for a different request'),
      rateLimited: certmanBody('Rate limit exceeded'),
      internal: certmanBody('Internal server error'),
      serviceUnavailable: certmanBody('Service unavailable'),
      refused: certmanBody('Bad Request'),
      unknownAuthority: certmanBody('Certificate Authority not found'),
      passphraseRequired: certmanBody('caPassphrase is required: the CA is protected by a passphrase'),
      passphraseWrong: certmanBody('caPassphrase is wrong'),
      revoked: certmanBody('The CA, or one above it, is revoked and cannot issue certificates'),
      notYetValid: certmanBody('The CA is not valid yet'),
      expired: certmanBody('The CA has expired'),
      outlivesIssuer: certmanBody('validityDays is too large: the certificate would outlive its CA'),
      pathLengthExceeded: certmanBody('The CA cannot issue certificates at this depth'),
      tooDeep: certmanBody('CAs cannot be that deep'),
      emptyValidity: certmanBody('The validity would end before it begins'),
      alreadyRevoked: certmanBody('Certificate is already revoked'),
      notOnHold: certmanBody('Certificate is not on hold'),
    },
  },
  dnsimple: {
    places: {
      getCertificate: { path: () => '/v2/1010/domains/bingo.pizza/certificates/77?page=2' },
      oauthAccessToken: { method: 'post', path: () => '/v2/oauth/access_token' },
    },
    headers: bearer('accessToken'),
    bodies: {
      unreadable: oauthBody('invalid_request', 'The body is neither valid JSON nor a form'),
      missing: oauthBody('invalid_request', 'Missing required parameter "code"'),
      unsupportedGrant: oauthBody(
        'invalid_request',
        'Invalid "grant_type": value must be "authorization_code"',
      ),
      redirectUriMismatch: oauthBody(
        'invalid_request',
        `Invalid "redirect_uri": value doesn't match the "redirect_uri" in the authorization request`,
      ),
      stateMismatch: oauthBody(
        'invalid_request',
        `Invalid "state": value doesn't match the "state" in the authorization request`,
      ),
      invalidClient: oauthBody('invalid_client', 'Client authentication failed'),
      invalidGrant: oauthBody(
        'invalid_grant',
        'The authorization code is invalid, expired, or was used already',
      ),
      badVerifier: oauthBody('invalid_grant', `The "code_verifier" doesn't match the authorization request`),
      validationFailed: dnsimpleBody('Validation failed', { page: ['is invalid'] }),
      malformedJson: dnsimpleBody('Problem parsing JSON'),
      malformedUrl: dnsimpleBody('Bad Request'),
      cannotIssue: dnsimpleBody('www.bingo.pizza may not be issued at this time', {}),
      cannotRenew: dnsimpleBody('www.bingo.pizza may not be renewed at this time', {}),
      authenticationFailed: dnsimpleBody('Authentication failed'),
      otpRequired: dnsimpleBody('Authentication failed'),
      unpaid: dnsimpleBody(
        'This action cannot be completed because you have purchase invoices that need to be paid for: 12345-1010. Please retry the payment following these instructions https://support.dnsimple.com/articles/account-invoice-history/#retrying.',
      ),
      missingScope: dnsimpleBody('Permission Denied. Required Scope: domains:bingo.pizza:read'),
      notFound: dnsimpleBody('Not Found'),
      domainNotFound: dnsimpleBody('Domain `bingo.pizza` not found'),
      certificateNotFound: dnsimpleBody('Certificate `77` not found'),
      renewalNotFound: dnsimpleBody('Certificate renewal `1` not found'),
      webhookNotFound: dnsimpleBody('Webhook `1` not found'),
      tooLarge: dnsimpleBody('Request Entity Too Large'),
      letsencryptDisabled: dnsimpleBody(
        "Let's Encrypt feature is not enabled for the account Example Account",
      ),
      customNameMissing: missing('custom-name'),
      sanMissing: missing('SAN'),
      wildcardMissing: missing('wildcard'),
      certificateNotIssued: dnsimpleBody('Certificate not issued'),
      privateKeyNotPresent: dnsimpleBody('Private key not present'),
      quotaExceeded: dnsimpleBody('quota exceeded'),
      internal: dnsimpleBody('Internal Server Error'),
      serviceUnavailable: dnsimpleBody('Service Unavailable'),
      refused: dnsimpleBody('Bad Request'),
    },
  },
  katapult: {
    places: {
      'get:certificate': { path: () => '/core/v1/certificates/cert_X' },
      'get:organization_certificates': {
        path: ({ organization }) => `/core/v1/organizations/${organization}/certificates`,
      },
    },
    headers: bearer('apiToken'),
    bodies: {
      missingApiToken: katapultBody(
        'missing_api_token',
        'No API token was provided in the Authorization header. Ensure a token is provided prefixed with Bearer',
      ),
      unauthorizedNetwork: katapultBody(
        'unauthorized_network_for_api_token',
        'Network is not allowed to access the API with this API token',
        { ip_address: '127.0.0.1' },
      ),
      invalidApiToken: katapultBody(
        'invalid_api_token',
        'The API token provided was not valid (it may not exist or have expired)',
        { details: null },
      ),
      invalidCapabilitiesToken: katapultBody(
        'invalid_capabilities_token',
        'The capabilities token provided was not valid (either not valid, expired or not signed by the correct key)',
      ),
      scopeNotGranted: katapultBody(
        'scope_not_granted',
        'The scope required for this endpoint has not been granted to the authenticating identity',
        { scopes: ['certificates', 'certificates:read'] },
      ),
      certificateNotFound: katapultBody(
        'certificate_not_found',
        'No certificate was found matching any of the criteria provided in the arguments',
      ),
      objectInTrash: katapultBody(
        'object_in_trash',
        'The object found is in the trash and therefore cannot be manipulated through the API. It should be restored in order to run this operation.',
        {
          trash_object: {
            id: 'trsh_FaultInjected001',
            keep_until: Date.parse('2026-03-03T12:00:30Z') / 1000,
            object_id: 'cert_X',
            object_type: 'Certificate',
          },
        },
      ),
      organizationNotFound: katapultBody(
        'organization_not_found',
        'No organization was found matching any of the criteria provided in the arguments',
      ),
      organizationSuspended: katapultBody(
        'organization_suspended',
        'An organization was found from the arguments provided but it was suspended',
      ),
      organizationNotActivated: katapultBody(
        'organization_not_activated',
        "An organization was found from the arguments provided but it wasn't activated yet",
      ),
      rateLimitReached: katapultBody(
        'rate_limit_reached',
        'You have reached the rate limit for this type of request',
        { total_permitted: 1000 },
      ),
      serviceUnavailable: katapultBody(
        'service_unavailable',
        'The service is currently unavailable, please try again later',
      ),
      missingRequiredArgument: katapultBody(
        'missing_required_argument',
        "The 'certificate' argument is required but has not been provided",
        { path: ['certificate'], argument: { name: 'certificate', description: null } },
      ),
      invalidArgument: katapultBody('invalid_argument', "The 'certificate' argument is invalid", {
        path: ['certificate'],
        index: null,
        issue: 'object_expected',
        issue_description: null,
        errors: [],
        argument: {
          id: 'CoreAPI/Endpoints/Certificates/InfoEndpoint/BaseArgumentSet/CertificateArgument',
          name: 'certificate',
          description: null,
        },
      }),
      invalidJsonBody: katapultBody(
        'invalid_json_body',
        'The JSON body provided with this request is invalid',
        { details: 'Unexpected end of JSON input' },
      ),
      bodyTooLarge: katapultBody('invalid_json_body', 'The JSON body provided with this request is invalid', {
        details: 'The body is larger than 1048576 bytes',
      }),
      malformedParameters: katapultBody(
        'generic_runtime_error',
        'Invalid query parameters: invalid %-encoding',
        { class: 'Rack::QueryParser::InvalidParameterError' },
      ),
      conflictingParameters: katapultBody(
        'generic_runtime_error',
        "expected Hash (got String) for param `certificate'",
        { class: 'Rack::QueryParser::ParameterTypeError' },
      ),
      routeNotFound: katapultBody('route_not_found', "No route matches 'certificates/cert_X' for GET"),
      unhandledException: katapultBody('unhandled_exception', null),
    },
  },
  'nhn-certificate-manager': {
    places: {
      listCertificates: cmPath('v1.1')(''),
      downloadCertificate: cmPath('v1.1')('/x/files'),
      uploadCertificateV10: { method: 'post', ...cmPath('v1.0')('/x/files') },
    },
    headers: accessKey,
    bodies: {
      unknownName: cmBody(52000, 'Certificate name does not exist.'),
      noFile: cmBody(52001, 'Certificate file does not exist.'),
      severalFiles: cmBody(52002, 'There are more than one certificate file.'),
      notPem: cmBody(52003, 'The certificate file is not a pem file.'),
      otherName: cmBody(
        52004,
        'The certificate name in the file is different from the requested certificate name.',
      ),
      expired: cmBody(52005, 'Certificate file has expired'),
      noAuthority: cmBody(52006, 'The certificate has an invalid certificate authority name.'),
      notOneFile: cmBody(52007, 'Requested certificate file should be one.'),
      fileTooLarge: cmBody(52008, 'Maximum permitted size is 524288 bytes. But, requested 524289 bytes.'),
      unauthorized: cmBody(80401, 'Unauthorized'),
      forbidden: cmBody(80403, 'Forbidden'),
      invalidAppKey: cmBody(401100000, 'Invalid appKey.'),
      urlNotFound: header(4041007, 'URL Not Found'),
      invalidUri: header(4000003, 'Invalid URI.'),
      badRequest: header(4000007, 'Bad Request (The request cannot be read)'),
      requestTooLarge: header(
        4131000,
        'Request size is larger than permissible limit. the permissible limit is 10mb.',
      ),
      internal: cmBody(50000, 'Internal Server Error'),
      serviceUnavailable: cmBody(50300, 'Service Unavailable'),
    },
  },
  'nhn-secure-key-manager': {
    places: { listKeyStores: { path: ({ appKey }) => `/keymanager/v1.2/appkey/${appKey}/keystores` } },
    headers: accessKey,
    bodies: {
      invalidParameter: skmBody(40000, 'Invalid Parameter'),
      plaintextTooLong: skmBody(40001, 'Plaintext Too Long'),
      invalidAppkey: skmBody(40100, 'Invalid Appkey'),
      unauthorized: skmBody(80401, 'Unauthorized'),
      forbidden: skmBody(80403, 'Forbidden'),
      ipv4AuthFailure: skmBody(40301, 'IPv4 Auth Failure'),
      macAuthFailure: skmBody(40302, 'MAC Auth Failure'),
      certificateAuthFailure: skmBody(40303, 'Certificate Auth Failure'),
      urlNotFound: skmBody(40400, 'URL NOT FOUND'),
      invalidKeyId: skmBody(40401, 'Invalid Key Id'),
      invalidKeyVersion: skmBody(40402, 'Invalid Key Version'),
      invalidKeyStore: skmBody(40403, 'Invalid Key Store'),
      invalidAuthValue: skmBody(40404, 'Invalid Auth Value'),
      invalidKeyStatus: skmBody(40901, 'Invalid Key Status'),
      invalidKeyVersionStatus: skmBody(40902, 'Invalid Key Version Status'),
      duplicateAuthValue: skmBody(40903, 'Duplicate Auth Value'),
      invalidAuthStatus: skmBody(40904, 'Invalid Auth Status'),
      requestTooLarge: skmBody(41300, 'Request Too Large'),
      invalidUserData: skmBody(42200, 'Invalid User Data'),
      internal: skmBody(50000, 'Internal Server Error'),
      serviceUnavailable: skmBody(50300, 'Service Unavailable'),
    },
  },
}

const entryOf = (provider: string): Entry => {
  const entry = ENTRIES[provider]
  if (!entry) throw new Error(`"${provider}" is not in the table`)
  return entry
}

const errorsOf = ({ name, faults }: (typeof providers)[number]) =>
  Object.keys(faults.errors).map((error) => ({
    provider: name,
    error,
    only: faults.answeredBy?.[error],
  }))
const all = providers.flatMap(errorsOf)

async function ask(provider: string, { method = 'get', path }: Place) {
  const credentials = sandbox.credentials(provider)
  const request = supertest(server.url)[method](path(credentials)).set(entryOf(provider).headers(credentials))
  // The client's id is what tells whose request for a token it is; there is none here.
  return request.set('x-certulator-sandbox', sandbox.id).ok(() => true)
}

/** What the journal says of the request before. */
async function journalled() {
  const { body } = await server.control.get(`/sandboxes/${sandbox.id}/requests?limit=1`).expect(200)
  const [{ provider, operation, status, answer, faults }] = body.items
  return { provider, operation, status, answer, faults }
}

test('the table has every error of every provider, and no others', () => {
  for (const { name, faults } of providers) {
    expect(Object.keys(entryOf(name).bodies).sort()).toEqual(Object.keys(faults.errors).sort())
  }
})

test.each(all)(
  '$provider answers $error as a fault, as its document has it',
  async ({ provider, error, only }) => {
    const { places, bodies } = entryOf(provider)
    const [operation, place] =
      Object.entries(places).find(([name]) => only === undefined || only.includes(name)) ?? []
    if (operation === undefined || place === undefined) throw new Error(`Nowhere to ask for ${error}`)
    const fault = await add({ match: { provider, operation }, effect: { type: 'error', error } })
    const { status, body } = await ask(provider, place)
    expect(body).toEqual(bodies[error])
    expect(await journalled()).toEqual({
      provider,
      operation,
      status,
      answer: expect.objectContaining({ body }),
      faults: [{ fault, effect: `error ${error}` }],
    })
    // What is answered where there is no operation, none of them describes.
    const isOutside = provider === 'katapult' && error === 'routeNotFound'
    expect(documentOf(provider).problems(operation, isOutside ? 'default' : status, body)).toEqual([])
    expect(await hits(fault)).toBe(1)
    await clear()
  },
)

test('faults follow the settings of the sandbox, as errors do', async () => {
  await add({ match: { provider: 'katapult' }, effect: { type: 'outage' } })
  await add({
    match: { provider: 'nhn-secure-key-manager' },
    effect: { type: 'error', error: 'invalidKeyId' },
  })
  const unavailable = entryOf('katapult').bodies.serviceUnavailable
  const askBoth = async () => {
    const [katapult, skm] = ['katapult', 'nhn-secure-key-manager'].map((provider) =>
      ask(provider, Object.values(entryOf(provider).places)[0] ?? { path: () => '' }),
    )
    return { katapult: (await katapult)?.body, skm: (await skm)?.status }
  }
  expect(await askBoth()).toEqual({ katapult: unavailable, skm: 200 })
  await sandbox.change({ 'katapult.errorEnvelope': 'wrapped', 'nhn.errorStatus': 'http' })
  expect(await askBoth()).toEqual({ katapult: { error: unavailable }, skm: 404 })
  await sandbox.change({ 'katapult.errorEnvelope': 'profile', 'nhn.errorStatus': 'nhn' })
  await clear()
})

test.each(providers.map(({ name }) => name))(
  'an outage of %s is a 503 in its own words',
  async (provider) => {
    await add({ match: { provider }, effect: { type: 'outage' } })
    const [place = { path: () => '' }] = Object.values(entryOf(provider).places)
    const { status, body } = await ask(provider, place)
    expect({ status, body }).toEqual({ status: 503, body: entryOf(provider).bodies.serviceUnavailable })
    await clear()
  },
)

const UNKNOWN_PATHS: Readonly<Record<string, string>> = {
  certman: '/v1/nothing',
  dnsimple: '/v2/nothing/at/all',
  katapult: '/core/v1/nothing',
  'nhn-certificate-manager': '/certmanager/nothing',
  'nhn-secure-key-manager': '/keymanager/nothing',
}

test.each(providers.map(({ name }) => name))(
  'an outage of %s reaches what is refused before it is looked at, if the header says whose it is',
  async (provider) => {
    await add({ match: { provider }, effect: { type: 'outage' } })
    const [place = { path: () => '' }] = Object.values(entryOf(provider).places)
    const path = place.path(sandbox.credentials(provider))
    for (const each of [UNKNOWN_PATHS[provider] ?? '', path]) {
      const answer = await supertest(server.url).get(each).set('x-certulator-sandbox', sandbox.id)
      expect({ each, status: answer.status }).toEqual({ each, status: 503 })
    }
    await clear()
  },
)
