import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Emulator } from '../emulator.js'
import { type FaultEffect, isMaterial } from '../sandbox/fault-effects.js'
import type { Firing } from '../sandbox/faults.js'
import type { Sandbox } from '../sandbox/sandbox.js'
import { namedSandbox } from './addressed-sandbox.js'
import type { App } from './app-types.js'
import { attributionOf, noteInjection } from './attribution.js'
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
  app.addHook('onRoute', ({ schema }) => {
    if (schema?.operationId !== undefined) operations.add(schema.operationId)
  })

  const inject: Inject = (request, reply) => {
    const sandbox = faultedSandbox(emulator, request)
    if (!sandbox || decided.has(request)) return undefined
    decided.add(request)
    return carryOut(catalogue, { request, reply, sandbox })
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
 * its credential or its body. Undefined when there is nothing.
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
  const operations = before?.operations ?? new Set<string>()
  const catalogue = { ...faults, name, title, mounts, operations }
  faultCatalogues.set(name, catalogue)
  return catalogue
}

/** The sandbox of the request if it has rules; without a credential that tells it, the one that a header names. */
function faultedSandbox({ sandboxes }: Emulator, request: FastifyRequest): Sandbox | undefined {
  const sandbox = attributionOf(request)?.sandbox ?? namedSandbox(sandboxes, request)
  return sandbox?.faults.none === false ? sandbox : undefined
}

async function carryOut(catalogue: FaultCatalogue, call: FaultedCall): Promise<Outcome> {
  const { request, reply, sandbox } = call
  const operation = request.routeOptions.schema?.operationId
  const [path = ''] = request.url.split('?')
  const firings = sandbox.faults.fire(
    {
      provider: catalogue.name,
      operation,
      method: request.method,
      path,
      caller: attributionOf(request)?.caller,
    },
    (effect) => appliesTo(catalogue, effect, operation),
  )
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
  const { operationId = '' } = call.request.routeOptions.schema ?? {}
  return material[effect.type]?.[operationId]?.(answer, call)
}

const note = (request: FastifyRequest, { rule }: Firing, effect: string): void =>
  noteInjection(request, { fault: rule.id, effect })
