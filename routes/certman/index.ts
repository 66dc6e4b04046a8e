import type { FastifyReply, FastifyRequest } from 'fastify'
import { AuthorityError } from '../../src/authority/errors.js'
import type { Emulator } from '../../src/emulator.js'
import type { App } from '../../src/http/app-types.js'
import { handleErrors } from '../../src/http/error-handler.js'
import { readJsonBodies } from '../../src/http/json-body.js'
import { describeApi } from '../../src/http/openapi.js'
import { answerOtherMethods } from '../../src/http/other-methods.js'
import { validationProblems } from '../../src/http/validation.js'
import type { Provider } from '../../src/provider.js'
import { authenticate } from './auth.js'
import { cas } from './cas.js'
import { certificates } from './certificates.js'
import { certmanConsole } from './console.js'
import { environment } from './environment.js'
import { CertmanError, errors } from './errors.js'
import { faults } from './faults.js'
import { journal } from './journal.js'
import { openApiDocument } from './openapi.js'
import { countRequest } from './rate-limits.js'
import { ErrorAnswer } from './schemas.js'
import { certmanSeed } from './seed.js'
import { createKeyStore, schema } from './store.js'
import { whoami } from './whoami.js'

/** https://certman.app: private CAs with a REST API. */
export const certman: Provider = {
  name: 'certman',
  title: 'certman.app REST API',
  mount: '/v1',
  documentation: 'https://certman.app/docs/api',
  routes,
  console: certmanConsole,
  journal,
  malformedUrl: (request, reply, _emulator, injected) =>
    send(reply, injected ? errorOf(injected, request) : errors.malformedUrl()),
  schema,
  seed: certmanSeed,
  credentials: {
    digests: (sandbox) =>
      sandbox
        .use(createKeyStore)
        .list()
        .map((key) => key.digest),
    view: (secrets, baseUrl) => ({ baseUrl, ...secrets }),
  },
  environment,
  faults,
}

async function routes(app: App, emulator: Emulator): Promise<void> {
  readJsonBodies(app, { malformed: errors.malformedJson, wrongContentType: errors.wrongContentType })
  app.addHook('onRequest', async (request, reply) => {
    const { public: isPublic, issuance = false } = request.routeOptions.config
    if (request.is404 || isPublic) return
    countRequest(authenticate(emulator, request), issuance, reply)
  })
  handleErrors(app, errorOf, (error, _request, reply) => send(reply, error))
  app.setNotFoundHandler((_request, reply) => send(reply, errors.unknownRoute()))
  await describeApi(app, emulator, {
    name: 'certman',
    title: 'certman.app REST API',
    description: 'Certificate Authorities and the certificates that they issue.',
    realServer: 'https://api.certman.app',
    errors: { mediaType: 'application/json', schema: ErrorAnswer },
    securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } },
  })
  answerOtherMethods(
    app,
    () => {
      whoami(app)
      openApiDocument(app, emulator)
      cas(app)
      certificates(app)
    },
    (_request, reply) => send(reply, errors.methodNotAllowed()),
  )
}

function errorOf(error: unknown, request: FastifyRequest): CertmanError {
  if (error instanceof CertmanError) return error
  if (error instanceof AuthorityError) return errors.ofAuthority(error.problem)
  const invalid = validationProblems(error)
  if (invalid) {
    return errors.invalid(
      invalid.map(({ path, message }) => `${path || 'Request body'} ${message}`).join('; '),
    )
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  // What the framework finds wrong with a request that has no route: there is none, before all.
  if (request.is404 && status < 500) return errors.unknownRoute()
  if (status === 413) return errors.tooLarge()
  if (status === 415) return errors.wrongContentType(request.headers['content-type'] ?? '')
  return status >= 400 && status < 500 ? errors.refused(status) : errors.internal()
}

function send(reply: FastifyReply, { status, message, headers }: CertmanError): void {
  reply.code(status).headers(headers).type('application/json; charset=utf-8')
  reply.serializer(JSON.stringify).send({ error: message })
}
