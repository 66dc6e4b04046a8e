import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Emulator } from '../emulator.js'
import { type FaultEffect, isMaterial } from '../sandbox/fault-effects.js'
import type { Firing } from '../sandbox/faults.js'
import { namedSandbox } from './addressed-sandbox.js'
import type { App } from './app-types.js'
import { type Attribution, attribute, attributionOf, noteInjection } from './attribution.js'
import { createCredentialHints } from './credential-hints.js'
import {
  appliesTo,
  type Distortion,
  type FaultCatalogue,
  type FaultError,
  type FaultedCall,
  type ProviderFaults,
} from './fault-catalogue.js'
import {
  closeInsteadOfAnswer,
  dribbleBody,
  pause,
  resetInsteadOfAnswer,
  truncateBody,
} from './fault-transport.js'
import { factsOf } from './route-facts.js'

/** What became of a request: nothing that can be seen yet, an error to answer, or no answer at all. */
type Outcome = 'passed' | 'gone' | Error

type Inject = (request: FastifyRequest, reply: FastifyReply) => Promise<Outcome> | undefined

/** What is to be done to an answer before the provider's own hooks describe it. */
interface Alteration {
  readonly firing: Firing
  readonly call: FaultedCall
  readonly catalogue: FaultCatalogue
}

const injectors = new WeakMap<object, Inject>()
const decided = new WeakSet<FastifyRequest>()
const alterations = new WeakMap<FastifyRequest, Alteration>()
const injected = new WeakSet<Error>()

/** Whether a rule made the error: it is no failure of ours. */
export const isInjected = (error: unknown): boolean => error instanceof Error && injected.has(error)

/**
 * Lets the sandboxes' fault rules act on the requests of this scope. To be called before the scope has routes and
 * hooks: the hooks then stand before the scope's own, which describe the altered answer as they would any other.
 *
 * The rules decide when it is known whose request it is and its body has been read, and before it is handled.
 */
export function injectFaults(
  app: App,
  emulator: Emulator,
  provider: { readonly name: string; readonly title: string; readonly mount: string },
  faults: ProviderFaults,
): void {
  const catalogue = declared(emulator, provider, faults)
  const operations = catalogue.operations
  app.addHook('onRoute', ({ schema, method }) => {
    if (schema?.operationId === undefined) return
    const methods = operations.get(schema.operationId) ?? new Set()
    operations.set(schema.operationId, methods)
    for (const each of [method].flat()) methods.add(each)
  })

  const ownerOf = createOwnerOf(emulator, faults)
  const inject: Inject = (request, reply) => {
    const whose = ownerOf(request)
    if (whose?.sandbox.faults.none !== false || decided.has(request) || isGone(request)) return undefined
    decided.add(request)
    return carryOut(emulator, catalogue, { request, reply, sandbox: whose.sandbox }, whose.caller)
  }
  injectors.set(app, inject)

  app.addHook('preHandler', (request, reply, done) => {
    const outcome = inject(request, reply)
    if (!outcome) return done()
    outcome.then((result) => {
      if (result === 'passed') done()
      else if (result !== 'gone') done(result)
    }, done)
  })

  app.addHook('onSend', (request, _reply, payload, done) => {
    const alteration = alterations.get(request)
    if (!alteration) return done(null, payload)
    alterations.delete(request)
    altered(alteration, payload).then((result) => done(null, result), done)
  })
}

/**
 * For the error handler of a scope: what the rules have to say to a request that was refused before their turn, for
 * its credential, its body or its URL. Undefined when there is nothing.
 */
export const lateFault: (app: App, ...call: Parameters<Inject>) => ReturnType<Inject> = (app, ...call) =>
  injectors.get(app)?.(...call)

/** A provider's second mount adds to what the first one declared. */
function declared(
  { faultCatalogues }: Emulator,
  { name, title, mount }: Parameters<typeof injectFaults>[2],
  faults: ProviderFaults,
): FaultCatalogue {
  const before = faultCatalogues.get(name)
  const mounts = [...(before?.mounts ?? []), mount]
  const operations = before?.operations ?? new Map<string, Set<string>>()
  const catalogue = { ...faults, name, title, mounts, operations }
  faultCatalogues.set(name, catalogue)
  return catalogue
}

/**
 * Whose request it is. Its credential tells, also where the provider does not ask for one; then the header; and then
 * a credential in a wrong place, by which the journal counts it as well.
 */
function createOwnerOf(emulator: Emulator, { identify }: ProviderFaults) {
  const { sandboxes } = emulator
  const credentials = createCredentialHints(emulator)
  return (request: FastifyRequest): Attribution | undefined => {
    const told = attributionOf(request) ?? identify(request, sandboxes)
    if (told) return told
    const sandbox = namedSandbox(sandboxes, request) ?? credentials.sandboxIn(request)
    return sandbox && { sandbox, caller: undefined }
  }
}

/** The client went away before all of its request was there: nobody would see what a rule does. */
const isGone = ({ raw }: FastifyRequest) => raw.errored !== null || raw.socket.destroyed

/** A URL that cannot be decoded reaches no hook: there is nothing that could alter the answer. */
const isUnrouted = ({ routeOptions }: FastifyRequest) =>
  (routeOptions as Partial<typeof routeOptions>).config === undefined

async function carryOut(
  { sandboxes }: Emulator,
  catalogue: FaultCatalogue,
  call: FaultedCall,
  caller: string | undefined,
): Promise<Outcome> {
  const { request, reply, sandbox } = call
  const { operation } = factsOf(request)
  const [path = ''] = request.url.split('?')
  const isAlterable = !isUnrouted(request)
  const firings = sandbox.faults.fire(
    {
      provider: catalogue.name,
      operation,
      method: request.method,
      path,
      caller,
    },
    (effect) => appliesTo(catalogue, effect, operation) && (isAlterable || effect.type !== 'malformedBody'),
  )
  // No handler will say whose it is.
  if (firings.length > 0 && operation === undefined && !attributionOf(request))
    attribute(sandboxes, request, sandbox, caller)
  let outcome: Outcome = 'passed'
  for (const firing of firings) {
    if (firing.effect.type !== 'latency') outcome = begin(catalogue, call, firing)
    else {
      note(request, firing, `latency ${firing.delay}`)
      await pause(reply, firing.delay)
    }
  }
  return outcome
}

/** Does what is to be done at once, and prepares what is to be done to the answer. */
function begin(catalogue: FaultCatalogue, call: FaultedCall, firing: Firing): Outcome {
  const { request, reply } = call
  const { effect } = firing
  if (isMaterial(effect) || effect.type === 'malformedBody') {
    alterations.set(request, { firing, call, catalogue })
    return 'passed'
  }
  const usage = { used: () => note(request, firing, effect.type), unused: firing.takeBack }
  switch (effect.type) {
    case 'latency':
      return 'passed'
    case 'error':
      return thrown(call, firing, catalogue.errors[effect.error], `error ${effect.error}`)
    case 'outage': {
      const { error = catalogue.outage } = effect
      return thrown(call, firing, catalogue.errors[error], `outage ${error}`)
    }
    case 'rateLimitExhausted':
      return thrown(call, firing, catalogue.rateLimitExhausted, effect.type)
    case 'connectionReset':
      usage.used()
      resetInsteadOfAnswer(reply)
      return 'gone'
    case 'emptyAnswer':
      usage.used()
      closeInsteadOfAnswer(reply)
      return 'gone'
    case 'truncatedBody':
      truncateBody(reply, usage)
      return 'passed'
    case 'slowDribble':
      dribbleBody(reply, effect, usage)
      return 'passed'
  }
}

function thrown(call: FaultedCall, firing: Firing, make: FaultError | undefined, effect: string): Outcome {
  if (!make) throw new Error(`The rule "${firing.rule.id}" cannot be carried out`)
  note(call.request, firing, effect)
  // What the refusal of a method has said does not stand any more.
  call.reply.removeHeader('allow')
  const error = make(call)
  injected.add(error)
  return error
}

/** The answer as the rule wants it; as it is when it has nothing that could be altered. */
async function altered({ firing, call, catalogue }: Alteration, answer: unknown): Promise<unknown> {
  const { effect } = firing
  const hasBody = (typeof answer === 'string' || Buffer.isBuffer(answer)) && answer.length > 0
  const isSent = hasBody && call.request.method !== 'HEAD' && call.reply.statusCode !== 204
  const changed = isSent ? await alteredBody(effect, call, catalogue, answer) : undefined
  if (changed === undefined) firing.takeBack()
  else note(call.request, firing, effect.type)
  return changed ?? answer
}

function alteredBody(
  effect: FaultEffect,
  call: FaultedCall,
  { material }: FaultCatalogue,
  answer: string | Buffer,
): ReturnType<Distortion> {
  // No JSON, PEM or DER is whole without its end.
  if (!isMaterial(effect)) return answer.slice(0, Math.floor(answer.length / 2))
  const { operation = '' } = factsOf(call.request)
  return material[effect.type]?.[operation]?.(answer, call)
}

const note = (request: FastifyRequest, { rule }: Firing, effect: string): void =>
  noteInjection(request, { fault: rule.id, effect })
