import multipart from '@fastify/multipart'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Emulator } from '../../src/emulator.js'
import { answeringSandbox } from '../../src/http/addressed-sandbox.js'
import type { App } from '../../src/http/app-types.js'
import { handleErrors } from '../../src/http/error-handler.js'
import { sendJsonWithoutCharset } from '../../src/http/json-type.js'
import { describeApi } from '../../src/http/openapi.js'
import { answerOtherMethods } from '../../src/http/other-methods.js'
import { validationProblems } from '../../src/http/validation.js'
import type { Provider } from '../../src/provider.js'
import { adoptMadeSince } from './adoption.js'
import { ACCESS_KEY_HEADERS, authenticate, PROVIDER, type RouteConfig } from './auth.js'
import { certificates } from './certificates.js'
import { console } from './console.js'
import { environment } from './environment.js'
import { CmError, errors } from './errors.js'
import { faults } from './faults.js'
import { journal } from './journal.js'
import { Failure } from './schemas.js'
import { seed } from './seed.js'
import { createAppkeyStore, schema } from './store.js'
import { failure } from './views.js'

/** NHN Cloud Certificate Manager: a shelf for certificates that were bought elsewhere. */
export const nhnCertificateManager: Provider = {
  name: PROVIDER,
  title: 'NHN Cloud Certificate Manager',
  mount: '/certmanager',
  documentation: 'https://docs.nhncloud.com/en/Management/Certificate%20Manager/en/api-guide-v1.1/',
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
      name: 'nhn.downloadExpired',
      schema: z.enum(['file', '52005']),
      default: 'file',
      allowed: '"file" or "52005"',
      description: 'What Certificate Manager answers for the file of an expired certificate',
    },
  ],
}

/** No hook runs for a URL that cannot be decoded. */
function malformedUrl(
  request: FastifyRequest,
  reply: FastifyReply,
  emulator: Emulator,
  injected?: Error,
): void {
  if (injected) send(reply, errorOf(injected), errorStatusOf(emulator, request))
  else send(reply, errors.invalidUri(), 'nhn')
}

/** Of a request that nobody has made known, the setting is that of `default`, in whose journal it is. */
const errorStatusOf = ({ sandboxes }: Emulator, request: FastifyRequest): string =>
  answeringSandbox(sandboxes, request).setting('nhn.errorStatus')

async function routes(app: App, emulator: Emulator): Promise<void> {
  readBodies(app)
  await app.register(multipart)
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
    title: 'NHN Cloud Certificate Manager',
    description:
      'Lists and downloads certificates. A failed call is a 200 whose header says so, unless `nhn.errorStatus` is `http`.',
    realServer: 'https://certmanager.api.nhncloudservice.com',
    errors: { mediaType: 'application/json', schema: Failure },
    securitySchemes: {
      accessKeyId: { type: 'apiKey', in: 'header', name: ACCESS_KEY_HEADERS.id },
      secretAccessKey: { type: 'apiKey', in: 'header', name: ACCESS_KEY_HEADERS.secret },
    },
  })
  answerOtherMethods(app, () => certificates(app), urlNotFound)
}

/** No call reads a body but the upload, and that one reads its own: whatever else is sent is passed over. */
function readBodies(app: App): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null, undefined))
}

function errorOf(error: unknown): CmError {
  if (error instanceof CmError) return error
  const invalid = validationProblems(error)
  if (invalid) return errors.badRequest(invalid.map(({ path, message }) => `${path} ${message}`).join(', '))
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  if (status === 413) return errors.requestTooLarge()
  return status >= 400 && status < 500 ? errors.badRequest('The request cannot be read') : errors.internal()
}

function send(reply: FastifyReply, error: CmError, errorStatus: string): FastifyReply {
  reply.code(errorStatus === 'http' ? error.httpStatus : error.status).type('application/json')
  return reply.serializer(JSON.stringify).send(failure(error))
}
