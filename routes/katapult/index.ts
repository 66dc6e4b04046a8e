import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import { handleErrors } from '../../src/http/error-handler.js'
import { describeApi } from '../../src/http/openapi.js'
import type { Provider } from '../../src/provider.js'
import { adoptMadeSince } from './adoption.js'
import { corsHeaders, finishAnswer, sendError, setCommonHeaders } from './answers.js'
import { authenticate, sandboxOf } from './auth.js'
import { certificateApi } from './certificate-api.js'
import { certificates } from './certificates.js'
import { katapultConsole } from './console.js'
import { environment } from './environment.js'
import { errors, KatapultError } from './errors.js'
import { faults } from './faults.js'
import { journal } from './journal.js'
import { organizations } from './organizations.js'
import { apiPath, MOUNT, reached } from './routing.js'
import { schemaEndpoints } from './schema-endpoints.js'
import { AnyError } from './schemas.js'
import { katapultSeed } from './seed.js'
import { SECRET_PREFIX } from './seed-certificates.js'
import { settings, shapesOf } from './settings.js'
import { createTokenStore, schema } from './store.js'

/** https://developers.katapult.io: certificates of the Katapult Core API. */
export const katapult: Provider = {
  name: 'katapult',
  title: 'Katapult Core API',
  mount: MOUNT,
  documentation: 'https://developers.katapult.io/docs/api/core/get-certificate',
  routes,
  publicMount: certificateApi,
  console: katapultConsole,
  journal,
  malformedUrl,
  schema,
  seed: katapultSeed,
  adoptMadeSince,
  credentials: {
    digests: (sandbox) =>
      sandbox
        .use(createTokenStore)
        .list()
        .map((token) => token.digest),
    view: ({ apiToken = '', organization = '', ...others }, baseUrl) => ({
      baseUrl: `${baseUrl}${MOUNT}`,
      apiToken,
      organization,
      ...Object.fromEntries(Object.entries(others).filter(([name]) => !name.startsWith(SECRET_PREFIX))),
    }),
  },
  environment,
  faults,
  settings,
}

/** Order of evaluation (contract §7): route, preflight, token and its rights; the endpoints do the rest. */
/** Tokens of either kind are sent as bearer tokens; the emulator's console makes them, there is no OAuth2 server here. */
const SECURITY_SCHEMES = {
  Authenticator: { type: 'http', scheme: 'bearer' },
  OAuth2: {
    type: 'oauth2',
    flows: {
      authorizationCode: {
        authorizationUrl: 'https://identity.krystal.io/oauth2/auth',
        tokenUrl: 'https://identity.krystal.io/oauth2/token',
        refreshUrl: 'https://identity.krystal.io/oauth2/token',
        scopes: { 'api.katapult.io/core/v1/certificates:read': 'Read-only access to certificates' },
      },
    },
  },
} as const

async function routes(app: App, emulator: Emulator): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    setCommonHeaders(request, reply, sandboxOf(emulator, request))
    const kind = reached(request)
    if (!kind) throw errors.routeNotFound(apiPath(request), request.method)
    reply.headers(corsHeaders(kind))
    if (request.method === 'OPTIONS') return reply.type('application/json').send('""')
    if (request.is404) throw errors.routeNotFound(apiPath(request), request.method)
    if (kind === 'endpoint') authenticate(emulator, request, reply)
  })
  app.addHook('onSend', finishAnswer)
  const answer = (request: FastifyRequest, reply: FastifyReply, error: KatapultError) =>
    sendError(reply, error, shapesOf(sandboxOf(emulator, request)).error)
  handleErrors(app, errorOf, (error, request, reply) => answer(request, reply, error))
  app.setNotFoundHandler((request, reply) =>
    answer(request, reply, errors.routeNotFound(apiPath(request), request.method)),
  )
  await describeApi(app, emulator, {
    name: 'katapult',
    title: 'Katapult Core API',
    description: 'Certificates of the Katapult Core API.',
    realServer: 'https://api.katapult.io',
    errors: { mediaType: 'application/json', schema: AnyError },
    securitySchemes: SECURITY_SCHEMES,
  })
  certificates(app, emulator)
  organizations(app)
  schemaEndpoints(app, emulator)
}

const errorOf = (error: unknown): KatapultError =>
  error instanceof KatapultError ? error : errors.unhandledException()

/** No hook runs for a URL that cannot be decoded: everything that they do is done here. */
function malformedUrl(
  request: FastifyRequest,
  reply: FastifyReply,
  emulator: Emulator,
  injected?: Error,
): void {
  const sandbox = sandboxOf(emulator, request)
  setCommonHeaders(request, reply, sandbox)
  const error = injected ? errorOf(injected) : errors.routeNotFound(apiPath(request), request.method)
  sendError(reply, error, shapesOf(sandbox).error)
}
