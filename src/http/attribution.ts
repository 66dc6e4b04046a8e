import type { FastifyRequest } from 'fastify'
import type { SandboxRegistry } from '../sandbox/registry.js'
import type { Sandbox } from '../sandbox/sandbox.js'
import { holdSandbox } from './in-flight.js'

/** Whose request it is. */
export interface Attribution {
  readonly sandbox: Sandbox
  /**
   * What proved it, by the id under which the provider's console shows it (never the credential itself); undefined
   * where the URL alone names the sandbox.
   */
  readonly caller: string | undefined
}

const attributions = new WeakMap<FastifyRequest, Attribution>()

/**
 * Says that the request works in this sandbox, as soon as that is known, and keeps the sandbox's world open until
 * the answer. Called again, it can only name the caller more precisely.
 */
export function attribute(
  sandboxes: SandboxRegistry,
  request: FastifyRequest,
  sandbox: Sandbox,
  caller?: string,
): void {
  attributions.set(request, { sandbox, caller })
  holdSandbox(sandboxes, request, sandbox)
}

/** Undefined as long as nothing in the request told its sandbox. */
export const attributionOf = (request: FastifyRequest): Attribution | undefined => attributions.get(request)

/** What a fault rule did to a request, for the journal. */
export interface Injection {
  /** The rule's id. */
  readonly fault: string
  /** What it did, in one word or two: `error certificateNotFound`, `latency 250`. */
  readonly effect: string
}

const injections = new WeakMap<FastifyRequest, Injection[]>()

export const noteInjection = (request: FastifyRequest, injection: Injection): void =>
  void injections.set(request, [...injectionsOf(request), injection])

export const injectionsOf = (request: FastifyRequest): readonly Injection[] => injections.get(request) ?? []
