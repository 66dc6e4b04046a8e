import { request } from 'node:http'
import { expect, test } from 'vitest'
import { useServer } from '../helpers/server.js'
import { ISSUED, inEnvelope, katapultSandbox, now, ORGANIZATION, type Profile, TRASHED } from './client.js'

const server = await useServer()
const PROFILES: readonly Profile[] = ['documented', 'live']

const GET_ONE = `/certificates/${ISSUED}`
const LIST = `/organizations/${ORGANIZATION}/certificates`

interface Case {
  readonly what: string
  readonly path: string
  readonly token?: string
  /** Instead of a token's header. */
  readonly authorization?: string | null
  readonly status: number
  readonly code: string
  readonly description: string
  readonly detail?: object
}

const MISSING = {
  status: 400,
  code: 'missing_api_token',
  description:
    'No API token was provided in the Authorization header. Ensure a token is provided prefixed with Bearer',
}
const INVALID = {
  status: 403,
  code: 'invalid_api_token',
  description: 'The API token provided was not valid (it may not exist or have expired)',
  detail: { details: null },
}

/** The errors of both endpoints. */
const shared = (path: string): Case[] => [
  { what: 'no header', path, authorization: null, ...MISSING },
  { what: 'an empty header', path, authorization: '', ...MISSING },
  { what: 'nothing behind the scheme', path, authorization: 'Bearer ', ...MISSING },
  { what: 'no scheme', path, authorization: 'katapult_full_access_for_local_tests', ...MISSING },
  { what: 'another scheme', path, authorization: 'Basic dXNlcjpwYXNz', ...MISSING },
  { what: 'an unknown token', path, authorization: 'Bearer nobody', ...INVALID },
  { what: 'two tokens', path, authorization: 'Bearer no body', ...INVALID },
  { what: 'an expired token', path, token: 'expiredApiToken', ...INVALID },
  {
    what: 'a token for another network',
    path,
    token: 'foreignNetworkApiToken',
    status: 403,
    code: 'unauthorized_network_for_api_token',
    description: 'Network is not allowed to access the API with this API token',
    detail: { ip_address: '127.0.0.1' },
  },
  {
    what: 'a capabilities token',
    path,
    token: 'capabilitiesApiToken',
    status: 403,
    code: 'invalid_capabilities_token',
    description:
      'The capabilities token provided was not valid (either not valid, expired or not signed by the correct key)',
  },
  {
    what: 'a token without the scope',
    path,
    token: 'noScopeApiToken',
    status: 403,
    code: 'scope_not_granted',
    description: 'The scope required for this endpoint has not been granted to the authenticating identity',
    detail: { scopes: ['certificates', 'certificates:read'] },
  },
  {
    what: 'a service that is unavailable',
    path,
    token: 'unavailableApiToken',
    status: 503,
    code: 'service_unavailable',
    description: 'The service is currently unavailable, please try again later',
  },
]

const NO_CERTIFICATE = {
  status: 404,
  code: 'certificate_not_found',
  description: 'No certificate was found matching any of the criteria provided in the arguments',
}
const NO_ORGANIZATION = {
  status: 404,
  code: 'organization_not_found',
  description: 'No organization was found matching any of the criteria provided in the arguments',
}

const cases: readonly Case[] = [
  ...shared(GET_ONE),
  ...shared(LIST),
  { what: 'an unknown certificate', path: '/certificates/cert_0000000000000000', ...NO_CERTIFICATE },
  {
    what: "another organization's certificate",
    path: '/certificates/cert_NotActivated0001',
    ...NO_CERTIFICATE,
  },
  {
    what: 'a certificate in the trash',
    path: `/certificates/${TRASHED}`,
    status: 406,
    code: 'object_in_trash',
    description:
      'The object found is in the trash and therefore cannot be manipulated through the API. It should be restored in order to run this operation.',
    detail: {
      trash_object: {
        id: 'trsh_hkW1SMq0Bn8yNrRx',
        keep_until: now - 3600 + 172_800,
        object_id: TRASHED,
        object_type: 'Certificate',
      },
    },
  },
  { what: 'an unknown organization', path: '/organizations/org_x/certificates', ...NO_ORGANIZATION },
  {
    what: "an organization out of the token's reach",
    path: '/organizations/org_Suspended0000001/certificates',
    ...NO_ORGANIZATION,
  },
  {
    what: 'a suspended organization',
    path: '/organizations/org_Suspended0000001/certificates',
    token: 'userApiToken',
    status: 403,
    code: 'organization_suspended',
    description: 'An organization was found from the arguments provided but it was suspended',
  },
  {
    what: 'an organization that is not activated',
    path: '/organizations/_/certificates?organization[sub_domain]=not-activated',
    token: 'userApiToken',
    status: 403,
    code: 'organization_not_activated',
    description: "An organization was found from the arguments provided but it wasn't activated yet",
  },
]

test.each(PROFILES)('every documented error, whole, in the profile %s', async (profile) => {
  const sandbox = await katapultSandbox(server, { settings: { 'katapult.profile': profile } })
  for (const { what, path, token, authorization, status, code, description, detail = {} } of cases) {
    const request =
      authorization === undefined
        ? sandbox.get(path, token)
        : sandbox.api.get(path).set(authorization === null ? {} : { authorization })
    const answer = await request.set('x-certulator-sandbox', sandbox.id)
    const { body, headers, text } = answer
    expect({ what, path, status: answer.status, body }).toEqual({
      what,
      path,
      status,
      body: inEnvelope(profile, { code, description, detail }),
    })
    expect(text).toBe(JSON.stringify(inEnvelope(profile, { code, description, detail })))
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-cache',
      'x-api-schema': 'json-error',
      'access-control-allow-origin': '*',
    })
    expect(headers).not.toHaveProperty('etag')
    expect(headers).not.toHaveProperty('www-authenticate')
  }
})

const BASE = 'CoreAPI/Endpoints/Certificates'
const argument = {
  certificate: {
    id: `${BASE}/InfoEndpoint/BaseArgumentSet/CertificateArgument`,
    name: 'certificate',
    description: null,
  },
  certificateId: { id: 'CoreAPI/ArgumentSets/CertificateLookup/IdArgument', name: 'id', description: null },
  organization: {
    id: `${BASE}/ListEndpoint/BaseArgumentSet/OrganizationArgument`,
    name: 'organization',
    description: null,
  },
  organizationId: { id: 'CoreAPI/ArgumentSets/OrganizationLookup/IdArgument', name: 'id', description: null },
  subDomain: {
    id: 'CoreAPI/ArgumentSets/OrganizationLookup/SubDomainArgument',
    name: 'sub_domain',
    description: null,
  },
  page: { id: `${BASE}/ListEndpoint/BaseArgumentSet/PageArgument`, name: 'page', description: null },
  perPage: {
    id: `${BASE}/ListEndpoint/BaseArgumentSet/PerPageArgument`,
    name: 'per_page',
    description: null,
  },
} as const

const LOOKUP_MISSING =
  'A value for a lookup argument set has not been provided but at least one value is required.'
const LOOKUP_AMBIGUOUS =
  'More than one value has been provided for a lookup argument set. Only one option may be provided.'
const SCALAR =
  'The value provided was not of an appropriate type for the scalar that was requested. For example, you may have passed a string where an integer was required etc...'
const PARSE =
  'The value provided could not be parsed into an appropriate value by the server. For example, if a date was expected and the value could not be interpretted as such.'
const NOT_AN_INTEGER = ['Integer must be provided as an integer or a string only containing numbers']

const invalid = (
  path: readonly string[],
  about: keyof typeof argument,
  issue: string,
  issue_description: string | null,
  errors: readonly string[] = [],
) => ({
  code: 'invalid_argument',
  description: `The '${path.join('.')}' argument is invalid`,
  detail: { path, index: null, issue, issue_description, errors, argument: argument[about] },
})

const missing = (name: string) => ({
  code: 'missing_required_argument',
  description: `The '${name}' argument is required but has not been provided`,
  detail: { path: [name], argument: { name, description: null } },
})

const C = ['certificate']
const O = ['organization']

/** A query, or a JSON body; the error that answers it. */
const argumentCases: readonly (readonly [path: string, sent: string | object, error: object])[] = [
  [GET_ONE, 'certificate', missing('certificate')],
  [GET_ONE, { certificate: null }, missing('certificate')],
  [LIST, 'organization', missing('organization')],
  [GET_ONE, 'certificate=x', invalid(C, 'certificate', 'object_expected', null)],
  [GET_ONE, 'certificate[]=x', invalid(C, 'certificate', 'object_expected', null)],
  [GET_ONE, 'certificate[id]=y&certificate=x', invalid(C, 'certificate', 'object_expected', null)],
  [GET_ONE, { certificate: ['x'] }, invalid(C, 'certificate', 'object_expected', null)],
  [LIST, 'organization=acme', invalid(O, 'organization', 'object_expected', null)],
  [GET_ONE, 'certificate[name]=x', invalid(C, 'certificate', 'missing_lookup_value', LOOKUP_MISSING)],
  [GET_ONE, { certificate: {} }, invalid(C, 'certificate', 'missing_lookup_value', LOOKUP_MISSING)],
  [LIST, 'organization[name]=x', invalid(O, 'organization', 'missing_lookup_value', LOOKUP_MISSING)],
  [
    LIST,
    `organization[id]=${ORGANIZATION}&organization[sub_domain]=acme`,
    invalid(O, 'organization', 'ambiguous_lookup_values', LOOKUP_AMBIGUOUS),
  ],
  [GET_ONE, 'certificate[id][]=x', invalid([...C, 'id'], 'certificateId', 'invalid_scalar', SCALAR)],
  [GET_ONE, 'certificate[id][a]=x', invalid([...C, 'id'], 'certificateId', 'invalid_scalar', SCALAR)],
  [GET_ONE, { certificate: { id: 12 } }, invalid([...C, 'id'], 'certificateId', 'invalid_scalar', SCALAR)],
  [LIST, { organization: { id: true } }, invalid([...O, 'id'], 'organizationId', 'invalid_scalar', SCALAR)],
  [
    LIST,
    'organization[sub_domain][]=acme',
    invalid([...O, 'sub_domain'], 'subDomain', 'invalid_scalar', SCALAR),
  ],
  ...['page=abc', 'page=', 'page=1.5', 'page=%2B1', 'page[]=1', 'page', 'page=99999999999999999999'].map(
    (query) => [LIST, query, invalid(['page'], 'page', 'parse_error', PARSE, NOT_AN_INTEGER)] as const,
  ),
  [LIST, { page: 1.5 }, invalid(['page'], 'page', 'parse_error', PARSE, NOT_AN_INTEGER)],
  [LIST, { per_page: null }, invalid(['per_page'], 'perPage', 'parse_error', PARSE, NOT_AN_INTEGER)],
  [LIST, 'page=0', invalid(['page'], 'page', 'validation_errors', null, ['greater_than_zero'])],
  [LIST, 'page=-1', invalid(['page'], 'page', 'validation_errors', null, ['greater_than_zero'])],
  [LIST, 'per_page=0', invalid(['per_page'], 'perPage', 'validation_errors', null, ['greater_than_zero'])],
  [
    LIST,
    'per_page=201',
    invalid(['per_page'], 'perPage', 'validation_errors', null, ['less_than_or_equal_to_one_hundred']),
  ],
  // Of several mistakes, the first argument's counts.
  [LIST, 'page=0&per_page=0', invalid(['page'], 'page', 'validation_errors', null, ['greater_than_zero'])],
  [LIST, 'page=0&organization=x', invalid(O, 'organization', 'object_expected', null)],
  [
    GET_ONE,
    'certificate[id]=%ZZ',
    {
      code: 'generic_runtime_error',
      description: 'Invalid %-encoding in the query (%ZZ)',
      detail: { class: 'Rack::QueryParser::InvalidParameterError' },
    },
  ],
  [
    GET_ONE,
    'certificate=x&certificate[id]=y',
    {
      code: 'generic_runtime_error',
      description: "The parameter 'certificate' is used both as an object and as something else",
      detail: { class: 'Rack::QueryParser::ParameterTypeError' },
    },
  ],
  [
    GET_ONE,
    'certificate[id]=x&certificate[]=y',
    {
      code: 'generic_runtime_error',
      description: "The parameter 'certificate' is used both as a list and as something else",
      detail: { class: 'Rack::QueryParser::ParameterTypeError' },
    },
  ],
  [
    GET_ONE,
    `certificate${'[a]'.repeat(101)}=x`,
    {
      code: 'generic_runtime_error',
      description: 'The parameters are nested too deeply',
      detail: { class: 'Rack::QueryParser::InvalidParameterError' },
    },
  ],
]

test.each(PROFILES)('every argument error, whole, in the profile %s', async (profile) => {
  const { get } = await katapultSandbox(server, { settings: { 'katapult.profile': profile } })
  for (const [path, sent, error] of argumentCases) {
    const request =
      typeof sent === 'string'
        ? get(`${path}?${sent}`)
        : get(path).set('content-type', 'application/json').send(JSON.stringify(sent))
    const { status, body, text } = await request
    expect({ sent, status, body }).toEqual({ sent, status: 400, body: inEnvelope(profile, error) })
    expect(text).toBe(JSON.stringify(inEnvelope(profile, error)).replaceAll('&', '\\u0026'))
  }
})

test('broken JSON is an error of its own, from wherever it comes', async () => {
  const { get } = await katapultSandbox(server)
  const expected = {
    status: 400,
    body: {
      code: 'invalid_json_body',
      description: 'The JSON body provided with this request is invalid',
      detail: { details: expect.any(String) },
    },
  }
  const body = await get(GET_ONE).set('content-type', 'application/json').send('{"certificate":')
  expect({ status: body.status, body: body.body }).toEqual(expected)
  const query = await get(`${GET_ONE}?_arguments=%7Bnonsense`)
  expect({ status: query.status, body: query.body }).toEqual(expected)
})

test('a body of more than 1 MiB is refused, with and without its length told', async () => {
  const { url } = server
  const { token, get } = await katapultSandbox(server)
  const expected = {
    code: 'invalid_json_body',
    description: 'The JSON body provided with this request is invalid',
    detail: { details: 'The body is larger than 1048576 bytes' },
  }
  const answer = await get(GET_ONE)
    .set('content-type', 'application/json')
    .send(`"${'x'.repeat(1_100_000)}"`)
  expect({ status: answer.status, body: answer.body }).toEqual({ status: 413, body: expected })
  const chunked = await new Promise<string>((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token()}`,
      'content-type': 'application/json',
      'transfer-encoding': 'chunked',
    }
    const sent = request(`${url}/core/v1${GET_ONE}`, { headers, method: 'GET' }, (response) => {
      response.setEncoding('utf8').on('data', (text) => resolve(`${response.statusCode} ${text}`))
    })
    sent.on('error', reject)
    for (let i = 0; i < 20; i++) sent.write('x'.repeat(60_000))
    sent.end()
  })
  expect(chunked).toBe(`413 ${JSON.stringify(expected)}`)
})

test('the first mistake in the order of evaluation is the one that counts', async () => {
  const { get, api, id } = await katapultSandbox(server)
  const code = async (path: string, name?: string) => (await get(path, name)).body.code
  expect((await api.get('/nothing').set('x-certulator-sandbox', id)).body.code).toBe('route_not_found')
  expect((await api.get(`${LIST}?page=0`)).body.code).toBe('missing_api_token')
  expect(await code(`${LIST}?page=0`, 'expiredApiToken')).toBe('invalid_api_token')
  expect(await code(`${LIST}?page=0`, 'foreignNetworkApiToken')).toBe('unauthorized_network_for_api_token')
  expect(await code(`${LIST}?page=0`, 'unavailableApiToken')).toBe('service_unavailable')
  expect(await code(`${LIST}?page=0`, 'noScopeApiToken')).toBe('scope_not_granted')
  expect(await code('/organizations/unknown/certificates?page=0')).toBe('invalid_argument')
  expect(await code('/certificates/unknown?certificate=x')).toBe('invalid_argument')
  const badJson = await get('/certificates/_?certificate=x', 'noScopeApiToken')
    .set('content-type', 'application/json')
    .send('{')
  expect(badJson.body.code).toBe('scope_not_granted')
})

test('the error envelope can be chosen without the profile', async () => {
  const { get, change } = await katapultSandbox(server)
  await change({ 'katapult.errorEnvelope': 'wrapped' })
  expect((await get('/certificates/x')).body.error.code).toBe('certificate_not_found')
  expect((await get(GET_ONE)).body.certificate).toHaveLength(1)
  await change({ 'katapult.profile': 'live', 'katapult.errorEnvelope': 'bare' })
  expect((await get('/certificates/x')).body.code).toBe('certificate_not_found')
})

test('a setting takes nothing but its values', async () => {
  const { id } = await katapultSandbox(server)
  const { status, body } = await server.control
    .patch(`/sandboxes/${id}`)
    .send({ settings: { 'katapult.profile': 'real' } })
  expect({ status, detail: body.detail }).toEqual({
    status: 400,
    detail: 'The setting "katapult.profile" cannot be "real": it takes "documented" or "live"',
  })
})

test('an expired token was valid until it expired', async () => {
  const { console, api } = await katapultSandbox(server)
  const create = (expiresAt: number) => console.post('/tokens').send({ scopes: ['certificates'], expiresAt })
  const status = async (expiresAt: number) => {
    const { body } = await create(expiresAt)
    return (await api.get(GET_ONE).set('authorization', `Bearer ${body.secret}`)).status
  }
  expect(await status(now + 1)).toBe(200)
  expect(await status(now)).toBe(403)
})

test('either scope will do, also with the OAuth2 prefix', async () => {
  const { get, console, api } = await katapultSandbox(server)
  for (const name of ['apiToken', 'readOnlyApiToken', 'oauthApiToken', 'userApiToken']) {
    expect({ name, status: (await get(GET_ONE, name)).status }).toEqual({ name, status: 200 })
  }
  const withScope = async (scope: string) => {
    const { body } = await console.post('/tokens').send({ scopes: [scope] })
    return (await api.get(GET_ONE).set('authorization', `Bearer ${body.secret}`)).status
  }
  expect(await withScope('api.katapult.io/core/v1/certificates')).toBe(200)
  expect(await withScope('core/v1/certificates')).toBe(403)
  expect(await withScope('certificates:write')).toBe(403)
})

test('networks are addresses or CIDR ranges', async () => {
  const { console, api } = await katapultSandbox(server)
  const from = async (...authorizedIpAddresses: string[]) => {
    const { body } = await console.post('/tokens').send({ scopes: ['certificates'], authorizedIpAddresses })
    return (await api.get(GET_ONE).set('authorization', `Bearer ${body.secret}`)).status
  }
  expect(await from('127.0.0.1')).toBe(200)
  expect(await from('10.0.0.0/8', '127.0.0.0/8')).toBe(200)
  expect(await from('127.0.0.2')).toBe(403)
  expect(await from('2001:db8::/32')).toBe(403)
  // As a dual-stack socket writes IPv4.
  expect(await from('::ffff:127.0.0.1')).toBe(200)
  expect(await from('::FFFF:7f00:0/104')).toBe(200)
  expect(await from('::ffff:0.0.0.0/96')).toBe(200)
  expect(await from('::ffff:10.0.0.0/104')).toBe(403)
  expect(await from('::ffff:127.0.0.2')).toBe(403)
  expect(await from('::7f00:1/104')).toBe(403)
})
