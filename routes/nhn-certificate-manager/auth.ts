import type { FastifyRequest } from 'fastify'
import type { Emulator } from '../../src/emulator.js'
import { type AccessKeyHeaders, shownAccessKey } from '../../src/http/access-key.js'
import { type Attribution, attribute } from '../../src/http/attribution.js'
import type { SandboxRegistry } from '../../src/sandbox/registry.js'
import type { Sandbox } from '../../src/sandbox/sandbox.js'
import { errors } from './errors.js'

export const PROVIDER = 'nhn-certificate-manager'

/** Certificate Manager ADMIN and VIEWER may read, which is all that the API does; NONE may not. */
export const ROLES = ['ADMIN', 'VIEWER', 'NONE'] as const

/** What a route says of itself. */
export interface RouteConfig {
  /** Answers whoever asks. */
  readonly public?: boolean
  /** v1.0 and v1.2 ask for the appkey alone. */
  readonly appKeyOnly?: boolean
}

export const ACCESS_KEY_HEADERS: AccessKeyHeaders = {
  id: 'X-TC-AUTHENTICATION-ID',
  secret: 'X-TC-AUTHENTICATION-SECRET',
}

const callers = new WeakMap<FastifyRequest, Sandbox>()

/** The appkey in the path selects the sandbox; v1.1 wants a User Access Key of it as well. */
export function authenticate({ sandboxes }: Emulator, request: FastifyRequest): void {
  const { appKey } = request.params as { appKey: string }
  const sandbox = sandboxes.resolve(PROVIDER, appKey)
  if (!sandbox) throw errors.invalidAppKey()
  attribute(sandboxes, request, sandbox)
  callers.set(request, sandbox)
  if ((request.routeOptions.config as RouteConfig).appKeyOnly) return
  const accessKey = shownAccessKey(sandbox, request, ACCESS_KEY_HEADERS)
  if (!accessKey) throw errors.unauthorized()
  attribute(sandboxes, request, sandbox, accessKey.id)
  if (accessKey.role === 'NONE') throw errors.forbidden()
}

/** Whose request it is, whether or not it is let in: the appkey stands at its place, whatever comes after it. */
export function identify(request: FastifyRequest, sandboxes: SandboxRegistry): Attribution | undefined {
  const [, appKey = ''] = /^\/certmanager\/[^/]+\/appkeys\/([^/?]+)/.exec(request.url) ?? []
  const sandbox = appKey === '' ? undefined : sandboxes.resolve(PROVIDER, appKey)
  return sandbox && { sandbox, caller: shownAccessKey(sandbox, request, ACCESS_KEY_HEADERS)?.id }
}

/** The sandbox of a request that has passed `authenticate`. */
export function sandboxOf(request: FastifyRequest): Sandbox {
  const sandbox = callers.get(request)
  if (!sandbox) throw new Error('The route is public: it has no sandbox')
  return sandbox
}
