import { CERTIFICATE, ORGANIZATION } from './arguments.js'
import { errors } from './errors.js'
import {
  argument,
  endpoint,
  enumeration,
  error,
  field,
  idsOf,
  int,
  lookupSet,
  object,
  SCALAR,
  type SchemaObject,
  scalar,
  string,
  unixTime,
} from './schema-terms.js'

const OBJECTS = 'CoreAPI/Objects'
const ENDPOINTS = 'CoreAPI/Endpoints/Certificates'
const AUTHENTICATOR = 'CoreAPI/Authenticator'

const authenticationErrors = [
  error(`${AUTHENTICATOR}/MissingAPIToken`, errors.missingApiToken()),
  error(`${AUTHENTICATOR}/UnauthorizedNetworkForAPIToken`, errors.unauthorizedNetwork(''), [
    ['ip_address', string, { description: 'The IP address the request was received from' }],
  ]),
  error(`${AUTHENTICATOR}/InvalidAPIToken`, errors.invalidApiToken(), [['details', string, { null: true }]]),
  error(`${AUTHENTICATOR}/InvalidCapabilitiesToken`, errors.invalidCapabilitiesToken()),
  error(`${AUTHENTICATOR}/RateLimitReached`, errors.rateLimitReached(0), [
    ['total_permitted', int, { description: 'The total number of requests per minute that are permitted' }],
  ]),
  error(`${AUTHENTICATOR}/ServiceUnavailable`, errors.serviceUnavailable()),
  error('Apia/ScopeNotGrantedError', errors.scopeNotGranted(), [['scopes', string, { array: true }]]),
]

const CERTIFICATE_LOOKUP = 'CoreAPI/ArgumentSets/CertificateLookup'
const ORGANIZATION_LOOKUP = 'CoreAPI/ArgumentSets/OrganizationLookup'

const certificateErrors = [
  error(`${CERTIFICATE_LOOKUP}/CertificateNotFound`, errors.certificateNotFound()),
  error('CoreAPI/Errors/ObjectInTrashError', errors.objectInTrash(null), [
    ['trash_object', `${OBJECTS}/TrashObject`, { null: true }],
  ]),
]

const organizationErrors = [
  error(`${ORGANIZATION_LOOKUP}/OrganizationNotFound`, errors.organizationNotFound()),
  error(`${ORGANIZATION_LOOKUP}/OrganizationSuspended`, errors.organizationSuspended()),
  error(`${ORGANIZATION_LOOKUP}/OrganizationNotActivated`, errors.organizationNotActivated()),
]

const INFO = `${ENDPOINTS}/InfoEndpoint`
const LIST = `${ENDPOINTS}/ListEndpoint`

const route = (path: string, target: string) => ({
  path,
  request_method: 'GET',
  controller: null,
  endpoint: target,
  group: 'certificates',
})

const schemaObjects: readonly SchemaObject[] = [
  {
    type: 'api',
    value: {
      id: 'CoreAPI/Base',
      name: 'Katapult Core API',
      description: null,
      authenticator: AUTHENTICATOR,
      route_set: {
        routes: [
          route('organizations/:organization/certificates', LIST),
          route('certificates/:certificate', INFO),
        ],
        groups: [{ id: 'certificates', name: 'Certificates', description: null, groups: [] }],
      },
      controllers: [],
      scopes: [
        { name: 'certificates', description: 'Access to certificates' },
        { name: 'certificates:read', description: 'Read-only access to certificates' },
      ],
    },
  },
  {
    type: 'authenticator',
    value: {
      id: AUTHENTICATOR,
      name: null,
      description: null,
      type: 'bearer',
      potential_errors: idsOf(authenticationErrors),
    },
  },
  ...authenticationErrors,
  ...['String', 'Integer', 'Boolean', 'UnixTime'].map(scalar),
  ...endpoint(
    INFO,
    'Get certificate',
    'Return details for a specific certificate',
    [argument(CERTIFICATE.name, CERTIFICATE_LOOKUP, true)],
    [field(INFO, 'certificate', `${OBJECTS}/Certificate`, { array: true })],
  ),
  lookupSet(CERTIFICATE_LOOKUP, 'Certificate Lookup', CERTIFICATE.keys, certificateErrors),
  ...certificateErrors,
  object(`${OBJECTS}/TrashObject`, [
    ['id', string],
    ['keep_until', unixTime],
    ['object_id', string],
    ['object_type', string],
  ]),
  object(`${OBJECTS}/Certificate`, [
    ['id', string],
    ['name', string],
    ['additional_names', string, { array: true }],
    ['issuer', 'CoreAPI/Objects/Certificate/IssuerEnum'],
    ['state', 'CoreAPI/Objects/Certificate/StateEnum'],
    ['created_at', unixTime],
    ['expires_at', unixTime, { null: true }],
    ['last_issued_at', unixTime, { null: true }],
    ['issue_error', string, { null: true }],
    ['authorization_method', string, { null: true }],
    ['certificate_api_url', string, { null: true }],
    ['certificate', string, { null: true }],
    ['chain', string, { null: true }],
    ['private_key', string, { null: true }],
  ]),
  enumeration(`${OBJECTS}/Certificate/IssuerEnum`, ['lets_encrypt', 'custom', 'self_signed']),
  enumeration(`${OBJECTS}/Certificate/StateEnum`, ['pending', 'issue_failed', 'issued', 'issuing']),
  ...endpoint(
    LIST,
    'List certificates',
    'Return a list of certificates for an organization',
    [
      argument(ORGANIZATION.name, ORGANIZATION_LOOKUP, true),
      argument('page', int, false, '1'),
      argument('per_page', int, false, '30'),
    ],
    [
      field(LIST, 'pagination', 'Apia/PaginationObject'),
      field(LIST, 'certificates', `${OBJECTS}/Certificate`, {
        array: true,
        spec: 'id,name,issuer,state,expires_at,last_issued_at',
      }),
    ],
  ),
  lookupSet(ORGANIZATION_LOOKUP, 'Organization Lookup', ORGANIZATION.keys, organizationErrors),
  ...organizationErrors,
  object('Apia/PaginationObject', [
    ['current_page', int],
    ['total_pages', int, { null: true }],
    ['total', int, { null: true }],
    ['per_page', int],
    ['large_set', `${SCALAR}/Boolean`],
  ]),
]

/**
 * The API's description of itself in the terms of its framework, as `GET /core/v1/schema` has it: the part of it
 * that is about certificates. Ids of endpoints, argument sets and arguments are the real service's, the others are
 * in their style.
 */
export const nativeSchema = (host: string) => ({
  schema_version: 1,
  host,
  namespace: '/core/v1',
  api: 'CoreAPI/Base',
  objects: schemaObjects,
})
