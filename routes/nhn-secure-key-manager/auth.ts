import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../../src/emulator.js'
import { attribute } from '../../src/http/attribution.js'
import { accessKeysOf } from '../../src/sandbox/access-keys.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { errors } from './errors.js'

export const PROVIDER = 'nhn-secure-key-manager'

/** What a User Access Key's owner may do: everything, everything but the management calls, nothing. */
export const ROLES = ['ADMIN', 'VIEWER', 'NONE'] as const

/** What a route says of itself. */
export interface RouteConfig {
  /** Answers whoever asks. */
  readonly public?: boolean
  /** The versions before v1.2 know no User Access Keys: the appkey is all they ask for. */
  readonly appkeyOnly?: boolean
  /** Changes keys or credentials. */
  readonly manages?: boolean
  /** A hint for who still calls it. */
  readonly deprecated?: string
}

const callers = new WeakMap<FastifyRequest, Sandbox>()

/**
 * The appkey in the path selects the sandbox, so that v1.0, which sends nothing else, reaches it as well. From v1.2
 * on the pair of the X-TC headers has to be one of that sandbox.
 */
export function authenticate({ sandboxes }: Emulator, request: FastifyRequest): void {
  const { appkey } = request.params as { appkey: string }
  const sandbox = sandboxes.resolve(PROVIDER, appkey)
  if (!sandbox) throw errors.invalidAppkey()
  attribute(sandboxes, request, sandbox)
  callers.set(request, sandbox)
  const { appkeyOnly, manages } = request.routeOptions.config as RouteConfig
  if (appkeyOnly) return
  const id = request.headers['x-tc-authentication-id']
  const secret = request.headers['x-tc-authentication-secret']
  if (typeof id !== 'string' || typeof secret !== 'string') throw errors.unauthorized()
  const accessKey = accessKeysOf(sandbox).check(id, secret)
  if (!accessKey) throw errors.unauthorized()
  attribute(sandboxes, request, sandbox, accessKey.id)
  const allowed = accessKey.role === 'ADMIN' || (accessKey.role === 'VIEWER' && !manages)
  if (!allowed) throw errors.forbidden()
}

/** The sandbox of a request that has passed `authenticate`. */
export function sandboxOf(request: FastifyRequest): Sandbox {
  const sandbox = callers.get(request)
  if (!sandbox) throw new Error('The route is public: it has no sandbox')
  return sandbox
}

/** The sandbox of a request that failed, if it got so far. */
export const knownSandboxOf = (request: FastifyRequest): Sandbox | undefined => callers.get(request)
