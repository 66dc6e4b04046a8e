import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../../src/emulator.js'
import { type AccessKeyHeaders, shownAccessKey } from '../../src/http/access-key.js'
import { type Attribution, attribute } from '../../src/http/attribution.js'
import type { SandboxRegistry } from '../../src/sandbox/registry.js'
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

export const ACCESS_KEY_HEADERS: AccessKeyHeaders = {
  id: 'X-TC-AUTHENTICATION-ID',
  secret: 'X-TC-AUTHENTICATION-SECRET',
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
  const accessKey = shownAccessKey(sandbox, request, ACCESS_KEY_HEADERS)
  if (!accessKey) throw errors.unauthorized()
  attribute(sandboxes, request, sandbox, accessKey.id)
  const allowed = accessKey.role === 'ADMIN' || (accessKey.role === 'VIEWER' && !manages)
  if (!allowed) throw errors.forbidden()
}

/** Whose request it is, whether or not it is let in: the appkey stands at its place, whatever comes after it. */
export function identify(request: FastifyRequest, sandboxes: SandboxRegistry): Attribution | undefined {
  const [, appkey = ''] = /^\/keymanager\/[^/]+\/appkey\/([^/?]+)/.exec(request.url) ?? []
  const sandbox = appkey === '' ? undefined : sandboxes.resolve(PROVIDER, appkey)
  return sandbox && { sandbox, caller: shownAccessKey(sandbox, request, ACCESS_KEY_HEADERS)?.id }
}

/** The sandbox of a request that has passed `authenticate`. */
export function sandboxOf(request: FastifyRequest): Sandbox {
  const sandbox = callers.get(request)
  if (!sandbox) throw new Error('The route is public: it has no sandbox')
  return sandbox
}
