import Fastify, { type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import type { Emulator } from './emulator.js'
import { answeringSandbox } from './http/addressed-sandbox.js'
import type { App } from './http/app-types.js'
import { dateAnswers, setDate } from './http/date.js'
import { handleErrors } from './http/error-handler.js'
import { injectFaults, lateFault } from './http/fault-injection.js'
import { release, releaseAfterAnswer } from './http/in-flight.js'
import { type JournalUnrouted, journalAnswers, journalRequests } from './http/journalling.js'
import { mountsOf, nothingAt } from './http/mounts.js'
import { Problem, problemOf, sendProblem } from './http/problem.js'
import { createPathLog } from './http/record-view.js'
import { collectOperations } from './http/route-facts.js'
import { createSerializer } from './http/serializer.js'
import type { Mount } from './provider.js'

/** Routes of our own: the control plane, revocation information. */
export type SystemRoutes = (app: App, emulator: Emulator) => Promise<void>

export interface AppOptions {
  /** Tests check each answer against its schema; a server does not spend the time. */
  readonly validateAnswers?: boolean
}

/** 1 MiB: far above the largest request of any provider, far below what could hurt. */
export const BODY_LIMIT = 1024 * 1024

/** Fastify with every provider at its own path, and the system's routes beside them. Listens nowhere. */
export async function buildApp(
  emulator: Emulator,
  systemRoutes: readonly SystemRoutes[],
  { validateAnswers = false }: AppOptions = {},
): Promise<App> {
  const { log } = emulator
  const app: App = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    trustProxy: emulator.config.trustProxy,
    // Some clients put their paths behind a base URL that ends with a slash.
    rewriteUrl: ({ url = '/' }) => originForm(url),
    // No longer than Node takes the head of a request: a long id is unknown to its provider, not to the router.
    routerOptions: { maxParamLength: 16_384 },
    frameworkErrors: (_error, request, reply) =>
      malformedUrl(emulator, scopes, request, reply, journalUnrouted),
  })
  const scopes = new Map<string, App>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(createSerializer(validateAnswers))
  collectOperations(app, emulator.operations)
  const journalUnrouted = journalRequests(app, emulator)
  releaseAfterAnswer(app)
  if (['info', 'debug', 'trace'].includes(emulator.config.logLevel)) logRequests(app, emulator)

  // Before the routes: a scope takes over the handlers that its parent has by then.
  app.setNotFoundHandler((request, reply) => sendProblem(reply, nothingAt(emulator.providers, request)))
  handleErrors(app, problemOf, (problem, _request, reply) => sendProblem(reply, problem))

  for (const { name, title, faults, publicMount, ...main } of emulator.providers) {
    for (const { mount, routes } of publicMount ? [main, publicMount] : [main]) {
      await app.register(
        async (plugin) => {
          const scope = plugin as App
          scopes.set(mount, scope)
          dateAnswers(scope, (request) => answeringSandbox(emulator.sandboxes, request).clock)
          injectFaults(scope, emulator, { name, title, mount }, faults)
          journalAnswers(scope)
          await routes(scope, emulator)
        },
        { prefix: mount },
      )
    }
  }
  for (const routes of systemRoutes) await app.register(async (scope) => routes(scope as App, emulator))
  return app
}

const mountAt = (emulator: Emulator, path: string): Mount | undefined =>
  mountsOf(emulator.providers).find(({ mount }) => path.startsWith(`${mount}/`))

/**
 * The path and query of a request target: a client behind a proxy sends the whole URL (RFC 9112 section 3.2.2), and
 * one whose base URL ends with a slash doubles it.
 */
function originForm(target: string): string {
  const local = target.replace(/^https?:\/\/[^/?]*/i, '')
  return `/${local.replace(/^\/+/, '')}`
}

function malformedUrl(
  emulator: Emulator,
  scopes: ReadonlyMap<string, App>,
  request: FastifyRequest,
  reply: FastifyReply,
  journal: JournalUnrouted,
): void {
  journal(request, reply, 'The URL has a percent sign that begins no escape')
  const mounted = mountAt(emulator, request.raw.url ?? '')
  const scope = mounted && scopes.get(mounted.mount)
  if (!mounted || !scope) {
    sendProblem(reply, new Problem(400, 'The URL cannot be decoded'))
    return
  }
  const answer = (injected?: Error) => {
    setDate(reply, answeringSandbox(emulator.sandboxes, request).clock)
    mounted.malformedUrl(request, reply, emulator, injected)
  }
  const fault = lateFault(scope, request, reply)
  if (!fault) {
    answer()
    return
  }
  reply.raw.once('close', () => release(request))
  fault.then((outcome) => {
    if (outcome !== 'gone') answer(outcome === 'passed' ? undefined : outcome)
  }, answer)
}

function logRequests(app: App, emulator: Emulator): void {
  const pathOf = createPathLog(emulator)
  app.addHook('onResponse', async (request, reply) => {
    const mounted = mountAt(emulator, request.url)
    const path = mounted?.secretPaths ? mounted.mount : pathOf(request, reply.statusCode >= 400)
    const ms = Math.round(reply.elapsedTime * 100) / 100
    request.log.info({ method: request.method, path, status: reply.statusCode, ms }, 'request')
  })
}
