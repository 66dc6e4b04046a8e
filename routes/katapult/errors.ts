import type { Shapes } from './settings.js'

/**
 * Every error of the Katapult Core API: a status, a code, the one fixed description of that code, and a detail
 * object that is always there.
 */
export class KatapultError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly description: string | null,
    readonly detail: Readonly<Record<string, unknown>> = {},
    /** Errors that the framework raises outside of an endpoint carry no CORS headers (contract §10). */
    readonly outsideEndpoint = false,
  ) {
    super(description ?? code)
    this.name = 'KatapultError'
  }
}

export interface TrashObject {
  readonly id: string
  readonly keep_until: number
  readonly object_id: string
  readonly object_type: string
}

/** An argument as errors name it: its id in the API's own schema, and its name on the wire. */
export interface ArgumentName {
  readonly id: string
  readonly name: string
}

/** Of a request's body, in bytes (the status of more is our choice, and so is the limit). */
export const BODY_LIMIT = 1024 * 1024

/** The scopes of which each endpoint wants one, in the order in which the error lists them. */
export const SCOPES = ['certificates', 'certificates:read'] as const

export type ArgumentIssue =
  | 'object_expected'
  | 'missing_lookup_value'
  | 'ambiguous_lookup_values'
  | 'invalid_scalar'
  | 'parse_error'
  | 'validation_errors'

/** The misspelling is the real service's. */
const ISSUE_DESCRIPTIONS = {
  object_expected: null,
  missing_lookup_value:
    'A value for a lookup argument set has not been provided but at least one value is required.',
  ambiguous_lookup_values:
    'More than one value has been provided for a lookup argument set. Only one option may be provided.',
  invalid_scalar:
    'The value provided was not of an appropriate type for the scalar that was requested. For example, you may have passed a string where an integer was required etc...',
  parse_error:
    'The value provided could not be parsed into an appropriate value by the server. For example, if a date was expected and the value could not be interpretted as such.',
  validation_errors: null,
} as const satisfies Record<ArgumentIssue, string | null>

export const errors = {
  missingApiToken: () =>
    new KatapultError(
      400,
      'missing_api_token',
      'No API token was provided in the Authorization header. Ensure a token is provided prefixed with Bearer',
    ),
  unauthorizedNetwork: (address: string) =>
    new KatapultError(
      403,
      'unauthorized_network_for_api_token',
      'Network is not allowed to access the API with this API token',
      { ip_address: address },
    ),
  invalidApiToken: () =>
    new KatapultError(
      403,
      'invalid_api_token',
      'The API token provided was not valid (it may not exist or have expired)',
      { details: null },
    ),
  invalidCapabilitiesToken: () =>
    new KatapultError(
      403,
      'invalid_capabilities_token',
      'The capabilities token provided was not valid (either not valid, expired or not signed by the correct key)',
    ),
  scopeNotGranted: () =>
    new KatapultError(
      403,
      'scope_not_granted',
      'The scope required for this endpoint has not been granted to the authenticating identity',
      { scopes: SCOPES },
    ),
  certificateNotFound: () =>
    new KatapultError(
      404,
      'certificate_not_found',
      'No certificate was found matching any of the criteria provided in the arguments',
    ),
  objectInTrash: (trashObject: TrashObject | null) =>
    new KatapultError(
      406,
      'object_in_trash',
      'The object found is in the trash and therefore cannot be manipulated through the API. It should be restored in order to run this operation.',
      { trash_object: trashObject },
    ),
  organizationNotFound: () =>
    new KatapultError(
      404,
      'organization_not_found',
      'No organization was found matching any of the criteria provided in the arguments',
    ),
  organizationSuspended: () =>
    new KatapultError(
      403,
      'organization_suspended',
      'An organization was found from the arguments provided but it was suspended',
    ),
  organizationNotActivated: () =>
    new KatapultError(
      403,
      'organization_not_activated',
      "An organization was found from the arguments provided but it wasn't activated yet",
    ),
  rateLimitReached: (permitted: number) =>
    new KatapultError(429, 'rate_limit_reached', 'You have reached the rate limit for this type of request', {
      total_permitted: permitted,
    }),
  serviceUnavailable: () =>
    new KatapultError(
      503,
      'service_unavailable',
      'The service is currently unavailable, please try again later',
    ),
  missingRequiredArgument: (path: readonly string[]) =>
    new KatapultError(
      400,
      'missing_required_argument',
      `The '${path.join('.')}' argument is required but has not been provided`,
      { path, argument: { name: path.at(-1), description: null } },
    ),
  invalidArgument: (
    { id, name }: ArgumentName,
    path: readonly string[],
    issue: ArgumentIssue,
    problems: readonly string[] = [],
  ) =>
    new KatapultError(400, 'invalid_argument', `The '${path.join('.')}' argument is invalid`, {
      path,
      index: null,
      issue,
      issue_description: ISSUE_DESCRIPTIONS[issue],
      errors: problems,
      argument: { id, name, description: null },
    }),
  invalidJsonBody: (reason: string) => invalidJson(400, reason),
  /** The status is our choice: the real service documents no limit. */
  bodyTooLarge: (limit: number) => invalidJson(413, `The body is larger than ${limit} bytes`),
  /** The live service fails with a 500 here; that a caller's mistake is a 400 is our choice (contract §9). */
  malformedParameters: (message: string) =>
    new KatapultError(400, 'generic_runtime_error', message, {
      class: 'Rack::QueryParser::InvalidParameterError',
    }),
  conflictingParameters: (message: string) =>
    new KatapultError(400, 'generic_runtime_error', message, {
      class: 'Rack::QueryParser::ParameterTypeError',
    }),
  routeNotFound: (path: string, method: string) =>
    new KatapultError(404, 'route_not_found', `No route matches '${path}' for ${method}`, {}, true),
  unhandledException: () => new KatapultError(500, 'unhandled_exception', null, {}, true),
}

const invalidJson = (status: number, details: string) =>
  new KatapultError(status, 'invalid_json_body', 'The JSON body provided with this request is invalid', {
    details,
  })

/** The error as a body: the document has it bare, the live service below `error` (contract §1). */
export function errorBody(
  { code, description, detail }: KatapultError,
  envelope: Shapes['error'],
): Record<string, unknown> {
  const body = { code, description, detail }
  return envelope === 'wrapped' ? { error: body } : body
}
