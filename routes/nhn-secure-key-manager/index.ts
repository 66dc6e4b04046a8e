import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Emulator } from '../../src/emulator.js'
import { answeringSandbox } from '../../src/http/addressed-sandbox.js'
import type { App } from '../../src/http/app-types.js'
import { handleErrors } from '../../src/http/error-handler.js'
import { readJsonBodies } from '../../src/http/json-body.js'
import { sendJsonWithoutCharset } from '../../src/http/json-type.js'
import { describeApi } from '../../src/http/openapi.js'
import { answerOtherMethods } from '../../src/http/other-methods.js'
import { validationProblems } from '../../src/http/validation.js'
import type { Provider } from '../../src/provider.js'
import { adoptMadeSince } from './adoption.js'
import { V10, V11, V12 } from './api-version.js'
import { asymmetricKeys } from './asymmetric-keys.js'
import { ACCESS_KEY_HEADERS, authenticate, PROVIDER, type RouteConfig } from './auth.js'
import { auths } from './auths.js'
import { confirm } from './confirm.js'
import { console } from './console.js'
import { environment } from './environment.js'
import { errors, SkmError } from './errors.js'
import { faults } from './faults.js'
import { journal } from './journal.js'
import { keyStores } from './key-stores.js'
import { keys } from './keys.js'
import { jobs } from './rotation.js'
import { Failure } from './schemas.js'
import { secretChanges, secrets } from './secrets.js'
import { seed } from './seed.js'
import { createAppkeyStore, schema } from './store.js'
import { symmetricKey, symmetricKeys } from './symmetric-keys.js'
import { failure } from './views.js'

/** NHN Cloud Secure Key Manager: keys and confidential data behind key stores that know their clients. */
export const nhnSecureKeyManager: Provider = {
  name: PROVIDER,
  title: 'NHN Cloud Secure Key Manager',
  mount: '/keymanager',
  documentation: 'https://docs.nhncloud.com/en/Security/Secure%20Key%20Manager/en/api-guide-v1.2/',
  routes,
  console,
  journal,
  malformedUrl,
  schema,
  seed,
  adoptMadeSince,
  credentials: {
    digests: (sandbox) => sandbox.use(createAppkeyStore).digests(),
    view: (secrets, baseUrl) => ({ baseUrl, ...secrets }),
  },
  environment,
  faults,
  settings: [
    {
      name: 'nhn.errorStatus',
      schema: z.enum(['nhn', 'http']),
      default: 'nhn',
      allowed: '"nhn" or "http"',
      description:
        'Status of failed NHN Cloud calls: `nhn` is 200 with the failure in the header, `http` a 4xx',
    },
  ],
  jobs,
}

/** No hook runs for a URL that cannot be decoded: it is none that is known. */
function malformedUrl(
  request: FastifyRequest,
  reply: FastifyReply,
  emulator: Emulator,
  injected?: Error,
): void {
  if (injected) send(reply, errorOf(injected), errorStatusOf(emulator, request))
  else send(reply, errors.urlNotFound(), 'nhn')
}

/** Of a request that nobody has made known, the setting is that of `default`, in whose journal it is. */
const errorStatusOf = ({ sandboxes }: Emulator, request: FastifyRequest): string =>
  answeringSandbox(sandboxes, request).setting('nhn.errorStatus')

async function routes(app: App, emulator: Emulator): Promise<void> {
  readJsonBodies(app, { malformed: errors.invalidParameter, wrongContentType: errors.invalidParameter })
  const urlNotFound = () => {
    throw errors.urlNotFound()
  }
  handleErrors(app, errorOf, (error, request, reply) => send(reply, error, errorStatusOf(emulator, request)))
  app.addHook('onRequest', async (request) => {
    // Before anything is read: what is wrong with the rest of such a request does not matter.
    if (request.is404) urlNotFound()
    if (!(request.routeOptions.config as RouteConfig).public) authenticate(emulator, request)
  })
  sendJsonWithoutCharset(app)
  app.setNotFoundHandler(urlNotFound)
  await describeApi(app, emulator, {
    name: PROVIDER,
    title: 'NHN Cloud Secure Key Manager',
    description:
      'Confidential data, AES-256 and RSA-2048 keys. A failed call is a 200 whose header says so, unless `nhn.errorStatus` is `http`.',
    realServer: 'https://api-keymanager.nhncloudservice.com',
    errors: { mediaType: 'application/json', schema: Failure },
    securitySchemes: {
      accessKeyId: { type: 'apiKey', in: 'header', name: ACCESS_KEY_HEADERS.id },
      secretAccessKey: { type: 'apiKey', in: 'header', name: ACCESS_KEY_HEADERS.secret },
    },
  })
  answerOtherMethods(
    app,
    () => {
      for (const api of [V12, V10]) {
        confirm(app, api)
        secrets(app, api)
        symmetricKeys(app, api)
        asymmetricKeys(app, api)
        keyStores(app, api)
      }
      symmetricKey(app, V11)
      secretChanges(app)
      keys(app)
      auths(app)
    },
    urlNotFound,
    { unread: true },
  )
}

function errorOf(error: unknown): SkmError {
  if (error instanceof SkmError) return error
  if (validationProblems(error)) return errors.invalidParameter()
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  if (status === 413) return errors.requestTooLarge()
  return status >= 400 && status < 500 ? errors.invalidParameter() : errors.internal()
}

function send(reply: FastifyReply, error: SkmError, errorStatus: string): FastifyReply {
  reply.code(errorStatus === 'http' ? error.httpStatus : error.status).type('application/json')
  return reply.serializer(JSON.stringify).send(failure(error))
}
