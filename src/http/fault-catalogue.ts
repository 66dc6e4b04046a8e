import type { FastifyReply, FastifyRequest } from 'fastify'
import { type FaultEffect, isMaterial, type MaterialEffect } from '../sandbox/fault-effects.js'
import type { SandboxRegistry } from '../sandbox/registry.js'
import type { Sandbox } from '../sandbox/sandbox.js'
import type { Attribution } from './attribution.js'

/** A request that a rule does something to. */
export interface FaultedCall {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly sandbox: Sandbox
}

/** Makes an error as the provider throws it, with what the request says in it as far as that is possible. */
export type FaultError = (call: FaultedCall) => Error

/** The answer with wrong material in it; undefined when it has none. */
export type Distortion = (
  answer: string | Buffer,
  call: FaultedCall,
) => Promise<string | Buffer | undefined> | string | Buffer | undefined

/** What fault rules can do to a provider. */
export interface ProviderFaults {
  /**
   * Whose request it is where nothing of the provider's has asked: on unknown paths, with wrong methods. Reads the
   * credential as the provider does, and neither counts nor refuses anything.
   */
  readonly identify: (request: FastifyRequest, sandboxes: SandboxRegistry) => Attribution | undefined
  /** One for every error of its `errors.ts`, by the same name. */
  readonly errors: Readonly<Record<string, FaultError>>
  /** The errors that only some operations answer, with these; any operation answers the others. */
  readonly answeredBy?: Readonly<Record<string, readonly string[]>>
  /** The error that an outage is, unless its rule names another. */
  readonly outage: string
  /** Sets the headers of a used-up limit and makes the error; not there where no limits are documented. */
  readonly rateLimitExhausted?: FaultError
  /** Effect → operation → what it does to the operation's answer. */
  readonly material: Readonly<Partial<Record<MaterialEffect, Readonly<Record<string, Distortion>>>>>
}

/** The same, with what is only known when the routes are there. */
export interface FaultCatalogue extends ProviderFaults {
  readonly name: string
  readonly title: string
  /** What its paths begin with. */
  readonly mounts: readonly string[]
  /** By their ids, with the methods that they are called with. */
  readonly operations: Map<string, Set<string>>
}

/** Whether the effect can be told of the operation at all. */
export function appliesTo(
  { errors, answeredBy, rateLimitExhausted, material }: FaultCatalogue,
  effect: FaultEffect,
  operation: string | undefined,
): boolean {
  if (effect.type === 'error' || (effect.type === 'outage' && effect.error !== undefined)) {
    const { error = '' } = effect
    const only = answeredBy?.[error]
    return Object.hasOwn(errors, error) && (only === undefined || only.includes(operation ?? ''))
  }
  if (effect.type === 'rateLimitExhausted') return rateLimitExhausted !== undefined
  return !isMaterial(effect) || Object.hasOwn(material[effect.type] ?? {}, operation ?? '')
}
