import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Emulator } from '../../src/emulator.js'
import { answeringSandbox } from '../../src/http/addressed-sandbox.js'
import type { App } from '../../src/http/app-types.js'
import { handleErrors } from '../../src/http/error-handler.js'
import { readJsonBodies, rememberFailure } from '../../src/http/json-body.js'
import { describeApi } from '../../src/http/openapi.js'
import { answerOtherMethods } from '../../src/http/other-methods.js'
import type { Provider } from '../../src/provider.js'
import { adoptMadeSince } from './adoption.js'
import { authenticate } from './auth.js'
import { certificates } from './certificates.js'
import { dnsimpleConsole } from './console.js'
import { domains } from './domains.js'
import { environment } from './environment.js'
import { DnsimpleError, errors } from './errors.js'
import { webhookRules } from './events.js'
import { faults } from './faults.js'
import { countRequest, countUnauthenticated, describeAnswer } from './headers.js'
import { identity } from './identity.js'
import { jobs } from './jobs.js'
import { journal } from './journal.js'
import { letsencrypt } from './letsencrypt.js'
import { oauth } from './oauth.js'
import { ErrorAnswer } from './schemas.js'
import { dnsimpleSeed } from './seed.js'
import { settings } from './settings.js'
import { schema } from './store.js'
import { createTokenStore } from './store-tokens.js'
import { webhooks } from './webhooks.js'

/** https://developer.dnsimple.com: certificates, and what clients call around them. */
export const dnsimple: Provider = {
  name: 'dnsimple',
  title: 'DNSimple API v2',
  mount: '/v2',
  documentation: 'https://developer.dnsimple.com/v2/certificates/',
  routes,
  console: dnsimpleConsole,
  journal,
  malformedUrl,
  schema,
  seed: dnsimpleSeed,
  adoptMadeSince,
  credentials: {
    digests: (sandbox) => sandbox.use(createTokenStore).digests(),
    view: (secrets, baseUrl) => ({ baseUrl, ...secrets }),
  },
  environment,
  faults,
  settings,
  jobs,
  webhooks: webhookRules,
}

/** No hook runs for it. It is counted as an unknown route is. */
function malformedUrl(
  request: FastifyRequest,
  reply: FastifyReply,
  emulator: Emulator,
  injected?: Error,
): void {
  const isExhausted = reply.getHeader('x-ratelimit-remaining') === 0
  countUnauthenticated(emulator, request, reply)
  if (isExhausted) reply.header('x-ratelimit-remaining', 0)
  const error = injected ? errorOf(injected) : errors.malformedUrl()
  describeAnswer(reply.code(error.status), undefined, answeringSandbox(emulator.sandboxes, request))
  send(reply, error)
}

interface RouteConfig {
  readonly public?: boolean
  /** The route takes forms as well. */
  readonly form?: boolean
}

const configOf = (request: FastifyRequest) => request.routeOptions.config as RouteConfig

async function routes(app: App, emulator: Emulator): Promise<void> {
  // What is wrong with a body comes last, and only where a body is read (contract §7).
  readJsonBodies(
    app,
    { malformed: errors.malformedJson, wrongContentType: errors.malformedJson },
    { failLater: true, dropPrototypes: true },
  )
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (request, body, done) => {
      if (String(body) === '') return done(null, undefined)
      if (configOf(request).form) return done(null, Object.fromEntries(new URLSearchParams(String(body))))
      rememberFailure(request, errors.malformedJson())
      done(null, undefined)
    },
  )
  app.addHook('onRequest', async (request, reply) => identify(emulator, request, reply))
  app.addHook('onSend', async (request, reply, payload) => {
    describeAnswer(reply, payload, answeringSandbox(emulator.sandboxes, request))
    return payload
  })
  handleErrors(app, errorOf, (error, _request, reply) => send(reply, error))
  app.setNotFoundHandler((_request, reply) => send(reply, errors.notFound()))
  await describeApi(app, emulator, {
    name: 'dnsimple',
    title: 'DNSimple API v2',
    description: "Let's Encrypt certificates of DNSimple, and the calls around them.",
    realServer: 'https://api.dnsimple.com',
    errors: { mediaType: 'application/json', schema: ErrorAnswer },
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer' },
      basic: { type: 'http', scheme: 'basic' },
    },
  })
  answerOtherMethods(
    app,
    () => {
      identity(app)
      domains(app)
      certificates(app)
      letsencrypt(app)
      webhooks(app)
      oauth(app, emulator)
    },
    // The recorded 405 has `allow`, no body and no content type (contract §7).
    (_request, reply) => reply.code(405).send(),
  )
}

/** 401, then 429 (contract §7). Every answer has the rate-limit headers, those for unknown routes too. */
function identify(emulator: Emulator, request: FastifyRequest, reply: FastifyReply): void {
  if (request.is404 || configOf(request).public) {
    const exceeded = countUnauthenticated(emulator, request, reply)
    if (exceeded && configOf(request).form) throw errors.quotaExceeded()
    return
  }
  let refusal: unknown
  try {
    if (countRequest(authenticate(emulator, request), request, reply)) refusal = errors.quotaExceeded()
  } catch (error) {
    const exceeded = countUnauthenticated(emulator, request, reply)
    refusal = exceeded && error instanceof DnsimpleError ? errors.quotaExceeded() : error
  }
  if (refusal) throw refusal
}

function errorOf(error: unknown): DnsimpleError {
  if (error instanceof DnsimpleError) return error
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  if (status === 413) return errors.tooLarge()
  return status >= 400 && status < 500 ? errors.refused(status) : errors.internal()
}

function send(reply: FastifyReply, { status, body, headers }: DnsimpleError): void {
  reply.code(status).headers(headers).type('application/json; charset=utf-8')
  reply.serializer(JSON.stringify).send(body)
}
